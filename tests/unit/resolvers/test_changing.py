"""Changing what is in a cart."""

import pytest

from ecs.errors import NotSent
from ecs.request import Move, QuantityChange
from persistence.records import CartStatus, Placement
from resolvers.adding import AddRequest, add
from resolvers.changes import Target
from resolvers.changing import ClearScope, clear, move, set_quantity
from resolvers.lines import Addition
from resolvers.outcomes import NoticeCode
from resolvers.problems import Problem, ProblemCode, QuantityProblem, UnavailableProblem
from tests.support.fake_carts import Call, Goods
from tests.support.fakes import Storefront
from tests.support.shopping import ANN, BOB, codes, filled, shown, the_cart

SAVED = Placement.SAVED_FOR_LATER
ACTIVE = Placement.ACTIVE
NO_LINE = "There is no such line in this cart; take line ids from the latest cart."


async def lines_of(front: Storefront, *asins: str, saved: tuple[str, ...] = ()) -> list[str]:
    """Ids of the lines of Ann's cart with two units of each item, some of them put aside."""
    cart = await filled(front, *asins, saved=saved)
    ids = {line.asin: line.id for line in cart.lines}
    return [ids[asin] for asin in asins]


async def test_a_quantity_is_set_absolutely(front: Storefront) -> None:
    """Sending it again does no harm."""
    (line_id,) = await lines_of(front, "A")

    outcome = await set_quantity(front.shop, ANN, Target(None, 1), line_id, 7)

    assert (outcome.problems, outcome.notices, outcome.removed_line_ids) == ((), (), ())
    assert front.carts.calls == [Call("modify", (QuantityChange("C-A-offer", 7),), "100-1")]
    assert shown(outcome) == ({"A": 7}, {})
    (cart,) = front.store.records.values()
    assert (cart.version, cart.lines[0].quantity, cart.lines[0].id) == (2, 7, line_id)


async def test_a_quantity_of_zero_takes_the_line_out(front: Storefront) -> None:
    """Its id is told, so that clients can drop it."""
    line_a, line_b = await lines_of(front, "A", "B")

    outcome = await set_quantity(front.shop, ANN, Target(), line_a, 0)

    assert (outcome.problems, outcome.removed_line_ids) == ((), (line_a,))
    assert shown(outcome) == ({"B": 2}, {})
    assert [line.id for line in next(iter(front.store.records.values())).lines] == [line_b]


async def test_the_last_line_may_be_taken_out(front: Storefront) -> None:
    """The cart stays, empty."""
    (line_id,) = await lines_of(front, "A")

    outcome = await set_quantity(front.shop, ANN, Target(), line_id, 0)

    assert shown(outcome) == ({}, {})
    assert outcome.cart
    assert outcome.cart.record.status is CartStatus.ACTIVE
    assert outcome.cart.subtotal is not None
    assert outcome.cart.subtotal.amount_minor == 0


@pytest.mark.parametrize("quantity", [-1, 1000])
async def test_a_quantity_out_of_bounds_is_refused_unsent(front: Storefront, quantity: int) -> None:
    """The limit is in the answer."""
    (line_id,) = await lines_of(front, "A")
    before = dict(front.store.records)

    outcome = await set_quantity(front.shop, ANN, Target(), line_id, quantity)

    assert outcome.problems == (
        QuantityProblem(
            ProblemCode.QUANTITY_INVALID,
            f"A line is set to 0 (taken out) up to 999 units; {quantity} is not allowed.",
            ("quantity",),
            max_quantity=999,
        ),
    )
    assert front.carts.calls == []
    assert front.store.records == before
    assert shown(outcome) == ({"A": 2}, {})


