"""The checker finds what is wrong, and nothing else."""

from collections.abc import Callable

import pytest

from tests.reliability.checker import IllegalHistory, check
from tests.reliability.effects import Clear, HandOver, Move, Put, Set
from tests.reliability.stories import Story, merging, put, seen


def one_after_the_other(story: Story) -> None:
    """Every kind of change."""
    story.did(put("a", 2), saw=seen(a=2))
    story.did(put("b"), put("c"), saw=seen(a=2, b=1, c=1))
    story.did(Move("ann", "a", is_saved=True), saw=seen(a=-2, b=1, c=1))
    story.did(Set("ann", "a", 5), saw=seen(a=-5, b=1, c=1))
    story.did(put("a", 1), saw=seen(a=6, b=1, c=1))
    story.did(Move("ann", "b", is_saved=True))
    story.did(Clear("ann", saved=False), saw=seen(b=-1))
    story.did(Clear("ann"), saw=seen())
    story.did(put("d"))
    story.did(HandOver("ann"))
    story.read(seen())


def together(story: Story) -> None:
    """Two calls at once may come in either order."""
    first = story.invoke("p1", "ann", put("a", 2))
    second = story.invoke("p2", "ann", put("a", 3))
    story.ok(first, seen(a=5))
    story.ok(second, seen(a=3))


def unknown_happened_late(story: Story) -> None:
    """A request that was delayed."""
    story.tried(put("a", 2))
    story.read(seen())
    story.did(put("b"))
    story.read(seen(a=2, b=1))


def unknown_never_happened(story: Story) -> None:
    """A request that was lost."""
    story.tried(put("a", 2))
    story.did(put("b"), saw=seen(b=1))


def unknown_happened_in_part(story: Story) -> None:
    """A call of several items, cut off."""
    story.tried(put("a"), put("b"))
    story.read(seen(a=1))


def unknown_begin_alike(story: Story) -> None:
    """Of two calls that begin with the same, the later one went on."""
    story.tried(put("a"), put("b"))
    story.tried(put("a"), put("c"))
    story.read(seen(a=1, c=1))


def repeated_with_its_key(story: Story) -> None:
    """Three answers, one effect."""
    story.tried(put("a"), key="k")
    story.did(put("a"), key="k", saw=seen(a=1))
    story.did(put("b"))
    story.did(put("a"), key="k", saw=seen(a=1, b=1))


def refused_then_done(story: Story) -> None:
    """What was refused may be tried again under its key."""
    story.refused(put("a"), key="k")
    story.read(seen())
    story.did(put("a"), key="k", saw=seen(a=1))


def stale_but_acknowledged(story: Story) -> None:
    """A stale read may miss what nobody was told of."""
    story.did(put("a"))
    story.tried(put("a"))
    story.read(seen(a=2))
    story.read(seen(a=1), is_stale=True)


def stale_beside_a_change_seen_elsewhere(story: Story) -> None:
    """What is seen early, before it is acknowledged, need not be in a stale read."""
    running = story.invoke("p1", "ann", put("b"))
    story.did(put("a"))
    story.read(seen(a=1, b=1))
    story.read(seen(a=1), is_stale=True)
    story.ok(running)


def merged_without_a_word(story: Story) -> None:
    """A merge that nobody heard of, of carts that share nothing."""
    story.did(Put("guest", "b", 2))
    story.did(put("a"))
    story.tried(*merging)
    story.read(seen(a=1, b=2))
    story.read(seen(), "guest")


def merged(story: Story) -> None:
    """Two owners become one."""
    story.did(Put("guest", "a", 2), Put("guest", "c", 1), Put("guest", "d", 1))
    story.did(Move("guest", "c", is_saved=True))
    story.did(put("a"), put("b"))
    story.did(*merging, saw=seen(a=3, b=1, c=-1, d=1))
    story.read(seen(), "guest")


@pytest.mark.parametrize(
    "tell",
    [
        one_after_the_other,
        together,
        unknown_happened_late,
        unknown_never_happened,
        unknown_happened_in_part,
        unknown_begin_alike,
        repeated_with_its_key,
        refused_then_done,
        stale_but_acknowledged,
        stale_beside_a_change_seen_elsewhere,
        merged,
        merged_without_a_word,
    ],
)
def test_legal_history(tell: Callable[[Story], None]) -> None:
    """What may happen is not called wrong."""
    story = Story()
    tell(story)

    check(story)


def lost_update(story: Story) -> None:
    """Both were told that it is done; one is gone."""
    first = story.invoke("p1", "ann", put("a", 2))
    second = story.invoke("p2", "ann", put("a", 3))
    story.ok(first)
    story.ok(second)
    story.read(seen(a=3))


def lost_after_acknowledgement(story: Story) -> None:
    """Done, and not there."""
    story.did(put("a"))
    story.read(seen())


