"""OfferSummary and Offers, in the older and the later shape."""

from functools import lru_cache
from math import ceil
from typing import Final, NamedTuple

from msgspec import Struct

from ecs.embedded.offers import CONDITIONS, Offer, OfferBook
from ecs.embedded.product import Stock
from ecs.embedded.sellers import HOUSE, Seller, seller_id
from ecs.embedded.tokens import encoded_listing_id, exchange_id
from ecs.embedded.versions import Version
from ecs.embedded.xml import element, escaped, price

OFFERS_PER_PAGE: Final = 10
_HIDDEN_PRICE: Final = "Too low to display"


class OfferChoice(Struct, frozen=True):
    """Which offers of an item an answer shows; ``merchant`` and ``condition`` as in the request, None if not sent."""

    condition: str | None = None
    merchant: str | None = None
    page: int = 1


def offer_summary(book: OfferBook, currency: str) -> str:
    """Lowest price and number of offers of each condition."""
    lowest, totals = "", ""
    for condition in CONDITIONS:
        offer = book.lowest.get(condition)
        if offer is not None:
            lowest += price(f"Lowest{condition}Price", offer.amount, currency)
        totals += f"<Total{condition}>{book.counts[condition]}</Total{condition}>"
    return f"<OfferSummary>{lowest}{totals}</OfferSummary>"


def offers(
    asin: str, book: OfferBook, choice: OfferChoice, currency: str, version: Version, site: str, *, is_full: bool
) -> str:
    """One page of offers; ``is_full`` names the seller in late answers (OfferFull), which else leave it out."""
    chosen = chosen_offers(book, choice, version)
    shape = _shape(version, is_full)
    start = (choice.page - 1) * OFFERS_PER_PAGE
    shown = "".join(
        _offer(asin, offer, book.list_price, currency, shape) for offer in chosen[start : start + OFFERS_PER_PAGE]
    )
    more = element("MoreOffersUrl", f"{site}/dp/{asin}#offers") if version.is_late else ""
    return (
        f"<Offers><TotalOffers>{len(chosen)}</TotalOffers>"
        f"<TotalOfferPages>{ceil(len(chosen) / OFFERS_PER_PAGE)}</TotalOfferPages>{more}{shown}</Offers>"
    )


def chosen_offers(book: OfferBook, choice: OfferChoice, version: Version) -> list[Offer]:
    """
    The offers a request asks for.

    Older versions: every seller's, cheapest first; the house's own when no merchant is named. Late ones: the featured
    offer, alone when no merchant is named, followed by the others when all are.
    """
    condition = choice.condition or "New"
    merchant = choice.merchant or ("Featured" if version.is_late else "Amazon")
    offers = [offer for offer in book.offers if condition in ("All", offer.condition)]
    if merchant == "Featured":
        return [offer for offer in offers if offer is book.featured]
    if merchant != "All":
        ids = {HOUSE.id} if merchant == "Amazon" else {merchant, merchant.upper(), seller_id(merchant)}
        return [offer for offer in offers if offer.seller.id in ids]
    if version.is_late:
        offers.sort(key=lambda offer: offer is not book.featured)
    return offers


class _Shape(NamedTuple):
    """What the offers of a version hold; ``has_terms`` means the saving and the times."""

    is_late: bool
    has_seller: bool
    has_feedback: bool
    has_terms: bool
    has_stock: bool
    has_prime: bool
    has_fulfilment: bool
    has_map: bool


@lru_cache(maxsize=64)
def _shape(version: Version, is_full: bool) -> _Shape:
    early = not version.is_late
    return _Shape(
        is_late=version.is_late,
        has_seller=early or is_full,
        has_feedback=version.since("2007-10-29"),
        has_terms=version.since("2007-09-21"),
        has_stock=early and version.since("2007-09-21"),
        has_prime=version.since("2008-08-19"),
        has_fulfilment=early and version.since("2009-10-01"),
        has_map=early and version.since("2009-06-01"),
    )


def _offer(asin: str, offer: Offer, list_price: int | None, currency: str, shape: _Shape) -> str:
    seller = _merchant(offer.seller, shape) if shape.has_seller else ""
    details = ""
    if not shape.is_late:
        details = f"<SubCondition>{escaped(offer.sub_condition)}</SubCondition>{element('ConditionNote', offer.note)}"
    return (
        f"<Offer>{seller}<OfferAttributes><Condition>{offer.condition}</Condition>{details}</OfferAttributes>"
        f"{_listing(asin, offer, list_price, currency, shape)}</Offer>"
    )


