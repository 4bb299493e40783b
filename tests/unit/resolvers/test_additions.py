"""Deciding how to put items in a cart."""

import pytest

from ecs.model import Refusal
from ecs.request import Move, NewItem, QuantityChange
from ecs.vocabulary import ErrorCode
from persistence.records import LineRecord, Placement
from resolvers.additions import Plan, are_mixed, batches, corrections, landed, new_item, plan
from resolvers.lines import Addition
from resolvers.problems import Problem, ProblemCode, QuantityProblem
from resolvers.snapshots import SeenCart
from tests.support.fakes import a_line, a_remote_cart, a_remote_item

THERE = Refusal(ErrorCode.ITEM_ALREADY_IN_CART, "The item is there.")
TOO_MANY = Refusal(ErrorCode.INVALID_QUANTITY, "Too many.")
NOT_ELIGIBLE = Refusal(ErrorCode.ITEM_NOT_ELIGIBLE, "Not eligible.")


def fifty_lines() -> tuple[tuple[LineRecord, ...], SeenCart]:
    """A full cart."""
    numbers = range(1, 51)
    items = [a_remote_item(f"K{number}", f"A{number}") for number in numbers]
    return tuple(a_line(number) for number in numbers), SeenCart.of(a_remote_cart(*items))


def test_what_is_new_is_added() -> None:
    """The plain case: one CartAdd."""
    asked = [Addition(0, "A", 2), Addition(1, "B", 1, "listing-b")]

    assert plan(asked, (), SeenCart()) == Plan({}, (), tuple(asked), {("A", None): 2, ("B", "listing-b"): 1})


def test_the_same_thing_twice_is_added_once_with_the_sum() -> None:
    """The upstream refuses the second of two; the shopper wants both."""
    asked = [Addition(0, "A", 2), Addition(1, "A", 3), Addition(2, "A", 1, "listing-a")]

    found = plan(asked, (), SeenCart())

    assert found.additions == (Addition(0, "A", 5), Addition(2, "A", 1, "listing-a"))
    assert found.wanted == {("A", None): 5, ("A", "listing-a"): 1}


@pytest.mark.parametrize("quantity", [0, -1, 1000])
def test_a_quantity_out_of_bounds_is_refused_alone(quantity: int) -> None:
    """One bad entry does not spoil the others."""
    found = plan([Addition(0, "A", quantity), Addition(1, "B", 1)], (), SeenCart())

    assert found.refused == {
        0: QuantityProblem(
            ProblemCode.QUANTITY_INVALID,
            f"A quantity is a whole number from 1 to 999; {quantity} is not.",
            ("quantity",),
            max_quantity=999,
        )
    }
    assert found.additions == (Addition(1, "B", 1),)


@pytest.mark.parametrize("quantity", [1, 999])
def test_the_bounds_themselves_are_allowed(quantity: int) -> None:
    """Limits are inclusive."""
    assert plan([Addition(0, "A", quantity)], (), SeenCart()).additions == (Addition(0, "A", quantity),)


def test_a_sum_above_the_limit_is_sent_as_the_limit_and_remembered_as_wanted() -> None:
    """The shopper is told that fewer were taken."""
    found = plan([Addition(0, "A", 600), Addition(1, "A", 600)], (), SeenCart())

    assert found.additions == (Addition(0, "A", 999),)
    assert found.wanted == {("A", None): 1200}


def test_what_is_in_the_cart_becomes_an_absolute_quantity() -> None:
    """It is safe to repeat, and the upstream would refuse to add."""
    seen = SeenCart.of(a_remote_cart(a_remote_item("K1", "A1", 2)))

    found = plan([Addition(0, "A1", 3)], (a_line(1, quantity=2),), seen)

    assert found == Plan({}, (QuantityChange("CK1", 5),), (), {("A1", None): 5})


def test_an_absolute_quantity_never_passes_the_limit() -> None:
    """The wire refuses 1000."""
    seen = SeenCart.of(a_remote_cart(a_remote_item("K1", "A1", 998)))

    found = plan([Addition(0, "A1", 3)], (a_line(1, quantity=998),), seen)

    assert found.changes == (QuantityChange("CK1", 999),)
    assert found.wanted == {("A1", None): 1001}


def test_a_saved_line_moves_back_with_its_units() -> None:
    """Adding what lies among the saved lines loses neither."""
    seen = SeenCart.of(a_remote_cart(saved=[a_remote_item("K1", "A1", 2, saved=True)]))
    line = a_line(1, quantity=2, placement=Placement.SAVED_FOR_LATER)

    found = plan([Addition(0, "A1", 1)], (line,), seen)

    assert found.changes == (Move("SK1", "MoveToCart"), QuantityChange("SK1", 3))
    assert found.wanted == {("A1", None): 3}


def test_a_line_the_upstream_lost_is_added_anew() -> None:
    """There is nothing to change there."""
    found = plan([Addition(0, "A1", 1)], (a_line(1, quantity=5),), SeenCart())

    assert found == Plan({}, (), (Addition(0, "A1", 1),), {("A1", None): 1})


