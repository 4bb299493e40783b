"""Any answer, payload by payload: of one request, of a batch in two parts, or of several operations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ecs.errors import BadReply, UpstreamError
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
from ecs.parse.envelope import all_payloads, errors_of
from ecs.parse.nodes import Element, parts
from ecs.vocabulary import Operation

Value = (
    SearchPage
    | tuple[Item, ...]
    | tuple[BrowseNode, ...]
    | RemoteCart
    | ListPage
    | SellerPage
    | SellerListingPage
    | Help
    | CustomerPage
    | tuple[TaggedWith, ...]
    | tuple[Transaction, ...]
    | tuple[VehicleEntry, ...]
)

_READERS: Final[Mapping[str, Callable[[Element], Value]]] = MappingProxyType(
    {
        Operation.ITEM_SEARCH: searches.search_page,
        Operation.ITEM_LOOKUP: searches.looked_up,
        Operation.SIMILARITY_LOOKUP: searches.looked_up,
        Operation.BROWSE_NODE_LOOKUP: browse.looked_up,
        Operation.CART_CREATE: carts.opened_cart,
        Operation.CART_GET: carts.opened_cart,
        Operation.CART_ADD: carts.opened_cart,
        Operation.CART_MODIFY: carts.opened_cart,
        Operation.CART_CLEAR: carts.opened_cart,
        Operation.LIST_SEARCH: listings.list_page,
        Operation.LIST_LOOKUP: listings.list_page,
        Operation.SELLER_LOOKUP: listings.seller_page,
        Operation.SELLER_LISTING_SEARCH: listings.seller_listing_page,
        Operation.SELLER_LISTING_LOOKUP: listings.seller_listing_page,
        Operation.HELP: selfhelp.help_,
        Operation.CUSTOMER_CONTENT_SEARCH: archive.customer_page,
        Operation.CUSTOMER_CONTENT_LOOKUP: archive.customer_page,
        Operation.TAG_LOOKUP: archive.tagged,
        Operation.TRANSACTION_LOOKUP: archive.transactions,
        Operation.VEHICLE_SEARCH: vehicles.vehicle_entries,
        Operation.VEHICLE_PART_SEARCH: vehicles.vehicle_entries,
        Operation.VEHICLE_PART_LOOKUP: vehicles.vehicle_entries,
    }
)


@dataclass(frozen=True, slots=True)
class Reply:
    """
    What one payload says: a value, or the error in its place (never both).

    ``refusals`` are the errors that stood beside a value: of ids that are not known, say, or of a search without
    matches. A cart holds its own.
    """

    operation: Operation
    value: Value | None = None
    error: UpstreamError | None = None
    refusals: tuple[Refusal, ...] = ()


def replies(body: bytes) -> tuple[Reply, ...]:
    """
    The payloads of an answer in their order. One part of a batch may fail beside another that does not.

    Raises:
        UpstreamError: the whole answer is an error, or is none of this service.
    """
    return tuple(_reply(operation, payload) for operation, payload in all_payloads(body))


def _reply(name: str, payload: Element) -> Reply:
    if name not in _READERS:
        raise BadReply("the answer is that of an operation the protocol does not have")
    operation = Operation(name)
    try:
        value = _READERS[name](payload)
    except BadReply:
        raise
    except UpstreamError as error:
        error.belong_to(operation)
        return Reply(operation, error=error)
    refused = () if isinstance(value, RemoteCart) else errors_of(parts(payload))
    return Reply(operation, value, refusals=refused)
