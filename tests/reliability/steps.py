"""
Steps of a history: what is placed on the line of time, one after the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.reliability.effects import Cart, Effect, Lines, Merge, Move, Put, PutAll, PutBack, Set, cart_of
from tests.reliability.histories import Call


@dataclass(slots=True)
class Step:
    """One effect, one observation, or both, to be placed on the line of time."""

    call: Call
    effect: Effect | None
    observed: Cart | None
    start: float
    end: float
    is_required: bool
    needs: int = 0
    """Bits of the steps that come first."""
    followers: tuple[Effect | None, ...] = ()
    """What may come only after it, in this order. It is no waste for them, even where it changes nothing."""
    touches: int = 0
    """Bits of the lines that decide it or that it changes; given by ``tell_lines``."""

    @property
    def is_spare(self) -> bool:
        """True when it may be left out and nothing waits for it."""
        return not self.is_required and not self.followers

    def after(self, lines: Lines, limits: Mapping[str, int]) -> Lines | None:
        """The lines after the step; None when it cannot come now, or would be for nothing."""
        after = lines
        if self.effect is not None:
            changed = self.effect.done_to(lines, limits)
            if changed is None or (self.is_spare and changed == lines):
                return None
            after = changed
        if self.observed is not None and cart_of(after, self.call.owner) != self.observed:
            return None
        return after


def tell_lines(steps: list[Step]) -> None:
    """Give the steps their ``touches``: two without a bit in common may change places."""
    named = {line for step in steps for line in _lines_of(step)}
    bits = {line: 1 << number for number, line in enumerate(sorted(named, key=str))}
    for step in steps:
        mine = _lines_of(step)
        owners = {owner for owner, thing in mine if thing is None}
        touched = {line for line in named if line in mine or line[0] in owners}
        # All lines of an owner are touched by each one of his.
        touched |= {(owner, None) for owner, _ in mine if (owner, None) in named}
        step.touches = sum(bits[line] for line in touched)


def _lines_of(step: Step) -> set[tuple[str, str | None]]:
    """Owner and thing of each line; without a thing, all lines of the owner."""
    lines: set[tuple[str, str | None]] = set() if step.observed is None else {(step.call.owner, None)}
    match step.effect:
        case None:
            return lines
        case Put(owner, thing) | Set(owner, thing) | Move(owner, thing) | PutBack(owner, thing):
            return lines | {(owner, thing)}
        case PutAll(owner, puts):
            return lines | {(owner, put.thing) for put in puts}
        case Merge(source, owner):
            return lines | {(source, None), (owner, None)}
    return lines | {(step.effect.owner, None)}
