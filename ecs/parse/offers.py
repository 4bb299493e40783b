"""Offers of an item: the summary and one page of the offers themselves."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import unquote

from ecs.model import Measure, Offer, OfferPage, OfferSummary, RentalOffer
from ecs.parse.nodes import (
    Element,
    Table,
    children,
    count_of,
    decimal,
    fields,
    filled,
    flag_of,
    integer,
    level,
    number_of,
    parts,
    text,
    text_of,
)
from ecs.parse.terms import loyalty_points, promotions, shipping_charges
from ecs.parse.values import location, money, told

LISTING: Final = "OfferListing"


def offer_summary(element: Element) -> OfferSummary:
    """Lowest prices and counts; a lowest price that may not be shown is None."""
    return OfferSummary(**filled(element, _SUMMARY))


def offer_page(element: Element) -> OfferPage:
    """The page of offers; offers inside variations come without totals and are counted."""
    offers: list[Offer] = []
    plain: dict[str, str | None] = {}
    for child in element[:]:
        name = child.tag
        if name == "Offer":
            offers += _listings(child)
        else:
            plain[name] = text_of(child)
    total, pages = integer(plain.get("TotalOffers")), integer(plain.get("TotalOfferPages"))
    return OfferPage(
        total=len(offers) if total is None else total,
        pages=(1 if offers else 0) if pages is None else pages,
        offers=tuple(offers),
        more_url=plain.get("MoreOffersUrl"),
    )


def rental_offers(element: Element | None) -> tuple[RentalOffer, ...]:
    """Offers to rent, in the order of the answer."""
    return tuple(
        _rental(listing, fields(parts(offer).get("Merchant")).get("Name"))
        for offer in children(element, "RentalOffer")
        for listing in children(offer, "RentalListing")
    )


def shared_of(element: Element) -> dict[str, Any]:
    """What all listings of an offer have in common: its seller, condition, points and promotions."""
    shared: dict[str, Any] = {}
    for child in element[:]:
        read = _SHARED.get(child.tag)
        if read is not None:
            # The first one counts: a Seller only where no Merchant says anything.
            shared = {**read(child), **shared}
    return shared


def terms_of(listing: Element) -> dict[str, Any]:
    """What a listing says by itself."""
    found = filled(listing, _LISTING)
    if "shipping_charges" in found:
        found["shipping_charges"] = shipping_charges(listing)
    availability: dict[str, Any] = found.pop("availability_attributes", {})
    return found | availability


def offer_of(found: dict[str, Any], shared: Mapping[str, Any]) -> Offer:
    """The offer of a listing's terms, which are used up, and of what it shares with others."""
    _settle_price(found)
    if "max_per_order" in found:
        limits = (found.get("max_quantity"), found["max_per_order"])
        found["max_quantity"] = min((limit for limit in limits if limit is not None), default=None)
    return Offer(**found, **shared)


def listing_id(sent: str | None) -> str | None:
    """An OfferListingId as carts take it, decoded once."""
    if sent is None or "%" not in sent:
        return sent
    # Base64 has three signs that are encoded; the general way costs ten times as much.
    plain = sent.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")
    return unquote(plain) if "%" in plain else plain


def _listings(element: Element) -> list[Offer]:
    """The offers of one seller under one condition: what they share first, then each listing."""
    shared = shared_of(element)
    # Nothing can be done with an offer that no cart request can name.
    return [
        offer_of(found, shared)
        for listing in children(element, LISTING)
        if (found := terms_of(listing)).get("listing_id")
    ]


def _settle_price(found: dict[str, Any]) -> None:
    """Of a price and a sale price the customer pays the latter; a hidden one, or one without an amount, is not told."""
    if "sale_price" in found:
        found["regular_price"], found["price"] = found.get("price"), found.pop("sale_price")
    if found.get("is_price_hidden") or ("price" in found and found["price"] is None):
        found |= {"is_price_hidden": True, "price": None, "regular_price": None}


def _merchant(element: Element) -> dict[str, Any]:
    """Who sells the offer; nothing of one without a text."""
    plain, nested = level(element)
    if not plain:
        return {}
    found = _who(*map(plain.get, _WHO))
    return {**found, "merchant_location": location(nested["Location"])} if "Location" in nested else found


