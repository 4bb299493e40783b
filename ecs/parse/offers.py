"""Offers of an item: the summary and one page of the offers themselves."""

from collections.abc import Iterator
from urllib.parse import unquote

from msgspec.structs import replace

from ecs.model import Measure, Offer, OfferPage, OfferSummary, RentalOffer
from ecs.parse.nodes import Element, Fields, Parts, children, decimal, fields, flag, integer, level, parts, text
from ecs.parse.terms import loyalty_points, promotions, shipping_charges
from ecs.parse.values import location, money, told


def offer_summary(element: Element | None) -> OfferSummary | None:
    """Lowest prices and counts; a lowest price that may not be shown is None."""
    if element is None:
        return None
    plain, found = level(element)
    return OfferSummary(
        lowest_new=money(found.get("LowestNewPrice")),
        lowest_used=money(found.get("LowestUsedPrice")),
        lowest_collectible=money(found.get("LowestCollectiblePrice")),
        lowest_refurbished=money(found.get("LowestRefurbishedPrice")),
        total_new=integer(plain.get("TotalNew")) or 0,
        total_used=integer(plain.get("TotalUsed")) or 0,
        total_collectible=integer(plain.get("TotalCollectible")) or 0,
        total_refurbished=integer(plain.get("TotalRefurbished")) or 0,
    )


def offer_page(element: Element | None) -> OfferPage | None:
    """The page of offers; offers inside variations come without totals and are counted."""
    if element is None:
        return None
    plain = fields(element)
    offers = tuple([offer for child in children(element, "Offer") for offer in _listings(child)])
    total, pages = integer(plain.get("TotalOffers")), integer(plain.get("TotalOfferPages"))
    return OfferPage(
        total=len(offers) if total is None else total,
        pages=(1 if offers else 0) if pages is None else pages,
        offers=offers,
        more_url=plain.get("MoreOffersUrl"),
    )


def rental_offers(element: Element | None) -> tuple[RentalOffer, ...]:
    """Offers to rent, in the order of the answer."""
    return tuple(
        _rental(listing, fields(parts(offer).get("Merchant")).get("Name"))
        for offer in children(element, "RentalOffer")
        for listing in children(offer, "RentalListing")
    )


def _listings(element: Element) -> Iterator[Offer]:
    found = parts(element)
    attributes = fields(found.get("OfferAttributes"))
    merchant, around = level(found.get("Merchant"))
    if not merchant:
        merchant, around = level(found.get("Seller"))
    for listing in children(element, "OfferListing"):
        plain, listed = level(listing)
        offer = _offer(plain, listed, attributes, merchant)
        if offer is not None:
            rare = _rare_parts(found, listing, listed)
            if "Location" in around:
                rare["merchant_location"] = location(around["Location"])
            yield replace(offer, **rare) if rare else offer


def _rare_parts(found: Parts, listing: Element, listed: Parts) -> dict[str, object]:
    """What few offers have, each looked at only where it is."""
    rare: dict[str, object] = {}
    if "LoyaltyPoints" in found:
        rare["loyalty_points"] = loyalty_points(found["LoyaltyPoints"])
    if "Promotions" in found:
        rare["promotions"] = promotions(found["Promotions"])
    if "ShippingCharge" in listed:
        rare["shipping_charges"] = shipping_charges(listing)
    if "ISPUStoreAddress" in listed:
        rare["pickup_store"] = tuple(fields(listed["ISPUStoreAddress"]).values())
    return rare


def _offer(plain: Fields, listing: Parts, attributes: Fields, merchant: Fields) -> Offer | None:
    listing_id = plain.get("OfferListingId")
    if listing_id is None:
        # Nothing can be done with an offer that no cart request can name.
        return None
    asked = listing.get("Price")
    regular = None
    if "SalePrice" in listing:
        asked, regular = listing["SalePrice"], money(asked)
    price = money(asked)
    is_hidden = flag(plain.get("IsMapViolated")) or (asked is not None and price is None)
    availability = fields(listing.get("AvailabilityAttributes"))
    # It stands one level down since 2009-06-01.
    limit = fields(listing.get("QuantityRestriction")).get("QuantityLimit") or plain.get("QuantityRestriction")
    return Offer(
        listing_id=_decoded(listing_id),
        merchant_name=merchant.get("Name") or merchant.get("Nickname"),
        merchant_id=told(merchant.get("MerchantId") or merchant.get("SellerId")),
        condition=attributes.get("Condition", "New").capitalize(),
        sub_condition=attributes.get("SubCondition"),
        condition_note=attributes.get("ConditionNote"),
        price=None if is_hidden else price,
        is_price_hidden=is_hidden,
        saved=money(listing.get("AmountSaved")),
        percent_saved=integer(plain.get("PercentageSaved")),
        availability=plain.get("Availability"),
        availability_type=availability.get("AvailabilityType"),
        is_preorder=flag(availability.get("IsPreorder")),
        min_hours=integer(availability.get("MinimumHours")),
        max_hours=integer(availability.get("MaximumHours")),
        max_quantity=_most(plain.get("Quantity"), limit),
        is_super_saver=flag(plain.get("IsEligibleForSuperSaverShipping")),
        is_fulfilled_by_amazon=flag(plain.get("IsFulfilledByAmazon")),
        max_per_order=_most(limit),
        regular_price=None if is_hidden else regular,
        price_per_unit=plain.get("PricePerUnit"),
        is_prime=flag(plain.get("IsEligibleForPrime")),
        is_prime_video=flag(plain.get("IsEligibleForPrimeFreeDigitalVideo")),
        exchange_id=plain.get("ExchangeId"),
        merchant_url=merchant.get("GlancePage"),
        merchant_rating=decimal(merchant.get("AverageFeedbackRating")),
        merchant_ratings=integer(merchant.get("TotalFeedback")),
        sales_restriction=plain.get("SalesRestriction"),
        pickup_hours=plain.get("ISPUStoreHours"),
    )


def _rental(element: Element, merchant_name: str | None) -> RentalOffer:
    found = parts(element)
    number = integer(text(found, "Period"))
    period = None if number is None else Measure(number, found["Period"].get("Units", ""))
    return RentalOffer(
        price=money(found.get("Price")),
        period=period,
        merchant_name=merchant_name,
        is_fulfilled_by_amazon=flag(text(found, "IsFulfilledByAmazon")),
        disclaimer=text(found, "Disclaimer"),
    )


def _decoded(listing_id: str) -> str:
    # Base64 has three signs that are encoded; the general way costs ten times as much.
    plain = listing_id.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")
    return unquote(plain) if "%" in plain else plain


def _most(*limits: str | None) -> int | None:
    """The narrowest of the limits; -1 stands for a stock that is not known."""
    known = [number for limit in limits if (number := integer(limit)) is not None and number >= 0]
    return min(known, default=None)
