"""
Histories: who called what on which cart, when, and what he was told.

A call ends in one of three ways: ``OK`` (it said it is done), ``FAILED`` (it said that nothing happened) or ``UNKNOWN``
(it said so, or never ended: then what it wanted may happen at any later time, once, or never). ``tests.reliability.
checker`` looks for an order of effects that explains a history.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count

from tests.reliability.effects import Cart, Clear, Effect, HandOver, Merge, Move, Put, PutAll, PutBack, Replace, Set


class Outcome(StrEnum):
    """What the caller was told."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Call:
    """
    One call. A read has no effects; several effects happen in their order, unless it is said that they are unordered;
    others may come between them.

    ``observed`` is the cart of ``owner`` as answered, None when nothing is known of it.
    """

    number: int
    process: str
    owner: str
    effects: tuple[Effect, ...]
    start: int
    key: str | None = None
    end: int | None = None
    outcome: Outcome = Outcome.UNKNOWN
    observed: Cart | None = None
    is_unordered: bool = False
    """Its effects come in any order."""
    is_stale: bool = False
    """A read that says it shows the cart as last confirmed: every change acknowledged before it is in it."""

    def __str__(self) -> str:
        """A line of a report."""
        wanted = ", ".join(_said(effect) for effect in self.effects) or "read"
        key = f" [{self.key}]" if self.key else ""
        seen = "" if self.observed is None else f" saw {shown(self.observed)}{' (stale)' if self.is_stale else ''}"
        until = "…" if self.end is None else self.end
        return f"#{self.number} {self.start}-{until} {self.process} {self.owner}{key}: {wanted} -> {self.outcome}{seen}"


@dataclass
class History:
    """Calls as they came. ``now`` gives ever later instants; by default their count."""

    now: Callable[[], int] = field(default_factory=lambda: count().__next__)
    calls: list[Call] = field(default_factory=list)

    def invoke(
        self, process: str, owner: str, *effects: Effect, key: str | None = None, is_unordered: bool = False
    ) -> Call:
        """A call begins; until it is said to have ended its outcome is unknown."""
        call = Call(len(self.calls), process, owner, effects, self.now(), key, is_unordered=is_unordered)
        self.calls.append(call)
        return call

    def ok(self, call: Call, observed: Cart | None = None, *, is_stale: bool = False) -> None:
        """The call says it is done."""
        call.outcome, call.observed, call.is_stale, call.end = Outcome.OK, observed, is_stale, self.now()

    def failed(self, call: Call) -> None:
        """The call says that nothing happened, nor ever will."""
        call.outcome, call.end = Outcome.FAILED, self.now()

    def unknown(self, call: Call) -> None:
        """The call says that it does not know."""
        call.outcome, call.end = Outcome.UNKNOWN, self.now()

    def __str__(self) -> str:
        """The whole story, a line a call."""
        return "\n".join(map(str, self.calls))


def shown(cart: Cart) -> str:
    """A cart in a few words."""
    return "{" + ", ".join(f"{thing}×{units}{' saved' if saved else ''}" for thing, units, saved in sorted(cart)) + "}"


def _said(effect: Effect) -> str:
    match effect:
        case Put():
            return f"{effect.thing} +{effect.units}"
        case Set():
            return f"{effect.thing} ={effect.units}"
        case Move():
            return f"{effect.thing} {'saved' if effect.is_saved else 'back'}"
        case Clear():
            return "clear" if effect.saved is None else f"clear {'saved' if effect.saved else 'cart'}"
        case HandOver():
            return "hand over"
        case Merge():
            return f"merge {effect.source} ({effect.part})"
        case PutAll() | Replace():
            puts = ", ".join(f"{put.thing} +{put.units}" for put in effect.puts)
            return f"{'all of' if isinstance(effect, PutAll) else 'new cart with'} {puts}"
        case PutBack():
            return f"{effect.thing} +{effect.units} {'saved' if effect.is_saved else 'back'}"
