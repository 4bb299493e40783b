"""Whole answers of one operation."""

from collections.abc import Callable
from typing import Final, TypeVar

from ecs.model import (
    BrowseNode,
    CustomerPage,
    Help,
    Item,
    ListPage,
    Refusal,
    RemoteCart,
    SearchPage,
    SellerListingPage,
    SellerPage,
    TaggedWith,
    Transaction,
    VehicleEntry,
)
from ecs.parse import archive, browse, carts, listings, searches, selfhelp, vehicles
from ecs.parse.envelope import errors_of, is_valid, payloads
from ecs.parse.nodes import Element, parts
from ecs.parse.refusals import refuse_unless_harmless
from ecs.vocabulary import Operation

T = TypeVar("T")
_LOOKUPS: Final = (Operation.ITEM_LOOKUP, Operation.SIMILARITY_LOOKUP)
_CARTS: Final = (
    Operation.CART_CREATE,
    Operation.CART_GET,
    Operation.CART_ADD,
    Operation.CART_MODIFY,
    Operation.CART_CLEAR,
)
_LISTS: Final = (Operation.LIST_SEARCH, Operation.LIST_LOOKUP)
_LISTINGS: Final = (Operation.SELLER_LISTING_SEARCH, Operation.SELLER_LISTING_LOOKUP)
_VEHICLES: Final = (Operation.VEHICLE_SEARCH, Operation.VEHICLE_PART_SEARCH, Operation.VEHICLE_PART_LOOKUP)
_CUSTOMERS: Final = (Operation.CUSTOMER_CONTENT_SEARCH, Operation.CUSTOMER_CONTENT_LOOKUP)


def search_page(body: bytes) -> SearchPage:
    """The answer of ItemSearch; a search without matches is a page without items."""
    return _one(body, (Operation.ITEM_SEARCH,), "Items", searches.search_page)


def search_pages(body: bytes) -> tuple[SearchPage, ...]:
    """The answer of a batch of ItemSearch, part by part; an error of one is raised as that of all."""
    return tuple(map(searches.search_page, payloads(body, (Operation.ITEM_SEARCH,), "Items")))


def items(body: bytes) -> tuple[Item, ...]:
    """The items of an ItemLookup or SimilarityLookup, in order; ids the upstream does not know are left out."""
    found_items: list[Item] = []
    errors: list[Refusal] = []
    are_valid = True
    # A batch request is answered with one payload for each of its parts.
    for payload in payloads(body, _LOOKUPS, "Items"):
        found = parts(payload)
        some, their_errors = searches.items_and_errors(payload)
        found_items += some
        errors += (*errors_of(found), *their_errors)
        are_valid = are_valid and is_valid(found)
    refuse_unless_harmless(errors, searches.NOT_FOUND, is_valid=are_valid, has_value=bool(found_items))
    return tuple(found_items)


def browse_nodes(body: bytes) -> tuple[BrowseNode, ...]:
    """The nodes of a BrowseNodeLookup, in order; ids the upstream does not know are left out."""
    return _one(body, (Operation.BROWSE_NODE_LOOKUP,), "BrowseNodes", browse.looked_up)


def cart(body: bytes, operation: Operation | None = None) -> RemoteCart:
    """
    The cart of an answer to ``operation``, or to any cart operation, with what was refused beside it.

    Raises:
        CartMismatch: no such cart. Even if the answer echoed a CartId, its emptiness would say nothing.
        UpstreamRefused: an answer with errors and without a cart; ``code`` is that of the most telling one.
    """
    return _one(body, _CARTS if operation is None else (operation,), "Cart", carts.opened_cart)


def lists(body: bytes) -> ListPage:
    """The lists of a ListSearch or ListLookup; a search without matches is a page without lists."""
    return _one(body, _LISTS, "Lists", listings.list_page)


def sellers(body: bytes) -> SellerPage:
    """The sellers of a SellerLookup; ids the upstream does not know are left out."""
    return _one(body, (Operation.SELLER_LOOKUP,), "Sellers", listings.seller_page)


def seller_listings(body: bytes) -> SellerListingPage:
    """The listings of a SellerListingSearch or SellerListingLookup."""
    return _one(body, _LISTINGS, "SellerListings", listings.seller_listing_page)


def help_(body: bytes) -> Help:
    """What Help says of operations or response groups."""
    return _one(body, (Operation.HELP,), "Information", selfhelp.help_)


def customers(body: bytes) -> CustomerPage:
    """The customers of a CustomerContentSearch or CustomerContentLookup."""
    return _one(body, _CUSTOMERS, "Customers", archive.customer_page)


def tags(body: bytes) -> tuple[TaggedWith, ...]:
    """The tags of a TagLookup, with what bears them."""
    return _one(body, (Operation.TAG_LOOKUP,), "Tags", archive.tagged)


def transactions(body: bytes) -> tuple[Transaction, ...]:
    """The transactions of a TransactionLookup."""
    return _one(body, (Operation.TRANSACTION_LOOKUP,), "Transactions", archive.transactions)


def vehicle_entries(body: bytes) -> tuple[VehicleEntry, ...]:
    """What a VehicleSearch, VehiclePartSearch or VehiclePartLookup found, entry by entry."""
    return vehicles.vehicle_entries(next(payloads(body, _VEHICLES, "VehicleParts", "VehicleYears")))


def _one(body: bytes, operations: tuple[Operation, ...], name: str, read: Callable[[Element], T]) -> T:
    return read(next(payloads(body, operations, name)))
