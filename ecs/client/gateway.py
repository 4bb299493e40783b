"""
The catalog and the carts of one upstream, as ``resolvers.ports`` wants them.

One attempt a call: what failed is said in the error, whether to try again is for others to decide.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import httpx
from msgspec.structs import replace

from ecs import compound, listing_request, parse, request
from ecs.client.channel import Channel
from ecs.client.config import ClientConfig
from ecs.errors import BadReply
from ecs.listing_request import HelpType, ListingIdType, ListingQuery, ListQuery, ListType
from ecs.model import (
    BrowseNode,
    Help,
    Item,
    ListPage,
    RemoteCart,
    SearchPage,
    Seen,
    SellerListingPage,
    SellerPage,
)
from ecs.parse import Reply
from ecs.request import CartChange, CartHandle, Condition, IdType, NewItem, SearchQuery, Similarity
from ecs.vocabulary import Operation, ResponseGroup

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

    async def search_pages(
        self, query: SearchQuery, pages: Sequence[int], groups: Groups
    ) -> Seen[tuple[SearchPage, ...]]:
        """ItemSearch for a page or two, in one request; an error of one is that of both."""

        def read(body: bytes) -> tuple[SearchPage, ...]:
            found = parse.search_pages(body)
            if len(found) != len(pages):
                raise BadReply("the answer has other parts than those asked for")
            return found

        return await self._seen(_together([request.item_search(query, page, groups) for page in pages]), read)

    def search_at_hand(self, query: SearchQuery, page: int, groups: Groups) -> None:
        """Nothing is at hand; see ``ecs.caching``."""

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

    async def list_search(self, query: ListQuery, page: int, groups: Iterable[str]) -> Seen[ListPage]:
        """ListSearch; a search without matches is a page without lists."""
        return await self._seen(listing_request.list_search(query, page, groups), parse.lists)

    async def list_look_up(
        self,
        list_id: str,
        list_type: ListType,
        page: int,
        groups: Iterable[str],
        *,
        sort: str | None = None,
        group: str | None = None,
    ) -> Seen[ListPage]:
        """ListLookup; an unknown id gives no list."""
        asked = listing_request.list_lookup(list_id, list_type, page, groups, sort=sort, group=group)
        return await self._seen(asked, parse.lists)

    async def sellers(
        self, seller_ids: Sequence[str], groups: Iterable[str], *, feedback_page: int = 1
    ) -> Seen[SellerPage]:
        """SellerLookup of one to five; sellers the upstream does not know are left out."""
        asked = listing_request.seller_lookup(seller_ids, groups, feedback_page=feedback_page)
        return await self._seen(asked, parse.sellers)

    async def seller_listings(self, query: ListingQuery, page: int, groups: Iterable[str]) -> Seen[SellerListingPage]:
        """SellerListingSearch."""
        return await self._seen(listing_request.seller_listing_search(query, page, groups), parse.seller_listings)

    async def seller_listing(
        self, listing_id: str, id_type: ListingIdType, groups: Iterable[str], *, seller_id: str | None = None
    ) -> Seen[SellerListingPage]:
        """SellerListingLookup."""
        asked = listing_request.seller_listing_lookup(listing_id, id_type, groups, seller_id=seller_id)
        return await self._seen(asked, parse.seller_listings)

    async def help(self, help_type: HelpType, about: str) -> Seen[Help]:
        """Help about one operation or response group."""
        return await self._seen(listing_request.help_(help_type, about), parse.help_)

    async def ask(self, parameters: Mapping[str, str]) -> Seen[tuple[Reply, ...]]:
        """Any request of ``ecs.request``, ``listing_request`` or ``compound``, answered payload by payload."""
        seen = await self._seen(parameters, parse.replies)
        return Seen(tuple(self._hushed(reply, parameters) for reply in seen.value), seen.as_of)

    async def ask_raw(self, parameters: Mapping[str, str]) -> bytes:
        """The answer to any request as it came, with status 200; what opens a cart is in it, if there is one."""
        return await self._channel.ask(parameters, bytes)

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
        value, received = await self._channel.ask(parameters, lambda body: (read(body), len(body)))
        return Seen(value, as_of=self._now(), received=received)

    def _hushed(self, reply: Reply, parameters: Mapping[str, str]) -> Reply:
        if reply.error is not None:
            reply.error.refusals = self._channel.hushed(reply.error.refusals, parameters)
            return reply
        value = reply.value
        if isinstance(value, RemoteCart):
            value = replace(value, refusals=self._channel.hushed(value.refusals, parameters))
        return Reply(reply.operation, value, refusals=self._channel.hushed(reply.refusals, parameters))

    async def _cart(self, parameters: Mapping[str, str], handle: CartHandle | None = None) -> RemoteCart:
        def read(body: bytes) -> RemoteCart:
            cart = parse.cart(body, Operation(parameters["Operation"]))
            if handle is not None and cart.cart_id != handle.cart_id:
                raise BadReply("the answer holds another cart than the one asked for")
            return cart

        cart = await self._channel.ask(parameters, read)
        return replace(cart, refusals=self._channel.hushed(cart.refusals, parameters))


def _together(parts: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    return parts[0] if len(parts) == 1 else compound.batch(*parts)
