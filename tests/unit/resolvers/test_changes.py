"""Request keys: the same call under the same key has one effect and one answer."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from ecs.errors import NotSent, OutcomeUnknown, UpstreamThrottled
from persistence.records import CartStatus, Placement, RequestKey
from resolvers.changes import Target
from resolvers.changing import ClearScope, clear, move, set_quantity
from resolvers.checkout import hand_over
from resolvers.intents import Agreed
from resolvers.merging import MergeStrategy, merge
from resolvers.outcomes import CartOutcome
from resolvers.restoring import restore
from resolvers.shop import Shop
from resolvers.sweeping import forget
from tests.support.fakes import NOON, Storefront, a_cart, a_line
from tests.support.shopping import (
    ANN,
    BOB,
    a_key,
    codes,
    filled,
    kept,
    one,
    open_kinds,
    outcomes,
    put,
    several,
    the_cart,
)

Call = Callable[[Storefront, Shop, RequestKey], Awaitable[CartOutcome]]


async def _add(front: Storefront, shop: Shop, key: RequestKey) -> CartOutcome:
    return await put(front, one("B", 3), key=key, shop=shop)


async def _set(front: Storefront, shop: Shop, key: RequestKey) -> CartOutcome:
    line = next(line for line in front.store.records["id-1"].lines if line.asin == "A")
    return await set_quantity(shop, ANN, Target(key=key), line.id, 7)


async def _save(front: Storefront, shop: Shop, key: RequestKey) -> CartOutcome:
    line = next(line for line in front.store.records["id-1"].lines if line.asin == "A")
    return await move(shop, ANN, Target(key=key), [line.id], Placement.SAVED_FOR_LATER)


async def _clear(front: Storefront, shop: Shop, key: RequestKey) -> CartOutcome:
    return await clear(shop, ANN, Target(key=key), ClearScope.ALL_LINES)


async def _check_out(front: Storefront, shop: Shop, key: RequestKey) -> CartOutcome:
    return await hand_over(shop, ANN, Target(key=key), Agreed())


async def _merge(front: Storefront, shop: Shop, key: RequestKey) -> CartOutcome:
    guests = next(cart_id for cart_id in front.store.records if cart_id not in ("id-1", "old"))
    return await merge(shop, ANN, guests, Target(key=key), MergeStrategy.SUM_QUANTITIES)


async def _restore(front: Storefront, shop: Shop, key: RequestKey) -> CartOutcome:
    return await restore(shop, ANN, "old", Target(key=key))


every_call = pytest.mark.parametrize("call", [_add, _set, _save, _clear, _check_out, _merge, _restore])


async def ready(front: Storefront) -> None:
    """Ann's cart, a guest's, and an old one of Ann's."""
    await filled(front, "A")
    await filled(front, "C", customer="guest")
    front.store.keep(a_cart(a_line(1, id="old-line", asin="B"), id="old", status=CartStatus.EXPIRED, handle=None))


def told(outcome: CartOutcome) -> tuple[object, ...]:
    """What was said of the call, without the cart."""
    return (
        outcome.problems,
        outcome.notices,
        outcome.results,
        outcome.line_ids,
        outcome.removed_line_ids,
        outcome.handover and (outcome.handover.url, outcome.handover.subtotal, outcome.handover.expires_at),
    )


def changing_calls(front: Storefront) -> list[str]:
    """What was sent that changes something."""
    return [operation for operation in front.carts.operations() if operation != "get"]


@every_call
async def test_a_repeat_is_told_the_same_and_changes_nothing(front: Storefront, call: Call) -> None:
    """A client that lost the answer sends the call again."""
    await ready(front)
    first = await call(front, front.shop, a_key())
    sent = changing_calls(front)
    stored = dict(front.store.records)
    front.clock.advance(hours=71)

    again = await call(front, front.process(), a_key())

    assert first.problems == ()
    assert told(again) == told(first)
    assert changing_calls(front) == sent
    assert {cart.id: cart.version for cart in front.store.records.values()} == {
        cart.id: cart.version for cart in stored.values()
    }
    assert again.cart
    assert first.cart
    assert again.cart.record.id == first.cart.record.id


@every_call
async def test_a_key_of_another_call_is_refused(front: Storefront, call: Call) -> None:
    """Two different calls under one key are a client's mistake; neither is guessed."""
    await ready(front)
    await put(front, one("D"), key=a_key("key-1", b"something else"))
    before = changing_calls(front)

    outcome = await call(front, front.shop, a_key())

    assert codes(outcome) == ["IDEMPOTENCY_KEY_REUSED"]
    assert outcome.problems[0].field == ("idempotencyKey",)
    assert changing_calls(front) == before
    assert outcome.handover is None


