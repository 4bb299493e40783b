"""
Several requests in one: a batch of two parts of one operation, or two operations together. Never for carts.

Read with ``ecs.parse.replies``, which gives the payload of each in their order.
"""

from collections.abc import Mapping
from typing import Final

from ecs.request import Parameters
from ecs.vocabulary import Operation

_ONLY_ONCE: Final = frozenset({"Operation"})


def batch(first: Mapping[str, str], second: Mapping[str, str]) -> Parameters:
    """
    Two requests of one operation as one; what both have alike is shared.

    Raises:
        ValueError: two operations, or one of a cart.
    """
    operation = _one_of(first)
    if first["Operation"] != second["Operation"]:
        raise ValueError("the parts of a batch are of one operation")
    shared = {name for name in first.keys() & second.keys() if first[name] == second[name]}
    return {"Operation": operation, **_parts(operation, (first, second), shared)}


def two_operations(first: Mapping[str, str], second: Mapping[str, str]) -> Parameters:
    """
    Requests of two operations as one (2005 to 2010).

    Raises:
        ValueError: twice the same operation, which is a batch, or one of a cart.
    """
    operations = (_one_of(first), _one_of(second))
    if operations[0] == operations[1]:
        raise ValueError("two requests of one operation are a batch")
    parts = [_parts(operation, (one,), set()) for operation, one in zip(operations, (first, second), strict=True)]
    return {"Operation": ",".join(operations), **parts[0], **parts[1]}


def _one_of(parameters: Mapping[str, str]) -> str:
    operation = Operation(parameters["Operation"])
    if operation.startswith("Cart"):
        raise ValueError("carts take no part in requests of several parts")
    return operation.value


def _parts(operation: str, parts: tuple[Mapping[str, str], ...], shared: set[str]) -> Parameters:
    named: Parameters = {}
    for number, part in enumerate(parts, start=1):
        for name, value in part.items():
            if name not in _ONLY_ONCE:
                named[f"{operation}.{'Shared' if name in shared else number}.{name}"] = value
    return named
