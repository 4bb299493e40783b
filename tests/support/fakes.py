"""
What stands in for the outside in unit tests: a catalog, a store, a clock, ids, and builders of values.

Each satisfies its protocol of ``resolvers.ports``; the carts are in ``tests.support.fake_carts``.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple, TypeVar

from msgspec.structs import replace
from pydantic import SecretStr

from ecs.errors import UpstreamError
from ecs.listing_request import ListingQuery, ListQuery, ListType
from ecs.model import (
    BrowseNode,
    Item,
    ListPage,
    Offer,
    OfferPage,
    ProductList,
    RemoteCart,
    RemoteCartItem,
    SearchPage,
    Seen,
    Seller,
    SellerListing,
    SellerListingPage,
    SellerPage,
)
from ecs.request import Condition, IdType, SearchQuery, Similarity
from ecs.vocabulary import ITEMS_PER_PAGE, ResponseGroup
from persistence.records import CartRecord, CartStatus, LineRecord, Placement, UpstreamHandle
from resolvers.ports import Carts, CartStore, Catalog, Clock, Directory, Journal
from resolvers.prices import money
from resolvers.shop import CheckoutSite, Shop
from resolvers.snapshots import SeenCart, to_snapshot
from tests.support.fake_carts import FakeCarts, Goods
from tests.support.memory_journal import MemoryStore

T = TypeVar("T")

Groups = Collection[ResponseGroup]
NOON = datetime(2024, 2, 29, 12, 0, tzinfo=UTC)


class ManualClock:
    """Time that stands still until a test moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        """This instant."""
        return self._now

    def advance(self, **duration: float) -> datetime:
        """Move on by a ``timedelta`` and give the new instant."""
        self._now += timedelta(**duration)
        return self._now


def numbered(prefix: str = "id") -> Callable[[], str]:
    """Makes ``id-1``, ``id-2`` …"""
    numbers = count(1)
    return lambda: f"{prefix}-{next(numbers)}"


def an_offer(listing_id: str = "listing-1", **changes: Any) -> Offer:
    """An offer in stock at $10.00."""
    fields: dict[str, Any] = {
        "merchant_name": "Fair Books",
        "merchant_id": "A1",
        "price": money(1000, "USD"),
        "availability_type": "now",
        "min_hours": 0,
        "max_hours": 24,
    }
    return Offer(listing_id, **fields | changes)


def an_item(asin: str = "A", *offers: Offer, **changes: Any) -> Item:
    """An item with these offers, all on its first page."""
    fields: dict[str, Any] = {"title": f"Title of {asin}", "offers": OfferPage(len(offers), 1, offers)}
    return Item(asin, **fields | changes)


def a_remote_item(
    key: str, asin: str = "A", quantity: int = 1, *, saved: bool = False, **changes: Any
) -> RemoteCartItem:
    """A line of an upstream cart at $10.00 a unit."""
    fields: dict[str, Any] = {
        "title": f"Title of {asin}",
        "seller_name": "Fair Books",
        "price": money(1000, "USD"),
        "total": money(1000 * quantity, "USD"),
    }
    return RemoteCartItem(("S" if saved else "C") + key, asin, quantity, **fields | changes)


def a_remote_cart(*items: RemoteCartItem, saved: Sequence[RemoteCartItem] = (), **changes: Any) -> RemoteCart:
    """An upstream cart with these lines."""
    fields: dict[str, Any] = {
        "subtotal": money(sum(item.total.amount_minor for item in items if item.total), "USD") if items else None,
        "purchase_url": SecretStr("https://www.amazon.com/gp/cart/aws-merge.html?cart-id=100-1"),
    }
    return RemoteCart(SecretStr("100-1"), SecretStr("hmac-1"), items=items, saved=tuple(saved), **fields | changes)


def a_line(number: int = 1, **changes: Any) -> LineRecord:
    """Line ``number`` with one unit of item ``A<number>``, to be bought."""
    fields: dict[str, Any] = {
        "id": f"line-{number}",
        "upstream_key": f"K{number}",
        "asin": f"A{number}",
        "title": f"Title of A{number}",
        "quantity": 1,
        "placement": Placement.ACTIVE,
        "position": number,
        "added_at": NOON,
        "updated_at": NOON,
        "seller_name": "Fair Books",
        "price_when_added_minor": 1000,
    }
    return LineRecord(**fields | changes)


