"""Offers of a product beyond the page that came with it, and what their prices range over."""

import asyncio
from collections.abc import Sequence
from typing import Final

from ecs.model import Item, Money, Offer
from ecs.vocabulary import ITEMS_PER_PAGE, ResponseGroup
from resolvers.ports import Catalog

MAX_OFFER_PAGES: Final = 5
_GROUPS: Final = frozenset({ResponseGroup.OFFER_FULL})


def offers_at_hand(item: Item) -> tuple[Offer, ...] | None:
    """Every offer of the item when they all came with it; None when there are further pages."""
    first = item.offers
    if first is None:
        return ()
    return first.offers if first.pages <= 1 or len(first.offers) >= first.total else None


def first_offers(item: Item, number: int) -> tuple[Offer, ...] | None:
    """The first offers of the item, up to ``number``, when they came with it; None when a further page is needed."""
    first = item.offers.offers if item.offers else ()
    return first[:number] if number <= len(first) else None


def reachable_offers(item: Item) -> int:
    """How many offers paging reaches."""
    return min(item.offers.total, MAX_OFFER_PAGES * ITEMS_PER_PAGE) if item.offers else 0


async def all_offers(catalog: Catalog, item: Item) -> tuple[Offer, ...]:
    """Every offer of the item that paging reaches (five pages of ten), in the upstream's order."""
    first = item.offers
    at_hand = offers_at_hand(item)
    if first is None or at_hand is not None:
        return at_hand or ()
    pages = range(2, min(first.pages, MAX_OFFER_PAGES) + 1)
    answers = await asyncio.gather(*(catalog.look_up([item.asin], _GROUPS, offer_page=page) for page in pages))
    more = (other.offers.offers for answer in answers for other in answer.value if other.offers)
    return (*first.offers, *(offer for page in more for offer in page))


def price_range(offers: Sequence[Offer], condition: str) -> tuple[Money, Money] | None:
    """Lowest and highest price of the offers of a condition whose price may be shown; None when there is none."""
    prices = [
        offer.price for offer in offers if offer.condition == condition and offer.price and not offer.is_price_hidden
    ]
    if not prices:
        return None
    ordered = sorted(prices, key=lambda price: price.amount_minor)
    return ordered[0], ordered[-1]
