"""Putting items in a cart while the upstream fails, and what is said of it."""

import pytest

from ecs.errors import (
    AccessRefused,
    BadReply,
    NotSent,
    OutcomeUnknown,
    UpstreamError,
    UpstreamFault,
    UpstreamRefused,
    UpstreamThrottled,
)
from ecs.model import Refusal
from ecs.vocabulary import ErrorCode
from resolvers.lines import Addition
from tests.support.fakes import Storefront
from tests.support.shopping import (
    codes,
    kept,
    notices,
    one,
    open_kinds,
    outcomes,
    put,
    sweep_later,
    the_cart,
    unclaimed,
)


async def test_a_short_answer_that_cannot_be_completed_is_an_unknown_outcome(front: Storefront) -> None:
    """The unlisted lines stay in our record."""
    front.carts.replaces_silently = True
    await put(front, one("A", 2))
    await put(front, one("B"))
    front.carts.fail(4, NotSent("down"))
    front.carts.fail(5, NotSent("down"))

    outcome = await put(front, one("A", 3, "A-offer"))

    assert (outcomes(outcome), codes(outcome)) == (["UNKNOWN"], ["OUTCOME_UNKNOWN"])
    assert outcome.problems[0].is_retryable is False
    assert kept(front) == {("A", None): 2, ("B", None): 1}

    await sweep_later(front)

    assert kept(front) == {("A", None): 5, ("B", None): 1}
    assert front.carts.held() == {"B-offer": 1, "A-offer": 5}


@pytest.mark.parametrize(
    ("error", "code", "is_retryable"),
    [
        (NotSent("down"), "UPSTREAM_UNAVAILABLE", True),
        (UpstreamThrottled("busy"), "RATE_LIMITED", True),
        (AccessRefused("key"), "UPSTREAM_REJECTED", False),
    ],
)
async def test_an_error_without_effect_changes_nothing(
    front: Storefront, error: UpstreamError, code: str, is_retryable: bool
) -> None:
    """Nothing was done, and it is said so."""
    await put(front, one("A"))
    before = unclaimed(front)
    front.carts.fail(2, error)

    outcome = await put(front, one("B"))

    assert (outcomes(outcome), codes(outcome)) == (["REJECTED"], [code])
    assert outcome.problems[0].is_retryable is is_retryable
    assert front.carts.operations() == ["create", "add"]
    assert unclaimed(front) == before
    assert open_kinds(front) == []
    assert outcome.cart
    assert outcome.cart.is_stale is True


async def test_a_lost_answer_is_cleared_up_by_a_read_that_shows_the_effect(front: Storefront) -> None:
    """The item is in the cart, so it is called added."""
    await put(front, one("A"))
    front.carts.fail(2, OutcomeUnknown("slow"), after_effect=True)

    outcome = await put(front, one("B", 2))

    assert (outcomes(outcome), codes(outcome)) == (["ADDED"], [])
    assert front.carts.operations() == ["create", "add", "get"]
    assert kept(front) == {("A", None): 1, ("B", None): 2}
    assert outcome.cart
    assert outcome.cart.source == "upstream"


async def test_a_lost_request_that_a_read_does_not_show_is_unknown_until_nothing_can_be_on_its_way(
    front: Storefront,
) -> None:
    """The item is not there; whether the request is still under way nobody knows, so it is sent again only later."""
    await put(front, one("A"))
    front.carts.fail(2, OutcomeUnknown("slow"))

    outcome = await put(front, one("B", 2))

    assert (outcomes(outcome), codes(outcome)) == (["UNKNOWN"], ["OUTCOME_UNKNOWN"])
    assert outcome.problems[0].is_retryable is False
    assert (kept(front), open_kinds(front)) == ({("A", None): 1}, ["ADD"])
    assert (await sweep_later(front, seconds=2.9)).settled == 0

    swept = await sweep_later(front, seconds=0.1)

    assert (swept.settled, open_kinds(front)) == (1, [])
    assert front.carts.operations() == ["create", "add", "get", "get", "add"]
    assert kept(front) == {("A", None): 1, ("B", None): 2}


