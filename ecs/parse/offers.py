"""Offers of an item: the summary and one page of the offers themselves."""

from collections.abc import Iterator
from urllib.parse import unquote

from ecs.model import Offer, OfferPage, OfferSummary
from ecs.parse.nodes import Element, Fields, Parts, children, fields, flag, integer, parts, text
from ecs.parse.values import money

_NOT_TOLD = "Deprecated"
"""What late 2011 answers put in place of a merchant's id."""


def offer_summary(element: Element | None) -> OfferSummary | None:
    """Lowest prices and counts; a lowest price that may not be shown is None."""
    if element is None:
        return None
    found = parts(element)
    return OfferSummary(
        lowest_new=money(found.get("LowestNewPrice")),
        lowest_used=money(found.get("LowestUsedPrice")),
        lowest_collectible=money(found.get("LowestCollectiblePrice")),
        lowest_refurbished=money(found.get("LowestRefurbishedPrice")),
        total_new=integer(text(found, "TotalNew")) or 0,
        total_used=integer(text(found, "TotalUsed")) or 0,
        total_collectible=integer(text(found, "TotalCollectible")) or 0,
        total_refurbished=integer(text(found, "TotalRefurbished")) or 0,
    )


def offer_page(element: Element | None) -> OfferPage | None:
    """The page of offers; offers inside variations come without totals and are counted."""
    if element is None:
        return None
    found = parts(element)
    offers = tuple(offer for child in children(element, "Offer") for offer in _listings(child))
    total, pages = integer(text(found, "TotalOffers")), integer(text(found, "TotalOfferPages"))
    return OfferPage(
        total=len(offers) if total is None else total,
        pages=(1 if offers else 0) if pages is None else pages,
        offers=offers,
    )


def _listings(element: Element) -> Iterator[Offer]:
    found = parts(element)
    attributes, merchant = fields(found.get("OfferAttributes")), fields(found.get("Merchant"))
    if not merchant:
        merchant = fields(found.get("Seller"))
    for listing in children(element, "OfferListing"):
        offer = _offer(parts(listing), attributes, merchant)
        if offer is not None:
            yield offer


def _offer(listing: Parts, attributes: Fields, merchant: Fields) -> Offer | None:
    listing_id = text(listing, "OfferListingId")
    if listing_id is None:
        # Nothing can be done with an offer that no cart request can name.
        return None
    asked = listing.get("SalePrice")
    if asked is None:
        asked = listing.get("Price")
    price = money(asked)
    is_hidden = flag(text(listing, "IsMapViolated")) or (asked is not None and price is None)
    availability = fields(listing.get("AvailabilityAttributes"))
    return Offer(
        listing_id=unquote(listing_id),
        merchant_name=merchant.get("Name") or merchant.get("Nickname"),
        merchant_id=_told(merchant.get("MerchantId") or merchant.get("SellerId")),
        condition=attributes.get("Condition", "New").capitalize(),
        sub_condition=attributes.get("SubCondition"),
        condition_note=attributes.get("ConditionNote"),
        price=None if is_hidden else price,
        is_price_hidden=is_hidden,
        saved=money(listing.get("AmountSaved")),
        percent_saved=integer(text(listing, "PercentageSaved")),
        availability=text(listing, "Availability"),
        availability_type=availability.get("AvailabilityType"),
        is_preorder=flag(availability.get("IsPreorder")),
        min_hours=integer(availability.get("MinimumHours")),
        max_hours=integer(availability.get("MaximumHours")),
        max_quantity=_most(text(listing, "Quantity"), text(listing, "QuantityRestriction")),
        is_super_saver=flag(text(listing, "IsEligibleForSuperSaverShipping")),
        is_fulfilled_by_amazon=flag(text(listing, "IsFulfilledByAmazon")),
    )


def _told(merchant_id: str | None) -> str | None:
    return None if merchant_id == _NOT_TOLD else merchant_id


def _most(*limits: str | None) -> int | None:
    """The narrowest of the limits; -1 stands for a stock that is not known."""
    known = [number for limit in limits if (number := integer(limit)) is not None and number >= 0]
    return min(known, default=None)
