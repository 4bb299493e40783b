"""
Throttle and faults by configuration, so that a client can be tried against a service that fails.

What goes wrong is decided before a request is looked at, by its place in the order of requests: the same seed and the
same requests give the same faults. Pages are never touched, the XML API alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf
from random import Random
from types import MappingProxyType
from typing import Final

from ecs.embedded.faults import Refused
from ecs.vocabulary import ErrorCode

UNAVAILABLE: Final = "Unavailable"
"""503 without a document, as a load balancer answers."""
BROKEN: Final = "Broken"
"""Half the document, as if that was all."""
CUT: Final = "Cut"
"""The connection ends in the middle of the document."""
OK: Final = "Ok"
"""In a script: nothing goes wrong."""

_REFUSALS: Final = MappingProxyType(
    {
        ErrorCode.INTERNAL_ERROR: (500, "We encountered an internal error. Please try again."),
        ErrorCode.THROTTLED: (
            503,
            "AWS Access Key ID: {key}. You are submitting requests too quickly."
            " Please retry your requests at a slower rate.",
        ),
        ErrorCode.ACCOUNT_LIMIT: (503, "Account limit of 2000 requests per hour exceeded."),
        ErrorCode.INVALID_ASSOCIATE: (400, "Your {key} is not registered as an Amazon Associate."),
    }
)
FAULT_KINDS: Final = (*(code.value for code in _REFUSALS), UNAVAILABLE, BROKEN, CUT)
"""Everything that can be made to go wrong with a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """
    What is to go wrong.

    Raises:
        ValueError: a kind is unknown, a number is out of its range, or the shares are more than all requests.
    """

    requests_per_second: float | None = None
    """Above it a key gets RequestThrottled; so many may come at once. None is no limit."""
    latency_s: float = 0.0
    """How long every answer is held back."""
    shares: Mapping[str, float] = field(default_factory=dict)
    """Kind → share of the requests it strikes, from 0 to 1, by chance."""
    script: tuple[str, ...] = ()
    """Kinds (or ``Ok``) of the first requests, one after the other; chance decides on the others."""
    seed: int = 0
    cart_lifetime: timedelta | None = None
    """When a cart ends after its last use; None is what the original did."""

    def __post_init__(self) -> None:
        unknown = {*self.shares, *({*self.script} - {OK})} - {*FAULT_KINDS}
        if unknown:
            raise ValueError(f"No fault is named {min(unknown)}; there are {', '.join(FAULT_KINDS)}.")
        # Comparisons that hold, for a number that is none ("nan" on the command line) is neither above nor below.
        if not (all(share >= 0 for share in self.shares.values()) and sum(self.shares.values()) <= 1):
            raise ValueError("The shares of faults are 0 % to 100 %, together at most 100 %.")
        if self.requests_per_second is not None and not 0 < self.requests_per_second < inf:
            raise ValueError("Requests per second are more than 0.")
        if not 0 <= self.latency_s < inf:
            raise ValueError("A latency is not less than 0.")
        if self.cart_lifetime is not None and self.cart_lifetime <= timedelta():
            raise ValueError("A cart's lifetime is more than 0.")


NO_FAULTS: Final = Faults()


def share_of(text: str) -> tuple[str, float]:
    """
    Kind and share out of a text like ``InternalError:5%``; without a share every request is struck.

    Raises:
        ValueError: the share is no percentage.
    """
    kind, _, share = text.partition(":")
    try:
        return kind, float(share.removesuffix("%") or 100) / 100
    except ValueError:
        raise ValueError(f"{text} is no fault; write it as InternalError:5%.") from None


def refused(kind: str, key_id: str) -> Refused | None:
    """The refusal a kind stands for, None when it is none."""
    if kind not in _REFUSALS:
        return None
    status, message = _REFUSALS[ErrorCode(kind)]
    return Refused(status, kind, message.format(key=key_id))


class Injector:
    """Tells of each request in turn what goes wrong with it. For one event loop; it takes no locks."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._script = iter(faults.script)
        # Chance that a test can repeat; nothing is kept secret with it.
        self._random = Random(faults.seed)  # noqa: S311
        self._buckets: dict[str, tuple[float, datetime]] = {}

    def next_fault(self, key_id: str, now: datetime) -> str | None:
        """The kind of fault that strikes the next request, which bears this key."""
        if self._is_throttled(key_id, now):
            return ErrorCode.THROTTLED.value
        scripted = next(self._script, None)
        if scripted is not None:
            return None if scripted == OK else scripted
        chance = self._random.random() if self._faults.shares else 1.0
        for kind, share in self._faults.shares.items():
            if chance < share:
                return kind
            chance -= share
        return None

    def _is_throttled(self, key_id: str, now: datetime) -> bool:
        rate = self._faults.requests_per_second
        if rate is None:
            return False
        most = max(rate, 1.0)
        left, seen = self._buckets.get(key_id, (most, now))
        left = min(most, left + (now - seen).total_seconds() * rate)
        # Refused requests do not count: who waits long enough is let in, however often he knocked.
        is_throttled = left < 1
        self._buckets[key_id] = (left if is_throttled else left - 1, now)
        return is_throttled
