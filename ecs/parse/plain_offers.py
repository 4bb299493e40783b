"""
A page of offers read from its markup: for each offer one match of a pattern.

What many offers have word for word alike (who sells, in which condition, when it ships) is read as a tree once and
remembered as an offer of its own, of which the others are copies.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from ecs.errors import BadReply
from ecs.model import Money, Offer, OfferPage
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
_BEARING: Final = frozenset(
    {*("listing_id", "exchange_id", "price", "saved", "percent_saved", "max_quantity"), "sale_price", "max_per_order"}
)
"""Terms that say once more what differs, or change it."""
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
        offer = _offer(markup, markup[at + len(_OFFER) : listing_at], listing_at, end)
        if offer is None:
            return None
        found.append(offer)
        at = end + len(_OFFER_ENDS)
    if at != len(markup):
        return None
    total, pages, more_url = begins.groups()
    return OfferPage(int(total), int(pages), tuple(found), more_url and (unescaped(more_url).strip() or None))


class _Words(NamedTuple):
    """What is said of an offer in the words that many have in common."""

    shared: Mapping[str, Any]
    terms: Mapping[str, Any]
    offer: Offer | None
    """An offer of these words alone, where none of them bears on what differs."""


def _offer(markup: str, head: str, start: int, end: int) -> Offer | None:
    match = _listing(markup, start, end)
    if match is None:
        return None
    listing, exchange, amount, currency, shown, saved, saved_currency, saved_shown, percent = match.groups()
    units, rest = _units_apart(markup[match.end() : end])
    words = _words(head, rest)
    if words is None:
        return None
    if words.offer is None or amount is None:
        return _of_rare_words(match, units, words)
    return replace(
        words.offer,
        listing_id=listing_id(listing),
        exchange_id=exchange,
        price=_money(amount, currency, shown),
        saved=saved and _money(saved, saved_currency, saved_shown),
        percent_saved=percent and int(percent),
        max_quantity=units,
    )


def _units_apart(rest: str) -> tuple[int | None, str]:
    """The number of units, which differs from offer to offer, and what else stands at the end of a listing."""
    before, _, after = rest.partition(_QUANTITY)
    digits, _, after = after.partition(_QUANTITY_ENDS)
    is_number = digits.isascii() and digits.isdecimal() and len(digits) < _LONGEST_NUMBER
    # Where as many elements were closed before it as were opened it is the listing's own.
    if not is_number or before.count("<") != 2 * before.count("</"):
        return None, rest
    return int(digits), before + after


def _of_rare_words(match: re.Match[str], units: int | None, words: _Words) -> Offer:
    """The offer where the words bear on what differs: a hidden price, one of a sale, a limit."""
    listing, exchange, amount, currency, shown, saved, saved_currency, saved_shown, percent = match.groups()
    differing = {
        "listing_id": listing_id(listing),
        "exchange_id": exchange,
        "price": amount and _money(amount, currency, shown),
        "saved": saved and _money(saved, saved_currency, saved_shown),
        "percent_saved": percent and int(percent),
        "max_quantity": units,
    }
    told = {name: value for name, value in differing.items() if value is not None}
    return offer_of({**told, **words.terms}, words.shared)


def _money(amount: str, currency: str, shown: str) -> Money | None:
    return money_of(int(amount), currency, unescaped(shown).strip())


@lru_cache(maxsize=1024)
def _words(head: str, rest: str) -> _Words | None:
    """What stands before a listing and at its end; None when one is not well-formed by itself."""
    shared, terms = _shared(head), _terms(rest)
    if shared is None or terms is None:
        return None
    is_apart = not terms.keys() & _BEARING and not terms.get("is_price_hidden")
    return _Words(shared, terms, Offer(listing_id="", **terms, **shared) if is_apart else None)


@lru_cache(maxsize=512)
def _shared(markup: str) -> Mapping[str, Any] | None:
    try:
        offer = fragment(f"<Offer>{markup}</Offer>")
    except BadReply:
        return None
    return None if LISTING in parts(offer) else shared_of(offer)


@lru_cache(maxsize=512)
def _terms(markup: str) -> Mapping[str, Any] | None:
    try:
        return terms_of(fragment(f"<{LISTING}>{markup}</{LISTING}>"))
    except BadReply:
        return None
