"""What each thing in a cart is to become, and where it stands."""

import pytest

from persistence.records import Placement
from resolvers.goals import Goal, Standing, again, back, found, of_line, rebuilt, standing
from resolvers.snapshots import SeenCart
from tests.support.fakes import a_line, a_remote_cart, a_remote_item

ACTIVE, SAVED = Placement.ACTIVE, Placement.SAVED_FOR_LATER

COLUMNS = ["--", "A1", "A2", "A3", "A4", "S1", "S2", "S3", "S4"]
"""What is observed: nothing, or so many units to be bought (A) or put aside (S)."""

TABLE = {
    # before, wanted: as observed
    ("--", "--"): "R  B B B B  B B B B",
    ("--", "A2"): "B  s R o o  a a a a",
    ("--", "S2"): "B  B B B B  s R o o",
    ("A2", "--"): "R  B B B B  B B B B",
    ("A2", "A1"): "o  R B o o  a a a a",
    ("A2", "A2"): "o  s R o o  a a a a",
    ("A2", "A3"): "o  s B R o  a a a a",
    ("A2", "S1"): "o  B B B B  R B o o",
    ("A2", "S2"): "o  B B B B  s R o o",
    ("A2", "S3"): "o  B B B B  s s R o",
    ("S2", "--"): "R  B B B B  B B B B",
    ("S2", "A1"): "o  R B o o  B B B B",
    ("S2", "A2"): "o  s R o o  B B B B",
    ("S2", "A3"): "o  s s R o  B B B B",
    ("S2", "S1"): "o  B B B B  R B o o",
    ("S2", "S2"): "o  B B B B  s R o o",
    ("S2", "S3"): "o  B B B B  s B R o",
}
LETTERS = {
    "B": Standing.AS_BEFORE,
    "R": Standing.REACHED,
    "s": Standing.SHORT,
    "a": Standing.ASIDE,
    "o": Standing.OTHERWISE,
}
CASES = [
    (before, wanted, observed, LETTERS[letter])
    for (before, wanted), row in TABLE.items()
    for observed, letter in zip(COLUMNS, row.split(), strict=True)
]


def units(code: str) -> int:
    """How many units a code stands for."""
    return 0 if code == "--" else int(code[1])


def place(code: str) -> Placement:
    """Where a code stands."""
    return SAVED if code[0] == "S" else ACTIVE


@pytest.mark.parametrize(("before", "wanted", "observed", "expected"), CASES)
def test_where_a_goal_stands_is_told_by_before_wanted_and_observed(
    before: str, wanted: str, observed: str, expected: Standing
) -> None:
    """This table settles every change whose answer was lost: none of its cases may be missing or guessed."""
    goal = Goal(
        "A1",
        units(wanted),
        placement=place(wanted),
        key="K1",
        quantity_before=units(before),
        placement_before=place(before),
    )
    item = a_remote_item("K1", "A1", units(observed), saved=place(observed) is SAVED) if units(observed) else None

    assert standing(goal, item, place(observed)) is expected


def test_the_table_is_total() -> None:
    """Every pair of before and wanted, with less, as much and more than before."""
    pairs = {(before, wanted) for before in ("A2", "S2") for wanted in ("--", "A1", "A2", "A3", "S1", "S2", "S3")}

    assert set(TABLE) == pairs | {("--", "--"), ("--", "A2"), ("--", "S2")}
    assert len(CASES) == 17 * 9


@pytest.mark.parametrize(
    ("observed", "where", "expected"),
    [
        (1, ACTIVE, Standing.AS_BEFORE),
        (2, ACTIVE, Standing.SHORT),
        (3, ACTIVE, Standing.REACHED),
        (4, ACTIVE, Standing.OTHERWISE),
        (1, SAVED, Standing.ASIDE),
        (None, ACTIVE, Standing.OTHERWISE),
    ],
)
def test_a_single_unit_was_there_too(observed: int | None, where: Placement, expected: Standing) -> None:
    """Most lines are of one: asked for again, it would not be taken for done with too few."""
    goal = Goal("A1", 3, key="K1", quantity_before=1)
    item = None if observed is None else a_remote_item("K1", "A1", observed, saved=where is SAVED)

    assert standing(goal, item, where) is expected


def test_more_than_the_upstream_takes_is_reached_at_its_limit() -> None:
    """It holds at most 999 units of a line; asking again would go on for ever."""
    goal = Goal("A1", 1500, key="K1", quantity_before=700)

    assert goal.units == 999
    assert standing(goal, a_remote_item("K1", "A1", 999), ACTIVE) is Standing.REACHED


def test_a_line_is_found_where_it_stands() -> None:
    """Its key is the same among the saved lines."""
    bought, saved = a_remote_item("K1", "A1"), a_remote_item("K2", "A2", saved=True)
    seen = SeenCart.of(a_remote_cart(bought, saved=[saved]))

    assert found("K1", seen) == (bought, ACTIVE)
    assert found("K2", seen) == (saved, SAVED)
    assert found("K3", seen) == (None, ACTIVE)
    assert found(None, seen) == (None, ACTIVE)


