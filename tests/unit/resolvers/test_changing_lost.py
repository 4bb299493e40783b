"""Every change of a cart: what stops it, and what is said of it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ecs.errors import NotSent, OutcomeUnknown, UpstreamThrottled
from persistence.records import CartStatus, Placement
from resolvers.changes import Target
from resolvers.changing import ClearScope, clear, move, set_quantity
from resolvers.outcomes import CartOutcome
from resolvers.turns import MAX_WAITING
from tests.support.fakes import Storefront
from tests.support.shopping import ANN, codes, filled, notices, open_kinds, shown, sweep_later, the_cart, unclaimed

SAVED = Placement.SAVED_FOR_LATER
ACTIVE = Placement.ACTIVE
NO_LINE = "There is no such line in this cart; take line ids from the latest cart."


async def lines_of(front: Storefront, *asins: str, saved: tuple[str, ...] = ()) -> list[str]:
    """Ids of the lines of Ann's cart with two units of each item, some of them put aside."""
    cart = await filled(front, *asins, saved=saved)
    ids = {line.asin: line.id for line in cart.lines}
    return [ids[asin] for asin in asins]


Change = Callable[[Storefront, Target, str], Awaitable[CartOutcome]]


async def _set(front: Storefront, target: Target, line_id: str) -> CartOutcome:
    return await set_quantity(front.shop, ANN, target, line_id, 5)


async def _save(front: Storefront, target: Target, line_id: str) -> CartOutcome:
    return await move(front.shop, ANN, target, [line_id], SAVED)


async def _clear(front: Storefront, target: Target, _: str) -> CartOutcome:
    return await clear(front.shop, ANN, target, ClearScope.ALL_LINES)


_MADE: dict[Change, tuple[dict[str, int], dict[str, int]]] = {
    _set: ({"A": 5}, {}),
    _save: ({}, {"A": 2}),
    _clear: ({}, {}),
}
"""What Ann's cart of two units of A becomes: to be bought, and saved."""

every_change = pytest.mark.parametrize("change", [_set, _save, _clear])


@every_change
async def test_without_a_cart_nothing_can_be_changed(front: Storefront, change: Change) -> None:
    """No cart is made for it."""
    outcome = await change(front, Target(), "line")

    assert (outcome.cart, codes(outcome)) == (None, ["CART_NOT_FOUND"])
    assert front.carts.calls == []


@every_change
async def test_a_foreign_cart_and_an_old_version_are_refused(front: Storefront, change: Change) -> None:
    """Nothing is sent."""
    (line_id,) = await lines_of(front, "A")

    foreign = await change(front, Target("of-bob"), line_id)
    conflict = await change(front, Target(None, 9), line_id)

    assert (foreign.cart, codes(foreign)) == (None, ["CART_NOT_FOUND"])
    assert (shown(conflict), codes(conflict)) == (({"A": 2}, {}), ["VERSION_CONFLICT"])
    assert front.carts.calls == []


@every_change
@pytest.mark.parametrize(
    ("error", "code"), [(NotSent("down"), "UPSTREAM_UNAVAILABLE"), (UpstreamThrottled("busy"), "RATE_LIMITED")]
)
async def test_an_error_without_effect_leaves_the_cart(
    front: Storefront, change: Change, error: NotSent | UpstreamThrottled, code: str
) -> None:
    """It is shown as last seen, and the call may be repeated."""
    (line_id,) = await lines_of(front, "A")
    before = unclaimed(front)
    front.carts.fail(1, error)

    outcome = await change(front, Target(), line_id)

    assert (codes(outcome), shown(outcome)) == ([code], ({"A": 2}, {}))
    assert outcome.problems[0].is_retryable is True
    assert outcome.cart
    assert outcome.cart.is_stale is True
    assert (unclaimed(front), open_kinds(front)) == (before, [])
    assert len(front.carts.calls) == 1


@every_change
async def test_a_lost_answer_is_read_once_and_told_as_made(front: Storefront, change: Change) -> None:
    """The read shows the effect: there is no doubt left to tell."""
    (line_id,) = await lines_of(front, "A")
    front.carts.fail(1, OutcomeUnknown("slow"), after_effect=True)

    outcome = await change(front, Target(), line_id)

    assert len(front.carts.calls) == 2
    assert outcome.cart
    assert outcome.cart.source == "upstream"
    assert (codes(outcome), shown(outcome)) == ([], _MADE[change])


@every_change
async def test_a_lost_request_is_unknown_and_made_later_once(front: Storefront, change: Change) -> None:
    """Nobody can tell yet; the sweeper reads the cart, sends again and settles it."""
    (line_id,) = await lines_of(front, "A")
    front.carts.fail(1, OutcomeUnknown("slow"))

    outcome = await change(front, Target(), line_id)

    assert (codes(outcome), shown(outcome)) == (["OUTCOME_UNKNOWN"], ({"A": 2}, {}))
    assert outcome.problems[0].is_retryable is False
    assert len(front.carts.calls) == 2
    assert (await sweep_later(front)).settled == 1
    assert len(front.carts.calls) == 4
    assert [front.carts.held(), front.carts.saved()] == [
        {f"{asin}-offer": units for asin, units in part.items()} for part in _MADE[change]
    ]
    assert open_kinds(front) == []


@every_change
async def test_a_cart_the_upstream_no_longer_knows_is_built_anew_as_wanted(front: Storefront, change: Change) -> None:
    """The change is in it; only a cleared cart is let go, since there is nothing to build."""
    (line_id,) = await lines_of(front, "A")
    before = the_cart(front)
    front.carts.carts.clear()

    outcome = await change(front, Target(), line_id)

    assert (codes(outcome), shown(outcome)) == ([], _MADE[change])
    assert outcome.cart
    assert (outcome.cart.record.id, outcome.cart.record.version) == (before.id, 2)
    is_cleared = change is _clear
    assert [line.id for line in outcome.cart.record.lines] == ([] if is_cleared else [line_id])
    assert outcome.cart.record.status is (CartStatus.EXPIRED if is_cleared else CartStatus.ACTIVE)
    assert notices(outcome) == ([] if is_cleared else ["CART_REBUILT"])


@every_change
async def test_a_ninth_waiter_is_turned_away(front: Storefront, change: Change) -> None:
    """Nothing is sent for him."""
    (line_id,) = await lines_of(front, "A")
    waiting = [asyncio.create_task(_hold(front)) for _ in range(1 + MAX_WAITING)]
    await asyncio.sleep(0)

    outcome = await change(front, Target(), line_id)

    assert (codes(outcome), shown(outcome)) == (["CART_BUSY"], ({"A": 2}, {}))
    assert front.carts.calls == []
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def _hold(front: Storefront) -> None:
    async with front.shop.turns.take((ANN, "US")):
        await asyncio.Event().wait()
