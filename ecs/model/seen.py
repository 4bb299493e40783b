"""A value together with when and how it reached us."""

from datetime import datetime
from typing import Generic, Literal, Self, TypeVar

from msgspec import Struct

T = TypeVar("T")
U = TypeVar("U")
Source = Literal["upstream", "cache"]


class Seen(Struct, Generic[T], frozen=True, gc=False):
    """A value with the instant (aware, UTC) at which the upstream gave it, and how it reached us."""

    value: T
    as_of: datetime
    source: Source = "upstream"
    is_stale: bool = False
    """True when older than its lifetime and served because the upstream did not answer."""
    received: int = 0
    """Bytes that it came in from the upstream; 0 where nobody counted."""

    def one(self: "Seen[tuple[U, ...]]", value: U) -> "Seen[U]":
        """One of several values that came together; of the bytes each is reckoned the same share."""
        return Seen(value, self.as_of, self.source, self.is_stale, self.received // len(self.value))


class SeenEach(Seen[tuple[T, ...]], frozen=True, gc=False):
    """Values of one kind that were read at different times; as a whole they are as old as the oldest."""

    each: tuple[Seen[T], ...] = ()

    @classmethod
    def of(cls, each: tuple[Seen[T], ...], now: datetime) -> Self:
        """The values together; ``now`` is the instant of none at all."""
        return cls(
            value=tuple(seen.value for seen in each),
            as_of=min((seen.as_of for seen in each), default=now),
            source="cache" if any(seen.source == "cache" for seen in each) else "upstream",
            is_stale=any(seen.is_stale for seen in each),
            each=each,
        )
