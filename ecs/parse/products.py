"""Items of the catalog."""

import re
from collections.abc import Iterator
from typing import Final

from ecs.model import EditorialReview, ImageSet, Item, Rating, VariationAttribute
from ecs.parse.attributes import attributes
from ecs.parse.browse import browse_node
from ecs.parse.nodes import Element, Parts, children, fields, integer, needed, parts, text
from ecs.parse.offers import offer_page, offer_summary
from ecs.parse.values import image, pointers

_AVERAGE: Final = re.compile(r"[1-4](\.[0-9]{1,4})?|5(\.0{1,4})?")


def item(element: Element) -> Item:
    """An item with whatever parts the answer brought; only its ASIN must be there."""
    found = parts(element)
    known = attributes(found.get("ItemAttributes"))
    single = known.single
    return Item(
        asin=needed(text(found, "ASIN"), "ASIN"),
        title=single.get("Title"),
        detail_url=text(found, "DetailPageURL"),
        parent_asin=text(found, "ParentASIN"),
        group=single.get("ProductGroup"),
        binding=single.get("Binding"),
        brand=single.get("Brand"),
        manufacturer=single.get("Manufacturer"),
        model=single.get("Model"),
        contributors=known.contributors,
        identifiers=known.identifiers,
        release_date=known.release_date,
        features=known.features,
        attributes=known.others,
        is_adult=known.is_adult,
        list_price=known.list_price,
        small_image=image(found.get("SmallImage")),
        medium_image=image(found.get("MediumImage")),
        large_image=image(found.get("LargeImage")),
        image_sets=_image_sets(element, found),
        offer_summary=offer_summary(found.get("OfferSummary")),
        offers=offer_page(found.get("Offers")),
        sales_rank=integer(text(found, "SalesRank")),
        rating=_rating(found.get("CustomerReviews")),
        editorial_reviews=tuple(_editorial_reviews(found.get("EditorialReviews"))),
        browse_nodes=tuple(browse_node(node) for node in children(found.get("BrowseNodes"), "BrowseNode")),
        similar=pointers(found.get("SimilarProducts")),
        accessories=pointers(found.get("Accessories")),
        variation_attributes=tuple(_variation_attributes(found.get("VariationAttributes"))),
        variations=tuple(item(variation) for variation in children(found.get("Variations"), "Item")),
    )


def _image_sets(element: Element, found: Parts) -> tuple[ImageSet, ...]:
    if "ImageSets" not in found:
        return ()
    # The schema allows several ImageSets side by side.
    return tuple(_image_set(one) for sets in children(element, "ImageSets") for one in children(sets, "ImageSet"))


def _image_set(element: Element) -> ImageSet:
    found = parts(element)
    return ImageSet(
        category=element.get("Category", "primary"),
        swatch=image(found.get("SwatchImage")),
        small=image(found.get("SmallImage")),
        medium=image(found.get("MediumImage")),
        large=image(found.get("LargeImage")),
        hires=image(found.get("HiResImage")),
    )


def _rating(element: Element | None) -> Rating | None:
    """The average, which answers hold up to 2010-12-01; None where nobody rated."""
    found = fields(element)
    average, count = found.get("AverageRating", ""), integer(found.get("TotalReviews"))
    if not count or count < 0 or not _AVERAGE.fullmatch(average):
        return None
    return Rating(float(average), count)


def _editorial_reviews(element: Element | None) -> Iterator[EditorialReview]:
    for child in children(element, "EditorialReview"):
        found = fields(child)
        if content := found.get("Content"):
            yield EditorialReview(found.get("Source", ""), content)


def _variation_attributes(element: Element | None) -> Iterator[VariationAttribute]:
    for child in children(element, "VariationAttribute"):
        found = fields(child)
        if "Name" in found and "Value" in found:
            yield VariationAttribute(found["Name"], found["Value"])
