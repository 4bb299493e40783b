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
from persistence.records import (
    CartRecord,
    CartStatus,
    CustomerRecord,
    Held,
    IntentRecord,
    LineRecord,
    Opening,
    Settlement,
)

Groups = Collection[ResponseGroup]


class Catalog(Protocol):
    """Products of one marketplace."""

    async def search(self, query: SearchQuery, page: int, groups: Groups) -> Seen[SearchPage]:
        """One page of ten, counted from 1; a search without matches is a page without items."""
        ...

    def search_at_hand(self, query: SearchQuery, page: int, groups: Groups) -> Seen[SearchPage] | None:
        """The same where nobody has to be asked; None where somebody has."""
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

    A cart is only ever found through its owner, except by ``cart``: a foreign id and an unknown id give the same
    answer. Pending carts are not found.
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

    async def cart(self, cart_id: str) -> CartRecord | None:
        """A cart of anybody: for merging alone, where knowing the id is the right to it."""
        ...

    async def carts(
        self, customer_id: str, marketplace: str, statuses: Collection[CartStatus], offset: int, limit: int
    ) -> tuple[list[CartRecord], int]:
        """A stretch of the customer's carts in these statuses, newest first, and how many there are."""
        ...

    async def customer(self, customer_id: str) -> CustomerRecord | None:
        """The customer, known since his first cart."""
        ...

    async def observe(self, cart: CartRecord, *, lines_before: Sequence[LineRecord], expected_version: int) -> None:
        """
        Write what a read has shown: version, lines (those not in it are deleted), snapshot, notices.

        ``lines_before`` are the lines as stored at ``expected_version``, but for marks of moved prices that another
        read has written since: both have seen the same cart, and either's marks will do.

        Raises:
            CartMoved: the stored cart is not active at ``expected_version``, or is held by an intent; nothing written.
        """
        ...

    async def adopt(
        self, cart: CartRecord, *, customer_id: str, now: datetime, told: IntentRecord | None = None
    ) -> None:
        """
        Give an active cart to another customer, who is made known; its version grows by one.

        ``told`` is a settled intent to be kept with it: what a repetition under its request key is told.

        Raises:
            CartMoved: the stored cart is not active at ``cart.version`` with ``cart.customer_id``, or is held.
            ActiveCartExists: the other customer has an active or pending cart in the marketplace.
            KeyTaken: the customer's request key is in use; nothing was written.
        """
        ...

    async def end_guest(self, guest_id: str, *, customer_id: str, now: datetime) -> bool:
        """
        Bring a guest to his end; False when he has an active or pending cart: then nothing was written.

        His other carts are the customer's from now on, his request keys are forgotten with the addresses under them,
        and nothing is kept for him again: whatever would make a cart for him raises GuestEnded.
        """
        ...


class Journal(Protocol):
    """
    Intents: written before the upstream hears of a change, settled when its outcome is known.

    A cart has one open intent at most, by a claim on the cart's own row and by a unique index. Each method is one
    transaction. Every method that writes for an owner raises FenceLost when another has taken the intent over.
    """

    async def opening(self, customer_id: str, marketplace: str, cart_id: str | None, key: str | None) -> Opening:
        """What a change of ``cart_id`` (None: the customer's active or pending cart) under ``key`` starts from."""
        ...

    async def record(
        self, intent: IntentRecord, cart: CartRecord, lease_until: datetime, *, source: Held | None = None
    ) -> CartRecord:
        """
        Write ``intent`` and claim its cart, which comes back held, with its new fence.

        A pending ``cart`` is written anew, its customer made known. ``source`` is a further cart to claim with an
        intent of its own, whose ``parent_id`` is this intent.

        Raises:
            CartMoved: the cart (or the source) is not as it was read; nothing was written.
            ActiveCartExists: the customer has a pending or active cart already; nothing was written.
            KeyTaken: the customer's request key is in use; nothing was written.
            GuestEnded: the cart is pending, and its customer a guest who came to his end; nothing was written.
        """
        ...

    async def amend(self, intent: IntentRecord, cart: CartRecord, lease_until: datetime) -> CartRecord:
        """Write a changed body, and have the cart longer."""
        ...

    async def renew(self, cart: CartRecord, lease_until: datetime) -> CartRecord:
        """Have the cart until another instant; an earlier one lets others take it over sooner."""
        ...

    async def settle(self, settlement: Settlement) -> None:
        """
        Write the outcome and what became of the cart, and let go of it.

        Raises:
            ActiveCartExists: ``opened`` cannot be, since another cart is active; nothing was written.
        """
        ...

    async def drop(self, intent: IntentRecord, cart: CartRecord) -> None:
        """Nothing happened: forget the intent with its key and a pending cart, and let go of the cart (and source)."""
        ...

    async def held(self, cart_id: str) -> Held | None:
        """The open intent of a cart of anybody."""
        ...

    async def lapsed(self, now: datetime, marketplace: str, limit: int) -> list[Held]:
        """
        Open intents of carts in the marketplace whose lease ended by ``now``, the longest ago first.

        None that has a parent: it is settled with it.
        """
        ...

    async def take_over(self, held: Held, now: datetime, lease_until: datetime) -> CartRecord:
        """Become the owner of a lapsed intent; the cart comes back with its new fence."""
        ...

    async def reap(self, before: datetime, limit: int) -> int:
        """Forget settled intents older than ``before``, at most ``limit``; how many were forgotten is returned."""
        ...
