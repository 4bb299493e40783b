"""Which operations there are, and running one: common checks first, then the operation, then ``Request`` around it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from ecs.embedded.call import Call
from ecs.embedded.envelope import request
from ecs.embedded.faults import Fault, NotExecuted, Refused, missing
from ecs.embedded.groups import default_group
from ecs.embedded.operations.browse_node_lookup import browse_node_lookup
from ecs.embedded.operations.cart import cart_add, cart_clear, cart_create, cart_get, cart_modify
from ecs.embedded.operations.cart_items import echo
from ecs.embedded.operations.help import help_with
from ecs.embedded.operations.item_lookup import item_lookup, similarity_lookup
from ecs.embedded.operations.item_search import item_search
from ecs.embedded.operations.product_lists import list_lookup, list_search
from ecs.embedded.operations.result import Run
from ecs.embedded.operations.sellers import seller_listing_lookup, seller_listing_search, seller_lookup
from ecs.embedded.shop import Shop
from ecs.embedded.versions import FIRST_LATE, Version
from ecs.vocabulary import ErrorCode, Operation


class _Entry(NamedTuple):
    element: str
    run: Run


_OPERATIONS: Final[Mapping[str, _Entry]] = MappingProxyType(
    {
        Operation.BROWSE_NODE_LOOKUP.value: _Entry("BrowseNodes", browse_node_lookup),
        Operation.CART_ADD.value: _Entry("Cart", cart_add),
        Operation.CART_CLEAR.value: _Entry("Cart", cart_clear),
        Operation.CART_CREATE.value: _Entry("Cart", cart_create),
        Operation.CART_GET.value: _Entry("Cart", cart_get),
        Operation.CART_MODIFY.value: _Entry("Cart", cart_modify),
        Operation.ITEM_LOOKUP.value: _Entry("Items", item_lookup),
        Operation.ITEM_SEARCH.value: _Entry("Items", item_search),
        Operation.LIST_LOOKUP.value: _Entry("Lists", list_lookup),
        Operation.LIST_SEARCH.value: _Entry("Lists", list_search),
        Operation.SELLER_LISTING_LOOKUP.value: _Entry("SellerListings", seller_listing_lookup),
        Operation.SELLER_LISTING_SEARCH.value: _Entry("SellerListings", seller_listing_search),
        Operation.SELLER_LOOKUP.value: _Entry("Sellers", seller_lookup),
        Operation.SIMILARITY_LOOKUP.value: _Entry("Items", similarity_lookup),
    }
)
_NAMES: Final = (*sorted({*_OPERATIONS, Operation.HELP.value}),)
OPERATIONS: Final[Mapping[str, _Entry]] = MappingProxyType(
    {**_OPERATIONS, Operation.HELP.value: _Entry("Information", help_with(_NAMES))}
)
"""Operation → the element of its answer and what it does."""

_OF_OLD: Final = frozenset({"Help", "ListLookup", "ListSearch"}) | {
    name for name in OPERATIONS if name.startswith("Seller")
}
"""Operations that ended before 2011-08-01; older versions still have them here."""
RETIRED: Final = frozenset(
    {
        *("CustomerContentLookup", "CustomerContentSearch", "TagLookup", "TransactionLookup", "VehiclePartLookup"),
        *("VehiclePartSearch", "VehicleSearch"),
    }
)
"""Operations the original ended in 2010 and 2011, and this service never had."""


def check_offered(operation: str, version: Version) -> None:
    """
    Raise where the original answers that an operation is no more.

    Raises:
        Refused: the operation is retired, or was when the version asked for came.
    """
    if operation in RETIRED or (operation in _OF_OLD and version.is_late):
        raise Refused(410, ErrorCode.DEPRECATED, f"Feature {operation} is deprecated.")


def touches_carts(operation: str) -> bool:
    """True when the operation is one of a cart."""
    return OPERATIONS[operation].element == "Cart"


def changes_carts(operation: str) -> bool:
    """True when the operation waits for the disk."""
    return touches_carts(operation) and operation != Operation.CART_GET


def run(call: Call, shop: Shop) -> str:
    """The payload of the answer to a call."""
    element, operation = OPERATIONS[call.operation]
    defaults = _defaults(call.operation, call.version)
    items = echo(call) if element == "Cart" else None
    _check_common(call)
    try:
        result = operation(call, shop)
    except NotExecuted as stopped:
        shown = request(call, stopped.faults, is_valid=not stopped.faults, defaults=defaults, items=items)
        return f"<{element}>{shown}</{element}>"
    return f"<{element}>{request(call, result.faults, defaults=defaults, items=items)}{result.body}</{element}>"


def _check_common(call: Call) -> None:
    # A version older than we know is answered like a late one, but its clients never sent a tag.
    if call.version.is_late and call.version.asked >= FIRST_LATE and not call.tag:
        call.faults.append(missing("AssociateTag"))
    call.faults.extend(
        Fault(ErrorCode.REPEATED_PARAMETER, f"The parameter, {name}, appeared more than once in your request.")
        for name in call.repeated
    )


def _defaults(operation: str, version: Version) -> dict[str, str]:
    """What the echo shows although the caller did not send it."""
    if operation.startswith("Cart") or operation in _OF_OLD:
        return {}
    defaults = {"ResponseGroup": default_group(operation)}
    if operation == Operation.ITEM_LOOKUP:
        defaults["IdType"] = "ASIN"
        if version.since("2007-09-21"):
            defaults["VariationPage"] = "All"
            # The later schemas have no place for it; there the echo leaves it out.
            defaults["ReviewSort"] = "-SubmissionDate"
        if not version.is_late:
            defaults |= {"Condition": "New", "DeliveryMethod": "Ship", "MerchantId": "Amazon", "OfferPage": "1"}
            defaults["ReviewPage"] = "1"
    return defaults