async def test_a_lost_change_of_a_known_line_is_made_before_the_next_one(front: Storefront) -> None:
    """More of the same goes by CartModify; the next call waits, looks, and finds both units in the cart."""
    await put(front, one("A", 2))
    front.carts.fail(2, OutcomeUnknown("slow"))
    lost = await put(front, one("A", 1))

    then = await put(front, one("A", 1))

    assert (outcomes(lost), codes(lost)) == (["UNKNOWN"], ["OUTCOME_UNKNOWN"])
    assert (outcomes(then), codes(then)) == (["UPDATED"], [])
    assert front.carts.operations() == ["create", "modify", "get", "get", "modify", "modify"]
    assert (kept(front), front.carts.held()) == ({("A", None): 4}, {"A-offer": 4})


async def test_a_lost_change_that_was_heard_is_told_as_made(front: Storefront) -> None:
    """The read shows its effect."""
    await put(front, one("A", 2))
    front.carts.fail(2, OutcomeUnknown("slow"), after_effect=True)

    heard = await put(front, one("A", 1))

    assert (outcomes(heard), codes(heard)) == (["UPDATED"], [])
    assert kept(front) == {("A", None): 3}


async def test_a_lost_correction_that_was_heard_is_told_as_done(front: Storefront) -> None:
    """The units are in the cart: "nothing changed" would be untrue."""
    await put(front, one("A", 2))
    front.carts.fail(3, OutcomeUnknown("slow"), after_effect=True)

    outcome = await put(front, one("A", 3, "A-offer"))

    assert front.carts.operations() == ["create", "add", "modify", "get"]
    assert front.carts.held() == {"A-offer": 5}
    assert (outcomes(outcome), codes(outcome)) == (["UPDATED"], [])


async def test_a_lost_answer_and_a_failing_read_leave_the_cart_as_last_seen(front: Storefront) -> None:
    """Nothing is known, so nothing is written; the sweeper's read settles it, and nothing is sent twice."""
    await put(front, one("A"))
    front.carts.fail(2, BadReply("garbage"), after_effect=True)
    front.carts.fail(3, NotSent("down"))

    outcome = await put(front, one("B"))

    assert (outcomes(outcome), codes(outcome)) == (["UNKNOWN"], ["OUTCOME_UNKNOWN"])
    assert (kept(front), the_cart(front).version) == ({("A", None): 1}, 1)

    await sweep_later(front)

    assert front.carts.operations() == ["create", "add", "get", "get"]
    assert (kept(front), the_cart(front).version) == ({("A", None): 1, ("B", None): 1}, 2)


async def test_a_fault_that_did_nothing_is_tried_once_more(front: Storefront) -> None:
    """An answer had come, so nothing can be on its way any more."""
    await put(front, one("A"))
    front.carts.fail(2, UpstreamFault("500"))

    outcome = await put(front, one("B"))

    assert (outcomes(outcome), codes(outcome)) == (["ADDED"], [])
    assert front.carts.operations() == ["create", "add", "get", "add"]


async def test_two_faults_that_did_nothing_are_a_failure_without_effect(front: Storefront) -> None:
    """It is known that nothing happened, so the call may be repeated, and nothing is left open."""
    await put(front, one("A"))
    before = unclaimed(front)
    front.carts.fail(2, UpstreamFault("500"))
    front.carts.fail(4, UpstreamFault("500"))

    outcome = await put(front, one("B"))

    assert (outcomes(outcome), codes(outcome)) == (["REJECTED"], ["UPSTREAM_UNAVAILABLE"])
    assert outcome.problems[0].is_retryable is True
    assert front.carts.operations() == ["create", "add", "get", "add", "get"]
    assert (unclaimed(front), open_kinds(front)) == (before, [])


