"""Whether what must be seen next can still come about: a cheap look ahead of the search for an order."""

from collections.abc import Mapping, Sequence

from tests.reliability.effects import Clear, Effect, HandOver, Lines, Merge
from tests.reliability.steps import Step


def is_hopeless(waiting: Sequence[Step], lines: Lines, limits: Mapping[str, int]) -> bool:
    """
    True when the cart that must be observed next cannot come about: some line of it is not to be had, whatever of the
    ``waiting`` is placed before. Each line is looked at by itself, so that what is not hopeless may still be.
    """
    following = min((step for step in waiting if step.is_required), key=lambda step: step.end, default=None)
    if following is None or following.observed is None:
        return False
    owner, wanted = following.call.owner, {thing: (units, saved) for thing, units, saved in following.observed}
    effects = [
        step.effect
        for step in waiting
        if step.effect is not None
        and step.start < following.end
        and owner in (step.effect.owner, getattr(step.effect, "source", None))
    ]
    if any(isinstance(effect, Merge) for effect in effects):
        # A merge brings lines of another cart, which are not looked at here.
        return False
    things = wanted.keys() | {thing for whose, thing in lines if whose == owner}
    return not all(
        _can_become(lines.get((owner, thing)), wanted.get(thing), (owner, thing), effects, limits) for thing in things
    )


def _can_become(
    line: tuple[int, bool] | None,
    wanted: tuple[int, bool] | None,
    place: tuple[str, str],
    effects: list[Effect],
    limits: Mapping[str, int],
) -> bool:
    """Whether some of the effects, in some order, make the line what is wanted."""
    touching = [effect for effect in effects if getattr(effect, "thing", place[1]) == place[1]]
    reached: set[tuple[int, tuple[int, bool] | None]] = set()
    stack = [(0, line)]
    while stack:
        used, now = found = stack.pop()
        if now == wanted:
            return True
        if found in reached:
            continue
        reached.add(found)
        for number, effect in enumerate(touching):
            if not used >> number & 1:
                # A hand-over is refused without other lines; here it only takes this one out.
                alone = Clear(effect.owner) if isinstance(effect, HandOver) else effect
                after = alone.done_to({} if now is None else {place: now}, limits)
                if after is not None:
                    stack.append((used | 1 << number, after.get(place)))
    return False
