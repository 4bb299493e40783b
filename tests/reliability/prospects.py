"""Whether what must be seen next can still come about: a cheap look ahead of the search for an order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tests.reliability.effects import Clear, Effect, HandOver, Lines, Merge, PutAll, Replace
from tests.reliability.steps import Step

_MOST_LOOKS: Final = 100
"""A line with more ways than these before it is not looked at further."""


def is_hopeless(waiting: Sequence[Step], lines: Lines, limits: Mapping[str, int]) -> bool:
    """
    True when a cart that must be observed cannot come about: some line of it is not to be had, whatever of the
    ``waiting`` is placed before. It looks at the next cart of each owner, and at each line by itself, so that what is
    not hopeless may still be.
    """
    following: dict[str, Step] = {}
    for step in waiting:
        if step.is_required and step.observed is not None:
            other = following.setdefault(step.call.owner, step)
            if step.end < other.end:
                following[step.call.owner] = step
    return not all(_may_be_seen(step, waiting, lines, limits) for step in following.values())


def _may_be_seen(sight: Step, waiting: Sequence[Step], lines: Lines, limits: Mapping[str, int]) -> bool:
    owner, wanted = sight.call.owner, {thing: (units, saved) for thing, units, saved in sight.observed or ()}
    effects = [step.effect for step in waiting if step.effect is not None and step.start <= sight.end]
    sources = {effect.source for effect in effects if isinstance(effect, Merge) and effect.owner == owner}
    if any(isinstance(effect, Merge) and effect.owner in sources for effect in effects):
        # What a merge brings, another merge may have brought there.
        return True
    brought = {thing for whose, thing in lines if whose in sources}
    brought.update(thing for effect in effects if effect.owner in sources for thing in _things_of(effect))
    own = [each for effect in effects for each in _alone(effect, owner)]
    things = wanted.keys() | {thing for whose, thing in lines if whose == owner}
    return all(
        _can_become(lines.get((owner, thing)), wanted.get(thing), (owner, thing), own, limits)
        for thing in things - brought
    )


def _alone(effect: Effect, owner: str) -> Iterator[Effect]:
    """What the effect is for a line of the owner's that no merge brings anything for."""
    if isinstance(effect, Merge):
        if effect.source == owner:
            yield Clear(owner)
    elif effect.owner == owner:
        # A hand-over is refused without other lines; here it only takes this one out.
        yield Clear(owner) if isinstance(effect, HandOver) else effect


def _things_of(effect: Effect) -> set[str]:
    if isinstance(effect, PutAll | Replace):
        return {put.thing for put in effect.puts}
    thing: str | None = getattr(effect, "thing", None)
    return set() if thing is None else {thing}


def _can_become(
    line: tuple[int, bool] | None,
    wanted: tuple[int, bool] | None,
    place: tuple[str, str],
    effects: list[Effect],
    limits: Mapping[str, int],
) -> bool:
    """Whether some of the effects, in some order, make the line what is wanted, as far as can be told soon."""
    touching = [effect for effect in effects if getattr(effect, "thing", place[1]) == place[1]]
    reached: set[tuple[int, tuple[int, bool] | None]] = set()
    stack = [(0, line)]
    while stack:
        used, now = found = stack.pop()
        if now == wanted or len(reached) > _MOST_LOOKS:
            return True
        if found in reached:
            continue
        reached.add(found)
        tried: set[Effect] = set()
        for number, effect in enumerate(touching):
            # Of equal effects the first stands for all.
            if not used >> number & 1 and effect not in tried:
                tried.add(effect)
                after = effect.done_to({} if now is None else {place: now}, limits)
                if after is not None:
                    stack.append((used | 1 << number, after.get(place)))
    return False
