"""
Who waits for a turn, who goes next, and who need not wait any longer. Pure.

At most 64 wait. Whoever cannot have a turn before his deadline is refused as soon as that is known.
"""

from collections.abc import Sequence
from typing import Final, Generic, TypeVar

from msgspec import Struct

from ecs.resilience.operations import Rank

MAX_WAITING: Final = 64
T = TypeVar("T")


class Waiter(Struct, Generic[T], frozen=True, eq=False):
    """One who waits; ``ticket`` is how he is told."""

    rank: Rank
    number: int
    """Order of arrival."""
    deadline: float
    ticket: T


class Queue(Struct, Generic[T], frozen=True):
    """Those who wait, in the order of their turns, and those who are refused."""

    waiting: tuple[Waiter[T], ...]
    refused: tuple[Waiter[T], ...]
    free_at: float
    """When one more would have his turn."""


def planned(waiters: Sequence[Waiter[T]], next_at: float, spacing_s: float) -> Queue[T]:
    """
    Give turns from ``next_at`` on, one each ``spacing_s``, by rank and then by arrival.

    Refused are those whose turn would come after their deadline, and then, while more than 64 wait, the last.
    """
    waiting: list[Waiter[T]] = []
    refused: list[Waiter[T]] = []
    turn = next_at
    for waiter in sorted(waiters, key=lambda each: (each.rank, each.number)):
        if turn > waiter.deadline or len(waiting) == MAX_WAITING:
            refused.append(waiter)
        else:
            waiting.append(waiter)
            turn += spacing_s
    return Queue(tuple(waiting), tuple(refused), turn)
