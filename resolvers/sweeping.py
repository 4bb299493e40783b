"""
Carrying to their end the intents whose owner is gone: after a crash, and after answers that were lost.

Runs at start and every few seconds, in each process; the fence lets one of them have an intent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from persistence.records import Held
from resolvers.changes import settle_lapsed
from resolvers.shop import Shop
from resolvers.turns import TooManyWaiting

EVERY_S: Final = 2.0
"""Pause between two sweeps: with the lease it keeps settling within 30 s of a healthy upstream."""
KEPT: Final = timedelta(hours=72)
"""How long a request key gives the first answer again."""
_AT_ONCE: Final = 20
_REAPED_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did."""

    settled: int
    left: int
    """Lapsed intents that could not be settled yet, or belong to a marketplace that is not served here."""


async def sweep(shops: Mapping[str, Shop]) -> Swept:
    """Settle what has lapsed in the marketplaces of ``shops``."""
    settled = left = 0
    shop = next(iter(shops.values()))
    now = shop.clock.now()
    for held in await shop.journal.lapsed(now, _AT_ONCE):
        is_settled = await _settled(shops.get(held.cart.marketplace), held)
        settled += is_settled
        left += not is_settled
    return Swept(settled, left)


async def forget(shop: Shop) -> int:
    """Forget outcomes that are past their time, some at once; how many were."""
    return await shop.journal.reap(shop.clock.now() - KEPT, _REAPED_AT_ONCE)


async def _settled(shop: Shop | None, held: Held) -> bool:
    if shop is None:
        return False
    try:
        async with shop.turns.take((held.cart.customer_id, shop.marketplace)):
            return await settle_lapsed(shop, held.cart.id)
    except TooManyWaiting:
        # Those who wait for the cart will settle it first.
        return False