def test_a_goal_of_a_line_carries_what_stood_before() -> None:
    """A later look tells by it whether anything happened."""
    line = a_line(1, quantity=2, placement=SAVED, listing_id="offer")

    goal = of_line(line, 5, ACTIVE, (3,))

    assert goal == Goal(
        "A1",
        5,
        placement=ACTIVE,
        listing_id="offer",
        key="K1",
        line_id="line-1",
        quantity_before=2,
        placement_before=SAVED,
        entries=(3,),
    )
    assert goal.what == ("A1", "offer")


def test_a_new_cart_has_every_line_and_the_change_in_it() -> None:
    """Lines as they were, the one changed as wanted, the one taken out left out, new things last."""
    lines = [a_line(1, quantity=2), a_line(2), a_line(3, placement=SAVED, listing_id="offer-3")]
    goals = [
        of_line(lines[0], 7, ACTIVE, (0,)),
        of_line(lines[1], 0, ACTIVE),
        Goal("A9", 4, listing_id="offer-9", key="K9", entries=(1,)),
        Goal("A8", 0),
        Goal("A7", 1, line_id="guest", takes="guest"),
    ]

    assert rebuilt(goals, lines) == (
        Goal("A1", 7, line_id="line-1", entries=(0,), may_replace_offer=True),
        Goal("A3", 1, placement=SAVED, listing_id="offer-3", line_id="line-3", may_replace_offer=True),
        Goal("A9", 4, listing_id="offer-9", entries=(1,), may_replace_offer=True),
        Goal("A7", 1, line_id="guest", takes="guest", may_replace_offer=True),
    )
    assert rebuilt((), lines[:1]) == (again(lines[0]),)
    assert again(lines[2]) == Goal(
        "A3",
        1,
        placement=SAVED,
        listing_id="offer-3",
        line_id="line-3",
        may_replace_offer=True,
    )


def test_a_line_that_was_met_on_the_way_is_not_put_twice_into_a_new_cart() -> None:
    """Asked for by another name, it is known by its key alone; its units count already what stood there."""
    met = Goal("A1", 5, listing_id="offer-1", key="K1", quantity_before=2, entries=(0,))

    assert rebuilt([met], [a_line(1, quantity=2)]) == (
        Goal("A1", 5, listing_id="offer-1", line_id="line-1", entries=(0,), may_replace_offer=True),
    )


def test_going_back_restores_lines_and_takes_out_new_ones() -> None:
    """By what the cart holds now, so that a crash half-way can be seen through."""
    lines = [a_line(1, quantity=2), a_line(2, placement=SAVED)]
    goals = [
        Goal("A4", 1),
        Goal("A5", 1, key="K5"),
        of_line(lines[0], 9, ACTIVE),
        of_line(lines[1], 3, ACTIVE),
        Goal("A3", 1, key="K3"),
        Goal("A6", 1, key="K6"),
    ]
    bought = [a_remote_item("K1", "A1", 5), a_remote_item("K2", "A2", 3), a_remote_item("K3", "A3")]
    seen = SeenCart.of(a_remote_cart(*bought, saved=[a_remote_item("K6", "A6", 2, saved=True)]))

    undone = back(goals, lines, seen)

    assert undone == (
        Goal("A1", 2, key="K1", line_id="line-1", quantity_before=5),
        Goal("A2", 1, placement=SAVED, key="K2", line_id="line-2", quantity_before=3),
        Goal("A3", 0, key="K3", quantity_before=1),
        Goal("A6", 0, placement=SAVED, key="K6", quantity_before=2, placement_before=SAVED),
    )
    assert [standing(goal, *found(goal.key, seen)) for goal in undone] == [Standing.AS_BEFORE] * 4


def test_going_back_knows_the_lines_of_a_rebuilt_cart() -> None:
    """Their keys are new; the goals they were put by say whose they are."""
    line = a_line(1, quantity=2, listing_id="gone")
    seen = SeenCart.of(a_remote_cart(a_remote_item("N1", "A1", 3)))

    assert back([Goal("A1", 3, key="N1", line_id="line-1")], [line], seen) == (
        Goal("A1", 2, key="N1", line_id="line-1", quantity_before=3),
    )


def test_two_goals_that_met_in_one_line_go_back_once() -> None:
    """The upstream would take one line out twice."""
    goals = [Goal("A1", 1, key="K1"), Goal("A1", 3, listing_id="offer", key="K1", quantity_before=1)]
    seen = SeenCart.of(a_remote_cart(a_remote_item("K1", "A1", 3)))

    assert back(goals, [], seen) == (Goal("A1", 0, listing_id="offer", key="K1", quantity_before=3),)
    assert back(goals, [a_line(1, quantity=4)], seen) == (Goal("A1", 4, key="K1", line_id="line-1", quantity_before=3),)
