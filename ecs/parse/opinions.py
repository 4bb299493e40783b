"""What people say of items: ratings, reviews, lists and tags."""

import re
from collections.abc import Iterator
from typing import Final

from ecs.model import CustomerReview, CustomerReviews, EditorialReview, Excerpt, ListPointer, Rating, Tag
from ecs.parse.nodes import Element, children, decimal, fields, flag, integer, parts

_AVERAGE: Final = re.compile(r"[1-4](\.[0-9]{1,4})?|5(\.0{1,4})?")


def rating(reviews: CustomerReviews) -> Rating | None:
    """The average, which answers hold up to 2010-12-01; None where nobody rated."""
    if reviews.average is None or not reviews.count:
        return None
    return Rating(reviews.average, reviews.count)


def customer_reviews(element: Element) -> CustomerReviews:
    """Customers' opinions in the form of any version."""
    found = fields(element)
    average = found.get("AverageRating", "")
    return CustomerReviews(
        average=float(average) if _AVERAGE.fullmatch(average) else None,
        count=_count(found.get("TotalReviews")),
        pages=_count(found.get("TotalReviewPages")),
        reviews=tuple(_review(child) for child in children(element, "Review")),
        iframe_url=found.get("IFrameURL"),
        has_reviews=flag(found["HasReviews"]) if "HasReviews" in found else None,
    )


def editorial_reviews(element: Element | None) -> tuple[EditorialReview, ...]:
    """The editorial texts; one without content says nothing."""
    return tuple(_editorial_reviews(element))


def list_pointers(element: Element | None) -> tuple[ListPointer, ...]:
    """The Listmania lists an item is on."""
    listed = [fields(child) for child in children(element, "ListmaniaList")]
    return tuple(ListPointer(one["ListId"], one.get("ListName", "")) for one in listed if "ListId" in one)


def excerpt(element: Element | None) -> Excerpt | None:
    """What the search inside a book found; None when nothing was searched."""
    total = _count(fields(element).get("TotalExcerpts"))
    if total is None:
        return None
    found = fields(parts(element).get("Excerpt"))
    return Excerpt(total, found.get("Text"), found.get("PageNumber"), found.get("PageType"))


def tags(element: Element | None) -> tuple[Tag, ...]:
    """The tags of an item or a customer; one without a name is left out."""
    return tuple(one for child in children(element, "Tag") if (one := tag(child)) is not None)


def tag(element: Element) -> Tag | None:
    """A tag with how often it was given; None when it has no name."""
    found = fields(element)
    if "Name" not in found:
        return None
    return Tag(
        found["Name"],
        kind=found.get("TagType"),
        usages=_count(found.get("TotalUsages")),
        items=_count(found.get("DistinctItems")),
        users=_count(found.get("DistinctUsers")),
    )


def _review(element: Element) -> CustomerReview:
    found = fields(element)
    reviewer = fields(parts(element).get("Reviewer"))
    stars = decimal(found.get("Rating"))
    return CustomerReview(
        rating=round(stars) if stars is not None and 1 <= stars <= 5 else None,
        summary=found.get("Summary"),
        content=found.get("Content"),
        date=found.get("Date"),
        asin=found.get("ASIN"),
        reviewer=reviewer.get("Name") or reviewer.get("Nickname"),
        reviewer_location=reviewer.get("Location"),
        customer_id=found.get("CustomerId") or reviewer.get("CustomerId"),
        helpful_votes=_count(found.get("HelpfulVotes")),
        total_votes=_count(found.get("TotalVotes")),
    )


def _editorial_reviews(element: Element | None) -> Iterator[EditorialReview]:
    for child in children(element, "EditorialReview"):
        found = fields(child)
        if content := found.get("Content"):
            yield EditorialReview(found.get("Source", ""), content, flag(found.get("IsLinkSuppressed")))


def _count(value: str | None) -> int | None:
    number = integer(value)
    return number if number is not None and number >= 0 else None
