"""
Whether and when a failed call is tried again. Pure.

Retries add at most a tenth to the first tries of this process, a call has at most two, the waits are jittered in full,
and none begins when its deadline would come first. Nothing else in the program tries a call again, but for the journal,
which alone repeats changes of carts.
"""

from collections.abc import Callable
from typing import Final

from ecs.errors import CircuitOpen, QuotaSpent, UpstreamError

MAX_RETRIES: Final = 2
FIRST_WAIT_S: Final = 0.25
LONGEST_WAIT_S: Final = 2.0
_SHARE: Final = 10
"""First tries that earn one retry."""
_MOST_SAVED: Final = 10
"""Retries that can be saved up in good times."""


class RetryBudget:
    """Counts first tries, and gives out a retry for each ten of them."""

    def __init__(self) -> None:
        # In tenths of a retry: whole numbers do not drift.
        self._saved = 0

    def earn(self) -> None:
        """Note a first try."""
        self._saved = min(_MOST_SAVED * _SHARE, self._saved + 1)

    def spend(self) -> bool:
        """Take a retry; False when none is left."""
        if self._saved < _SHARE:
            return False
        self._saved -= _SHARE
        return True


def wait_before_retry(
    error: UpstreamError, retries: int, remaining_s: float, random: Callable[[], float]
) -> float | None:
    """
    Seconds to wait before a repeatable call is tried again; None when it is not.

    ``retries`` were made already; ``remaining_s`` is left until the deadline; ``random`` gives 0 to 1. The budget
    is not asked here.
    """
    if retries >= MAX_RETRIES or not error.is_retryable or isinstance(error, CircuitOpen | QuotaSpent):
        return None
    jitter = random() * min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**retries)
    wait_s = (error.retry_after_s or 0.0) + jitter
    return wait_s if wait_s < remaining_s else None
