"""
Batch requests (two parts of one operation) and multi-operation requests (two operations), as one answer.

A part's parameters are named ``ItemLookup.1.ItemId``; those of all parts ``ItemLookup.Shared.…`` or without a prefix.
Carts take neither. Labels need not be numbers.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from ecs.embedded.call import Call, whole
from ecs.embedded.faults import too_many_parts
from ecs.embedded.operations.registry import run, touches_carts
from ecs.embedded.shop import Shop
from ecs.embedded.versions import Version
from ecs.vocabulary import MAX_BATCH_PARTS

MULTI_OPERATION: Final = "MultiOperation"
_SHARED: Final = "Shared"
_ORDER: Final = (
    *("Help", "ItemSearch", "ItemLookup", "ListSearch", "ListLookup", "SimilarityLookup", "SellerLookup"),
    *("SellerListingSearch", "SellerListingLookup", "BrowseNodeLookup"),
)
"""The order of answers in the schema of a multi-operation answer."""

Parameters = Mapping[str, str]


def is_multi_operation(asked: str | None, version: Version) -> bool:
    """True for a comma list of two operations that may stand together; the schemas from 2011-08-01 on have none."""
    names = (asked or "").split(",")
    return len(names) == len(set(names)) == MAX_BATCH_PARTS and set(names) <= set(_ORDER) and not version.is_late


def performed(call: Call, shop: Shop) -> str:
    """The payload of the answer to everything a request asks for."""
    if call.operation != MULTI_OPERATION:
        return "".join(run(part, shop) for part in _parts(call, call.operation, (call.operation,)))
    names = call.parameters["Operation"].split(",")
    answers = (
        (name, "".join(run(part, shop) for part in _parts(call, name, names)))
        for name in sorted(names, key=_ORDER.index)
    )
    return "".join(f"<{name}Response>{payload}</{name}Response>" for name, payload in answers)


def _parts(call: Call, operation: str, operations: Sequence[str]) -> list[Call]:
    """The calls of one operation: one for each label, one altogether where there are no labels."""
    labelled, common = _split(call.parameters, operation, operations)
    if len(labelled) <= 1 and not (labelled and touches_carts(operation)):
        own = next(iter(labelled.values()), {})
        return [_part(call, operation, {**common, **own})]
    most = 1 if touches_carts(operation) else MAX_BATCH_PARTS
    parts = [_part(call, operation, {**common, **labelled[label]}) for label in sorted(labelled, key=_label_order)]
    if len(parts) > most or touches_carts(operation):
        parts[0].faults.append(too_many_parts(operation, most))
        return parts[:1]
    return parts


def _split(
    parameters: Parameters, operation: str, operations: Sequence[str]
) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Parameters by label, and those of all parts; what belongs to another operation is left out."""
    labelled: dict[str, dict[str, str]] = {}
    common: dict[str, str] = {}
    shared: dict[str, str] = {}
    for name, value in parameters.items():
        owner, _, rest = name.partition(".")
        label, _, plain = rest.partition(".")
        if owner not in operations or not plain:
            common[name] = value
        elif owner == operation and label == _SHARED:
            shared[plain] = value
        elif owner == operation:
            labelled.setdefault(label, {})[plain] = value
    return labelled, {**common, **shared}


def _part(call: Call, operation: str, parameters: Parameters) -> Call:
    return Call(
        operation=operation,
        parameters=parameters,
        version=call.version,
        key_id=call.key_id,
        repeated=call.repeated,
    )


def _label_order(label: str) -> tuple[int, int]:
    number = whole(label)
    return (1, 0) if number is None else (0, number)
