"""A customer's carts, newest first: the active one read at the upstream, the others as they were last seen."""

import asyncio
from collections.abc import Collection

from persistence.records import CartStatus
from resolvers.carts import refreshed
from resolvers.search import Window
from resolvers.shop import Shop
from resolvers.views import CartView


async def history(
    shop: Shop, customer_id: str | None, statuses: Collection[CartStatus], window: Window
) -> tuple[int, list[CartView], int]:
    """The window's carts among those in ``statuses``, the place where it begins, and how many there are."""
    if customer_id is None:
        return 0, [], 0
    start = window.offset
    if window.is_from_end:
        _, total = await shop.store.carts(customer_id, shop.marketplace, statuses, 0, 0)
        start = max(0, total - window.limit)
    records, total = await shop.store.carts(customer_id, shop.marketplace, statuses, start, window.limit)
    views = await asyncio.gather(*(refreshed(shop, record) for record in records))
    return start, list(views), total
