"""
Batching look-ups of one request: what is asked for one by one, in the same turn of the loop, goes out together.

Response groups are united, so that fields of one product that need different ones cost one look-up. Fields that wait
for the same answer do not end with each other: graphql-core cancels what runs beside a field whose error goes up.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from strawberry.dataloader import DataLoader

from ecs.errors import UpstreamError
from ecs.listing_request import MAX_SELLERS
from ecs.model import Item, Seen, Seller
from ecs.vocabulary import MAX_LOOKUP_IDS
from resolvers.planning import Groups, covers, united
from resolvers.ports import Catalog, Directory
from resolvers.products import similar, spread


class SellerLoader:
    """Sellers by upstream number, for one request, asked for in fives."""

    def __init__(self, directory: Directory) -> None:
        async def load(seller_ids: list[str]) -> list[Seller | None]:
            seen = await directory.sellers(seller_ids, ("Seller",))
            found = {seller.seller_id: seller for seller in seen.value.sellers}
            return [found.get(seller_id) for seller_id in seller_ids]

        self._loader: DataLoader[str, Seller | None] = DataLoader(load, max_batch_size=MAX_SELLERS)

    async def load(self, seller_id: str) -> Seller | None:
        """The seller; None when the upstream knows none of this number."""
        return await asyncio.shield(self._loader.load(seller_id))


@dataclass(slots=True, eq=False)
class _Wanted:
    asin: str
    groups: Groups
    found: "asyncio.Future[Seen[Item] | None]"

    def end(self, found: Seen[Item] | None, error: UpstreamError | None) -> None:
        if self.found.done():
            return
        if error is None or found is not None:
            self.found.set_result(found)
        else:
            self.found.set_exception(error)


class ProductLoader:
    """Products by catalog number, for one request: none is asked for twice with the same response groups."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._asked: dict[str, list[_Wanted]] = {}
        self._next: dict[str, _Wanted] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    async def load(self, asin: str, groups: Groups) -> Seen[Item] | None:
        """The product, with ``groups`` at least; None when the catalog has none of this number."""
        return await asyncio.shield(self._wanted(asin.upper(), groups).found)

    async def load_many(self, asins: Sequence[str], groups: Groups) -> list[Seen[Item] | None]:
        """Several products, in the order asked."""
        return list(await asyncio.gather(*(self.load(asin, groups) for asin in asins)))

    def _wanted(self, asin: str, groups: Groups) -> _Wanted:
        for wanted in self._asked.get(asin, ()):
            if covers(wanted.groups, groups):
                return wanted
        waiting = self._next.get(asin)
        if waiting is not None:
            waiting.groups = united(waiting.groups, groups)
            return waiting
        loop = asyncio.get_running_loop()
        if not self._next:
            # The fields of a list come one turn after a single one.
            loop.call_soon(loop.call_soon, self._send)
        self._next[asin] = wanted = _Wanted(asin, groups, loop.create_future())
        return wanted

    def _send(self) -> None:
        wanted, self._next = self._next, {}
        for each in wanted.values():
            self._asked.setdefault(each.asin, []).append(each)
        for call in planned({each.asin: each.groups for each in wanted.values()}):
            task = asyncio.create_task(self._look_up([wanted[asin] for asin in call.asins], call.groups))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _look_up(self, wanted: Sequence[_Wanted], groups: Groups) -> None:
        error: UpstreamError | None = None
        found: Iterable[Seen[Item]]
        try:
            found = spread(await self._catalog.look_up([each.asin for each in wanted], groups))
        except UpstreamError as raised:
            found, error = raised.found, raised
        by_asin = {seen.value.asin: seen for seen in found}
        for each in wanted:
            each.groups = groups
            each.end(by_asin.get(each.asin), error)


@dataclass(frozen=True, slots=True)
class LookUp:
    """One call for up to ten products."""

    asins: tuple[str, ...]
    groups: Groups


def planned(wanted: Mapping[str, Groups]) -> list[LookUp]:
    """
    The fewest calls for products that need these groups. Pure.

    Products with the same groups go together; all of them with all groups, when that saves a call.
    """
    alike: dict[Groups, list[str]] = {}
    for asin, groups in wanted.items():
        alike.setdefault(groups, []).append(asin)
    apart = [call for groups, asins in alike.items() for call in _in_tens(asins, groups)]
    every: Groups = frozenset()
    for groups in alike:
        every = united(every, groups)
    together = _in_tens(list(wanted), every)
    return together if len(together) < len(apart) else apart


def _in_tens(asins: Sequence[str], groups: Groups) -> list[LookUp]:
    starts = range(0, len(asins), MAX_LOOKUP_IDS)
    return [LookUp(tuple(asins[start : start + MAX_LOOKUP_IDS]), groups) for start in starts]


class SimilarLoader:
    """
    What is similar to products, for one request.

    For one product the upstream is asked, which names up to ten. For several at once that would be a call for each:
    the five that came with each product are looked up together instead.
    """

    def __init__(self, catalog: Catalog, products: ProductLoader) -> None:
        async def load(wanted: list[_SimilarTo]) -> list[list[Seen[Item]]]:
            if len(wanted) == 1:
                only = wanted[0]
                return [await similar(catalog, [only.item.asin], only.groups, to_all=False, limit=only.limit)]
            return list(await asyncio.gather(*(_named(products, each) for each in wanted)))

        self._loader: DataLoader[_SimilarTo, list[Seen[Item]]] = DataLoader(load, cache=False)

    async def load(self, item: Item, groups: Groups, limit: int) -> list[Seen[Item]]:
        """Products similar to ``item``, best first."""
        return await self._loader.load(_SimilarTo(item, groups, limit))


@dataclass(frozen=True, slots=True, eq=False)
class _SimilarTo:
    item: Item
    groups: Groups
    limit: int


async def _named(products: ProductLoader, wanted: _SimilarTo) -> list[Seen[Item]]:
    asins = [pointer.asin for pointer in wanted.item.similar][: wanted.limit]
    return [seen for seen in await products.load_many(asins, wanted.groups) if seen is not None]
