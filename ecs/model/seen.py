"""A value together with when and how it reached us."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeVar

T = TypeVar("T")
Source = Literal["upstream", "cache"]


@dataclass(frozen=True, slots=True)
class Seen(Generic[T]):
    """A value with the instant (aware, UTC) at which the upstream gave it, and how it reached us."""

    value: T
    as_of: datetime
    source: Source = "upstream"
    is_stale: bool = False
    """True when older than its lifetime and served because the upstream did not answer."""
