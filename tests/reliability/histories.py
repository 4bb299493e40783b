"""
Histories: who called what on which cart, when, and what he was told.

A call ends in one of three ways: ``OK`` (it said it is done), ``FAILED`` (it said that nothing happened) or ``UNKNOWN``
(it said so, or never ended: then what it wanted may happen at any later time, once, or never). ``tests.reliability.
checker`` looks for an order of effects that explains a history.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count

from msgspec import Struct

Cart = frozenset[tuple[str, int, bool]]
"""What a caller saw: thing, units, and whether it is saved for later."""
Lines = dict[tuple[str, str], tuple[int, bool]]
"""Units and placement by owner and thing: the carts of everybody in a history."""


class Put(Struct, frozen=True):
    """Units more of a thing. What was saved comes back to the cart with its units."""

    owner: str
    thing: str
    units: int

    def done_to(self, lines: Lines, limits: Mapping[str, int]) -> Lines | None:
        """See ``Effect``."""
        held = lines.get((self.owner, self.thing), (0, False))[0]
        units = min(held + self.units, limits.get(self.thing, _MOST))
        return {**lines, (self.owner, self.thing): (units, False)}


class Set(Struct, frozen=True):
    """A line's units from now on; 0 takes it out. A saved line stays saved."""

    owner: str
    thing: str
    units: int

    def done_to(self, lines: Lines, limits: Mapping[str, int]) -> Lines | None:
        """See ``Effect``; there is no line to be made by it."""
        line = lines.get((self.owner, self.thing))
        if line is None:
            return None
        if self.units == 0:
            return _without(lines, lambda owner, thing, _: (owner, thing) == (self.owner, self.thing))
        return {**lines, (self.owner, self.thing): (min(self.units, limits.get(self.thing, _MOST)), line[1])}


class Move(Struct, frozen=True):
    """A line put aside, or taken back."""

    owner: str
    thing: str
    is_saved: bool

    def done_to(self, lines: Lines, limits: Mapping[str, int]) -> Lines | None:
        """See ``Effect``."""
        line = lines.get((self.owner, self.thing))
        return None if line is None else {**lines, (self.owner, self.thing): (line[0], self.is_saved)}


class Clear(Struct, frozen=True):
    """Every line taken out, or those of one placement only."""

    owner: str
    saved: bool | None = None

    def done_to(self, lines: Lines, limits: Mapping[str, int]) -> Lines | None:
        """See ``Effect``."""
        return _without(lines, lambda owner, _, saved: owner == self.owner and self.saved in (None, saved))


class HandOver(Struct, frozen=True):
    """The cart is gone to the marketplace; its owner starts anew."""

    owner: str

    def done_to(self, lines: Lines, limits: Mapping[str, int]) -> Lines | None:
        """See ``Effect``; an empty cart is not handed over."""
        if not any(owner == self.owner and not saved for (owner, _), (_, saved) in lines.items()):
            return None
        return _without(lines, lambda owner, *_: owner == self.owner)


class Merge(Struct, frozen=True):
    """
    One owner's lines joined to another's: units together, in the cart when either was.

    It takes three requests, between which it may be seen, and so is three effects: what both have; what the source
    alone has, all of it in the cart; and last, what of that is put aside again, when the source's cart is no more.
    """

    source: str
    owner: str
    part: int = 1

    def done_to(self, lines: Lines, limits: Mapping[str, int]) -> Lines | None:
        """See ``Effect``. Nobody else changes the two carts between the parts."""
        merged = dict(lines)
        new = f"{self.owner} has new"
        for (owner, thing), (units, saved) in lines.items():
            there = lines.get((self.owner, thing))
            if owner == new and self.part == _LAST_PART:
                del merged[new, thing]
            if owner != self.source:
                continue
            if self.part == 1 and there is not None:
                together = min(there[0] + units, limits.get(thing, _MOST))
                merged[self.owner, thing] = (together, saved and there[1])
            elif self.part == 2 and there is None:
                merged[self.owner, thing] = (units, False)
                merged[new, thing] = (units, saved)
            elif self.part == _LAST_PART:
                del merged[self.source, thing]
                if saved and (new, thing) in lines:
                    merged[self.owner, thing] = (units, True)
        return merged


_LAST_PART = 3
Effect = Put | Set | Move | Clear | HandOver | Merge
"""``done_to`` gives the lines afterwards, or None where it cannot happen. ``limits`` are the most units of a thing."""
_MOST = 999


def effects_of(effect: Effect | None) -> tuple[Effect, ...]:
    """The effects of a call that is named by its first."""
    if isinstance(effect, Merge):
        return tuple(Merge(effect.source, effect.owner, part) for part in range(1, _LAST_PART + 1))
    return () if effect is None else (effect,)


class Outcome(StrEnum):
    """What the caller was told."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Call:
    """
    One call. A read has no effects; several effects happen in their order, others may come between them.

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

    def invoke(self, process: str, owner: str, *effects: Effect, key: str | None = None) -> Call:
        """A call begins; until it is said to have ended its outcome is unknown."""
        call = Call(len(self.calls), process, owner, effects, self.now(), key)
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


def _without(lines: Lines, is_gone: Callable[[str, str, bool], bool]) -> Lines:
    return {(owner, thing): line for (owner, thing), line in lines.items() if not is_gone(owner, thing, line[1])}
