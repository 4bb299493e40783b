"""The look ahead spares the search what leads nowhere; what may lead somewhere it must never call hopeless."""

from collections.abc import Callable

import pytest

from tests.reliability.checker import steps_of
from tests.reliability.effects import Clear, HandOver, Lines, Merge, Move, Put, PutAll, Replace, Set
from tests.reliability.prospects import is_hopeless
from tests.reliability.stories import Story, merging, put, seen
from tests.reliability.wishes import effects_of

HELD: Lines = {("ann", "a"): (1, False), ("ann", "b"): (2, True), ("guest", "c"): (3, True)}
"""What is there when it is asked."""


def held_already(story: Story) -> None:
    """Nothing needs to happen."""
    story.read(seen(a=1, b=-2))


def some_of_the_units(story: Story) -> None:
    """2 and 4 of what may come, and not 3."""
    story.tried(put("a", 2))
    story.tried(put("a", 3))
    story.tried(put("a", 4))
    story.read(seen(a=7, b=-2))


def set_after_all(story: Story) -> None:
    """Any order will do, as long as it was asked for before the look ended."""
    story.tried(Set("ann", "a", 5))
    story.tried(put("a", 2))
    story.tried(Move("ann", "a", is_saved=True))
    story.read(seen(a=-7, b=-2))


def cut_at_the_limit(story: Story) -> None:
    """Of d there are 6 at most."""
    story.tried(put("d", 9))
    story.read(seen(a=1, b=-2, d=6))


def handed_over(story: Story) -> None:
    """Everything may go."""
    story.tried(HandOver("ann"))
    story.read(seen())


def several_at_once(story: Story) -> None:
    """Each line has its part."""
    story.tried(Replace("ann", (put("a", 4), put("d"))))
    story.tried(PutAll("ann", (put("a"), put("e", 2))))
    story.read(seen(a=5, d=1, e=2))


def brought_by_a_merge(story: Story) -> None:
    """What the guest has, and what he may have by then."""
    story.tried(PutAll("guest", (Put("guest", "d", 1),)))
    story.tried(Put("guest", "e", 1))
    story.tried(*merging)
    story.read(seen(a=1, b=-2, c=-3, d=1, e=1))


def brought_by_two_merges(story: Story) -> None:
    """The guest may have got it the same way."""
    story.tried(Put("stranger", "d", 1))
    story.tried(*effects_of(Merge("stranger", "guest")))
    story.tried(*merging)
    story.read(seen(a=1, b=-2, c=-3, d=1))


def gone_with_a_merge(story: Story) -> None:
    """The guest's cart ends with it."""
    story.tried(*merging)
    story.read(seen(), "guest")


def not_both(story: Story) -> None:
    """Only one of the two may happen; by itself each line may be so."""
    story.tried(Clear("ann"))
    story.read(seen(b=-2))


@pytest.mark.parametrize(
    "tell",
    [
        held_already,
        some_of_the_units,
        set_after_all,
        cut_at_the_limit,
        handed_over,
        several_at_once,
        brought_by_a_merge,
        brought_by_two_merges,
        gone_with_a_merge,
        not_both,
    ],
)
def test_there_is_hope(tell: Callable[[Story], None]) -> None:
    """The search goes on."""
    story = Story()
    tell(story)

    assert not is_hopeless(steps_of(story.calls), HELD, {"d": 6})


def no_such_sum(story: Story) -> None:
    """2 and 4 are never 3."""
    story.tried(put("a", 2))
    story.tried(put("a", 4))
    story.read(seen(a=4, b=-2))


def nothing_takes_it_out(story: Story) -> None:
    """The saved line stays."""
    story.tried(Clear("ann", saved=False))
    story.read(seen())


def asked_for_too_late(story: Story) -> None:
    """What begins after the look is not in it, though it may be in the next."""
    story.read(seen(a=2, b=-2))
    story.tried(put("a"))
    story.read(seen(a=2, b=-2))


def behind_another_change(story: Story) -> None:
    """The look is not the next that must come."""
    story.did(put("d"))
    story.read(seen(d=1))


def another_owners(story: Story) -> None:
    """Ann sees what she should, her guest does not."""
    story.read(seen(a=1, b=-2))
    story.read(seen(c=-4), "guest")


def not_the_guests(story: Story) -> None:
    """A merge brings only what the guest has."""
    story.tried(Set("guest", "d", 4))
    story.tried(*merging)
    story.read(seen(a=1, b=-2, c=-3, e=1))


def not_taken_by_the_merge(story: Story) -> None:
    """Nor does it take anything out."""
    story.tried(*merging)
    story.read(seen(a=1))


@pytest.mark.parametrize(
    "tell",
    [
        no_such_sum,
        nothing_takes_it_out,
        asked_for_too_late,
        behind_another_change,
        another_owners,
        not_the_guests,
        not_taken_by_the_merge,
    ],
)
def test_there_is_no_hope(tell: Callable[[Story], None]) -> None:
    """Nothing that may come makes the cart what was seen."""
    story = Story()
    tell(story)

    assert is_hopeless(steps_of(story.calls), HELD, {"d": 6})


def test_equal_effects_are_looked_at_once() -> None:
    """Twenty calls for the same are twenty-one ways, not a million."""
    story = Story()
    for _ in range(20):
        story.tried(put("a"))
    story.read(seen(a=22, b=-2))

    assert is_hopeless(steps_of(story.calls), HELD, {})


def test_too_many_ways_are_not_looked_at() -> None:
    """The look must stay cheap; the search will find out."""
    story = Story()
    for number in range(20):
        story.tried(put("d", 2 << number))
    story.read(seen(a=1, b=-2, d=1))

    assert not is_hopeless(steps_of(story.calls), HELD, {"d": 10_000_000})