def test_the_fifty_first_line_is_refused_and_its_repetitions_with_it() -> None:
    """The upstream holds fifty lines; what is there may still grow."""
    lines, seen = fifty_lines()
    asked = [Addition(0, "new", 1), Addition(1, "A7", 1), Addition(2, "new", 2), Addition(3, "new", 0)]

    found = plan(asked, lines, seen)

    full = Problem(
        ProblemCode.CART_FULL, "A cart holds at most 50 lines, saved ones included; take one out first.", ("item",)
    )
    assert found.refused[0] == found.refused[2] == full
    assert found.refused[3].code == ProblemCode.QUANTITY_INVALID
    assert found.changes == (QuantityChange("CK7", 2),)
    assert found.additions == ()


def test_the_last_free_line_goes_to_the_first_asked() -> None:
    """Order decides who gets in."""
    lines, seen = fifty_lines()

    found = plan([Addition(0, "new", 1), Addition(1, "newer", 1)], lines[:49], seen)

    assert found.additions == (Addition(0, "new", 1),)
    assert {index: problem.code for index, problem in found.refused.items()} == {1: ProblemCode.CART_FULL}


def test_batches_hold_ten_and_never_an_item_twice() -> None:
    """With one offer of an item a request there is no doubt which line came of it."""
    additions = [
        *(Addition(number, f"A{number}", 1) for number in range(9)),
        Addition(9, "A0", 1, "listing-0"),
        Addition(10, "A10", 1),
        Addition(11, "A11", 1),
        Addition(12, "A0", 1, "other-0"),
    ]

    found = [[addition.index for addition in batch] for batch in batches(additions)]

    assert found == [[0, 1, 2, 3, 4, 5, 6, 7, 8, 10], [9, 11], [12]]
    assert list(batches([])) == []


def test_an_addition_names_an_offer_or_an_item_never_both() -> None:
    """The wire refuses both together."""
    assert new_item(Addition(0, "A", 2)) == NewItem(2, asin="A")
    assert new_item(Addition(0, "A", 2, "listing")) == NewItem(2, listing_id="listing")


def test_new_lines_are_known_by_the_additions_that_made_them() -> None:
    """Saved ones too; what was there, and what nobody of this call asked for, was made by none of them."""
    before = SeenCart.of(a_remote_cart(a_remote_item("K1", "A1"), saved=[a_remote_item("K2", "A2", saved=True)]))
    after = a_remote_cart(
        a_remote_item("K6", "A6"),
        a_remote_item("K3", "A3"),
        a_remote_item("K1", "A1"),
        saved=[a_remote_item("K2", "A2", saved=True), a_remote_item("K4", "A4", saved=True)],
    )
    additions = [Addition(number, f"A{number}", 1) for number in (1, 2, 3, 4, 5)]

    assert landed(additions, before, after) == {"K3": additions[2], "K4": additions[3]}


def test_an_addition_refused_as_there_already_is_put_to_the_line() -> None:
    """Most locales leave the line as it is and say ItemAlreadyInCart."""
    before = SeenCart.of(a_remote_cart(a_remote_item("K1", "A1", 2)))
    after = a_remote_cart(a_remote_item("K1", "A1", 2), refusals=(TOO_MANY, THERE))

    (found,) = corrections([Addition(0, "A1", 3)], before, after)

    assert (found.quantity, found.held) == (5, 2)
    assert found.change == QuantityChange("CK1", 5)


def test_a_silently_replaced_quantity_is_put_right() -> None:
    """The Spanish and Italian shops set the new quantity without a word."""
    before = SeenCart.of(a_remote_cart(a_remote_item("K1", "A1", 2)))
    after = a_remote_cart(a_remote_item("K1", "A1", 3))

    (found,) = corrections([Addition(0, "A1", 3)], before, after)

    assert found.change == QuantityChange("CK1", 5)


def test_a_correction_never_passes_the_limit() -> None:
    """The wire refuses 1000; what was wanted stays known."""
    before = SeenCart.of(a_remote_cart(a_remote_item("K1", "A1", 998)))
    after = a_remote_cart(a_remote_item("K1", "A1", 998), refusals=(THERE,))

    (found,) = corrections([Addition(0, "A1", 3)], before, after)

    assert found.quantity == 1001
    assert found.change == QuantityChange("CK1", 999)


def test_an_addition_without_exactly_one_line_is_left_alone() -> None:
    """Units never go to a seller who was not meant."""
    two_sellers = (a_remote_item("K1", "A1", 2), a_remote_item("K2", "A1", 1))
    before = SeenCart.of(a_remote_cart(*two_sellers))

    assert corrections([Addition(0, "A1", 1)], before, a_remote_cart(*two_sellers, refusals=(THERE,))) == ()
    assert corrections([Addition(0, "B", 1)], before, a_remote_cart(*two_sellers, refusals=(THERE,))) == ()


@pytest.mark.parametrize(
    ("refusals", "expected"),
    [
        ((), False),
        ((THERE,), False),
        ((TOO_MANY, THERE), False),
        ((NOT_ELIGIBLE,), True),
        ((THERE, NOT_ELIGIBLE), True),
    ],
)
def test_an_answer_is_mixed_when_it_refuses_for_more_than_being_there(
    refusals: tuple[Refusal, ...], expected: bool
) -> None:
    """Such an answer does not tell which item it means."""
    assert are_mixed(refusals) is expected
