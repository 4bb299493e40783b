"""
What the storefront needs from outside. Implementations satisfy these by shape and are chosen in ``server`` alone.

Every method of ``Catalog`` and ``Carts`` raises an ``ecs.errors.UpstreamError`` when the upstream does not do what was
asked; "nothing found" is an empty answer, not an error. A look-up that fails tells in ``found`` what was known of the
others. Answers of the catalog may be as old as their licence allows: ``Seen`` says how old, and where they come from.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from ecs.listing_request import ListingQuery, ListQuery, ListType
from ecs.model import BrowseNode, Item, ListPage, RemoteCart, SearchPage, Seen, SellerListingPage, SellerPage
from ecs.request import CartChange, CartHandle, Condition, IdType, NewItem, SearchQuery, Similarity
from ecs.vocabulary import ResponseGroup
from persistence.records import CartRecord

Groups = Collection[ResponseGroup]


class Catalog(Protocol):
    """Products of one marketplace."""

    async def search(self, query: SearchQuery, page: int, groups: Groups) -> Seen[SearchPage]:
        """One page of ten, counted from 1; a search without matches is a page without items."""
        ...

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
        """The items among one to ten ids that the upstream knows, in the order asked."""
        ...

    async def similar(self, asins: Sequence[str], similarity: Similarity, groups: Groups) -> Seen[tuple[Item, ...]]:
        """Up to ten items similar to one to ten others."""
        ...

    async def browse(self, node_ids: Sequence[str], groups: Groups) -> Seen[tuple[BrowseNode, ...]]:
        """The nodes among one to ten ids that the upstream knows."""
        ...


class Directory(Protocol):
    """Lists and sellers of one marketplace; what is not known is an empty answer."""

    async def list_search(self, query: ListQuery, page: int, groups: Collection[str]) -> Seen[ListPage]:
        """One page of ten lists by their owner, counted from 1."""
        ...

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
        """One list with a page of ten of its entries."""
        ...

    async def sellers(
        self, seller_ids: Sequence[str], groups: Collection[str], *, feedback_page: int = 1
    ) -> Seen[SellerPage]:
        """The sellers among one to five ids that the upstream knows."""
        ...

    async def seller_listings(self, query: ListingQuery, page: int, groups: Collection[str]) -> Seen[SellerListingPage]:
        """One page of ten of what a seller has listed."""
        ...


class Carts(Protocol):
    """Carts at the upstream, of one marketplace and associate tag. Every answer is the whole cart."""

    async def create(self, items: Sequence[NewItem]) -> RemoteCart:
        """A new cart with one to ten items."""
        ...

    async def get(self, handle: CartHandle) -> RemoteCart:
        """The cart as it is."""
        ...

    async def add(self, handle: CartHandle, items: Sequence[NewItem]) -> RemoteCart:
        """The cart with one to ten items more; what is there already is refused inside the answer."""
        ...

    async def modify(self, handle: CartHandle, changes: Sequence[CartChange]) -> RemoteCart:
        """The cart after one to ten changes; unknown lines are silently left out by the upstream."""
        ...

    async def clear(self, handle: CartHandle) -> RemoteCart:
        """The cart without any item, saved ones included."""
        ...


class Clock(Protocol):
    """Time, so that tests can move it."""

    def now(self) -> datetime:
        """This instant, aware and in UTC."""
        ...


class CartStore(Protocol):
    """
    Which customer has which cart, and the cart as last seen. Each method is one transaction.

    A cart is only ever found through its owner: a foreign id and an unknown id give the same answer.
    """

    async def active(self, customer_id: str, marketplace: str) -> CartRecord | None:
        """The customer's one active cart in the marketplace."""
        ...

    async def find(self, customer_id: str, cart_id: str) -> CartRecord | None:
        """A cart of this customer, in any status."""
        ...

    async def cart_of_line(self, customer_id: str, line_id: str) -> CartRecord | None:
        """The cart of this customer that holds the line."""
        ...

    async def open(self, cart: CartRecord, *, replace: bool) -> None:
        """
        Keep a new active cart (version 1) with its lines; the customer is made known with it.

        ``replace`` archives the active cart (status EXPIRED, handle kept) in the same transaction.

        Raises:
            ActiveCartExists: the customer has an active cart in the marketplace; nothing was written.
        """
        ...

    async def settle(self, cart: CartRecord, *, expected_version: int) -> None:
        """
        Write the cart as it is now: version, lines (those not in it are deleted), snapshot.

        Raises:
            CartMoved: the stored cart is not active at ``expected_version``; nothing was written.
        """
        ...

    async def hand_over(self, cart_id: str, *, expected_version: int, now: datetime) -> None:
        """
        Mark the cart handed over and forget its handle, for good. The version grows by one.

        Raises:
            CartMoved: the stored cart is not active at ``expected_version``; nothing was written.
        """
        ...
