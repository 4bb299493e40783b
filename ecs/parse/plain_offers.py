"""
A page of offers read from its markup: for each offer one match of a pattern.

What many offers have word for word alike (who sells, in which condition, when it ships) is read as a tree once and
remembered.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from ecs.errors import BadReply
from ecs.model import Offer, OfferPage
from ecs.parse.document import fragment
from ecs.parse.kept import markup_of
from ecs.parse.nodes import Element, parts
from ecs.parse.offers import LISTING, listing_id, offer_of, offer_page, shared_of, terms_of
from ecs.parse.plain import NUMBER, leaf, optional, unescaped
from ecs.parse.values import money_of

_OFFER: Final = "<Offer>"
_LISTING_BEGINS: Final = f"<{LISTING}>"
_OFFER_ENDS: Final = f"</{LISTING}></Offer>"
_QUANTITY: Final = "<Quantity>"
_QUANTITY_ENDS: Final = "</Quantity>"
_LONGEST_NUMBER: Final = 16
_PRICE: Final = f"{leaf('Amount', NUMBER)}{leaf('CurrencyCode', '([A-Z]{3})')}{leaf('FormattedPrice')}"

_page_begins: Final = re.compile(
    leaf("TotalOffers", NUMBER) + leaf("TotalOfferPages", NUMBER) + optional(leaf("MoreOffersUrl"))
).match
_listing: Final = re.compile(
    _LISTING_BEGINS
    + leaf("OfferListingId", "([0-9A-Za-z%+/=]+)")
    + optional(leaf("ExchangeId", "([0-9A-Z]+)"))
    + optional(f"<Price>{_PRICE}</Price>")
    + optional(f"<AmountSaved>{_PRICE}</AmountSaved>")
    + optional(leaf("PercentageSaved", NUMBER))
).match


def offers(element: Element) -> OfferPage:
    """The page of ``Offers``, however it was kept."""
    markup = markup_of(element)
    if markup is None:
        return offer_page(element)
    return plain_page(markup) or offer_page(fragment(f"<Offers>{markup}</Offers>"))


def plain_page(markup: str) -> OfferPage | None:
    """The page of some markup; None when that is not in its plain form."""
    begins = _page_begins(markup)
    if begins is None:
        return None
    at = begins.end()
    found: list[Offer] = []
    while markup.startswith(_OFFER, at):
        listing_at = markup.find(_LISTING_BEGINS, at)
        end = markup.find(_OFFER_ENDS, listing_at)
        if listing_at < 0 or end < 0:
            return None
        shared = _shared(markup[at + len(_OFFER) : listing_at])
        terms = _all_terms(markup, listing_at, end)
        if shared is None or terms is None:
            return None
        if terms["listing_id"]:
            found.append(offer_of(terms, shared))
        at = end + len(_OFFER_ENDS)
    if at != len(markup):
        return None
    total, pages, more_url = begins.groups()
    return OfferPage(int(total), int(pages), tuple(found), more_url and (unescaped(more_url).strip() or None))


def _all_terms(markup: str, start: int, end: int) -> dict[str, Any] | None:
    match = _listing(markup, start, end)
    if match is None:
        return None
    listing, exchange, amount, currency, shown, saved, saved_currency, saved_shown, percent = match.groups()
    found: dict[str, Any] = {"listing_id": listing_id(listing)}
    if exchange is not None:
        found["exchange_id"] = exchange
    if amount is not None:
        found["price"] = money_of(int(amount), currency, unescaped(shown).strip())
    if saved is not None:
        found["saved"] = money_of(int(saved), saved_currency, unescaped(saved_shown).strip())
    if percent is not None:
        found["percent_saved"] = int(percent)
    rest = markup[match.end() : end]
    # Of the rest only the number of units differs from offer to offer.
    before, _, after = rest.partition(_QUANTITY)
    units, _, after = after.partition(_QUANTITY_ENDS)
    if units.isascii() and units.isdecimal() and len(units) < _LONGEST_NUMBER:
        found["max_quantity"] = int(units)
        rest = before + after
    terms = _terms(rest)
    if terms is None:
        return None
    found.update(terms)
    return found


@lru_cache(maxsize=1024)
def _shared(markup: str) -> Mapping[str, Any] | None:
    """What stands before the listing; None when it is not well-formed by itself."""
    try:
        element = fragment(f"<Offer>{markup}</Offer>")
    except BadReply:
        return None
    return None if LISTING in parts(element) else shared_of(element)


@lru_cache(maxsize=1024)
def _terms(markup: str) -> Mapping[str, Any] | None:
    """What stands at the end of a listing; None when it is not well-formed by itself, or has more to it."""
    try:
        return terms_of(fragment(f"<{LISTING}>{markup}</{LISTING}>"))
    except BadReply:
        return None
