"""Bringing an old cart back."""

import pytest
from msgspec.structs import replace

from ecs.errors import NotSent, UpstreamThrottled
from persistence.records import CartStatus, Placement
from resolvers.changes import Target
from resolvers.goals import Goal, of_line
from resolvers.problems import Problem, ProblemCode
from resolvers.restoring import goals_for, restore
from tests.support.fake_carts import Goods
from tests.support.fakes import Storefront, a_cart, a_line
from tests.support.shopping import (
    ANN,
    BOB,
    codes,
    filled,
    kept,
    notices,
    open_kinds,
    outcomes,
    put,
    several,
    shown,
    sweep_later,
    the_cart,
)

ACTIVE, SAVED = Placement.ACTIVE, Placement.SAVED_FOR_LATER


def old(front: Storefront, *asins: str, status: CartStatus = CartStatus.EXPIRED) -> None:
    """An old cart of Ann's with two units of each item."""
    lines = [a_line(number, id=f"old-{asin}", asin=asin, quantity=2) for number, asin in enumerate(asins)]
    front.store.keep(a_cart(*lines, id="old", status=status, handle=None))


@pytest.mark.parametrize(
    ("before", "there", "place"),
    [(ACTIVE, ACTIVE, ACTIVE), (ACTIVE, SAVED, ACTIVE), (SAVED, ACTIVE, ACTIVE), (SAVED, SAVED, SAVED)],
)
def test_what_is_there_gets_the_old_units_too(before: Placement, there: Placement, place: Placement) -> None:
    """It is to be bought when it is in either."""
    line = a_line(1, quantity=3, placement=there)

    goals, refused = goals_for([a_line(9, asin="A1", quantity=2, placement=before)], [line])

    assert (goals, refused) == ((of_line(line, 5, place, (0,)),), {})


def test_old_lines_come_back_where_they_stood_as_far_as_there_is_room() -> None:
    """By their offer, or the featured one when that is gone."""
    saved = a_line(60, quantity=2, placement=SAVED, listing_id="offer")

    goals, refused = goals_for([saved, a_line(62), a_line(61)], [a_line(number) for number in range(48)])

    assert goals == (
        Goal("A60", 2, placement=SAVED, listing_id="offer", entries=(0,), may_replace_offer=True),
        Goal("A62", 1, entries=(1,), may_replace_offer=True),
    )
    assert refused == {
        2: Problem(ProblemCode.CART_FULL, "A cart holds at most 50 lines, saved ones included; take one out first.")
    }


@pytest.mark.parametrize("status", [CartStatus.EXPIRED, CartStatus.HANDED_OVER, CartStatus.MERGED])
async def test_an_old_cart_comes_back_as_a_new_one(front: Storefront, status: CartStatus) -> None:
    """The old one stays as it is, so it may be brought back again."""
    old(front, "A", "B", status=status)
    before = front.store.records["old"]

    outcome = await restore(front.shop, ANN, "old", Target())

    assert (outcomes(outcome), codes(outcome)) == (["ADDED", "ADDED"], [])
    assert shown(outcome) == ({"A": 2, "B": 2}, {})
    assert front.store.records["old"] == before
    assert front.carts.operations() == ["create"]
    assert not {line.id for line in the_cart(front).lines} & {"old-A", "old-B"}


async def test_old_lines_join_the_active_cart(front: Storefront) -> None:
    """One result a line."""
    mine = await filled(front, "A")
    old(front, "A", "X", "B")

    outcome = await restore(front.shop, ANN, "old", Target(mine.id, 1))

    assert (outcomes(outcome), codes(outcome)) == (["UPDATED", "REJECTED", "ADDED"], ["PRODUCT_NOT_FOUND"])
    assert kept(front) == {("A", None): 4, ("B", None): 2}
    assert front.carts.operations() == ["modify", "add", "add"]


async def test_a_full_cart_refuses_old_lines_by_their_place(front: Storefront) -> None:
    """The rest of them comes back; what finds no room can be brought back later."""
    front.carts.goods += [Goods(f"N{number}") for number in range(49)]
    for start in range(0, 49, 10):
        await put(front, *several(*(f"N{place}" for place in range(start, min(start + 10, 49)))))
    old(front, "A", "B")

    outcome = await restore(front.shop, ANN, "old", Target())

    assert (outcomes(outcome), codes(outcome)) == (["ADDED", "REJECTED"], ["CART_FULL"])
    assert len(the_cart(front).lines) == 50


async def test_old_lines_join_the_version_that_was_expected_or_none(front: Storefront) -> None:
    """A cart that moved on is shown first: every old line is told to be left out, and nothing is sent."""
    mine = await filled(front, "A")
    old(front, "A", "B")

    outcome = await restore(front.shop, ANN, "old", Target(mine.id, 7))

    assert (outcomes(outcome), codes(outcome)) == (["REJECTED", "REJECTED"], ["VERSION_CONFLICT"])
    assert (front.carts.calls, kept(front)) == ([], {("A", None): 2})