async def test_a_line_that_is_not_there_is_refused_unsent(front: Storefront) -> None:
    """An unknown line and another customer's line give the same answer."""
    (line_id,) = await lines_of(front, "A")
    await add(front.shop, BOB, AddRequest(additions=[Addition(0, "B", 1)]))
    front.carts.calls.clear()

    unknown = await set_quantity(front.shop, ANN, Target(), "nowhere", 1)
    foreign = await set_quantity(front.shop, BOB, Target(), line_id, 1)

    assert unknown.problems == foreign.problems == (Problem(ProblemCode.LINE_NOT_FOUND, NO_LINE, ("lineId",)),)
    assert front.carts.calls == []
    assert front.carts.held() == {"A-offer": 2}


async def test_fewer_units_than_set_are_told(front: Storefront) -> None:
    """The upstream lowers without a word that a shopper would understand."""
    (line_id,) = await lines_of(front, "C")

    outcome = await set_quantity(front.shop, ANN, Target(), line_id, 9)

    assert shown(outcome) == ({"C": 5}, {})
    assert [notice.code for notice in outcome.notices] == [NoticeCode.QUANTITY_CAPPED]
    assert outcome.problems == ()


async def test_the_quantity_of_a_saved_line_is_set_where_it_lies(front: Storefront) -> None:
    """It keeps its place, and that is no surprise."""
    (line_id,) = await lines_of(front, "A", saved=("A",))

    outcome = await set_quantity(front.shop, ANN, Target(), line_id, 4)

    assert shown(outcome) == ({}, {"A": 4})
    assert (outcome.problems, outcome.notices) == ((), ())


async def test_a_line_that_vanished_upstream_is_not_found(front: Storefront) -> None:
    """The upstream ignores unknown lines silently; the shopper must not believe it changed."""
    line_a, _ = await lines_of(front, "A", "B")
    front.carts.carts["100-1"].lines.pop(0)

    outcome = await set_quantity(front.shop, ANN, Target(), line_a, 4)

    assert codes(outcome) == ["LINE_NOT_FOUND"]
    assert outcome.removed_line_ids == (line_a,)
    assert shown(outcome) == ({"B": 2}, {})


async def test_lines_are_put_aside_and_taken_back_with_their_ids(front: Storefront) -> None:
    """Units stay; the sum counts only what is to be bought."""
    line_a, line_b = await lines_of(front, "A", "B")

    aside = await move(front.shop, ANN, Target(), [line_a, line_b, line_a], SAVED)
    back = await move(front.shop, ANN, Target(), [line_b], ACTIVE)

    assert (aside.line_ids, aside.problems, shown(aside)) == ((line_a, line_b), (), ({}, {"A": 2, "B": 2}))
    assert (back.line_ids, back.problems, shown(back)) == ((line_b,), (), ({"B": 2}, {"A": 2}))
    assert front.carts.calls == [
        Call("modify", (Move("C-A-offer", "SaveForLater"), Move("C-B-offer", "SaveForLater")), "100-1"),
        Call("modify", (Move("S-B-offer", "MoveToCart"),), "100-1"),
    ]
    assert back.cart
    assert back.cart.subtotal is not None
    assert back.cart.subtotal.amount_minor == 4000


async def test_a_line_that_stands_there_already_is_left(front: Storefront) -> None:
    """No change is sent and none is told; the cart is read, so that the answer is fresh."""
    (line_id,) = await lines_of(front, "A")

    outcome = await move(front.shop, ANN, Target(), [line_id], ACTIVE)

    assert (outcome.line_ids, outcome.problems) == ((), ())
    assert front.carts.operations() == ["get"]
    assert front.store.writes == ["record", "settle"]
    assert the_cart(front).version == 1


async def test_a_part_that_was_changed_before_an_error_is_not_called_nothing(front: Storefront) -> None:
    """The first ten of eleven lines are put aside; what is said of the rest is true of the whole."""
    front.carts.goods += [Goods(f"N{number}") for number in range(11)]
    line_ids = await lines_of(front, *(f"N{number}" for number in range(10))) + await lines_of(front, "N10")
    front.carts.fail(2, NotSent("no connection"))

    outcome = await move(front.shop, ANN, Target(), line_ids, SAVED)

    assert len(outcome.line_ids) == 10
    assert [problem.message for problem in outcome.problems] == [
        "Only part of the change was made; look at the cart and try again."
    ]
    assert outcome.problems[0].is_retryable is True


