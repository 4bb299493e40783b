"""Lists of products, sellers and their listings, as services up to 2010-12-01 answered them."""

from typing import Final

from ecs.model import (
    FeedbackCount,
    ListItem,
    ListPage,
    ProductList,
    Seller,
    SellerFeedback,
    SellerListing,
    SellerListingPage,
    SellerPage,
    UniversalItem,
)
from ecs.parse.envelope import errors_of, is_valid
from ecs.parse.nodes import Element, children, decimal, fields, flag, integer, needed, parts, text
from ecs.parse.products import item
from ecs.parse.refusals import refuse_unless_harmless
from ecs.parse.values import image, location, money
from ecs.vocabulary import ErrorCode

_NOT_FOUND: Final = frozenset({ErrorCode.NO_EXACT_MATCHES, ErrorCode.INVALID_VALUE})


def list_page(payload: Element) -> ListPage:
    """Lists with their items; an id or a name that is unknown gives none."""
    found = parts(payload)
    lists = tuple(_list(child) for child in children(payload, "List"))
    refuse_unless_harmless(errors_of(found), _NOT_FOUND, is_valid=is_valid(found), has_value=bool(lists))
    return ListPage(lists, integer(text(found, "TotalResults")), integer(text(found, "TotalPages")))


def seller_page(payload: Element) -> SellerPage:
    """Sellers; an unknown id gives none."""
    found = parts(payload)
    sellers = tuple(_seller(child) for child in children(payload, "Seller"))
    refuse_unless_harmless(errors_of(found), _NOT_FOUND, is_valid=is_valid(found), has_value=bool(sellers))
    return SellerPage(sellers, integer(text(found, "TotalResults")), integer(text(found, "TotalPages")))


def seller_listing_page(payload: Element) -> SellerListingPage:
    """Listings; a search without matches gives none."""
    found = parts(payload)
    listings = tuple(_listing(child) for child in children(payload, "SellerListing"))
    refuse_unless_harmless(errors_of(found), _NOT_FOUND, is_valid=is_valid(found), has_value=bool(listings))
    return SellerListingPage(listings, integer(text(found, "TotalResults")), integer(text(found, "TotalPages")))


def _list(element: Element) -> ProductList:
    found, plain = parts(element), fields(element)
    return ProductList(
        list_id=needed(plain.get("ListId"), "ListId"),
        name=plain.get("ListName"),
        kind=plain.get("ListType"),
        url=plain.get("ListURL"),
        registry_number=plain.get("RegistryNumber"),
        total_items=integer(plain.get("TotalItems")),
        total_pages=integer(plain.get("TotalPages")),
        date_created=plain.get("DateCreated"),
        last_modified=plain.get("LastModified"),
        occasion_date=plain.get("OccasionDate"),
        owner=plain.get("CustomerName"),
        partner=plain.get("PartnerName"),
        additional_name=plain.get("AdditionalName"),
        comment=plain.get("Comment"),
        image=image(found.get("Image")),
        average_rating=decimal(plain.get("AverageRating")),
        votes=integer(plain.get("TotalVotes")),
        times_read=integer(plain.get("TotalTimesRead")),
        items=tuple(_list_item(child) for child in children(element, "ListItem")),
    )


def _list_item(element: Element) -> ListItem:
    found, plain = parts(element), fields(element)
    return ListItem(
        list_item_id=plain.get("ListItemId"),
        item=item(found["Item"]) if "Item" in found else None,
        universal=_universal(found["UniversalListItem"]) if "UniversalListItem" in found else None,
        date_added=plain.get("DateAdded"),
        comment=plain.get("Comment"),
        quantity_desired=integer(plain.get("QuantityDesired")),
        quantity_received=integer(plain.get("QuantityReceived")),
        priority=plain.get("Priority"),
    )


def _universal(element: Element) -> UniversalItem:
    plain = fields(element)
    return UniversalItem(
        title=plain.get("Title"),
        product_url=plain.get("ProductUrl"),
        image_url=plain.get("ImageUrl"),
        sold_by=plain.get("SoldBy"),
        saved_price=money(parts(element).get("SavedPrice")),
    )


def _seller(element: Element) -> Seller:
    found, plain = parts(element), fields(element)
    summary = found.get("SellerFeedbackSummary")
    return Seller(
        seller_id=needed(plain.get("SellerId"), "SellerId"),
        name=plain.get("SellerName"),
        legal_name=plain.get("SellerLegalName"),
        nickname=plain.get("Nickname"),
        url=plain.get("GlancePage"),
        about=plain.get("About"),
        more_about=plain.get("MoreAbout"),
        location=location(found.get("Location")),
        rating=decimal(plain.get("AverageFeedbackRating")),
        ratings=integer(plain.get("TotalFeedback")),
        feedback_pages=integer(plain.get("TotalFeedbackPages")),
        feedback_counts=tuple(
            _feedback_count(period.get("Period", ""), count)
            for period in children(summary, "FeedbackDateRange")
            for count in children(period, "SellerFeedbackRating")
        ),
        feedback=tuple(_feedback(child) for child in children(found.get("SellerFeedback"), "Feedback")),
    )


def _feedback_count(period: str, element: Element) -> FeedbackCount:
    plain = fields(element)
    count, percent = integer(plain.get("Count")), integer(plain.get("Percentage"))
    return FeedbackCount(period, element.get("Type", ""), count, percent)


def _feedback(element: Element) -> SellerFeedback:
    plain = fields(element)
    return SellerFeedback(
        integer(plain.get("Rating")), plain.get("Comment"), plain.get("Date"), rated_by=plain.get("RatedBy")
    )


def _listing(element: Element) -> SellerListing:
    found, plain = parts(element), fields(element)
    return SellerListing(
        exchange_id=plain.get("ExchangeId"),
        listing_id=plain.get("ListingId"),
        asin=plain.get("ASIN"),
        sku=plain.get("SKU"),
        upc=plain.get("UPC"),
        ean=plain.get("EAN"),
        title=plain.get("Title"),
        price=money(found.get("Price")),
        status=plain.get("Status"),
        quantity=integer(plain.get("Quantity")),
        condition=plain.get("Condition"),
        sub_condition=plain.get("SubCondition"),
        start_date=plain.get("StartDate"),
        end_date=plain.get("EndDate"),
        ships_expedited=flag(plain.get("WillShipExpedited")),
        ships_internationally=flag(plain.get("WillShipInternational")),
        seller=_seller(found["Seller"]) if "Seller" in found else None,
    )
