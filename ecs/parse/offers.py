"""Offers of an item: the summary and one page of the offers themselves."""

from collections.abc import Iterator
from urllib.parse import unquote

from msgspec.structs import replace

from ecs.model import Measure, Offer, OfferPage, OfferSummary, RentalOffer
from ecs.parse.nodes import Element, Fields, Parts, children, decimal, fields, flag, integer, parts, text
from ecs.parse.terms import loyalty_points, promotions, shipping_charges
from ecs.parse.values import location, money, told


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
        more_url=text(found, "MoreOffersUrl"),
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
    seller = found.get("Merchant")
    merchant = fields(seller)
    if not merchant:
        seller = found.get("Seller")
        merchant = fields(seller)
    # Only parts with parts of their own have no text: where the seller has one, it is a Location.
    place = parts(seller).get("Location") if seller is not None and len(seller) > len(merchant) else None
    for listing in children(element, "OfferListing"):
        listed = parts(listing)
        offer = _offer(listed, attributes, merchant)
        if offer is not None:
            rare = _rare_parts(found, listing, listed)
            if place is not None:
                rare["merchant_location"] = location(place)
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


def _offer(listing: Parts, attributes: Fields, merchant: Fields) -> Offer | None:
    listing_id = text(listing, "OfferListingId")
    if listing_id is None:
        # Nothing can be done with an offer that no cart request can name.
        return None
    asked = listing.get("Price")
    regular = None
    if "SalePrice" in listing:
        asked, regular = listing["SalePrice"], money(asked)
    price = money(asked)
    is_hidden = flag(text(listing, "IsMapViolated")) or (asked is not None and price is None)
    availability = fields(listing.get("AvailabilityAttributes"))
    limit = _limit(listing)
    return Offer(
        listing_id=unquote(listing_id),
        merchant_name=merchant.get("Name") or merchant.get("Nickname"),
        merchant_id=told(merchant.get("MerchantId") or merchant.get("SellerId")),
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
        max_quantity=_most(text(listing, "Quantity"), limit),
        is_super_saver=flag(text(listing, "IsEligibleForSuperSaverShipping")),
        is_fulfilled_by_amazon=flag(text(listing, "IsFulfilledByAmazon")),
        max_per_order=_most(limit),
        regular_price=None if is_hidden else regular,
        price_per_unit=text(listing, "PricePerUnit"),
        is_prime=flag(text(listing, "IsEligibleForPrime")),
        is_prime_video=flag(text(listing, "IsEligibleForPrimeFreeDigitalVideo")),
        exchange_id=text(listing, "ExchangeId"),
        merchant_url=merchant.get("GlancePage"),
        merchant_rating=decimal(merchant.get("AverageFeedbackRating")),
        merchant_ratings=integer(merchant.get("TotalFeedback")),
        sales_restriction=text(listing, "SalesRestriction"),
        pickup_hours=text(listing, "ISPUStoreHours"),
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


def _limit(listing: Parts) -> str | None:
    """How many one customer may order, which stands one level down since 2009-06-01."""
    element = listing.get("QuantityRestriction")
    if element is None:
        return None
    return fields(element).get("QuantityLimit") or text(listing, "QuantityRestriction")


def _most(*limits: str | None) -> int | None:
    """The narrowest of the limits; -1 stands for a stock that is not known."""
    known = [number for limit in limits if (number := integer(limit)) is not None and number >= 0]
    return min(known, default=None)
