"""The next request that brings a cart nearer to its goals."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from ecs.model import Refusal
from ecs.request import CartChange, Move, NewItem, QuantityChange
from ecs.vocabulary import ErrorCode
from persistence.records import Placement
from resolvers.goals import Goal
from resolvers.snapshots import SeenCart
from resolvers.steps import Change, Put, Step, are_mixed, changes_of, joined, landed, made_so_far, next_step
from tests.support.fakes import a_remote_cart, a_remote_item

ACTIVE, SAVED = Placement.ACTIVE, Placement.SAVED_FOR_LATER
THERE = Refusal(ErrorCode.ITEM_ALREADY_IN_CART, "there")


def the_next(
    goals: Sequence[Goal],
    seen: SeenCart | None = None,
    *,
    done: Sequence[int] = (),
    alone: Sequence[int] = (),
    has_cart: bool = True,
) -> Step | None:
    """What to send for these goals."""
    return next_step(goals, seen or SeenCart(), done=done, alone=alone, has_cart=has_cart)


def test_changes_go_before_additions() -> None:
    """They make room."""
    seen = SeenCart.of(a_remote_cart(a_remote_item("K1", "A1", 2)))
    goals = [Goal("A9", 1), Goal("A1", 0, key="K1", quantity_before=2)]

    assert the_next(goals, seen) == Change((1,), (QuantityChange("CK1", 0),))
    assert the_next(goals, seen, done=[1]) == Put((0,), (NewItem(1, asin="A9"),))
    assert the_next(goals, seen, done=[0, 1]) is None


def test_without_a_cart_there_is_only_something_to_put() -> None:
    """Nothing can be changed there yet."""
    goals = [Goal("A1", 1, key="K1", quantity_before=2), Goal("A2", 0), Goal("A9", 3, listing_id="offer")]

    gone = SeenCart.of(a_remote_cart(a_remote_item("K1", "A1", 2)))

    assert the_next(goals, has_cart=False) == Put((2,), (NewItem(3, listing_id="offer"),))
    assert the_next(goals, gone, has_cart=False) == Put((2,), (NewItem(3, listing_id="offer"),))
    assert the_next(goals, has_cart=False, done=[2]) is None


def test_ten_things_go_in_a_request() -> None:
    """The upstream's limit, for additions and changes."""
    new = [Goal(f"A{number}", 1) for number in range(12)]
    seen = SeenCart.of(a_remote_cart(*(a_remote_item(f"K{number}", f"A{number}") for number in range(7))))
    moved = [Goal(f"A{number}", 5, placement=SAVED, key=f"K{number}", quantity_before=1) for number in range(7)]

    put, change = the_next(new), the_next(moved, seen)

    assert isinstance(put, Put)
    assert isinstance(change, Change)
    assert (put.places, len(put.items)) == (tuple(range(10)), 10)
    assert (change.places, len(change.changes)) == ((0, 1, 2, 3, 4), 10)


def test_two_offers_of_an_item_go_in_two_requests() -> None:
    """A cart does not say which offer a line was made from."""
    goals = [Goal("A", 1, listing_id="one"), Goal("A", 1, listing_id="two"), Goal("B", 1)]

    assert the_next(goals) == Put((0, 2), (NewItem(1, listing_id="one"), NewItem(1, asin="B")))


def test_what_is_to_go_alone_waits_for_the_others_before_it() -> None:
    """One bad item must not spoil the request for the others again."""
    goals = [Goal("A", 1), Goal("B", 1), Goal("C", 1)]

    assert the_next(goals, alone=[0]) == Put((0,), (NewItem(1, asin="A"),))
    assert the_next(goals, alone=[1]) == Put((0, 2), (NewItem(1, asin="A"), NewItem(1, asin="C")))


def test_a_line_that_is_gone_has_nothing_to_be_asked_for() -> None:
    """The upstream would ignore it silently."""
    gone, there = Goal("A", 3, key="K1", quantity_before=1), Goal("B", 2, key="K2", quantity_before=1)
    seen = SeenCart.of(a_remote_cart(a_remote_item("K2", "B")))

    assert the_next([gone]) is None
    assert the_next([gone, there], seen) == Change((1,), (QuantityChange("CK2", 2),))


