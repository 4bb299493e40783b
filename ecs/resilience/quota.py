"""
The upstream's quota: slots at a fixed distance, each for one request.

A slot may be used up to ``TOLERANCE_S`` late, and a request may be ``ON_THE_WAY_S`` longer on its way than the next;
slots stand so far apart that even then no second sees more requests than it may (docs/decisions/0052). Where slots are
kept decides who shares them: in this process (``LocalQuota``), in the database, in Redis.
"""

from collections.abc import Callable
from typing import Final, Protocol

TOLERANCE_S: Final = 0.1
ON_THE_WAY_S: Final = 0.1


def spacing_of(requests_per_s: float) -> float:
    """Seconds between two slots, for a quota above 0."""
    return 1 / requests_per_s + (TOLERANCE_S + ON_THE_WAY_S) / max(1.0, requests_per_s)


class Quota(Protocol):
    """Where the slots of one credential are kept."""

    async def reserve(self, spacing_s: float, within_s: float, ahead_s: float) -> float:
        """
        Take the next free slot that is ``ahead_s`` or more away, and give the seconds until it.

        A slot further away than ``within_s`` is not taken; the seconds are told all the same. The slot after it will be
        ``spacing_s`` later.
        """
        ...

    async def hold(self, pause_s: float) -> None:
        """Let nobody have a slot in the next ``pause_s`` seconds, but those who have one already."""
        ...


class LocalQuota:
    """Slots of this process alone."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._next_at = 0.0

    async def reserve(self, spacing_s: float, within_s: float, ahead_s: float) -> float:
        """See ``Quota``."""
        now = self._monotonic()
        slot = max(self._next_at, now + ahead_s)
        if slot - now <= within_s:
            self._next_at = slot + spacing_s
        return slot - now

    async def hold(self, pause_s: float) -> None:
        """See ``Quota``."""
        self._next_at = max(self._next_at, self._monotonic() + pause_s)
