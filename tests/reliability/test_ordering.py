"""The search places what may be left out only where that is of use, and so decides hard histories in few steps."""

import pytest

from tests.reliability.checker import IllegalHistory, check, steps_of
from tests.reliability.effects import Cart, Put, Set
from tests.reliability.histories import History
from tests.reliability.ordering import Ordering, Place, TooHard
from tests.reliability.steps import tell_lines
from tests.reliability.stories import Story, merging, put, seen

NOBODY = seen()


def ordering_of(story: History, most_steps: int = 1_000) -> Ordering:
    """A search over all that the story tells."""
    steps = steps_of(story.calls)
    tell_lines(steps)
    return Ordering(steps, {}, most_steps)


def many_unknown(story: Story, things: str = "cdefghij") -> None:
    """Two calls of Ann's for each thing, of which nobody knows what became."""
    for thing in things:
        story.tried(put(thing))
        story.tried(Set("ann", thing, 5))


@pytest.mark.parametrize("things", ["", "cdefghij"])
def test_what_is_of_no_use_is_not_placed(things: str) -> None:
    """Changes of other lines make nothing possible: the search goes as if they were not there."""
    story = Story()
    many_unknown(story, things)
    story.did(put("a"))
    story.did(Set("ann", "a", 3))
    ordering = ordering_of(story)

    assert ordering.exists()
    assert ordering.taken == 2
    assert ordering.best == Place(1 << 2 * len(things), {("ann", "a"): (1, False)})


def test_without_any_use_it_is_over_soon() -> None:
    """No line is there to be set, and none that may be put there is the one."""
    story = Story()
    many_unknown(story)
    story.did(Set("ann", "a", 3))
    ordering = ordering_of(story)

    assert not ordering.exists()
    assert ordering.taken == 2
    assert ordering.best == Place(0, {})


def test_of_use_by_way_of_another() -> None:
    """What the guest put in has to do with Ann's line by two parts of a merge; what else she did has not."""
    story = Story()
    story.tried(Put("guest", "a", 1))
    story.tried(put("b"))
    story.tried(*merging)
    story.did(Set("ann", "a", 3))
    story.read(seen(a=3))
    ordering = ordering_of(story)

    assert ordering.exists()
    guests, merged = {("guest", "a"): (1, False)}, {("ann", "a"): (3, False), ("ann has new", "a"): (1, False)}
    assert ordering.best == Place(0b101101, guests | merged)


@pytest.mark.parametrize(("cart", "steps"), [(seen(), 1), (seen(c=1), 3), (seen(l=1), 12), (seen(k=1, l=1), 57)])
def test_the_fewest_are_placed_first(cart: Cart, steps: int) -> None:
    """None of the ten, then each alone, then each two of them: a crash cuts off more calls than have happened."""
    story = Story()
    for thing in "cdefghijkl":
        story.tried(put(thing))
    story.read(cart)
    ordering = ordering_of(story)

    assert ordering.exists()
    assert ordering.taken == steps


def test_of_equal_calls_only_their_number_is_tried() -> None:
    """Which of them has happened makes no difference."""
    story = Story()
    for _ in range(16):
        story.tried(put("a"))
    story.read(seen(a=16))
    ordering = ordering_of(story)

    assert ordering.exists()
    assert ordering.taken == 18


def test_a_merge_that_may_be_left_out_is_tried_last() -> None:
    """Where it can be done without one, none of their parts is placed."""
    story = Story()
    story.did(Put("guest", "b", 2))
    for _ in range(3):
        story.tried(*merging)
    story.tried(put("a"))
    story.read(seen(a=1))
    story.read(seen(b=2), "guest")
    ordering = ordering_of(story)

    assert ordering.exists()
    assert ordering.taken == 5
    assert ordering.best.lines == {("guest", "b"): (2, False), ("ann", "a"): (1, False)}


def test_candidates() -> None:
    """What must end first is first; what begins after its end must wait; of what is equal the first is enough."""
    story = Story()
    story.tried(put("a"))
    story.tried(put("a"))
    story.tried(put("a"), put("b"))
    late, early = story.began(put("c")), story.began(put("d"))
    story.ok(early)
    story.ok(late)
    story.did(put("e"))
    ordering = ordering_of(story)

    assert ordering.candidates(0) == ([5, 4], [0, 2])
    assert ordering.candidates(0b1) == ([5, 4], [1, 2])
    assert ordering.candidates(0b100) == ([5, 4], [0, 3])
    assert ordering.candidates(0b110000) == ([6], [0, 2])


def crashed(story: Story) -> None:
    """Both had something; then sixteen calls are cut off, and a merge; then Ann goes on."""
    story.did(put("a"), saw=seen(a=1))
    story.did(Put("guest", "b", 2))
    many_unknown(story)
    story.tried(*merging)
    story.did(put("a"))
    story.did(Set("ann", "a", 4))


@pytest.mark.parametrize(
    ("anns", "guests", "most_steps"),
    [
        (seen(a=4), seen(b=2), 10),
        (seen(a=4, c=5), seen(b=2), 20),
        (seen(a=4, c=5, d=1), seen(b=2), 60),
        (seen(a=4, b=2), NOBODY, 400),
        (seen(a=4, b=2, c=5), NOBODY, 500),
        (seen(a=4, b=2, c=5, j=1), NOBODY, 800),
    ],
)
def test_many_unknown_calls_are_decided(anns: Cart, guests: Cart, most_steps: int) -> None:
    """There are more than a hundred thousand ways to choose from them."""
    story = Story()
    crashed(story)
    story.read(anns)
    story.read(guests, "guest")

    assert check(story) <= most_steps


@pytest.mark.parametrize(
    ("anns", "guests", "most_steps"),
    [
        (seen(a=5), seen(b=2), 400),
        (seen(a=4, c=6), seen(b=2), 400),
        (seen(a=4, b=3, c=5), NOBODY, 1_200),
        (seen(a=4, b=2, d=6), NOBODY, 1_200),
    ],
)
def test_many_unknown_calls_explain_nothing_else(anns: Cart, guests: Cart, most_steps: int) -> None:
    """That none of the ways leads there is known as soon."""
    story = Story()
    crashed(story)
    story.read(anns)
    story.read(guests, "guest")
    ordering = ordering_of(story, most_steps)

    assert not ordering.exists()
    with pytest.raises(IllegalHistory):
        check(story)


def test_too_hard() -> None:
    """What is not decided in so many steps is neither right nor wrong."""
    story = Story()
    many_unknown(story)
    story.read(seen(c=5, d=5, e=5, f=5))

    assert ordering_of(story, 5_000).exists()
    hasty = ordering_of(story, 50)
    with pytest.raises(TooHard, match="gave up after 50 steps"):
        hasty.exists()
    assert hasty.taken == 51
