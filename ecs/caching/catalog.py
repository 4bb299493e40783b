"""
A catalog and directory whose answers are cached. Items, nodes and pages of a search are kept one by one.

A key holds what decides an answer: marketplace, edition of the catalog, operation, its arguments, response groups.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from ecs import listing_request, request
from ecs.caching.ageing import ages_of
from ecs.caching.answers import Answers
from ecs.caching.questions import Batch, Kind, Question
from ecs.caching.shared import Codec, name_of
from ecs.listing_request import ListingQuery, ListQuery, ListType
from ecs.model import BrowseNode, Item, ListPage, SearchPage, Seen, SeenEach, SellerListingPage, SellerPage
from ecs.request import Condition, IdType, SearchQuery, Similarity
from ecs.resilience.guarded import Guarded
from ecs.vocabulary import MAX_BATCH_PARTS, ResponseGroup

T = TypeVar("T")
Groups = Collection[ResponseGroup]
_PLAIN_ID: Final = re.compile(r"[0-9A-Za-z]{1,20}")
"""An id that cannot spoil a look-up of others: the wire separates ids by commas."""


def _is_nothing(value: object) -> bool:
    return not value


def _found_nothing(page: Any) -> bool:
    return not page.total_results


_SEARCH: Final = Kind(Codec(SearchPage), _found_nothing)
_ITEM: Final = Kind(Codec(Item), _is_nothing)
_ITEMS: Final = Kind(Codec(tuple[Item, ...]), _is_nothing)
_NODE: Final = Kind(Codec(BrowseNode), _is_nothing)
_LISTS: Final = Kind(Codec(ListPage), lambda page: not page.lists)
_SELLERS: Final = Kind(Codec(SellerPage), lambda page: not page.sellers)
_LISTINGS: Final = Kind(Codec(SellerListingPage), lambda page: not page.listings)


class CachedCatalog:
    """One marketplace. Satisfies ``Catalog`` and ``Directory`` of ``resolvers.ports``."""

    def __init__(
        self,
        marketplace: str,
        upstream: Guarded,
        background: Guarded,
        answers: Answers,
        *,
        edition: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        """
        ``background`` is the same upstream at the lowest rank, for refreshing.

        ``edition`` names what is in the catalog where that is known, so that a new one is seen at once.
        """
        self._marketplace = marketplace
        self._upstream = upstream
        self._background = background
        self._answers = answers
        self._edition = edition
        self._now = now

    async def search(self, query: SearchQuery, page: int, groups: Groups) -> Seen[SearchPage]:
        """ItemSearch."""
        at_hand = self.search_at_hand(query, page, groups)
        if at_hand is not None:
            return at_hand
        answers: list[Any] = await self._answers.ask([self._page(query, page, groups)])
        answer: Seen[SearchPage] = answers[0]
        return answer

    def search_at_hand(self, query: SearchQuery, page: int, groups: Groups) -> Seen[SearchPage] | None:
        """ItemSearch, when nothing at all has to be done for it."""
        entry = self._answers.fresh(self._search_key(query, page, groups))
        return None if entry is None else entry.cached

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
        """ItemLookup. By ASIN each item is kept by itself, and may have another instant than the next."""
        if id_type != "ASIN":
            options: Any = {
                "id_type": id_type,
                "search_index": search_index,
                "condition": condition,
                "offer_page": offer_page,
            }
            return await self._whole(
                ("ItemLookup", *self._scope, tuple(ids), frozenset(groups), *options.values()),
                _ITEMS,
                groups,
                lambda: request.item_lookup(ids, groups, **options),
                lambda upstream: upstream.look_up(ids, groups, **options),
            )
        batch = ("Item", *self._scope, frozenset(groups), condition, offer_page)
        entries = [self._answers.fresh((batch, asin)) for asin in ids]
        if all(entries):
            each = [entry.cached for entry in entries if entry is not None]
        else:
            each = await self._answers.ask([self._item(batch, asin, groups, condition, offer_page) for asin in ids])
        return SeenEach.of(tuple(seen for seen in each if seen is not None), self._now())

    async def similar(self, asins: Sequence[str], similarity: Similarity, groups: Groups) -> Seen[tuple[Item, ...]]:
        """SimilarityLookup."""
        return await self._whole(
            ("SimilarityLookup", *self._scope, tuple(asins), similarity, frozenset(groups)),
            _ITEMS,
            groups,
            lambda: request.similarity_lookup(asins, similarity, groups),
            lambda upstream: upstream.similar(asins, similarity, groups),
        )

    async def browse(self, node_ids: Sequence[str], groups: Groups) -> Seen[tuple[BrowseNode, ...]]:
        """BrowseNodeLookup. Each node is kept by itself."""
        batch = ("Node", *self._scope, frozenset(groups))
        each = await self._answers.ask([self._node(batch, node_id, groups) for node_id in node_ids])
        return SeenEach.of(tuple(seen for seen in each if seen is not None), self._now())

    async def list_search(self, query: ListQuery, page: int, groups: Collection[str]) -> Seen[ListPage]:
        """ListSearch."""
        return await self._whole(
            ("ListSearch", *self._scope, query, page, frozenset(groups)),
            _LISTS,
            groups,
            lambda: listing_request.list_search(query, page, groups),
            lambda upstream: upstream.list_search(query, page, groups),
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
        return await self._whole(
            ("ListLookup", *self._scope, list_id, list_type, page, frozenset(groups), sort, group),
            _LISTS,
            groups,
            lambda: listing_request.list_lookup(list_id, list_type, page, groups, sort=sort, group=group),
            lambda upstream: upstream.list_look_up(list_id, list_type, page, groups, sort=sort, group=group),
        )

    async def sellers(
        self, seller_ids: Sequence[str], groups: Collection[str], *, feedback_page: int = 1
    ) -> Seen[SellerPage]:
        """SellerLookup."""
        return await self._whole(
            ("SellerLookup", *self._scope, tuple(seller_ids), frozenset(groups), feedback_page),
            _SELLERS,
            groups,
            lambda: listing_request.seller_lookup(seller_ids, groups, feedback_page=feedback_page),
            lambda upstream: upstream.sellers(seller_ids, groups, feedback_page=feedback_page),
        )

    async def seller_listings(self, query: ListingQuery, page: int, groups: Collection[str]) -> Seen[SellerListingPage]:
        """SellerListingSearch."""
        return await self._whole(
            ("SellerListingSearch", *self._scope, query, page, frozenset(groups)),
            _LISTINGS,
            groups,
            lambda: listing_request.seller_listing_search(query, page, groups),
            lambda upstream: upstream.seller_listings(query, page, groups),
        )

    def _search_key(self, query: SearchQuery, page: int, groups: Groups) -> Hashable:
        return ("ItemSearch", *self._scope, query, page, frozenset(groups))

    @property
    def _scope(self) -> tuple[str, str]:
        return self._marketplace, self._edition()

    def _name(self, parameters: Mapping[str, str]) -> bytes:
        return name_of(" ".join(self._scope), parameters)

    async def _whole(
        self,
        key: Hashable,
        kind: Kind,
        groups: Collection[str],
        parameters: Callable[[], Mapping[str, str]],
        ask: Callable[[Guarded], Awaitable[Seen[T]]],
    ) -> Seen[T]:
        async def fetch(_: Batch) -> Mapping[str, Seen[Any]]:
            return {"": await ask(self._upstream)}

        async def refetch(_: Batch) -> Mapping[str, Seen[Any]]:
            return {"": await ask(self._background)}

        question = Question(key, lambda: self._name(parameters()), kind, ages_of(groups), fetch, refetch)
        answers: list[Any] = await self._answers.ask([question])
        answer: Seen[T] = answers[0]
        return answer

    def _page(self, query: SearchQuery, page: int, groups: Groups) -> Question:
        async def fetched(upstream: Guarded, batch: Batch) -> Mapping[str, Seen[Any]]:
            seen = await upstream.search_late(query, lambda: [int(part) for part in batch.take()], groups)
            parts = [question.part for question in batch.questions]
            return {part: seen.one(value) for part, value in zip(parts, seen.value, strict=True)}

        return Question(
            key=self._search_key(query, page, groups),
            name=lambda: self._name(request.item_search(query, page, groups)),
            kind=_SEARCH,
            ages=ages_of(groups),
            fetch=lambda batch: fetched(self._upstream, batch),
            refetch=lambda batch: fetched(self._background, batch),
            part=str(page),
            batch=("ItemSearch", *self._scope, query, frozenset(groups)),
            largest_batch=MAX_BATCH_PARTS,
        )

    def _node(self, batch: Hashable, node_id: str, groups: Groups) -> Question:
        async def fetched(upstream: Guarded, batch: Batch) -> Mapping[str, Seen[Any]]:
            seen = await upstream.browse_late(batch.take, groups)
            return {node.node_id: seen.one(node) for node in seen.value}

        return Question(
            key=(batch, node_id),
            name=lambda: self._name(request.browse_node_lookup([node_id], groups)),
            kind=_NODE,
            ages=ages_of(groups),
            fetch=lambda batch: fetched(self._upstream, batch),
            refetch=lambda batch: fetched(self._background, batch),
            part=node_id,
            batch=batch if _PLAIN_ID.fullmatch(node_id) else None,
        )

    def _item(self, batch: Hashable, asin: str, groups: Groups, condition: Condition, offer_page: int) -> Question:
        async def fetched(upstream: Guarded, batch: Batch) -> Mapping[str, Seen[Any]]:
            seen = await upstream.look_up_late(batch.take, groups, condition=condition, offer_page=offer_page)
            return {item.asin: seen.one(item) for item in seen.value}

        def name() -> bytes:
            return self._name(request.item_lookup([asin], groups, condition=condition, offer_page=offer_page))

        return Question(
            key=(batch, asin),
            name=name,
            kind=_ITEM,
            ages=ages_of(groups),
            fetch=lambda batch: fetched(self._upstream, batch),
            refetch=lambda batch: fetched(self._background, batch),
            part=asin,
            batch=batch if _PLAIN_ID.fullmatch(asin) else None,
        )
