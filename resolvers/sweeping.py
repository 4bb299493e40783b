"""
Carrying to their end the intents whose owner is gone: after a crash, and after answers that were lost.

Runs at start and every few seconds, in each process; the fence lets one of them have an intent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from persistence.errors import StoreError
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
    """Lapsed intents that could not be settled yet."""


def let_through(_: Held, error: Exception) -> None:
    """A fault of ours ends the sweep."""
    raise error


async def sweep(shops: Mapping[str, Shop], report: Callable[[Held, Exception], None] = let_through) -> Swept:
    """
    Settle what has lapsed in the marketplaces of ``shops``.

    A fault of ours in one intent is told to ``report`` and leaves the others alone; its lease keeps it for a while.
    """
    settled = left = 0
    for marketplace, shop in shops.items():
        for held in await shop.journal.lapsed(shop.clock.now(), marketplace, _AT_ONCE):
            try:
                is_settled = await _settled(shop, held)
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001  One cart must not keep all others unsettled.
                report(held, error)
                is_settled = False
            settled += is_settled
            left += not is_settled
    return Swept(settled, left)


async def forget(shop: Shop) -> int:
    """Forget outcomes that are past their time, some at once; how many were."""
    return await shop.journal.reap(shop.clock.now() - KEPT, _REAPED_AT_ONCE)


async def _settled(shop: Shop, held: Held) -> bool:
    try:
        async with shop.turns.take((held.cart.customer_id, shop.marketplace)):
            return await settle_lapsed(shop, held.cart.id)
    except TooManyWaiting:
        # Those who wait for the cart will settle it first.
        return False