async def test_saved_lines_come_back_saved(front: Storefront) -> None:
    """They are put and laid aside again."""
    lines = [a_line(1, id="old-A", asin="A", placement=SAVED), a_line(2, id="old-B", asin="B")]
    front.store.keep(a_cart(*lines, id="old", status=CartStatus.EXPIRED, handle=None))

    outcome = await restore(front.shop, ANN, "old", Target())

    assert shown(outcome) == ({"B": 1}, {"A": 1})
    assert (outcomes(outcome), notices(outcome)) == (["ADDED", "ADDED"], [])


async def test_an_offer_that_is_gone_comes_back_as_another(front: Storefront) -> None:
    """The item matters more than its seller; the price is shown."""
    front.store.keep(
        a_cart(a_line(1, id="o", asin="A", listing_id="gone"), id="old", status=CartStatus.EXPIRED, handle=None)
    )

    outcome = await restore(front.shop, ANN, "old", Target())

    assert (outcomes(outcome), kept(front)) == (["ADDED"], {("A", None): 1})


async def test_more_than_ten_lines_come_back_in_several_requests(front: Storefront) -> None:
    """A first cart takes ten at once."""
    front.carts.goods += [Goods(f"N{number}") for number in range(12)]
    old(front, *(f"N{number}" for number in range(12)))

    outcome = await restore(front.shop, ANN, "old", Target())

    assert outcomes(outcome) == ["ADDED"] * 12
    assert [len(call.sent) for call in front.carts.calls] == [10, 2]


async def test_what_cannot_be_brought_back_is_refused(front: Storefront) -> None:
    """A foreign cart and an unknown one alike; an active one is there already; an empty one has nothing."""
    mine = await filled(front, "A")
    old(front)
    front.store.keep(replace(front.store.records["old"], id="bobs", customer_id=BOB, lines=(a_line(1),)))

    unknown = await restore(front.shop, ANN, "nowhere", Target())
    foreign = await restore(front.shop, ANN, "bobs", Target())
    active = await restore(front.shop, ANN, mine.id, Target())
    empty = await restore(front.shop, ANN, "old", Target())
    conflict = await restore(front.shop, BOB, "bobs", Target("nowhere"))
    named = await restore(front.shop, ANN, "nowhere", Target(mine.id))
    elsewhere = await restore(front.shop, ANN, "nowhere", Target("elsewhere"))

    assert unknown.problems == foreign.problems
    assert [each.problems for each in (unknown, active, empty)] == [
        (Problem(code, message, ("fromCartId",)),)
        for code, message in (
            (ProblemCode.CART_NOT_FOUND, "There is no such cart of yours; take the id from viewer.carts."),
            (ProblemCode.CART_NOT_FOUND, "This cart is the active one; its lines are there already."),
            (ProblemCode.CART_EMPTY, "The old cart has no lines to bring back."),
        )
    ]
    assert [each.cart and each.cart.record for each in (unknown, named, elsewhere)] == [mine, mine, None]
    assert (codes(conflict), conflict.problems[0].field) == (["CART_NOT_FOUND"], ("cartId",))
    assert (front.carts.calls, kept(front)) == ([], {("A", None): 2})


async def test_a_cart_that_became_active_meanwhile_is_there_already(front: Storefront) -> None:
    """It was restored into by another name; nothing comes twice."""
    mine = await filled(front, "A")
    front.store.keep(replace(mine, status=CartStatus.EXPIRED))
    front.store.before_write.append(lambda: front.store.keep(mine))

    outcome = await restore(front.shop, ANN, mine.id, Target())

    assert outcome.problems == (
        Problem(
            ProblemCode.CART_NOT_FOUND,
            "This cart is the active one; its lines are there already.",
            ("fromCartId",),
        ),
    )
    assert kept(front) == {("A", None): 2}


async def test_a_saved_line_that_could_not_be_laid_aside_is_laid_aside_later(front: Storefront) -> None:
    """It is in the cart by then, so it must not be said that it was left out."""
    front.store.keep(
        a_cart(a_line(1, id="old-A", asin="A", placement=SAVED), id="old", status=CartStatus.EXPIRED, handle=None)
    )
    front.carts.fail(2, NotSent("down"))

    outcome = await restore(front.shop, ANN, "old", Target())
    await sweep_later(front)

    assert outcomes(outcome) == ["UNKNOWN"]
    assert [(line.asin, line.placement) for line in the_cart(front).lines] == [("A", SAVED)]


async def test_a_saved_line_is_laid_aside_though_whoever_put_it_is_gone(front: Storefront) -> None:
    """Whoever takes over finds it in the cart, and cannot lay it aside at once either: it is not left there."""
    await filled(front, "B")
    front.store.keep(
        a_cart(a_line(1, id="old-A", asin="A", placement=SAVED), id="old", status=CartStatus.EXPIRED, handle=None)
    )
    front.carts.fail(2, NotSent("down"))
    front.carts.fail(4, UpstreamThrottled("busy"))

    await restore(front.shop, ANN, "old", Target())
    await sweep_later(front)
    await sweep_later(front)

    assert front.carts.operations() == ["add", "modify", "get", "modify", "get", "modify"]
    assert [(line.asin, line.placement) for line in the_cart(front).lines] == [("B", ACTIVE), ("A", SAVED)]
    assert open_kinds(front) == []