@lru_cache(maxsize=2048)
def _merchant(seller: Seller, shape: _Shape) -> str:
    if shape.is_late:
        return f"<Merchant><Name>{escaped(seller.name)}</Name></Merchant>"
    feedback = ""
    if seller.rating is not None and shape.has_feedback:
        feedback = (
            f"<AverageFeedbackRating>{seller.rating:.1f}</AverageFeedbackRating>"
            f"<TotalFeedback>{seller.rating_count}</TotalFeedback>"
        )
    return (
        f"<Merchant><MerchantId>{escaped(seller.id)}</MerchantId><Name>{escaped(seller.name)}</Name>"
        f"{feedback}</Merchant>"
    )


def _listing(asin: str, offer: Offer, list_price: int | None, currency: str, shape: _Shape) -> str:
    if offer.is_hidden:
        shown = f"<Price><FormattedPrice>{_HIDDEN_PRICE}</FormattedPrice></Price>"
    else:
        shown = price("Price", offer.amount, currency)
        if shape.has_terms and list_price is not None and list_price > offer.amount:
            shown += _saving(list_price - offer.amount, list_price, currency)
    times = _availability_attributes(offer.stock, offer.is_buyable, offer.min_hours, offer.max_hours)
    # Units of one cart; 0 when out of stock.
    stock = f"<Quantity>{offer.limit}</Quantity>" if shape.has_stock else ""
    # Sellers' offers are listings, too; the house has none.
    is_listed = not shape.is_late and offer.seller.id != HOUSE.id
    exchange = f"<ExchangeId>{exchange_id(asin, offer.key)}</ExchangeId>" if is_listed else ""
    return (
        f"<OfferListing><OfferListingId>{encoded_listing_id(asin, offer.key)}</OfferListingId>{exchange}{shown}"
        f"<Availability>{availability(offer)}</Availability>{times if shape.has_terms else ''}{stock}"
        f"<IsEligibleForSuperSaverShipping>{int(offer.is_super_saver)}</IsEligibleForSuperSaverShipping>"
        f"{_privileges(offer, shape)}</OfferListing>"
    )


def _saving(saved: int, list_price: int, currency: str) -> str:
    return f"{price('AmountSaved', saved, currency)}<PercentageSaved>{100 * saved // list_price}</PercentageSaved>"


def availability(offer: Offer) -> str:
    """The wording of the United States shop for when an offer ships."""
    if offer.stock == "preorder":
        return "Not yet released"
    if not offer.is_buyable:
        return "Currently unavailable"
    hours = offer.max_hours or 0
    if hours <= 24:
        return "Usually ships in 24 hours"
    if hours <= 168:
        return f"Usually ships in {(offer.min_hours or 24) // 24}-{hours // 24} business days"
    return f"Usually ships in {(offer.min_hours or hours) // 168} to {ceil(hours / 168)} weeks"


@lru_cache(maxsize=1024)
def _availability_attributes(stock: Stock, is_buyable: bool, min_hours: int | None, max_hours: int | None) -> str:
    kind = "futureDate" if stock == "preorder" else "now" if is_buyable else "unknown"
    preorder = "<IsPreorder>1</IsPreorder>" if stock == "preorder" else ""
    shortest = "" if min_hours is None else f"<MinimumHours>{min_hours}</MinimumHours>"
    longest = "" if max_hours is None else f"<MaximumHours>{max_hours}</MaximumHours>"
    return (
        f"<AvailabilityAttributes><AvailabilityType>{kind}</AvailabilityType>{preorder}{shortest}{longest}"
        "</AvailabilityAttributes>"
    )


def _privileges(offer: Offer, shape: _Shape) -> str:
    # What the marketplace ships itself is what its subscribers get faster.
    is_fulfilled = int(offer.is_fulfilled)
    prime = f"<IsEligibleForPrime>{is_fulfilled}</IsEligibleForPrime>" if shape.has_prime else ""
    fulfilled = f"<IsFulfilledByAmazon>{is_fulfilled}</IsFulfilledByAmazon>" if shape.has_fulfilment else ""
    hidden = f"<IsMapViolated>{int(offer.is_hidden)}</IsMapViolated>" if shape.has_map else ""
    return f"{prime}{fulfilled}{hidden}"