@lru_cache(maxsize=1024)
def _who(
    name: str | None,
    nickname: str | None,
    merchant_id: str | None,
    seller_id: str | None,
    url: str | None,
    rating: str | None,
    ratings: str | None,
) -> dict[str, Any]:
    # A page has a few sellers with many offers. Nobody changes what is given here.
    return {
        "merchant_name": name or nickname,
        "merchant_id": told(merchant_id or seller_id),
        "merchant_url": url,
        "merchant_rating": decimal(rating),
        "merchant_ratings": integer(ratings),
    }


def _condition(element: Element) -> str:
    return (text_of(element) or "New").capitalize()


def _stock(element: Element) -> int | None:
    """A number of units; -1 stands for a stock that is not known."""
    number = number_of(element)
    return number if number is not None and number >= 0 else None


def _most(element: Element) -> int | None:
    """How many one customer may order, which stands one level down since 2009-06-01."""
    return next((_stock(child) for child in children(element, "QuantityLimit")), _stock(element))


def _rental(element: Element, merchant_name: str | None) -> RentalOffer:
    found = parts(element)
    number = integer(text(found, "Period"))
    period = None if number is None else Measure(number, found["Period"].get("Units", ""))
    return RentalOffer(
        price=money(found.get("Price")),
        period=period,
        merchant_name=merchant_name,
        is_fulfilled_by_amazon="IsFulfilledByAmazon" in found and flag_of(found["IsFulfilledByAmazon"]),
        disclaimer=text(found, "Disclaimer"),
    )


_WHO: Final = (*("Name", "Nickname", "MerchantId", "SellerId", "GlancePage", "AverageFeedbackRating", "TotalFeedback"),)
_SUMMARY: Final[Table] = {
    "LowestNewPrice": ("lowest_new", money),
    "LowestUsedPrice": ("lowest_used", money),
    "LowestCollectiblePrice": ("lowest_collectible", money),
    "LowestRefurbishedPrice": ("lowest_refurbished", money),
    "TotalNew": ("total_new", count_of),
    "TotalUsed": ("total_used", count_of),
    "TotalCollectible": ("total_collectible", count_of),
    "TotalRefurbished": ("total_refurbished", count_of),
}
_ATTRIBUTES: Final[Table] = {
    "Condition": ("condition", _condition),
    "SubCondition": ("sub_condition", text_of),
    "ConditionNote": ("condition_note", text_of),
}
_AVAILABILITY: Final[Table] = {
    "AvailabilityType": ("availability_type", text_of),
    "IsPreorder": ("is_preorder", flag_of),
    "MinimumHours": ("min_hours", number_of),
    "MaximumHours": ("max_hours", number_of),
}
_LISTING: Final[Table] = {
    "OfferListingId": ("listing_id", lambda element: listing_id(text_of(element))),
    "ExchangeId": ("exchange_id", text_of),
    "Price": ("price", money),
    "SalePrice": ("sale_price", money),
    "AmountSaved": ("saved", money),
    "PercentageSaved": ("percent_saved", number_of),
    "PricePerUnit": ("price_per_unit", text_of),
    "IsMapViolated": ("is_price_hidden", flag_of),
    "Availability": ("availability", text_of),
    "AvailabilityAttributes": ("availability_attributes", lambda element: filled(element, _AVAILABILITY)),
    "Quantity": ("max_quantity", _stock),
    "QuantityRestriction": ("max_per_order", _most),
    "IsEligibleForSuperSaverShipping": ("is_super_saver", flag_of),
    "IsFulfilledByAmazon": ("is_fulfilled_by_amazon", flag_of),
    "IsEligibleForPrime": ("is_prime", flag_of),
    "IsEligibleForPrimeFreeDigitalVideo": ("is_prime_video", flag_of),
    "SalesRestriction": ("sales_restriction", text_of),
    "ShippingCharge": ("shipping_charges", text_of),
    "ISPUStoreAddress": ("pickup_store", lambda element: tuple(fields(element).values())),
    "ISPUStoreHours": ("pickup_hours", text_of),
}
_SHARED: Final[Mapping[str, Callable[[Element], dict[str, Any]]]] = MappingProxyType(
    {
        "Merchant": _merchant,
        "Seller": _merchant,
        "OfferAttributes": lambda element: filled(element, _ATTRIBUTES),
        "LoyaltyPoints": lambda element: {"loyalty_points": loyalty_points(element)},
        "Promotions": lambda element: {"promotions": promotions(element)},
    }
)
"""What all listings of an offer have in common."""
