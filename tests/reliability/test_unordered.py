"""Calls whose effects come in any order, others' between them: the checker finds what of that is wrong, no more."""

from collections.abc import Callable

import pytest

from tests.reliability.checker import IllegalHistory, check
from tests.reliability.effects import Move, PutBack, Set
from tests.reliability.stories import Story, put, seen


def in_their_order(story: Story) -> None:
    """Also the one they were asked for in."""
    call = story.began(put("a"), put("b"), put("c"), is_unordered=True)
    story.read(seen(a=1))
    story.read(seen(a=1, b=1))
    story.ok(call, seen(a=1, b=1, c=1))


def in_another_order(story: Story) -> None:
    """The last one first."""
    call = story.began(put("a"), put("b"), put("c"), is_unordered=True)
    story.read(seen(c=1))
    story.read(seen(a=1, c=1))
    story.ok(call, seen(a=1, b=1, c=1))


def set_before_more_is_put(story: Story) -> None:
    """What comes of it depends on the order, and this is one of two."""
    story.did(put("a"))
    story.did(put("a"), Set("ann", "a", 5), saw=seen(a=6), is_unordered=True)


def set_after_more_is_put(story: Story) -> None:
    """This is the other one."""
    story.did(put("a"))
    story.did(put("a"), Set("ann", "a", 5), saw=seen(a=5), is_unordered=True)


def the_only_order_that_can_be(story: Story) -> None:
    """There is nothing to be put aside before it is put in."""
    story.did(Move("ann", "a", is_saved=True), Set("ann", "a", 5), put("a"), saw=seen(a=-5), is_unordered=True)


def others_in_between(story: Story) -> None:
    """A line that is there already is changed by another call before the next one comes."""
    call = story.began(put("a"), put("b"), is_unordered=True)
    story.read(seen(b=1))
    story.did(Set("ann", "b", 7), saw=seen(b=7))
    story.did(put("c"), saw=seen(b=7, c=1))
    story.ok(call, seen(a=1, b=7, c=1))


def two_interleaved(story: Story) -> None:
    """Each of two calls is half done when the other goes on."""
    first = story.began(put("a"), put("b"), is_unordered=True)
    second = story.began(put("c"), put("d"), is_unordered=True)
    story.read(seen(b=1))
    story.read(seen(b=1, c=1))
    story.read(seen(a=1, b=1, c=1))
    story.ok(first, seen(a=1, b=1, c=1))
    story.ok(second, seen(a=1, b=1, c=1, d=1))


def others_before_it_is_shown(story: Story) -> None:
    """The answer shows the cart some time after the last effect, with what came meanwhile."""
    call = story.began(put("a"), put("b"), is_unordered=True)
    story.read(seen(a=1, b=1))
    story.did(Set("ann", "a", 0), saw=seen(b=1))
    story.ok(call, seen(b=1))


def shown_before_others(story: Story) -> None:
    """It need not show what comes before its end, but after the cart was looked at."""
    call = story.began(put("a"), put("b"), is_unordered=True)
    story.did(put("c"))
    story.ok(call, seen(a=1, b=1))
    story.read(seen(a=1, b=1, c=1))


def not_shown(story: Story) -> None:
    """Done, and nothing said of the cart."""
    story.did(put("a"), put("b"), is_unordered=True)
    story.read(seen(a=1, b=1))


def unknown_and_nothing_of_it(story: Story) -> None:
    """None of its effects need ever happen."""
    story.tried(put("a"), put("b"), is_unordered=True)
    story.read(seen())


def unknown_and_some_of_it(story: Story) -> None:
    """Any one of its effects may be all that happens."""
    story.tried(put("a"), put("b"), put("c"), is_unordered=True)
    story.read(seen(b=1))
    story.did(put("d"), saw=seen(b=1, d=1))
    story.read(seen(b=1, d=1))


def unknown_and_late(story: Story) -> None:
    """The others may come at any later time, in any order."""
    story.tried(put("a"), put("b"), put("c"), is_unordered=True)
    story.read(seen(b=1))
    story.did(Set("ann", "b", 0), saw=seen())
    story.read(seen(c=1))
    story.read(seen(a=1, c=1))


def refused(story: Story) -> None:
    """Nothing of it happened."""
    story.refused(put("a"), put("b"), is_unordered=True)
    story.read(seen())


def known_by_its_key(story: Story) -> None:
    """Half of it had happened when it was asked for again; both calls are one change."""
    story.tried(put("a"), put("b"), key="k", is_unordered=True)
    story.read(seen(b=1))
    story.did(put("a"), put("b"), key="k", saw=seen(a=1, b=1), is_unordered=True)
    story.did(put("a"), put("b"), key="k", saw=seen(a=1, b=1), is_unordered=True)


def less_was_made_of_a_key(story: Story) -> None:
    """Who was told knows that one of the things was refused."""
    story.tried(put("a"), put("b"), put("c"), key="k", is_unordered=True)
    story.did(put("b"), put("c"), key="k", saw=seen(b=1, c=1), is_unordered=True)