@pytest.mark.parametrize(
    ("goal", "is_saved", "changes"),
    [
        (Goal("A", 2), False, [QuantityChange("CK", 2)]),
        (Goal("A", 5), False, [QuantityChange("CK", 5)]),
        (Goal("A", 0), False, [QuantityChange("CK", 0)]),
        (Goal("A", 0, placement=ACTIVE), True, [QuantityChange("SK", 0)]),
        (Goal("A", 2, placement=SAVED), False, [Move("CK", "SaveForLater")]),
        (Goal("A", 2), True, [Move("SK", "MoveToCart")]),
        (Goal("A", 4), True, [Move("SK", "MoveToCart"), QuantityChange("SK", 4)]),
        (Goal("A", 1500), False, [QuantityChange("CK", 999)]),
    ],
)
def test_a_line_is_changed_absolutely(goal: Goal, is_saved: bool, changes: list[CartChange]) -> None:
    """Under the id it has when the request is sent; nothing is asked of its place when it is to go."""
    item = a_remote_item("K", "A", 2, saved=is_saved)

    assert changes_of(goal, item, SAVED if is_saved else ACTIVE) == changes


def test_what_landed_has_a_line_of_its_own() -> None:
    """Among the saved lines too; a line that was there is no new one."""
    goals = [Goal("A", 1), Goal("B", 1), Goal("C", 1)]
    before = SeenCart.of(a_remote_cart(a_remote_item("KC", "C")))
    after = SeenCart.of(
        a_remote_cart(a_remote_item("KA", "A"), a_remote_item("KC", "C"), saved=[a_remote_item("KB", "B", saved=True)])
    )

    assert landed(goals, (0, 1, 2), before, after) == {0: "KA", 1: "KB"}
    assert landed(goals, (1,), before, after) == {1: "KB"}


def test_a_line_that_another_goal_has_is_not_taken_for_this_one() -> None:
    """After a crash both offers of an item are new to who looks; only one of them is still without its line."""
    goals = [Goal("A", 1, listing_id="one", key="K1"), Goal("A", 5, listing_id="two")]
    after = SeenCart.of(a_remote_cart(a_remote_item("K2", "A", 5), a_remote_item("K1", "A")))

    assert landed(goals, (1,), SeenCart(), after) == {1: "K2"}
    assert landed(goals, (1,), SeenCart(), SeenCart.of(a_remote_cart(a_remote_item("K1", "A")))) == {}


def test_an_onlooker_tells_what_was_made_so_far() -> None:
    """By what is written down and what he sees; of two offers of one item the first is put first."""
    kept, first, second, later = Goal("K", 2, key="K"), Goal("A", 1, listing_id="one"), Goal("A", 5), Goal("B", 1)
    goals = [kept, later, first, second]
    before = SeenCart.of(a_remote_cart(a_remote_item("K", "K")))
    half = SeenCart.of(a_remote_cart(a_remote_item("K", "K"), a_remote_item("A1", "A")))
    whole = SeenCart.of(a_remote_cart(a_remote_item("KB", "B"), a_remote_item("A1", "A")))

    assert list(made_so_far(goals, before, before).items()) == [("K", kept)]
    assert list(made_so_far(goals, before, half).items()) == [("K", kept), ("A1", first)]
    assert list(made_so_far(goals, before, whole).items()) == [("K", kept), ("KB", later), ("A1", first)]


def test_what_met_a_line_wants_both_together() -> None:
    """Refused as there already, or silently replaced: the units of both are wanted."""
    goal = Goal("A", 3, listing_id="one", entries=(0,))
    before = SeenCart.of(a_remote_cart(a_remote_item("K", "A", 2)))
    refused = a_remote_cart(a_remote_item("K", "A", 2), refusals=(THERE,))
    replaced = a_remote_cart(a_remote_item("K", "A", 3))

    assert joined(goal, before, refused) == replace(goal, key="K", quantity=5, quantity_before=2)
    assert joined(goal, before, replaced) == replace(goal, key="K", quantity=5, quantity_before=3)


def test_what_met_nothing_or_too_much_is_not_guessed() -> None:
    """Units must not go to another seller's line."""
    goal = Goal("A", 3)
    one = a_remote_item("K", "A", 2)
    two = a_remote_item("L", "A", 2)

    assert joined(goal, SeenCart.of(a_remote_cart(one)), a_remote_cart(one)) is None
    assert joined(goal, SeenCart(), a_remote_cart(one, refusals=(THERE,))) is None
    assert joined(goal, SeenCart.of(a_remote_cart(one, two)), a_remote_cart(one, two, refusals=(THERE,))) is None


def test_an_answer_that_refuses_for_several_reasons_does_not_tell_which_item() -> None:
    """Each is tried alone then."""
    too_many = Refusal(ErrorCode.INVALID_QUANTITY, "too many")
    bad = Refusal(ErrorCode.ITEM_NOT_ELIGIBLE, "bad")

    assert [are_mixed(each) for each in ([], [THERE, too_many], [bad], [THERE, bad])] == [False, False, True, True]
