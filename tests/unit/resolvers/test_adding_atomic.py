"""Adding all or nothing."""

import pytest

from ecs.errors import CartMismatch, NotSent, UpstreamError, UpstreamRefused, UpstreamThrottled
from ecs.request import QuantityChange
from ecs.vocabulary import ErrorCode
from persistence.records import Placement
from resolvers.changes import Target
from resolvers.changing import move
from resolvers.lines import Addition
from tests.support.fake_carts import Call
from tests.support.fakes import Storefront
from tests.support.shopping import ANN, a_key, codes, kept, one, open_kinds, outcomes, put, sweep_later


async def test_an_atomic_call_with_a_bad_quantity_is_not_sent(front: Storefront) -> None:
    """All or nothing, and nothing is cheap here; only the bad entry is called bad."""
    await put(front, one("A"))
    front.carts.calls.clear()

    outcome = await put(front, Addition(0, "B", 1), Addition(1, "C", 0), is_atomic=True)

    assert outcomes(outcome) == ["REJECTED", "REJECTED"]
    assert [len(result.problems) for result in outcome.results] == [0, 1]
    assert codes(outcome) == ["QUANTITY_INVALID"]
    assert (front.carts.calls, front.catalog.calls) == ([], [])
    assert kept(front) == {("A", None): 1}


async def test_an_atomic_call_is_taken_back_when_one_item_is_refused(front: Storefront) -> None:
    """Everything stands as before: quantities, places and lines."""
    made = await put(front, Addition(0, "A", 2), Addition(1, "C", 1))
    aside = made.results[1].line_id
    assert aside
    await move(front.shop, ANN, Target(), [aside], Placement.SAVED_FOR_LATER)
    before = kept(front)

    outcome = await put(
        front, Addition(0, "A", 1), Addition(1, "C", 1), Addition(2, "B", 1), Addition(3, "X", 1), is_atomic=True
    )

    assert outcomes(outcome) == ["REJECTED"] * 4
    assert [result.line_id for result in outcome.results] == [None] * 4
    assert [len(result.problems) for result in outcome.results] == [0, 0, 0, 1]
    assert codes(outcome) == ["PRODUCT_NOT_FOUND"]
    assert kept(front) == before == {("A", None): 2, ("C", None): 1}
    assert (front.carts.held(), front.carts.saved()) == ({"A-offer": 2}, {"C-offer": 1})
    assert outcome.cart
    assert [line.record.id for line in outcome.cart.saved] == [aside]
    assert outcome.notices == ()


async def test_taking_back_leaves_other_lines_alone(front: Storefront) -> None:
    """Only what the call did is undone."""
    await put(front, one("A", 2))
    front.carts.calls.clear()

    outcome = await put(front, Addition(0, "B", 1), Addition(1, "X", 1), is_atomic=True)

    assert outcomes(outcome) == ["REJECTED", "REJECTED"]
    assert front.carts.calls[-1] == Call("modify", (QuantityChange("C-B-offer", 0),), "100-1")
    assert kept(front) == {("A", None): 2}


async def test_an_atomic_first_call_that_fails_leaves_no_cart(front: Storefront) -> None:
    """The upstream's half-filled cart is forgotten as it is: nobody can see or buy it, and it lapses."""
    outcome = await put(front, Addition(0, "A", 1), Addition(1, "X", 1), is_atomic=True)

    assert (outcome.cart, outcomes(outcome)) == (None, ["REJECTED", "REJECTED"])
    assert codes(outcome) == ["PRODUCT_NOT_FOUND"]
    assert (front.store.records, front.store.intents) == ({}, {})
    assert front.carts.operations() == ["create", "add"]


async def test_an_atomic_call_that_succeeds_is_like_any_other(front: Storefront) -> None:
    """All is the other half of all or nothing."""
    outcome = await put(front, Addition(0, "A", 1), Addition(1, "C", 9), is_atomic=True)

    assert outcomes(outcome) == ["ADDED", "CAPPED"]
    assert kept(front) == {("A", None): 1, ("C", None): 5}