@every_call
async def test_a_crash_before_the_commit_is_made_good_and_the_repeat_told(front: Storefront, call: Call) -> None:
    """The process died with the answer in its hands; the change happens once, whoever comes next."""
    await ready(front)
    front.store.before_write += [_go_on, _die]

    with pytest.raises(asyncio.CancelledError):
        await call(front, front.shop, a_key())
    front.clock.advance(seconds=20)
    again = await call(front, front.process(), a_key())
    then = await call(front, front.process(), a_key())

    assert again.problems == ()
    assert told(then) == told(again)
    assert open_kinds(front) == []
    assert {line.asin: line.quantity for line in front.store.records["id-1"].lines} == _AFTER[call]


_AFTER: dict[Call, dict[str, int]] = {
    _add: {"A": 2, "B": 3},
    _set: {"A": 7},
    _save: {"A": 2},
    _clear: {},
    _check_out: {"A": 2},
    _merge: {"A": 2, "C": 2},
    _restore: {"A": 2, "B": 1},
}
"""Units by item in Ann's cart once the call is made."""


def _go_on() -> None:
    """The intent is written."""


def _die() -> None:
    """The process is gone before the outcome is committed."""
    raise asyncio.CancelledError


@every_call
async def test_a_call_under_way_is_said_to_be_so(front: Storefront, call: Call) -> None:
    """Its owner may still be at it: nobody else acts before the lease is over."""
    await ready(front)
    front.store.before_write += [_go_on, _die]
    with pytest.raises(asyncio.CancelledError):
        await call(front, front.shop, a_key())
    sent = changing_calls(front)

    outcome = await call(front, front.process(), a_key())

    assert codes(outcome) == ["IDEMPOTENCY_KEY_IN_PROGRESS"]
    assert outcome.problems[0].is_retryable is True
    assert changing_calls(front) == sent


async def test_a_repeat_shows_the_cart_as_it_is_now(front: Storefront) -> None:
    """What became of the call is told again; the cart has moved on."""
    await filled(front, "A")
    first = await put(front, one("B"), key=a_key())
    await put(front, one("B", 4))

    again = await put(front, one("B"), key=a_key())

    assert told(again) == told(first)
    assert outcomes(again) == ["ADDED"]
    assert kept(front) == {("A", None): 2, ("B", None): 5}
    assert again.cart
    assert {line.record.asin: line.record.quantity for line in again.cart.lines} == {"A": 2, "B": 5}


async def test_a_checkout_shows_its_address_to_its_key_alone(front: Storefront) -> None:
    """For as long as the key is kept; the next checkout is of another cart."""
    await filled(front, "A")
    first = await hand_over(front.shop, ANN, Target(key=a_key()), Agreed())
    await put(front, one("B"))

    again = await hand_over(front.shop, ANN, Target(key=a_key()), Agreed())
    other = await hand_over(front.shop, ANN, Target(key=a_key("key-2")), Agreed())
    bobs = await hand_over(front.shop, BOB, Target(key=a_key()), Agreed())

    assert first.handover
    assert again.handover == first.handover
    assert first.handover.created_at == NOON
    assert other.handover
    assert "cart-id=100-2" in other.handover.url
    assert (bobs.handover, codes(bobs)) == (None, ["CART_EMPTY"])


async def test_a_call_without_a_key_keeps_no_address(front: Storefront) -> None:
    """Nobody could ask for it again."""
    await filled(front, "A")
    await hand_over(front.shop, ANN, Target(), Agreed())

    assert [intent.address for intent in front.store.intents.values()] == [None, None]


async def test_a_refusal_of_the_input_is_not_kept(front: Storefront) -> None:
    """The corrected call may bear the same key."""
    line_id = (await filled(front, "A")).lines[0].id
    refused = [
        await put(front, key=a_key()),
        await put(front, one("A", 0), key=a_key()),
        await set_quantity(front.shop, ANN, Target(key=a_key()), line_id, -1),
        await set_quantity(front.shop, ANN, Target(key=a_key()), "nowhere", 1),
        await move(front.shop, ANN, Target(key=a_key()), [], Placement.SAVED_FOR_LATER),
        await clear(front.shop, ANN, Target(None, 9, a_key()), ClearScope.ALL_LINES),
        await clear(front.shop, ANN, Target("nowhere", None, a_key()), ClearScope.ALL_LINES),
    ]

    corrected = await put(front, one("A"), key=a_key("key-1", b"corrected"))

    assert [codes(outcome)[0] for outcome in refused] == [
        "CART_EMPTY",
        "QUANTITY_INVALID",
        "QUANTITY_INVALID",
        "LINE_NOT_FOUND",
        "LINE_NOT_FOUND",
        "VERSION_CONFLICT",
        "CART_NOT_FOUND",
    ]
    assert (outcomes(corrected), kept(front)) == (["UPDATED"], {("A", None): 3})