def double_effect(story: Story) -> None:
    """Sent again although it had happened."""
    story.tried(put("a", 2))
    story.read(seen(a=4))


def double_effect_of_a_key(story: Story) -> None:
    """The key did not hold."""
    story.tried(put("a"), key="k")
    story.did(put("a"), key="k")
    story.read(seen(a=2))


def refused_and_yet_done(story: Story) -> None:
    """Not done is a promise too."""
    story.refused(put("a"))
    story.read(seen(a=1))


def happened_before_its_start(story: Story) -> None:
    """Nobody sees what is not asked for yet."""
    story.read(seen(a=1))
    story.did(put("a"))


def resurrected_line(story: Story) -> None:
    """Taken out, and back again."""
    story.did(put("a"), put("b"))
    story.did(Set("ann", "a", 0), saw=seen(b=1))
    story.read(seen(a=1, b=1))


def stale_read(story: Story) -> None:
    """A read that does not say it is old shows what was acknowledged."""
    story.did(put("a"))
    story.did(Set("ann", "a", 7))
    story.read(seen(a=1))


def too_stale_read(story: Story) -> None:
    """Also a stale one has what was acknowledged before it began."""
    story.did(put("a"))
    story.did(put("b"))
    story.read(seen(a=1), is_stale=True)


def unknown_came_and_went(story: Story) -> None:
    """What has happened stays."""
    story.tried(put("a"))
    story.read(seen(a=1))
    story.read(seen())


def order_seen_both_ways(story: Story) -> None:
    """Two unknown changes, seen in one order and in the other."""
    story.tried(put("a"))
    story.tried(put("b"))
    story.read(seen(a=1))
    story.read(seen(b=1))


def effects_out_of_order(story: Story) -> None:
    """The items of a call go in their order."""
    story.tried(put("a"), put("b"))
    story.read(seen(b=1))


def refused_after_acknowledged(story: Story) -> None:
    """Same key, same outcome."""
    story.did(put("a"), key="k")
    story.refused(put("a"), key="k")


def shown_to_another(story: Story) -> None:
    """Bob sees Ann's cart."""
    story.did(put("a"))
    story.read(seen(a=1), "bob")


def kept_after_hand_over(story: Story) -> None:
    """A cart handed over is gone."""
    story.did(put("a"))
    story.did(HandOver("ann"))
    story.read(seen(a=1))


def lost_in_the_merge(story: Story) -> None:
    """A guest's lines are never dropped."""
    story.did(Put("guest", "a", 2))
    story.did(put("b"))
    story.did(*merging)
    story.read(seen(b=1))


@pytest.mark.parametrize(
    "tell",
    [
        lost_update,
        lost_after_acknowledgement,
        double_effect,
        double_effect_of_a_key,
        refused_and_yet_done,
        happened_before_its_start,
        resurrected_line,
        stale_read,
        too_stale_read,
        unknown_came_and_went,
        order_seen_both_ways,
        effects_out_of_order,
        refused_after_acknowledged,
        shown_to_another,
        kept_after_hand_over,
        lost_in_the_merge,
    ],
)
def test_illegal_history(tell: Callable[[Story], None]) -> None:
    """What must not happen is found."""
    story = Story()
    tell(story)

    with pytest.raises(IllegalHistory):
        check(story)


def test_upstream_limit_is_part_of_the_rules() -> None:
    """Units beyond the limit are cut, silently."""
    story = Story()
    story.did(put("a", 5), saw=seen(a=3))
    story.did(Set("ann", "a", 9), saw=seen(a=3))

    check(story, {"a": 3})
    with pytest.raises(IllegalHistory):
        check(story)


def test_counter_example_is_readable() -> None:
    """Whoever gets it must see what went wrong."""
    story = Story()
    story.did(put("a"), saw=seen(a=1), key="k1")
    story.read(seen(a=2))

    with pytest.raises(IllegalHistory) as caught:
        check(story)

    assert str(caught.value) == (
        "no order of effects explains this history:\n"
        "#0 0-1 p1 ann [k1]: a +1 -> ok saw {a×1}\n"
        "#1 2-3 p2 ann: read -> ok saw {a×2}\n"
        "The longest attempt explains #0.\n"
        "With the cart {a×1}, the cart would be {a×1} at #1 2-3 p2 ann: read -> ok saw {a×2}"
    )


def test_many_unknown_calls_stay_cheap() -> None:
    """A crash leaves a dozen calls open at once; the search must not try every subset."""
    story = Story()
    for number in range(12):
        story.tried(put("abcd"[number % 4]))
    story.read(seen(a=3, b=3, c=3, d=3))
    story.did(put("a"), saw=seen(a=4, b=3, c=3, d=3))

    assert check(story) < 6_000
