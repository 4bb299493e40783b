"""A shop whose every answer from the catalog is noted: how old it is, and whether it is stale."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from ecs.listing_request import ListingQuery, ListQuery, ListType
from ecs.model import BrowseNode, Item, ListPage, SearchPage, Seen, SellerListingPage, SellerPage
from ecs.request import Condition, IdType, SearchQuery, Similarity
from resolvers.ports import Catalog, Directory, Groups
from resolvers.shop import Shop

T = TypeVar("T")
Note = Callable[[datetime, bool], None]
"""Takes the instant at which the upstream gave the data, and whether it is stale."""


def noted(shop: Shop, note: Note) -> Shop:
    """The same shop; ``note`` is called for every answer of its catalog and its directory."""
    return replace(shop, catalog=_NotedCatalog(shop.catalog, note), directory=_NotedDirectory(shop.directory, note))


class _Noting:
    def __init__(self, note: Note) -> None:
        self._note = note

    def _noted(self, seen: Seen[T]) -> Seen[T]:
        self._note(seen.as_of, seen.is_stale)
        return seen


class _NotedCatalog(_Noting):
    def __init__(self, inner: Catalog, note: Note) -> None:
        super().__init__(note)
        self._inner = inner

    async def search(self, query: SearchQuery, page: int, groups: Groups) -> Seen[SearchPage]:
        return self._noted(await self._inner.search(query, page, groups))

    def search_at_hand(self, query: SearchQuery, page: int, groups: Groups) -> Seen[SearchPage] | None:
        seen = self._inner.search_at_hand(query, page, groups)
        return None if seen is None else self._noted(seen)

    async def look_up(
        self,
        ids: Sequence[str],
        groups: Groups,
        *,
        id_type: IdType = "ASIN",
        search_index: str | None = None,
        condition: Condition = "All",
        offer_page: int = 1,
    ) -> Seen[tuple[Item, ...]]:
        answer = await self._inner.look_up(
            ids, groups, id_type=id_type, search_index=search_index, condition=condition, offer_page=offer_page
        )
        return self._noted(answer)

    async def similar(self, asins: Sequence[str], similarity: Similarity, groups: Groups) -> Seen[tuple[Item, ...]]:
        return self._noted(await self._inner.similar(asins, similarity, groups))

    async def browse(self, node_ids: Sequence[str], groups: Groups) -> Seen[tuple[BrowseNode, ...]]:
        return self._noted(await self._inner.browse(node_ids, groups))


class _NotedDirectory(_Noting):
    def __init__(self, inner: Directory, note: Note) -> None:
        super().__init__(note)
        self._inner = inner

    async def list_search(self, query: ListQuery, page: int, groups: Collection[str]) -> Seen[ListPage]:
        return self._noted(await self._inner.list_search(query, page, groups))

    async def list_look_up(
        self,
        list_id: str,
        list_type: ListType,
        page: int,
        groups: Collection[str],
        *,
        sort: str | None = None,
        group: str | None = None,
    ) -> Seen[ListPage]:
        return self._noted(await self._inner.list_look_up(list_id, list_type, page, groups, sort=sort, group=group))

    async def sellers(
        self, seller_ids: Sequence[str], groups: Collection[str], *, feedback_page: int = 1
    ) -> Seen[SellerPage]:
        return self._noted(await self._inner.sellers(seller_ids, groups, feedback_page=feedback_page))

    async def seller_listings(self, query: ListingQuery, page: int, groups: Collection[str]) -> Seen[SellerListingPage]:
        return self._noted(await self._inner.seller_listings(query, page, groups))