@pytest.mark.parametrize("error", [NotSent("down"), UpstreamThrottled("busy")])
@every_call
async def test_a_failure_without_effect_lets_go_of_the_key(
    front: Storefront, call: Call, error: NotSent | UpstreamThrottled
) -> None:
    """It is known that nothing happened: the same call under the same key is tried afresh."""
    await ready(front)
    front.carts.fail(1, error)

    failed = await call(front, front.shop, a_key())
    again = await call(front, front.shop, a_key())

    assert len(failed.problems) >= 1
    assert failed.problems[0].is_retryable is True
    assert again.problems == ()


async def test_an_unknown_outcome_is_told_by_its_key_once_it_is_known(front: Storefront) -> None:
    """The client was told to send the same call again, and it has one effect."""
    await filled(front, "A")
    front.carts.fail(1, OutcomeUnknown("slow"))

    lost = await put(front, one("A"), key=a_key())
    early = await put(front, one("A"), key=a_key())
    front.clock.advance(seconds=3)
    late = await put(front, one("A"), key=a_key())

    assert (codes(lost), outcomes(lost)) == (["OUTCOME_UNKNOWN"], ["UNKNOWN"])
    assert lost.problems[0].is_retryable is True
    assert (codes(early), outcomes(early)) == (["IDEMPOTENCY_KEY_IN_PROGRESS"], ["REJECTED"])
    assert (codes(late), outcomes(late)) == ([], ["UPDATED"])
    assert kept(front) == {("A", None): 3}


async def test_a_key_is_forgotten_after_three_days(front: Storefront) -> None:
    """Then it is a new call's."""
    await filled(front, "A")
    await put(front, one("B"), key=a_key())

    front.clock.advance(hours=72)
    kept_still = await forget(front.shop)
    front.clock.advance(seconds=1)
    forgotten = await forget(front.shop)
    again = await put(front, one("B"), key=a_key())

    assert (kept_still, forgotten) == (0, 2)
    assert (outcomes(again), kept(front)) == (["UPDATED"], {("A", None): 2, ("B", None): 2})


async def test_two_calls_under_one_key_at_once_have_one_effect(front: Storefront) -> None:
    """In two processes: the one that came second is told what became of the first."""
    await filled(front, "A")

    first, second = await asyncio.gather(
        put(front, one("B"), key=a_key()), put(front, one("B"), key=a_key(), shop=front.process())
    )

    assert told(first) == told(second)
    assert outcomes(first) == ["ADDED"]
    assert kept(front) == {("A", None): 2, ("B", None): 1}


async def test_twenty_first_adds_in_two_processes_make_one_cart_with_all_of_them(front: Storefront) -> None:
    """Where others lose items or make a cart for each."""
    other = front.process()
    calls = [put(front, one("A"), shop=front.shop if number % 2 else other) for number in range(18)]

    found = await asyncio.gather(*calls)

    assert [codes(outcome) for outcome in found] == [[]] * 18
    assert (kept(front), len(front.store.records), len(front.carts.carts)) == ({("A", None): 18}, 1, 1)
    assert the_cart(front).version == 18


async def test_a_cart_that_never_gets_free_is_busy(front: Storefront) -> None:
    """The other process renews its lease; nobody waits for ever, and nothing was sent."""
    await filled(front, "A")
    front.store.before_write += [_go_on, _die]
    with pytest.raises(asyncio.CancelledError):
        await put(front, *several("B"))
    cart = the_cart(front)
    await front.store.renew(cart, NOON + timedelta(hours=1))
    sent = front.carts.operations()

    outcome = await put(front, one("A"))

    assert (codes(outcome), outcomes(outcome)) == (["CART_BUSY"], ["REJECTED"])
    assert front.clock.now() - NOON >= timedelta(seconds=10)
    assert front.carts.operations() == sent
