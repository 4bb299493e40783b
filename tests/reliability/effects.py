"""
What a change does to the carts, one effect for all that is seen at once. Pure: the checker's own idea of the shop.
"""

from collections.abc import Callable, Mapping
from typing import Final

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
            if owner == new and self.part == LAST_PART:
                del merged[new, thing]
            if owner != self.source:
                continue
            if self.part == 1 and there is not None:
                together = min(there[0] + units, limits.get(thing, _MOST))
                merged[self.owner, thing] = (together, saved and there[1])
            elif self.part == 2 and there is None:
                merged[self.owner, thing] = (units, False)
                merged[new, thing] = (units, saved)
            elif self.part == LAST_PART:
                del merged[self.source, thing]
                if saved and (new, thing) in lines:
                    merged[self.owner, thing] = (units, True)
        return merged


class PutAll(Struct, frozen=True):
    """Several things put at once: all of them or none."""

    owner: str
    puts: tuple[Put, ...]

    def done_to(self, lines: Lines, limits: Mapping[str, int]) -> Lines | None:
        """See ``Effect``."""
        after: Lines | None = lines
        for put in self.puts:
            after = put.done_to(after or {}, limits)
        return after


class Replace(Struct, frozen=True):
    """A new cart with these things; the one that was there is archived."""

    owner: str
    puts: tuple[Put, ...]

    def done_to(self, lines: Lines, limits: Mapping[str, int]) -> Lines | None:
        """See ``Effect``."""
        others = _without(lines, lambda owner, *_: owner == self.owner)
        return PutAll(self.owner, self.puts).done_to(others, limits)


class PutBack(Struct, frozen=True):
    """A line of an old cart: its units beside those that are there, to be bought when either is."""

    owner: str
    thing: str
    units: int
    is_saved: bool

    def done_to(self, lines: Lines, limits: Mapping[str, int]) -> Lines | None:
        """See ``Effect``."""
        held, is_aside = lines.get((self.owner, self.thing), (0, True))
        units = min(held + self.units, limits.get(self.thing, _MOST))
        return {**lines, (self.owner, self.thing): (units, self.is_saved and is_aside)}


LAST_PART: Final = 3
"""Of a merge."""
Effect = Put | Set | Move | Clear | HandOver | Merge | PutAll | Replace | PutBack
"""``done_to`` gives the lines afterwards, or None where it cannot happen. ``limits`` are the most units of a thing."""
_MOST: Final = 999


def cart_of(lines: Lines, owner: str) -> Cart:
    """What one owner sees."""
    return frozenset((thing, units, saved) for (whose, thing), (units, saved) in lines.items() if whose == owner)


def _without(lines: Lines, is_gone: Callable[[str, str, bool], bool]) -> Lines:
    return {(owner, thing): line for (owner, thing), line in lines.items() if not is_gone(owner, thing, line[1])}
