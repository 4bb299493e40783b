"""The checker judges the shop by its effects; what each of them makes of the carts is told here line by line."""

from collections.abc import Mapping

import pytest

from tests.reliability.effects import (
    Clear,
    Effect,
    HandOver,
    Lines,
    Merge,
    Move,
    Put,
    PutAll,
    PutBack,
    Replace,
    Set,
    cart_of,
)


def held(owner: str = "ann", /, **units: int) -> Lines:
    """Lines by things; negative units are saved ones."""
    return {(owner, thing): (abs(number), number < 0) for thing, number in units.items()}


BOBS = held("bob", a=7, b=-8)


def done(effect: Effect, before: Lines, limits: Mapping[str, int] | None = None) -> Lines | None:
    """What comes of it beside Bob's cart, which stays as it is; so do the lines that were given."""
    given = before | BOBS
    after = effect.done_to(given, limits or {})
    assert given == before | BOBS
    if after is None:
        return None
    assert {place: line for place, line in after.items() if place[0] == "bob"} == BOBS
    return {place: line for place, line in after.items() if place[0] != "bob"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (held(), held(a=2)),
        (held(a=3), held(a=5)),
        (held(a=-3), held(a=5)),
        (held(b=-1), held(b=-1, a=2)),
        (held(a=998), held(a=999)),
    ],
)
def test_put(before: Lines, after: Lines) -> None:
    """Units add up, to 999 at most; what was saved is in the cart again."""
    assert done(Put("ann", "a", 2), before) == after


@pytest.mark.parametrize(("before", "after"), [(held(), held(a=3)), (held(a=2), held(a=3)), (held(a=-3), held(a=3))])
def test_put_is_cut_at_the_limit(before: Lines, after: Lines) -> None:
    """The upstream holds so many units of a thing and says nothing."""
    assert done(Put("ann", "a", 4), before, {"a": 3, "b": 1}) == after


@pytest.mark.parametrize(
    ("before", "units", "after"),
    [
        (held(a=3), 5, held(a=5)),
        (held(a=3), 1, held(a=1)),
        (held(a=-3), 5, held(a=-5)),
        (held(a=3), 1000, held(a=999)),
        (held(a=3, b=1), 0, held(b=1)),
        (held(a=-3), 0, held()),
        (held(), 5, None),
        (held(b=1), 0, None),
    ],
)
def test_set(before: Lines, units: int, after: Lines | None) -> None:
    """A line stays where it is, 0 takes it out, and where there is none nothing can be set."""
    assert done(Set("ann", "a", units), before) == after


@pytest.mark.parametrize(("before", "after"), [(held(a=1), held(a=3)), (held(a=-1), held(a=-3)), (held(), None)])
def test_set_is_cut_at_the_limit(before: Lines, after: Lines | None) -> None:
    """As what is put in is."""
    assert done(Set("ann", "a", 4), before, {"a": 3, "b": 1}) == after


@pytest.mark.parametrize("is_saved", [False, True])
@pytest.mark.parametrize("was_saved", [False, True])
def test_move(was_saved: bool, is_saved: bool) -> None:
    """The line is where it is wanted, with all its units; also where it was there before."""
    before: Lines = {("ann", "a"): (4, was_saved), ("ann", "b"): (1, was_saved)}

    assert done(Move("ann", "a", is_saved), before, {"a": 3}) == before | {("ann", "a"): (4, is_saved)}


@pytest.mark.parametrize("is_saved", [False, True])
def test_move_of_nothing(is_saved: bool) -> None:
    """Where there is no line there is none to move."""
    assert done(Move("ann", "a", is_saved), held(b=1)) is None


@pytest.mark.parametrize(
    ("saved", "after"),
    [(None, held()), (False, held(b=-2, d=-4)), (True, held(a=1, c=3))],
    ids=["all", "cart", "saved"],
)
def test_clear(saved: bool | None, after: Lines) -> None:
    """Of all the owner's lines those of the placement go."""
    assert done(Clear("ann", saved), held(a=1, b=-2, c=3, d=-4)) == after


@pytest.mark.parametrize("saved", [None, False, True])
def test_clear_of_nothing(saved: bool | None) -> None:
    """An empty cart can be cleared."""
    assert done(Clear("ann", saved), held()) == held()


@pytest.mark.parametrize(
    ("before", "after"),
    [(held(a=1), held()), (held(a=1, b=-2), held()), (held(), None), (held(a=-1), None), (held(a=-1, b=-2), None)],
)
def test_hand_over(before: Lines, after: Lines | None) -> None:
    """With something to buy the whole cart goes, what is saved too; without, it cannot."""
    assert done(HandOver("ann"), before) == after


@pytest.mark.parametrize(
    ("guests", "anns", "after"),
    [
        (held("guest", a=2), held(a=3), held(a=5)),
        (held("guest", a=-2), held(a=3), held(a=5)),
        (held("guest", a=2), held(a=-3), held(a=5)),
        (held("guest", a=-2), held(a=-3), held(a=-5)),
        (held("guest", a=2), held(b=3), held(b=3)),
        (held("guest", a=2), held(), held()),
        (held("guest"), held(a=3), held(a=3)),
        (held("guest", a=900), held(a=100), held(a=999)),
        (held("guest", c=4), held(c=2), held(c=5)),
        (held("guest", c=-4), held(c=-2), held(c=-5)),
    ],
)
def test_merge_first_joins_what_both_have(guests: Lines, anns: Lines, after: Lines) -> None:
    """Units together up to the limit, saved only when both were; the source keeps its lines for now."""
    assert done(Merge("guest", "ann", 1), guests | anns, {"c": 5}) == guests | after


