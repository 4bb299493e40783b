"""Whole answers: telling errors from values, and the payload of each operation."""

from collections.abc import Iterable, Iterator
from typing import Final

from ecs.errors import BadReply, CartMismatch, UpstreamError
from ecs.model import BrowseNode, Item, Refusal, RemoteCart, SearchBin, SearchBinSet, SearchPage
from ecs.parse.browse import browse_node
from ecs.parse.carts import remote_cart
from ecs.parse.document import document
from ecs.parse.nodes import Element, Parts, children, fields, flag, integer, local, needed_count, parts, text
from ecs.parse.products import item
from ecs.parse.refusals import error_of, refusals, refuse_unless_harmless
from ecs.vocabulary import NAMESPACE, ErrorCode, Operation

_LOOKUPS: Final = (Operation.ITEM_LOOKUP, Operation.SIMILARITY_LOOKUP)
_CARTS: Final = (
    Operation.CART_CREATE,
    Operation.CART_GET,
    Operation.CART_ADD,
    Operation.CART_MODIFY,
    Operation.CART_CLEAR,
)
_NO_MATCH: Final = frozenset({ErrorCode.NO_EXACT_MATCHES})
_NOT_FOUND: Final = _NO_MATCH | {ErrorCode.NO_SIMILARITIES, ErrorCode.INVALID_VALUE, ErrorCode.ITEM_NOT_ACCESSIBLE}


def search_page(body: bytes) -> SearchPage:
    """The answer of ItemSearch; a search without matches is a page without items."""
    payload = next(_payloads(body, (Operation.ITEM_SEARCH,), "Items"))
    found = parts(payload)
    items, errors = _items(payload)
    errors = _errors(found) + errors
    refuse_unless_harmless(errors, _NO_MATCH, is_valid=_is_valid(found), has_value=bool(items))
    unmatched = "0" if errors else None
    return SearchPage(
        items=items,
        total_results=needed_count(text(found, "TotalResults") or unmatched, "TotalResults"),
        total_pages=needed_count(text(found, "TotalPages") or unmatched, "TotalPages"),
        bins=tuple(_bin_set(child) for child in children(found.get("SearchBinSets"), "SearchBinSet")),
        corrected_query=fields(found.get("CorrectedQuery")).get("Keywords"),
    )


def items(body: bytes) -> tuple[Item, ...]:
    """The items of an ItemLookup or SimilarityLookup, in order; ids the upstream does not know are left out."""
    found_items: list[Item] = []
    errors: list[Refusal] = []
    is_valid = True
    # A batch request is answered with one payload for each of its parts.
    for payload in _payloads(body, _LOOKUPS, "Items"):
        found = parts(payload)
        some, their_errors = _items(payload)
        found_items += some
        errors += (*_errors(found), *their_errors)
        is_valid = is_valid and _is_valid(found)
    refuse_unless_harmless(errors, _NOT_FOUND, is_valid=is_valid, has_value=bool(found_items))
    return tuple(found_items)


def browse_nodes(body: bytes) -> tuple[BrowseNode, ...]:
    """The nodes of a BrowseNodeLookup, in order; ids the upstream does not know are left out."""
    payload = next(_payloads(body, (Operation.BROWSE_NODE_LOOKUP,), "BrowseNodes"))
    found = parts(payload)
    nodes = tuple(browse_node(child) for child in children(payload, "BrowseNode"))
    refuse_unless_harmless(_errors(found), _NOT_FOUND, is_valid=_is_valid(found), has_value=bool(nodes))
    return nodes


def cart(body: bytes) -> RemoteCart:
    """
    The cart of any cart operation, with what was refused beside it.

    Raises:
        CartMismatch: no such cart. Even if the answer echoed a CartId, its emptiness would say nothing.
        UpstreamRefused: an answer with errors and without a cart; ``code`` is that of the most telling one.
    """
    found = parts(next(_payloads(body, _CARTS, "Cart")))
    errors = _errors(found)
    if errors:
        error = error_of(errors)
        if "CartId" not in found or isinstance(error, CartMismatch):
            raise error
    return remote_cart(found, errors)


def failure(body: bytes) -> UpstreamError | None:
    """The error of an answer that was refused before its operation ran; None when the body spells none out."""
    try:
        return _early_error(document(body))
    except BadReply:
        return None


def _payloads(body: bytes, operations: Iterable[Operation], name: str) -> Iterator[Element]:
    """The payload elements (one or more) of an answer to one of ``operations``."""
    root = document(body)
    early = _early_error(root)
    if early is not None:
        raise early
    namespace, _, tag = root.tag.rpartition("}")
    if tag not in {f"{operation}Response" for operation in operations} or not namespace.startswith("{" + NAMESPACE):
        raise BadReply("the answer is not that of the operation asked")
    payloads = list(children(root, name))
    errors = refusals(parts(parts(root).get("OperationRequest")).get("Errors"))
    if errors and not payloads:
        raise error_of(errors)
    if not payloads:
        raise BadReply(f"the answer lacks {name}")
    return iter(payloads)


def _early_error(root: Element) -> UpstreamError | None:
    """``<Operation>ErrorResponse`` or ``ErrorResponse`` from the gate, ``Errors`` from the choice of the operation."""
    tag = local(root)
    return error_of(refusals(root)) if tag == "Errors" or tag.endswith("ErrorResponse") else None


def _is_valid(payload: Parts) -> bool:
    return flag(text(parts(payload.get("Request")), "IsValid") or "True")


def _errors(payload: Parts) -> tuple[Refusal, ...]:
    return refusals(parts(payload.get("Request")).get("Errors"))


def _items(payload: Element) -> tuple[tuple[Item, ...], tuple[Refusal, ...]]:
    """The items of a payload, and the errors of those that hold errors in place of data."""
    good: list[Item] = []
    errors: list[Refusal] = []
    for child in children(payload, "Item"):
        own = next(children(child, "Errors"), None)
        if own is None:
            good.append(item(child))
        else:
            errors += refusals(own)
    return tuple(good), tuple(errors)


def _bin_set(element: Element) -> SearchBinSet:
    return SearchBinSet(element.get("NarrowBy", ""), tuple(_bin(child) for child in children(element, "Bin")))


def _bin(element: Element) -> SearchBin:
    found = fields(element)
    parameters = [fields(child) for child in children(element, "BinParameter")]
    return SearchBin(
        found.get("BinName", ""),
        integer(found.get("BinItemCount")),
        tuple((one["Name"], one["Value"]) for one in parameters if "Name" in one and "Value" in one),
    )
