"""An upstream behind a guard: the methods of ``EcsGateway``, each call guarded under its operation's rule."""

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from ecs.listing_request import ListingQuery, ListQuery, ListType
from ecs.model import BrowseNode, Item, ListPage, RemoteCart, SearchPage, Seen, SellerListingPage, SellerPage
from ecs.request import CartChange, CartHandle, Condition, IdType, NewItem, SearchQuery, Similarity
from ecs.resilience.guard import Guard
from ecs.resilience.operations import Rank
from ecs.vocabulary import Operation, ResponseGroup

Groups = Collection[ResponseGroup]


class Upstream(Protocol):
    """What is guarded; ``EcsGateway`` has this shape. What each method gives is said there."""

    async def search_pages(
        self, query: SearchQuery, pages: Sequence[int], groups: Groups, /
    ) -> Seen[tuple[SearchPage, ...]]: ...

    async def look_up(
        self,
        ids: Sequence[str],
        groups: Groups,
        /,
        *,
        id_type: IdType = "ASIN",
        search_index: str | None = None,
        condition: Condition = "All",
        offer_page: int = 1,
    ) -> Seen[tuple[Item, ...]]: ...

    async def similar(
        self, asins: Sequence[str], similarity: Similarity, groups: Groups, /
    ) -> Seen[tuple[Item, ...]]: ...

    async def browse(self, node_ids: Sequence[str], groups: Groups, /) -> Seen[tuple[BrowseNode, ...]]: ...

    async def list_search(self, query: ListQuery, page: int, groups: Collection[str], /) -> Seen[ListPage]: ...

    async def list_look_up(
        self,
        list_id: str,
        list_type: ListType,
        page: int,
        groups: Collection[str],
        /,
        *,
        sort: str | None = None,
        group: str | None = None,
    ) -> Seen[ListPage]: ...

    async def sellers(
        self, seller_ids: Sequence[str], groups: Collection[str], /, *, feedback_page: int = 1
    ) -> Seen[SellerPage]: ...

    async def seller_listings(
        self, query: ListingQuery, page: int, groups: Collection[str], /
    ) -> Seen[SellerListingPage]: ...

    async def create(self, items: Sequence[NewItem], /) -> RemoteCart: ...

    async def get(self, handle: CartHandle, /) -> RemoteCart: ...

    async def add(self, handle: CartHandle, items: Sequence[NewItem], /) -> RemoteCart: ...

    async def modify(self, handle: CartHandle, changes: Sequence[CartChange], /) -> RemoteCart: ...

    async def clear(self, handle: CartHandle, /) -> RemoteCart: ...


class Guarded:
    """Raises what the upstream raises, and ``CircuitOpen`` or ``QuotaSpent`` when a call is refused on our side."""

    def __init__(self, upstream: Upstream, guard: Guard, *, rank: Rank | None = None) -> None:
        """``rank`` takes the place of every operation's own, for background work such as refreshing."""
        self._upstream = upstream
        self._guard = guard
        self._rank = rank

    async def search_late(
        self, query: SearchQuery, take: Callable[[], Sequence[int]], groups: Groups
    ) -> Seen[tuple[SearchPage, ...]]:
        """ItemSearch of the pages that ``take`` gives when the call is sent: another may join while it waits."""
        return await self._guard.run(
            Operation.ITEM_SEARCH, lambda: self._upstream.search_pages(query, take(), groups), self._rank
        )

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
        """ItemLookup."""
        return await self._guard.run(
            Operation.ITEM_LOOKUP,
            lambda: self._upstream.look_up(
                ids, groups, id_type=id_type, search_index=search_index, condition=condition, offer_page=offer_page
            ),
            self._rank,
        )

    async def look_up_late(
        self, take: Callable[[], Sequence[str]], groups: Groups, *, condition: Condition, offer_page: int
    ) -> Seen[tuple[Item, ...]]:
        """ItemLookup of what ``take`` gives when the call is sent: more may join while it waits for its turn."""
        return await self._guard.run(
            Operation.ITEM_LOOKUP,
            lambda: self._upstream.look_up(take(), groups, condition=condition, offer_page=offer_page),
            self._rank,
        )

    async def similar(self, asins: Sequence[str], similarity: Similarity, groups: Groups) -> Seen[tuple[Item, ...]]:
        """SimilarityLookup."""
        return await self._guard.run(
            Operation.SIMILARITY_LOOKUP, lambda: self._upstream.similar(asins, similarity, groups), self._rank
        )

    async def browse_late(self, take: Callable[[], Sequence[str]], groups: Groups) -> Seen[tuple[BrowseNode, ...]]:
        """BrowseNodeLookup of what ``take`` gives when the call is sent."""
        return await self._guard.run(
            Operation.BROWSE_NODE_LOOKUP, lambda: self._upstream.browse(take(), groups), self._rank
        )

    async def list_search(self, query: ListQuery, page: int, groups: Collection[str]) -> Seen[ListPage]:
        """ListSearch."""
        return await self._guard.run(
            Operation.LIST_SEARCH, lambda: self._upstream.list_search(query, page, groups), self._rank
        )

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
        """ListLookup."""
        return await self._guard.run(
            Operation.LIST_LOOKUP,
            lambda: self._upstream.list_look_up(list_id, list_type, page, groups, sort=sort, group=group),
            self._rank,
        )

    async def sellers(
        self, seller_ids: Sequence[str], groups: Collection[str], *, feedback_page: int = 1
    ) -> Seen[SellerPage]:
        """SellerLookup."""
        return await self._guard.run(
            Operation.SELLER_LOOKUP,
            lambda: self._upstream.sellers(seller_ids, groups, feedback_page=feedback_page),
            self._rank,
        )

    async def seller_listings(self, query: ListingQuery, page: int, groups: Collection[str]) -> Seen[SellerListingPage]:
        """SellerListingSearch."""
        return await self._guard.run(
            Operation.SELLER_LISTING_SEARCH, lambda: self._upstream.seller_listings(query, page, groups), self._rank
        )

    async def create(self, items: Sequence[NewItem]) -> RemoteCart:
        """CartCreate."""
        return await self._guard.run(Operation.CART_CREATE, lambda: self._upstream.create(items), self._rank)

    async def get(self, handle: CartHandle) -> RemoteCart:
        """CartGet."""
        return await self._guard.run(Operation.CART_GET, lambda: self._upstream.get(handle), self._rank)

    async def add(self, handle: CartHandle, items: Sequence[NewItem]) -> RemoteCart:
        """CartAdd."""
        return await self._guard.run(Operation.CART_ADD, lambda: self._upstream.add(handle, items), self._rank)

    async def modify(self, handle: CartHandle, changes: Sequence[CartChange]) -> RemoteCart:
        """CartModify."""
        return await self._guard.run(Operation.CART_MODIFY, lambda: self._upstream.modify(handle, changes), self._rank)

    async def clear(self, handle: CartHandle) -> RemoteCart:
        """CartClear."""
        return await self._guard.run(Operation.CART_CLEAR, lambda: self._upstream.clear(handle), self._rank)