async def test_what_cannot_be_bought_stays_aside_and_is_told(front: Storefront) -> None:
    """The upstream leaves it there without a word."""
    (line_id,) = await lines_of(front, "A", saved=("A",))
    front.carts.offer("A-offer").is_available = False

    outcome = await move(front.shop, ANN, Target(), [line_id], ACTIVE)

    assert outcome.line_ids == ()
    assert outcome.problems == (
        UnavailableProblem(
            ProblemCode.OUT_OF_STOCK, "Title of A could not be moved; it cannot be bought now.", ("lineIds", "0")
        ),
    )
    assert shown(outcome) == ({}, {"A": 2})


async def test_known_lines_are_moved_beside_unknown_ones(front: Storefront) -> None:
    """Each unknown line is told by its own place in the call."""
    (line_id,) = await lines_of(front, "A")

    outcome = await move(front.shop, ANN, Target(), ["x", line_id, "x", "y"], SAVED)

    assert outcome.line_ids == (line_id,)
    assert [(problem.code, problem.field) for problem in outcome.problems] == [
        ("LINE_NOT_FOUND", ("lineIds", "0")),
        ("LINE_NOT_FOUND", ("lineIds", "2")),
        ("LINE_NOT_FOUND", ("lineIds", "3")),
    ]


async def test_moving_nothing_is_refused(front: Storefront) -> None:
    """A call names at least one line."""
    await lines_of(front, "A")

    outcome = await move(front.shop, ANN, Target(), [], SAVED)

    assert [(problem.code, problem.field) for problem in outcome.problems] == [("LINE_NOT_FOUND", ("lineIds",))]
    assert front.carts.calls == []
    assert shown(outcome) == ({"A": 2}, {})


async def test_more_than_ten_lines_go_in_several_requests(front: Storefront) -> None:
    """The upstream takes ten changes a request."""
    front.carts.goods += [Goods(f"N{number}") for number in range(12)]
    first = await lines_of(front, *(f"N{number}" for number in range(10)))
    more = await add(front.shop, ANN, AddRequest(additions=[Addition(0, "N10", 1), Addition(1, "N11", 1)]))
    line_ids = [*first, *(result.line_id or "" for result in more.results)]
    front.carts.calls.clear()

    outcome = await move(front.shop, ANN, Target(), line_ids, SAVED)

    assert outcome.line_ids == tuple(line_ids)
    assert [len(call.sent) for call in front.carts.calls] == [10, 2]


@pytest.mark.parametrize(
    ("scope", "operation", "left", "gone"),
    [
        (ClearScope.ALL_LINES, "clear", ({}, {}), (0, 1)),
        (ClearScope.ACTIVE_LINES, "modify", ({}, {"B": 2}), (0,)),
        (ClearScope.SAVED_LINES, "modify", ({"A": 2}, {}), (1,)),
    ],
)
async def test_a_clear_takes_out_its_scope(
    front: Storefront, scope: ClearScope, operation: str, left: tuple[dict[str, int], ...], gone: tuple[int, ...]
) -> None:
    """The upstream's own clear knows only everything."""
    line_ids = await lines_of(front, "A", "B", saved=("B",))

    outcome = await clear(front.shop, ANN, Target(), scope)

    assert front.carts.operations() == [operation]
    assert shown(outcome) == left
    assert outcome.removed_line_ids == tuple(line_ids[place] for place in gone)
    assert outcome.problems == ()


async def test_clearing_what_is_empty_changes_nothing(front: Storefront) -> None:
    """The version stays."""
    await lines_of(front, "A")

    outcome = await clear(front.shop, ANN, Target(), ClearScope.SAVED_LINES)

    assert shown(outcome) == ({"A": 2}, {})
    assert (outcome.removed_line_ids, outcome.problems) == ((), ())
    assert front.carts.operations() == ["get"]
    assert front.store.writes == ["record", "settle"]
    assert the_cart(front).version == 1