@pytest.mark.parametrize(
    ("guests", "anns", "added"),
    [
        (held("guest", a=2), held(), held(a=2) | held("ann has new", a=2)),
        (held("guest", a=-2), held(b=1), held(a=2) | held("ann has new", a=-2)),
        (held("guest", a=2, b=-1), held(b=1), held(a=2) | held("ann has new", a=2)),
        (held("guest", a=2), held(a=5), held()),
        (held("guest"), held(a=5), held()),
    ],
)
def test_merge_then_adds_what_the_source_alone_has(guests: Lines, anns: Lines, added: Lines) -> None:
    """All of it in the cart, also what is saved; what is new is kept in mind for the last part."""
    assert done(Merge("guest", "ann", 2), guests | anns) == guests | anns | added


@pytest.mark.parametrize(
    ("guests", "anns", "after"),
    [
        (held("guest", a=2), held(a=2) | held("ann has new", a=2), held(a=2)),
        (held("guest", a=-2), held(a=2) | held("ann has new", a=-2), held(a=-2)),
        (held("guest", a=-2), held(a=5), held(a=5)),
        (held("guest", a=-2, b=-1), held(a=2, b=4) | held("ann has new", a=-2), held(a=-2, b=4)),
        (held("guest"), held(a=5), held(a=5)),
    ],
)
def test_merge_at_last_puts_aside_and_ends_the_source(guests: Lines, anns: Lines, after: Lines) -> None:
    """Of what is new, what was saved is saved again; of the source, and of what was kept in mind, nothing is left."""
    assert done(Merge("guest", "ann", 3), guests | anns) == after


def test_merge_part_by_part() -> None:
    """What may be seen on the way, from two carts to one."""
    guests = held("guest", both=2, saved_here=1, saved_there=-1, saved_by_both=-2, new=4, new_saved=-3)
    before = guests | held(both=3, saved_here=-5, saved_there=5, saved_by_both=-6, own=1, own_saved=-1)

    first = done(Merge("guest", "ann", 1), before, {"both": 4})
    assert first is not None
    joined = {"both": 4, "saved_here": 6, "saved_there": 6, "saved_by_both": -8, "own": 1, "own_saved": -1}
    assert first == guests | held(**joined)

    second = done(Merge("guest", "ann", 2), first)
    assert second is not None
    assert second == guests | held(**joined, new=4, new_saved=3) | held("ann has new", new=4, new_saved=-3)
    assert cart_of(second, "ann") == cart_of(held(**joined, new=4, new_saved=3), "ann")

    assert done(Merge("guest", "ann", 3), second) == held(**joined, new=4, new_saved=-3)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (held(), held(a=2, b=1)),
        (held(a=1), held(a=3, b=1)),
        (held(a=-1, c=-1), held(a=3, b=1, c=-1)),
        (held(a=4, b=5), held(a=5, b=6)),
    ],
)
def test_put_all(before: Lines, after: Lines) -> None:
    """Every one of them as if it was put alone, with its limit."""
    assert done(PutAll("ann", (Put("ann", "a", 2), Put("ann", "b", 1))), before, {"a": 5}) == after


def test_put_all_of_one_thing() -> None:
    """Things named twice add up."""
    assert done(PutAll("ann", (Put("ann", "a", 2), Put("ann", "a", 3))), held(a=1)) == held(a=6)


@pytest.mark.parametrize("before", [held(), held(a=1, b=-2)])
def test_put_all_of_nothing(before: Lines) -> None:
    """Nothing put leaves everything."""
    assert done(PutAll("ann", ()), before) == before


@pytest.mark.parametrize("before", [held(), held(a=1), held(a=-4, c=2, d=-1), held(c=-1)])
def test_replace(before: Lines) -> None:
    """Whatever was there, saved or not, the new cart has its own things only, with their limits."""
    replace = Replace("ann", (Put("ann", "a", 9), Put("ann", "b", 1)))

    assert done(replace, before, {"a": 5}) == held(a=5, b=1)


@pytest.mark.parametrize(
    ("before", "is_saved", "after"),
    [
        (held(), False, held(a=2)),
        (held(), True, held(a=-2)),
        (held(a=1), False, held(a=3)),
        (held(a=1), True, held(a=3)),
        (held(a=-1), False, held(a=3)),
        (held(a=-1), True, held(a=-3)),
        (held(b=-1), True, held(a=-2, b=-1)),
    ],
)
def test_put_back(before: Lines, is_saved: bool, after: Lines) -> None:
    """Units beside those that are there; saved only when the old line is and the one that is there too."""
    assert done(PutBack("ann", "a", 2, is_saved), before) == after


@pytest.mark.parametrize(
    ("before", "is_saved", "after"),
    [(held(), False, held(a=3)), (held(a=2), False, held(a=3)), (held(a=-2), True, held(a=-3))],
)
def test_put_back_is_cut_at_the_limit(before: Lines, is_saved: bool, after: Lines) -> None:
    """As what is put in is."""
    assert done(PutBack("ann", "a", 4, is_saved), before, {"a": 3}) == after


def test_cart_of_an_owner() -> None:
    """Everybody sees his own lines, and nobody what a merge keeps in mind."""
    lines = held(a=1, b=-2) | held("guest", c=3) | held("ann has new", c=-3)

    assert cart_of(lines, "ann") == {("a", 1, False), ("b", 2, True)}
    assert cart_of(lines, "guest") == {("c", 3, False)}
    assert cart_of(lines, "bob") == frozenset()
