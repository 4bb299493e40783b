"""
Leaving an upstream alone that fails. Pure: the time comes in as an argument, in seconds of the monotonic clock.

It opens after five failures in a row, or when half of the last twenty outcomes, all of the last 30 s, were failures.
Then every call is refused for ten seconds; after that one call at a time is let through as a trial. A trial that fails
opens it for ten seconds more; two good ones in a row close it. One that opens again within a minute after it closed
stays open twice as long as before, up to a minute (docs/decisions/0050). What the upstream refuses for a reason is an
answer, and counts as success; being throttled counts as neither.
"""

from collections import deque
from enum import StrEnum
from typing import Final

from msgspec import Struct

IN_A_ROW: Final = 5
WATCHED: Final = 20
WATCHED_S: Final = 30.0
FIRST_OPENING_S: Final = 10.0
LONGEST_OPENING_S: Final = 60.0
RELAPSE_S: Final = 60.0
"""Opening again this soon after closing is a relapse."""
TRIALS_TO_CLOSE: Final = 2


class BreakerState(StrEnum):
    """What a breaker lets through: all calls, none, or one at a time."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Permit(Struct, frozen=True):
    """Leave to make one call; the breaker wants to hear how it ended."""

    epoch: int
    """Which opening or closing it was given after: news of an earlier time changes nothing."""
    is_trial: bool


class Breaker:
    """The state of one upstream, as this process has seen it."""

    def __init__(self) -> None:
        self._outcomes: deque[tuple[float, bool]] = deque(maxlen=WATCHED)
        self._failures = 0
        self._epoch = 0
        self._opened_at: float | None = None
        self._closed_at: float | None = None
        self._opening_s = FIRST_OPENING_S
        self._trial_under_way = False
        self._good_trials = 0

    def state(self, now: float) -> BreakerState:
        """What it lets through now."""
        if self._opened_at is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if now < self._opened_at + self._opening_s else BreakerState.HALF_OPEN

    def permit(self, now: float) -> Permit | None:
        """Leave to make a call, None while there is none. The call's end must be told by one of the methods below."""
        match self.state(now):
            case BreakerState.CLOSED:
                return Permit(self._epoch, is_trial=False)
            case BreakerState.HALF_OPEN if not self._trial_under_way:
                self._trial_under_way = True
                return Permit(self._epoch, is_trial=True)
            case _:
                return None

    def holds(self, permit: Permit) -> bool:
        """True unless the breaker opened or closed since the permit was given."""
        return permit.epoch == self._epoch

    def retry_after_s(self, now: float) -> float:
        """Seconds until a call may be let through; at least one while a trial is under way."""
        if self._opened_at is None:
            return 0.0
        return max(1.0, self._opened_at + self._opening_s - now)

    def succeeded(self, permit: Permit, now: float) -> None:
        """The upstream answered."""
        if not self.holds(permit):
            return
        if not permit.is_trial:
            self._failures = 0
            self._outcomes.append((now, True))
            return
        self._trial_under_way = False
        self._good_trials += 1
        if self._good_trials == TRIALS_TO_CLOSE:
            self._close(now)

    def failed(self, permit: Permit, now: float) -> None:
        """The upstream gave no answer, or none that can be used."""
        if not self.holds(permit):
            return
        if permit.is_trial:
            # A trial that fails after a good one is a relapse too: the upstream comes and goes.
            self._open(now, is_relapse=self._good_trials > 0)
            return
        self._failures += 1
        self._outcomes.append((now, False))
        if self._failures >= IN_A_ROW or self._half_failed(now):
            is_relapse = self._closed_at is not None and now < self._closed_at + RELAPSE_S
            self._open(now, is_relapse=is_relapse)

    def released(self, permit: Permit) -> None:
        """The call was not made, was given up, or told nothing of how the upstream fares."""
        if permit.is_trial and self.holds(permit):
            self._trial_under_way = False

    def _half_failed(self, now: float) -> bool:
        is_full = len(self._outcomes) == WATCHED and self._outcomes[0][0] >= now - WATCHED_S
        return is_full and sum(not is_good for _, is_good in self._outcomes) * 2 >= WATCHED

    def _open(self, now: float, *, is_relapse: bool) -> None:
        if is_relapse:
            self._opening_s = min(LONGEST_OPENING_S, self._opening_s * 2)
        elif self._opened_at is None:
            self._opening_s = FIRST_OPENING_S
        self._opened_at = now
        self._start_anew()

    def _close(self, now: float) -> None:
        self._opened_at = None
        self._closed_at = now
        self._start_anew()

    def _start_anew(self) -> None:
        self._epoch += 1
        self._failures = 0
        self._good_trials = 0
        self._trial_under_way = False
        self._outcomes.clear()
