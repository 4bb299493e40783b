"""SellerLookup, SellerListingSearch and SellerListingLookup."""

from math import ceil
from typing import Final

from ecs.embedded.call import Call
from ecs.embedded.faults import at_least_one, invalid_value, must_be_present, no_exact_matches
from ecs.embedded.listings import LISTINGS_PER_PAGE, ListingSearch, SellerListing, find_listings, named_by, of_seller
from ecs.embedded.operations.result import Result
from ecs.embedded.seller_xml import seller, seller_listing
from ecs.embedded.shop import Shop
from ecs.embedded.sorts import order_of

_MOST_SELLERS: Final = 5
_LAST_FEEDBACK_PAGE: Final = 10
_LAST_LISTING_PAGE: Final = 500
_STATUSES: Final = ("Open", "Closed")
_SORTS: Final = ("price", "-price", "titlerank", "-titlerank", "salesrank", "startdate", "-startdate")
_ID_TYPES: Final = ("ASIN", "Exchange", "Listing", "SKU")


def seller_lookup(call: Call, shop: Shop) -> Result:
    """The known sellers in the order asked; an error for each of the others."""
    ids = call.ids("SellerId", _MOST_SELLERS)
    page = call.number("FeedbackPage", 1, _LAST_FEEDBACK_PAGE) or 1
    call.groups("Seller")
    call.check()
    found = {key: shop.catalog.sellers.find(key) if shop.catalog else None for key in ids}
    body = "".join(seller(*pair, page) for pair in found.values() if pair)
    return Result(body, tuple(invalid_value("SellerId", key) for key, pair in found.items() if pair is None))


def seller_listing_search(call: Call, shop: Shop) -> Result:
    """One page of ten products a seller offers, each with the cheapest of the seller's offers of it."""
    if call.version.since("2007-09-21"):
        call.required("SellerId")
    elif not any(call.get(name) for name in ("SellerId", "Keywords", "Title")):
        call.faults.append(at_least_one(("SellerId", "Keywords", "Title")))
    is_open = call.choice("OfferStatus", _STATUSES) != "Closed"
    sort = call.choice("Sort", _SORTS)
    page = call.number("ListingPage", 1, _LAST_LISTING_PAGE) or 1
    call.groups("SellerListing")
    call.check()
    key = call.get("SellerId")
    profile = shop.catalog.sellers.find(key) if shop.catalog and key else None
    if shop.catalog is None or (key and profile is None):
        return Result("", (invalid_value("SellerId", key or ""),))
    wanted = ListingSearch(
        seller=profile[0] if profile else None,
        keywords=call.get("Keywords") or "",
        title=call.get("Title") or "",
        is_open=is_open,
        order=order_of(sort),
        page=page,
    )
    total, products = find_listings(shop.catalog, wanted)
    totals = f"<TotalResults>{total}</TotalResults><TotalPages>{ceil(total / LISTINGS_PER_PAGE)}</TotalPages>"
    if not total:
        return Result(totals, (no_exact_matches(),))
    shown = (
        SellerListing(product, offer)
        for product in products
        for offer in of_seller(shop.offers(product), wanted.seller, is_open=is_open)[:1]
    )
    return Result(totals + "".join(_xml(listing, call, shop) for listing in shown))


def seller_listing_lookup(call: Call, shop: Shop) -> Result:
    """The listing of an ExchangeId or ListingId, or all of a seller's listings of an ASIN (which is its SKU, too)."""
    call.required("Id", "IdType")
    has_sellers = call.version.since("2007-09-21")
    id_type = call.choice("IdType", _ID_TYPES if has_sellers else _ID_TYPES[1:3])
    if id_type in ("ASIN", "SKU") and not call.get("SellerId"):
        call.faults.append(must_be_present("SellerId", when="IdType", equals=id_type))
    call.groups("SellerListing")
    call.check()
    name = call.get("Id") or ""
    found = _named(id_type or "", name, (call.get("SellerId") or "").upper() or None, shop)
    if not found:
        return Result("", (invalid_value("Id", name),))
    return Result("".join(_xml(listing, call, shop) for listing in found))


def _named(id_type: str, name: str, seller_key: str | None, shop: Shop) -> list[SellerListing]:
    named = (name, None) if id_type in ("ASIN", "SKU") else named_by(id_type, name)
    product = shop.product(named[0]) if named else None
    if named is None or product is None:
        return []
    return [
        SellerListing(product, offer)
        for offer in shop.offers(product).offers
        if named[1] in (None, offer.key) and seller_key in (None, offer.seller.id.upper())
    ]


def _xml(listing: SellerListing, call: Call, shop: Shop) -> str:
    return seller_listing(listing, shop.config.currency, call.version)
