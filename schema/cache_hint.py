"""How long the answer under way may be shared, as what it is made of turns out."""

from datetime import datetime
from typing import Final

FRESH_FOR_S: Final = 3600
"""Prices and availability may be shown for an hour after the upstream gave them, by the terms of its licence."""


class CacheHint:
    """
    Begins with what the schema allows for the selection, and only ever gets shorter.

    Data that the upstream gave a while ago has used up part of its life: it is shared until it is an hour old, or as
    old as the schema allows where that is more.
    """

    def __init__(self, allowed_s: int) -> None:
        self._allowed_s = allowed_s
        self._limit_s: float = allowed_s
        self._oldest: datetime | None = None

    def shorten(self, seconds: float) -> None:
        """Share the answer for at most so long from now."""
        self._limit_s = min(self._limit_s, seconds)

    def forbid(self) -> None:
        """Do not share the answer."""
        self._limit_s = 0

    def saw(self, as_of: datetime, is_stale: bool) -> None:
        """Note data of the upstream; stale data forbids sharing."""
        if is_stale:
            self.forbid()
        if self._oldest is None or as_of < self._oldest:
            self._oldest = as_of

    def seconds(self, now: datetime) -> int:
        """For how long the answer may be shared; 0 when it must not be."""
        limit_s = self._limit_s
        if self._oldest is not None:
            age_s = (now - self._oldest).total_seconds()
            limit_s = min(limit_s, max(self._allowed_s, FRESH_FOR_S) - age_s)
        return max(0, int(limit_s))