def brought_back(story: Story) -> None:
    """The lines of an old cart come one by one; one of them is put in meanwhile."""
    call = story.began(PutBack("ann", "a", 2, is_saved=True), PutBack("ann", "b", 1, is_saved=False), is_unordered=True)
    story.read(seen(b=1))
    story.did(put("a"), saw=seen(a=1, b=1))
    story.ok(call, seen(a=3, b=1))


@pytest.mark.parametrize(
    "tell",
    [
        in_their_order,
        in_another_order,
        set_before_more_is_put,
        set_after_more_is_put,
        the_only_order_that_can_be,
        others_in_between,
        two_interleaved,
        others_before_it_is_shown,
        shown_before_others,
        not_shown,
        unknown_and_nothing_of_it,
        unknown_and_some_of_it,
        unknown_and_late,
        refused,
        known_by_its_key,
        less_was_made_of_a_key,
        brought_back,
    ],
)
def test_legal_history(tell: Callable[[Story], None]) -> None:
    """What may happen is not called wrong."""
    story = Story()
    tell(story)

    check(story)


def shown_too_soon(story: Story) -> None:
    """The answer comes after all of the effects."""
    story.did(put("a"), put("b"), saw=seen(b=1), is_unordered=True)


def done_in_part(story: Story) -> None:
    """Done means all of it."""
    story.did(put("a"), put("b"), is_unordered=True)
    story.read(seen(a=1))


def done_late(story: Story) -> None:
    """What is said to be done does not come afterwards."""
    story.did(put("a"), put("b"), is_unordered=True)
    story.read(seen(b=1))
    story.read(seen(a=1, b=1))


def done_early(story: Story) -> None:
    """Nothing of a call comes before its start."""
    story.read(seen(b=1))
    story.did(put("a"), put("b"), is_unordered=True)


def none_of_its_orders(story: Story) -> None:
    """It is 5 or 6 of them, whatever comes first."""
    story.did(put("a"))
    story.did(put("a"), Set("ann", "a", 5), saw=seen(a=1), is_unordered=True)


def in_no_order_at_all(story: Story) -> None:
    """There is nothing to be set before or after the other."""
    story.did(put("a"), Set("ann", "b", 5), is_unordered=True)


def seen_in_two_orders(story: Story) -> None:
    """Any order, but one."""
    call = story.began(put("a"), put("b"), is_unordered=True)
    story.read(seen(a=1))
    story.read(seen(b=1))
    story.ok(call)


def one_of_them_twice(story: Story) -> None:
    """Each effect happens once at most."""
    story.tried(put("a"), put("b"), is_unordered=True)
    story.read(seen(a=2))


def one_of_them_gone(story: Story) -> None:
    """What has happened stays."""
    story.tried(put("a"), put("b"), is_unordered=True)
    story.read(seen(a=1, b=1))
    story.read(seen(b=1))


def refused_and_yet_done_in_part(story: Story) -> None:
    """Not done means nothing of it."""
    story.refused(put("a"), put("b"), is_unordered=True)
    story.read(seen(b=1))


def shows_what_comes_after_its_end(story: Story) -> None:
    """The answer cannot show what was not asked for yet."""
    story.did(put("a"), put("b"), saw=seen(a=1, b=1, c=1), is_unordered=True)
    story.did(put("c"))


def another_lost_in_between(story: Story) -> None:
    """Whoever comes between the effects is not written over."""
    call = story.began(put("a"), put("b"), is_unordered=True)
    story.read(seen(b=1))
    story.did(put("c"))
    story.ok(call, seen(a=1, b=1))
    story.read(seen(a=1, b=1))


def done_twice_under_its_key(story: Story) -> None:
    """The half that had happened must not happen again."""
    story.tried(put("a"), put("b"), key="k", is_unordered=True)
    story.read(seen(b=1))
    story.did(put("a"), put("b"), key="k", saw=seen(a=1, b=2), is_unordered=True)


def more_was_made_of_a_key(story: Story) -> None:
    """What is said to be refused is not there."""
    story.tried(put("a"), put("b"), key="k", is_unordered=True)
    story.did(put("b"), key="k", saw=seen(a=1, b=1), is_unordered=True)


@pytest.mark.parametrize(
    "tell",
    [
        shown_too_soon,
        done_in_part,
        done_late,
        done_early,
        none_of_its_orders,
        in_no_order_at_all,
        seen_in_two_orders,
        one_of_them_twice,
        one_of_them_gone,
        refused_and_yet_done_in_part,
        shows_what_comes_after_its_end,
        another_lost_in_between,
        done_twice_under_its_key,
        more_was_made_of_a_key,
    ],
)
def test_illegal_history(tell: Callable[[Story], None]) -> None:
    """What must not happen is found."""
    story = Story()
    tell(story)

    with pytest.raises(IllegalHistory):
        check(story)


@pytest.mark.parametrize("tell", [in_another_order, others_in_between, two_interleaved, unknown_and_some_of_it])
def test_of_ordered_effects_it_would_be_wrong(tell: Callable[[Story], None]) -> None:
    """It is because their effects are unordered that the same stories are right."""
    story = Story()
    tell(story)
    for call in story.calls:
        call.is_unordered = False

    with pytest.raises(IllegalHistory):
        check(story)