def a_cart(*lines: LineRecord, seen: SeenCart | None = None, **changes: Any) -> CartRecord:
    """The active cart of customer ``ann``, version 1, last seen with ``lines``."""
    if seen is None:
        remote = [
            a_remote_item(each.upstream_key, each.asin, each.quantity, saved=each.placement is not Placement.ACTIVE)
            for each in lines
        ]
        seen = SeenCart.of(
            a_remote_cart(
                *(item for item in remote if item.cart_item_id[0] == "C"),
                saved=[item for item in remote if item.cart_item_id[0] == "S"],
            )
        )
    fields: dict[str, Any] = {
        "id": "cart-1",
        "customer_id": "customer:ann",
        "marketplace": "US",
        "currency": "USD",
        "status": CartStatus.ACTIVE,
        "version": 1,
        "created_at": NOON,
        "updated_at": NOON,
        "snapshot": to_snapshot(seen, NOON),
        "lines": lines,
        "handle": UpstreamHandle(SecretStr("100-1"), SecretStr("hmac-1")),
    }
    return CartRecord(**fields | changes)


class LookUp(NamedTuple):
    """One call of the catalog."""

    operation: str
    ids: tuple[str, ...]
    groups: frozenset[ResponseGroup]
    options: Mapping[str, object]


@dataclass
class FakeCatalog:
    """Items by catalog number, other numbers, searches, and nodes; ``error`` ends every call while it is set."""

    items: dict[str, Item] = field(default_factory=dict)
    numbers: dict[tuple[IdType, str], str] = field(default_factory=dict)
    nodes: dict[str, BrowseNode] = field(default_factory=dict)
    similar_to: dict[tuple[str, ...], tuple[Item, ...]] = field(default_factory=dict)
    offer_pages: dict[tuple[str, int], Item] = field(default_factory=dict)
    matches: Callable[[SearchQuery], Sequence[Item]] = lambda _: ()
    page: SearchPage = field(default_factory=lambda: SearchPage((), 0, 0))
    """What every page of a search holds beside its items and totals."""
    error: UpstreamError | None = None
    now: Callable[[], datetime] = lambda: NOON
    latency_s: float = 0
    """How long a call takes."""
    calls: list[LookUp] = field(default_factory=list)
    at_hand: dict[int, Seen[SearchPage]] = field(default_factory=dict)
    """Pages of any search that need no call."""

    def stock(self, *items: Item) -> None:
        """Take items in."""
        self.items |= {item.asin: item for item in items}

    async def search(self, query: SearchQuery, page: int, groups: Groups) -> Seen[SearchPage]:
        """See ``resolvers.ports.Catalog``."""
        await self._called("search", (), groups, {"query": query, "page": page})
        return Seen(self._page(query, page), self.now())

    async def search_pages(
        self, query: SearchQuery, pages: Sequence[int], groups: Groups
    ) -> Seen[tuple[SearchPage, ...]]:
        """See ``ecs.resilience.Upstream``."""
        await self._called("search", (), groups, {"query": query, "pages": tuple(pages)})
        return Seen(tuple(self._page(query, page) for page in pages), self.now())

    def _page(self, query: SearchQuery, page: int) -> SearchPage:
        found = self.matches(query)
        start = (page - 1) * ITEMS_PER_PAGE
        pages = -(-len(found) // ITEMS_PER_PAGE)
        shown = tuple(found[start : start + ITEMS_PER_PAGE])
        return replace(self.page, items=shown, total_results=len(found), total_pages=pages)

    def search_at_hand(self, query: SearchQuery, page: int, groups: Groups) -> Seen[SearchPage] | None:
        """See ``resolvers.ports.Catalog``."""
        return self.at_hand.get(page)

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
        """See ``resolvers.ports.Catalog``."""
        options = {"id_type": id_type, "search_index": search_index, "condition": condition, "offer_page": offer_page}
        await self._called("look_up", ids, groups, options)
        asins = ids if id_type == "ASIN" else [self.numbers.get((id_type, number), "") for number in ids]
        if offer_page > 1:
            return Seen(tuple(self.offer_pages[asin, offer_page] for asin in asins), self.now())
        return Seen(tuple(self.items[asin] for asin in asins if asin in self.items), self.now())

    async def similar(self, asins: Sequence[str], similarity: Similarity, groups: Groups) -> Seen[tuple[Item, ...]]:
        """See ``resolvers.ports.Catalog``."""
        await self._called("similar", asins, groups, {"similarity": similarity})
        return Seen(self.similar_to.get(tuple(asins), ()), self.now())

    async def browse(self, node_ids: Sequence[str], groups: Groups) -> Seen[tuple[BrowseNode, ...]]:
        """See ``resolvers.ports.Catalog``."""
        await self._called("browse", node_ids, groups, {})
        return Seen(tuple(self.nodes[each] for each in node_ids if each in self.nodes), self.now())

    async def _called(self, operation: str, ids: Sequence[str], groups: Groups, options: Mapping[str, object]) -> None:
        self.calls.append(LookUp(operation, tuple(ids), frozenset(groups), options))
        await asyncio.sleep(self.latency_s)
        if self.error:
            raise self.error


@dataclass
class FakeDirectory:
    """Lists and sellers in memory, ten a page; what was asked is noted in ``calls``."""

    lists: list[ProductList] = field(default_factory=list)
    known_sellers: list[Seller] = field(default_factory=list)
    listings: list[SellerListing] = field(default_factory=list)
    calls: list[tuple[object, ...]] = field(default_factory=list)

    async def list_search(self, query: ListQuery, page: int, groups: Collection[str]) -> Seen[ListPage]:
        """See ``resolvers.ports.Directory``."""
        self.calls.append(("list_search", query, page))
        found = [each for each in self.lists if each.kind == query.list_type and each.owner == query.name]
        return Seen(ListPage(tuple(_page(found, page)), len(found)), NOON)

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
        """See ``resolvers.ports.Directory``."""
        self.calls.append(("list_look_up", list_id, list_type, page, sort))
        found = [each for each in self.lists if (each.list_id, each.kind) == (list_id, list_type)]
        shown = [replace(each, items=tuple(_page(each.items, page)), total_items=len(each.items)) for each in found]
        return Seen(ListPage(tuple(shown)), NOON)

    async def sellers(
        self, seller_ids: Sequence[str], groups: Collection[str], *, feedback_page: int = 1
    ) -> Seen[SellerPage]:
        """See ``resolvers.ports.Directory``."""
        self.calls.append(("sellers", tuple(seller_ids)))
        return Seen(SellerPage(tuple(each for each in self.known_sellers if each.seller_id in seller_ids)), NOON)

    async def seller_listings(self, query: ListingQuery, page: int, groups: Collection[str]) -> Seen[SellerListingPage]:
        """See ``resolvers.ports.Directory``."""
        self.calls.append(("seller_listings", query, page))
        return Seen(SellerListingPage(tuple(_page(self.listings, page)), len(self.listings)), NOON)


def _page(entries: Sequence[T], page: int) -> Sequence[T]:
    return entries[(page - 1) * ITEMS_PER_PAGE : page * ITEMS_PER_PAGE]


@dataclass
class Storefront:
    """A shop over fakes, with the fakes at hand."""

    carts: FakeCarts
    catalog: FakeCatalog = field(default_factory=FakeCatalog)
    directory: FakeDirectory = field(default_factory=FakeDirectory)
    store: MemoryStore = field(default_factory=MemoryStore)
    clock: ManualClock = field(default_factory=ManualClock)
    new_id: Callable[[], str] = field(default_factory=numbered)
    is_extended: bool = False
    shop: Shop = field(init=False)

    @classmethod
    def selling(cls, *goods: Goods) -> "Storefront":
        """A shop whose upstream and catalog have these goods."""
        storefront = cls(FakeCarts(list(goods)))
        for asin in dict.fromkeys(each.asin for each in goods):
            offers = [an_offer(each.listing_id) for each in goods if each.asin == asin]
            storefront.catalog.stock(an_item(asin, *offers))
        return storefront

    def __post_init__(self) -> None:
        """One process to begin with."""
        self.shop = self.process()

    def process(self) -> Shop:
        """Another process of the same shop: same store and upstream, turns of its own."""
        carts: Carts = self.carts
        catalog: Catalog = self.catalog
        directory: Directory = self.directory
        store: CartStore = self.store
        journal: Journal = self.store
        clock: Clock = self.clock
        return Shop(
            marketplace="US",
            currency="USD",
            catalog=catalog,
            directory=directory,
            carts=carts,
            store=store,
            journal=journal,
            clock=clock,
            new_id=self.new_id,
            checkout_sites=(CheckoutSite("https", "www.amazon.com"),),
            extended_search=self.is_extended,
            made_with="amazon-1",
            pause=self.pause,
        )

    async def pause(self, seconds: float) -> None:
        """Waiting moves the clock and lets others get on, as far as they do in the shortest pause."""
        self.clock.advance(seconds=seconds)
        for _ in range(100):
            await asyncio.sleep(0)
