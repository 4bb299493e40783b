"""Which operations there are, and running one: common checks first, then the operation, then ``Request`` around it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from ecs.embedded.call import Call
from ecs.embedded.envelope import request
from ecs.embedded.faults import Fault, NotExecuted, missing
from ecs.embedded.operations.browse_node_lookup import browse_node_lookup
from ecs.embedded.operations.cart import cart_add, cart_clear, cart_create, cart_get, cart_modify
from ecs.embedded.operations.cart_items import echo
from ecs.embedded.operations.item_lookup import item_lookup, similarity_lookup
from ecs.embedded.operations.item_search import item_search
from ecs.embedded.operations.result import Run
from ecs.embedded.shop import Shop
from ecs.embedded.versions import Version
from ecs.vocabulary import ErrorCode, Operation


class _Entry(NamedTuple):
    element: str
    run: Run


OPERATIONS: Final[Mapping[str, _Entry]] = MappingProxyType(
    {
        Operation.BROWSE_NODE_LOOKUP.value: _Entry("BrowseNodes", browse_node_lookup),
        Operation.CART_ADD.value: _Entry("Cart", cart_add),
        Operation.CART_CLEAR.value: _Entry("Cart", cart_clear),
        Operation.CART_CREATE.value: _Entry("Cart", cart_create),
        Operation.CART_GET.value: _Entry("Cart", cart_get),
        Operation.CART_MODIFY.value: _Entry("Cart", cart_modify),
        Operation.ITEM_LOOKUP.value: _Entry("Items", item_lookup),
        Operation.ITEM_SEARCH.value: _Entry("Items", item_search),
        Operation.SIMILARITY_LOOKUP.value: _Entry("Items", similarity_lookup),
    }
)
"""Operation → the element of its answer and what it does."""


def touches_carts(operation: str) -> bool:
    """True when the operation may wait for the disk."""
    return OPERATIONS[operation].element == "Cart"


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
    if call.version.is_late and not call.tag:
        call.faults.append(missing("AssociateTag"))
    call.faults.extend(
        Fault(ErrorCode.REPEATED_PARAMETER, f"The parameter, {name}, appeared more than once in your request.")
        for name in call.repeated
    )


def _defaults(operation: str, version: Version) -> dict[str, str]:
    """What the echo shows although the caller did not send it."""
    if operation == Operation.BROWSE_NODE_LOOKUP:
        return {"ResponseGroup": "BrowseNodeInfo"}
    if operation.startswith("Cart"):
        return {}
    defaults = {"ResponseGroup": "Small"}
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
