"""
The catalog and the carts of one upstream, as ``resolvers.ports`` wants them.

One attempt a call: what failed is said in the error, whether to try again is for others to decide.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import httpx
from msgspec.structs import replace

from ecs import parse, request
from ecs.client.channel import Channel
from ecs.client.config import ClientConfig
from ecs.errors import BadReply
from ecs.model import BrowseNode, Item, RemoteCart, SearchPage, Seen
from ecs.request import CartChange, CartHandle, Condition, IdType, NewItem, SearchQuery, Similarity
from ecs.vocabulary import ResponseGroup

T = TypeVar("T")
Groups = Collection[ResponseGroup]


class EcsGateway:
    """
    One marketplace, asked under one key and associate tag.

    Every method raises an ``ecs.errors.UpstreamError`` when the upstream does not do what was asked, and ValueError
    for a request the protocol does not have (no ids, or more than ten).
    """

    def __init__(self, config: ClientConfig, client: httpx.AsyncClient, now: Callable[[], datetime]) -> None:
        """``client`` comes from ``network_client`` or ``in_process_client`` and stays the caller's to close."""
        self._channel = Channel(config, client, now)
        self._now = now

    async def search(self, query: SearchQuery, page: int, groups: Groups) -> Seen[SearchPage]:
        """ItemSearch."""
        return await self._seen(request.item_search(query, page, groups), parse.search_page)

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
        """ItemLookup; ids the upstream does not know are left out."""
        asked = request.item_lookup(
            ids, groups, id_type=id_type, search_index=search_index, condition=condition, offer_page=offer_page
        )
        return await self._seen(asked, parse.items)

    async def similar(self, asins: Sequence[str], similarity: Similarity, groups: Groups) -> Seen[tuple[Item, ...]]:
        """SimilarityLookup."""
        return await self._seen(request.similarity_lookup(asins, similarity, groups), parse.items)

    async def browse(self, node_ids: Sequence[str], groups: Groups) -> Seen[tuple[BrowseNode, ...]]:
        """BrowseNodeLookup; nodes the upstream does not know are left out."""
        return await self._seen(request.browse_node_lookup(node_ids, groups), parse.browse_nodes)

    async def create(self, items: Sequence[NewItem]) -> RemoteCart:
        """CartCreate."""
        return await self._cart(request.cart_create(items))

    async def get(self, handle: CartHandle) -> RemoteCart:
        """CartGet."""
        return await self._cart(request.cart_get(handle), handle)

    async def add(self, handle: CartHandle, items: Sequence[NewItem]) -> RemoteCart:
        """CartAdd."""
        return await self._cart(request.cart_add(handle, items), handle)

    async def modify(self, handle: CartHandle, changes: Sequence[CartChange]) -> RemoteCart:
        """CartModify."""
        return await self._cart(request.cart_modify(handle, changes), handle)

    async def clear(self, handle: CartHandle) -> RemoteCart:
        """CartClear."""
        return await self._cart(request.cart_clear(handle), handle)

    async def _seen(self, parameters: Mapping[str, str], read: Callable[[bytes], T]) -> Seen[T]:
        value = await self._channel.ask(parameters, read)
        return Seen(value, as_of=self._now())

    async def _cart(self, parameters: Mapping[str, str], handle: CartHandle | None = None) -> RemoteCart:
        def read(body: bytes) -> RemoteCart:
            cart = parse.cart(body)
            if handle is not None and cart.cart_id != handle.cart_id:
                raise BadReply("the answer holds another cart than the one asked for")
            return cart

        cart = await self._channel.ask(parameters, read)
        return replace(cart, refusals=self._channel.hushed(cart.refusals, parameters))
