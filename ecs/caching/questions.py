"""What is asked of the cache, and look-ups of one kind that go out together."""

from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any

from msgspec import Struct

from ecs.caching.ageing import Ages
from ecs.caching.flights import Flight
from ecs.caching.memory import Entry
from ecs.caching.shared import Codec
from ecs.model import Seen
from ecs.vocabulary import MAX_LOOKUP_IDS

Landed = Mapping[Hashable, Entry]
Fetch = Callable[["Batch"], Awaitable[Mapping[str, Seen[Any]]]]
"""Asks the upstream for every part of a batch; a part that is left out is not known there."""


class Kind(Struct, frozen=True):
    """Answers of one type."""

    codec: Codec
    is_empty: Callable[[Any], bool]
    """True of a value that says that nothing was found."""


class Question(Struct, frozen=True, eq=False):
    """One thing to ask."""

    key: Hashable
    """Equal for equal requests of this process."""
    name: Callable[[], bytes]
    """Its name in a shared cache."""
    kind: Kind
    ages: Ages
    fetch: Fetch
    """From the upstream, at the rank of the operation."""
    refetch: Fetch
    """The same at the lowest rank."""
    part: str = ""
    """What it adds to a batch, such as an id."""
    batch: Hashable | None = None
    """Questions with the same word here may go out together; None goes alone."""
    largest_batch: int = MAX_LOOKUP_IDS


class Batch:
    """Questions that go out in one call."""

    def __init__(self, question: Question) -> None:
        self.questions = [question]
        self.flight: Flight[Landed]
        self._is_open = question.batch is not None

    @property
    def can_be_joined(self) -> bool:
        """True until it is sent or full."""
        is_full = len(self.questions) >= self.questions[0].largest_batch
        return self._is_open and not is_full and self.flight.can_be_joined

    def take(self) -> list[str]:
        """The parts to send; nobody joins after this."""
        self._is_open = False
        return [question.part for question in self.questions]