async def test_a_lost_create_is_made_again_once_nothing_can_be_on_its_way(front: Storefront) -> None:
    """Without the answer nobody knows the first cart's id: it lapses. The next call finds what the first asked for."""
    front.carts.fail(1, OutcomeUnknown("slow"), after_effect=True)

    lost = await put(front, one("A"))
    then = await put(front, one("A"))

    assert (lost.cart, outcomes(lost), codes(lost)) == (None, ["UNKNOWN"], ["OUTCOME_UNKNOWN"])
    assert outcomes(then) == ["UPDATED"]
    assert front.carts.operations() == ["create", "create", "modify"]
    assert front.carts.held("100-2") == {"A-offer": 2}
    assert kept(front) == {("A", None): 2}


async def test_what_was_added_before_an_error_stays_added(front: Storefront) -> None:
    """Two offers of an item go in two requests; the second fails."""
    front.carts.fail(2, UpstreamThrottled("busy"))

    outcome = await put(front, Addition(0, "A", 1), Addition(1, "A", 1, "A-second"))

    assert (outcomes(outcome), codes(outcome)) == (["ADDED", "REJECTED"], ["RATE_LIMITED"])
    assert kept(front) == {("A", None): 1}


async def test_a_cart_the_upstream_no_longer_knows_is_built_anew_under_its_ids(front: Storefront) -> None:
    """The shopper goes on, and is told."""
    await put(front, one("A"))
    before = the_cart(front)
    front.carts.carts.clear()

    outcome = await put(front, one("B"))

    assert (outcomes(outcome), codes(outcome)) == (["ADDED"], [])
    assert notices(outcome) == ["CART_REBUILT"]
    after = the_cart(front)
    assert (after.id, after.version, after.lines[0].id) == (before.id, 2, before.lines[0].id)
    assert kept(front) == {("A", None): 1, ("B", None): 1}
    assert front.carts.operations() == ["create", "add", "create"]


async def test_an_addition_that_was_delivered_twice_counts_once(front: Storefront) -> None:
    """The second delivery is refused, since all is there already; that is no reason to add it again."""
    await put(front, one("A"))
    front.carts.fail(2, UpstreamRefused("there already", code="there already"), after_effect=True)

    outcome = await put(front, one("B"), Addition(1, "C", 2))

    assert outcomes(outcome) == ["ADDED", "ADDED"]
    assert kept(front) == {("A", None): 1, ("B", None): 1, ("C", None): 2}
    assert front.carts.held() == {"A-offer": 1, "B-offer": 1, "C-offer": 2}


async def test_an_addition_that_was_delivered_twice_is_looked_at_at_once(front: Storefront) -> None:
    """Else an error in the next request would have it said that nothing was added."""
    await put(front, one("A"))
    there = Refusal(ErrorCode.ITEM_ALREADY_IN_CART, "there")
    front.carts.fail(2, UpstreamRefused("there already", code=there.code, refusals=(there,)), after_effect=True)

    outcome = await put(front, one("B"), Addition(1, "C", 2))

    assert (outcomes(outcome), front.carts.operations()[1:]) == (["ADDED", "ADDED"], ["add", "get"])
    assert kept(front) == {("A", None): 1, ("B", None): 1, ("C", None): 2}


async def test_an_addition_that_was_delivered_twice_and_cannot_be_looked_at_is_unknown(front: Storefront) -> None:
    """It is cleared up by the sweep."""
    await put(front, one("A"))
    there = Refusal(ErrorCode.ITEM_ALREADY_IN_CART, "there")
    front.carts.fail(2, UpstreamRefused("there already", code=there.code, refusals=(there,)), after_effect=True)
    front.carts.fail(3, NotSent("down"))

    outcome = await put(front, one("B"), Addition(1, "C", 2))
    await sweep_later(front)

    assert outcomes(outcome) == ["UNKNOWN", "UNKNOWN"]
    assert kept(front) == {("A", None): 1, ("B", None): 1, ("C", None): 2}
