"""
The search for an order: Wing and Gong's, with a memory of what was tried. Exponential at worst.

It goes from one step that must happen to the next. Those that may be left out are placed right before one that has to
do with them, the fewest first: anywhere else they would make the same carts. Who came to the same lines with fewer of
them can do all that others can do from there, so that these are not followed.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tests.reliability.effects import Effect, Lines, Merge
from tests.reliability.prospects import is_hopeless
from tests.reliability.steps import Step

_NEVER = float("inf")
_PATIENT_STEPS = 100
"""So many are taken before it is asked, of each, whether it can lead anywhere: that costs more than a step."""
MOST_STEPS: Final = 200_000
MANY_STEPS: Final = 10 * MOST_STEPS
"""For a history that is to be judged, whatever it takes."""


class TooHard(Exception):
    """The search was given up: too many calls at once may or may not have happened."""


@dataclass(slots=True)
class Place:
    """How far an attempt came: bits of the steps that are placed, and the carts they made."""

    placed: int
    lines: Lines


class Ordering:
    """One search over steps sorted by their start. ``best`` is the longest attempt, by steps that must happen."""

    def __init__(self, steps: list[Step], limits: Mapping[str, int], most_steps: int = MOST_STEPS) -> None:
        self._steps = steps
        self._limits = limits
        self._most_steps = most_steps
        self._required = sum(1 << index for index, step in enumerate(steps) if step.is_required)
        self._spare = sum(1 << index for index, step in enumerate(steps) if step.is_spare)
        self._joining = sum(1 << index for index, step in enumerate(steps) if _may_join(step))
        kinds: dict[tuple[Effect | None, ...], int] = {}
        self._kinds = [kinds.setdefault((step.effect, *step.followers), index) for index, step in enumerate(steps)]
        self._merges_left = 0
        self.best = Place(0, {})
        self.taken = 0
        """Steps of the search itself."""

    def exists(self) -> bool:
        """
        Whether there is an order.

        Raises:
            TooHard: nobody knows after ``most_steps``.
        """
        merges = sum(1 for step in self._steps if _may_join(step))
        return any(self._exists(most) for most in range(merges + 1))

    def _exists(self, most_merges: int) -> bool:
        """Whether there is one with so many of the merges at most that may be left out."""
        self._merges_left = most_merges
        tried = _Tried(self._spare)
        reached = -1
        stack = [iter([Place(0, {})])]
        while stack:
            place = next(stack[-1], None)
            if place is None:
                stack.pop()
                continue
            done = place.placed & self._required
            if done == self._required:
                return True
            if not tried.is_new(place):
                continue
            self._count()
            if self._is_hopeless(place):
                continue
            if done.bit_count() > reached:
                reached, self.best = done.bit_count(), place
            stack.append(self._next_places(place))
        return False

    def candidates(self, placed: int) -> tuple[list[int], list[int]]:
        """
        Steps that may come next, those that must happen and the others: nothing that must has ended before their start.

        What must happen is in the order of its end. Of effects that may be left out and are equal, also in what may
        follow them, the first to be asked for stands for all.
        """
        deadline = _NEVER
        required: list[int] = []
        optional: dict[int, int] = {}
        for index, step in enumerate(self._steps):
            if step.start > deadline:
                break
            if placed >> index & 1:
                continue
            if step.is_required and step.end < deadline:
                deadline = step.end
            if step.needs & placed == step.needs:
                if step.is_required:
                    required.append(index)
                else:
                    optional.setdefault(self._kinds[index], index)
        steps = self._steps
        required = sorted((index for index in required if steps[index].start <= deadline), key=lambda at: steps[at].end)
        return required, [index for index in optional.values() if steps[index].start <= deadline]

    def _next_places(self, place: Place) -> Iterator[Place]:
        required, optional = self.candidates(place.placed)
        for index in required:
            if self._steps[index].effect is None and self._steps[index].after(place.lines, self._limits) is not None:
                # What is only seen changes nothing: where it can be seen now, no other order can do more.
                yield Place(place.placed | 1 << index, place.lines)
                return
        for index in required:
            yield from self._with(index, place)
        if optional:
            for index in required:
                yield from self._prepared(index, place)

    def _prepared(self, goal: int, place: Place) -> Iterator[Place]:
        """Places after a step that must happen, with some that may be left out right before it."""
        tried = _Tried(self._spare)
        queue = deque([place])
        while queue:
            now = queue.popleft()
            if not tried.is_new(now):
                continue
            self._count()
            if now is not place:
                if self._is_hopeless(now):
                    continue
                yield from self._with(goal, now)
            for index in self._of_use(goal, now.placed):
                queue.extend(self._with(index, now))

    def _of_use(self, goal: int, placed: int) -> list[int]:
        """What may be left out and has to do with the goal, or with something else that has."""
        near = self._steps[goal].touches
        steps = self._steps
        merged = (placed & self._joining).bit_count()
        rest = self.candidates(placed)[1]
        if merged >= self._merges_left:
            rest = [index for index in rest if not _may_join(steps[index])]
        found: list[int] = []
        while more := [index for index in rest if self._steps[index].touches & near]:
            found += more
            rest = [index for index in rest if index not in more]
            for index in more:
                near |= self._steps[index].touches
        return found

    def _with(self, index: int, place: Place) -> Iterator[Place]:
        after = self._steps[index].after(place.lines, self._limits)
        if after is not None:
            yield Place(place.placed | 1 << index, after)

    def _is_hopeless(self, place: Place) -> bool:
        if self.taken <= _PATIENT_STEPS:
            return False
        waiting = [step for index, step in enumerate(self._steps) if not place.placed >> index & 1]
        return is_hopeless(waiting, place.lines, self._limits)

    def _count(self) -> None:
        self.taken += 1
        if self.taken > self._most_steps:
            raise TooHard(f"gave up after {self._most_steps} steps")


class _Tried:
    """Places that were followed; a new one is told from those that can do no more than one of them."""

    def __init__(self, spare: int) -> None:
        self._spare = spare
        self._used: dict[tuple[int, frozenset[tuple[tuple[str, str], tuple[int, bool]]]], list[int]] = {}

    def is_new(self, place: Place) -> bool:
        """Whether it is to be followed; it is, once."""
        used = place.placed & self._spare
        before = self._used.setdefault((place.placed & ~self._spare, frozenset(place.lines.items())), [])
        if any(used & less == less for less in before):
            return False
        before.append(used)
        return True


def _may_join(step: Step) -> bool:
    return not step.is_required and isinstance(step.effect, Merge) and step.effect.part == 1