async def test_an_atomic_call_that_cannot_be_taken_back_is_taken_back_later(front: Storefront) -> None:
    """The upstream went away half-way: neither all nor nothing is true yet, and a repetition would add twice."""
    await put(front, one("A"))
    front.carts.fail(4, NotSent("down"))

    outcome = await put(front, Addition(0, "A", 1), Addition(1, "X", 1), is_atomic=True)

    assert front.carts.operations()[1:] == ["modify", "add", "modify"]
    assert front.carts.held() == {"A-offer": 2}
    assert outcomes(outcome) == ["REJECTED", "REJECTED"]
    assert codes(outcome) == ["OUTCOME_UNKNOWN", "PRODUCT_NOT_FOUND"]
    assert open_kinds(front) == ["ADD"]
    assert kept(front) == {("A", None): 1}

    swept = await sweep_later(front)

    assert (swept.settled, swept.left) == (1, 0)
    assert front.carts.operations()[4:] == ["get", "modify"]
    assert front.carts.calls[-1] == Call("modify", (QuantityChange("C-A-offer", 1),), "100-1")
    assert (front.carts.held(), kept(front)) == ({"A-offer": 1}, {("A", None): 1})
    assert open_kinds(front) == []


async def test_an_atomic_call_that_was_stopped_half_way_may_be_sent_again_under_its_key(front: Storefront) -> None:
    """It is taken back, so nothing happened; "busy" is no answer to keep for three days."""
    await put(front, one("A"))
    front.carts.fail(3, UpstreamThrottled("busy"))

    stopped = await put(front, Addition(0, "A", 1), Addition(1, "B", 1), is_atomic=True, key=a_key())
    after = (kept(front), front.carts.held(), open_kinds(front))
    again = await put(front, Addition(0, "A", 1), Addition(1, "B", 1), is_atomic=True, key=a_key())

    assert (outcomes(stopped), codes(stopped)) == (["REJECTED", "REJECTED"], ["RATE_LIMITED"])
    assert after == ({("A", None): 1}, {"A-offer": 1}, [])
    assert (outcomes(again), codes(again)) == (["UPDATED", "ADDED"], [])
    assert kept(front) == {("A", None): 2, ("B", None): 1}


@pytest.mark.parametrize("error", [UpstreamThrottled("busy"), NotSent("down"), UpstreamRefused("no", code="no")])
async def test_an_atomic_first_call_that_was_stopped_half_way_leaves_no_cart(
    front: Storefront, error: UpstreamError
) -> None:
    """What is said not to be done must not turn up with the next item."""
    front.carts.fail(2, error)

    outcome = await put(front, Addition(0, "A", 1), Addition(1, "X", 1), is_atomic=True)
    await put(front, one("B"))

    assert outcomes(outcome) == ["REJECTED", "REJECTED"]
    assert kept(front) == {("B", None): 1}


async def test_an_atomic_call_whose_cart_lapses_half_way_is_taken_back_in_a_new_one(front: Storefront) -> None:
    """The shopper is told that nobody knows, not that something is broken."""
    await put(front, one("A"))

    front.carts.fail(4, CartMismatch("gone", code=ErrorCode.CART_INFO_MISMATCH))
    outcome = await put(front, Addition(0, "A", 1), Addition(1, "X", 1), is_atomic=True)
    front.carts.carts.clear()
    await sweep_later(front)

    assert (outcomes(outcome), open_kinds(front)) == (["REJECTED", "REJECTED"], [])
    assert kept(front) == {("A", None): 1}


async def test_taking_back_is_tried_until_it_is_done(front: Storefront) -> None:
    """An upstream that is away for longer must not make a part of the call stay."""
    await put(front, one("A"))
    for number in (4, 6):
        front.carts.fail(number, NotSent("down"))
    await put(front, Addition(0, "A", 1), Addition(1, "X", 1), is_atomic=True)

    await sweep_later(front)
    half_way = (front.carts.held(), open_kinds(front))
    await sweep_later(front)

    assert front.carts.operations()[4:] == ["get", "modify", "get", "modify"]
    assert half_way == ({"A-offer": 2}, ["ADD"])
    assert (front.carts.held(), kept(front), open_kinds(front)) == ({"A-offer": 1}, {("A", None): 1}, [])
