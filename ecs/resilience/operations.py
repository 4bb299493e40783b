"""The one table of operations: who goes before whom, and what may be sent again."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from ecs.vocabulary import CHANGES, Operation


class Rank(IntEnum):
    """Order in the lane; a lower number goes first."""

    SETTLE = 0
    """Finding out what became of a change whose answer was lost."""
    CART_CHANGE = 1
    CART_READ = 2
    LOOK_UP = 3
    SEARCH = 4
    REFRESH = 5
    """Reading anew what can still be shown as it is."""


class Rule(Struct, frozen=True):
    """How an operation is treated."""

    rank: Rank
    is_repeatable: bool
    """True when sending it twice is the same as sending it once. Changes of carts are repeated by the journal alone."""


_SEARCHES: Final = frozenset(
    {
        Operation.ITEM_SEARCH,
        Operation.LIST_SEARCH,
        Operation.SELLER_LISTING_SEARCH,
        Operation.CUSTOMER_CONTENT_SEARCH,
        Operation.VEHICLE_SEARCH,
        Operation.VEHICLE_PART_SEARCH,
    }
)


def _rule(operation: Operation) -> Rule:
    if operation in CHANGES:
        return Rule(Rank.CART_CHANGE, is_repeatable=False)
    if operation is Operation.CART_GET:
        return Rule(Rank.CART_READ, is_repeatable=True)
    return Rule(Rank.SEARCH if operation in _SEARCHES else Rank.LOOK_UP, is_repeatable=True)


RULES: Final[Mapping[Operation, Rule]] = MappingProxyType({operation: _rule(operation) for operation in Operation})
