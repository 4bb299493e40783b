"""Carrying to their end the intents whose owner is gone."""

import asyncio

import pytest

from ecs.errors import NotSent, OutcomeUnknown
from persistence.errors import FenceLost
from persistence.records import CartStatus
from resolvers.changes import Target
from resolvers.changing import set_quantity
from resolvers.checkout import hand_over
from resolvers.intents import Agreed
from resolvers.sweeping import Swept, sweep
from resolvers.turns import MAX_WAITING
from tests.support.fakes import Storefront
from tests.support.shopping import (
    ANN,
    a_key,
    codes,
    filled,
    kept,
    one,
    open_kinds,
    outcomes,
    put,
    sweep_later,
    the_cart,
)


def die() -> None:
    """The process is gone before this write."""
    raise asyncio.CancelledError


def go_on() -> None:
    """This write is made."""


async def test_nothing_left_is_nothing_done(front: Storefront) -> None:
    """A sweep of a calm shop asks nobody."""
    await filled(front, "A")

    assert await sweep_later(front) == Swept(0, 0)
    assert front.carts.calls == []


@pytest.mark.parametrize("number", range(1, 6))
async def test_a_process_that_dies_before_any_write_leaves_nothing_undone_for_good(
    front: Storefront, number: int
) -> None:
    """By another name, of one seller that is gone, and new: record, amend and settle are the writes of such a call."""
    await filled(front, "A")
    front.store.before_write += [go_on] * (number - 1) + [die]

    try:
        await put(front, one("A", 3, "A-offer"))
        is_done = True
    except asyncio.CancelledError:
        is_done = False
    front.store.before_write.clear()
    await sweep_later(front)

    assert is_done is (number > 3)
    assert kept(front) == ({("A", None): 2} if number == 1 else {("A", None): 5})
    assert front.carts.held() == ({"A-offer": 2} if number == 1 else {"A-offer": 5})
    assert open_kinds(front) == []


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("is_after_effect", [False, True])
async def test_a_process_that_dies_in_a_call_is_made_good(
    front: Storefront, number: int, is_after_effect: bool
) -> None:
    """Before or after its effect at the upstream, nothing comes twice."""
    await filled(front, "A")
    gone = OutcomeUnknown("gone")

    async def crash() -> None:
        raise asyncio.CancelledError

    if is_after_effect:
        front.carts.meanwhile[number] = crash
    else:
        front.carts.fail(number, gone)
        front.carts.fail(number + 1, NotSent("gone"))
    try:
        await put(front, one("A", 3, "A-offer"), key=a_key())
    except asyncio.CancelledError:
        assert is_after_effect
    await sweep_later(front)
    again = await put(front, one("A", 3, "A-offer"), key=a_key())

    assert (codes(again), outcomes(again)) == ([], ["UPDATED"])
    assert (kept(front), front.carts.held()) == ({("A", None): 5}, {"A-offer": 5})


async def test_a_first_cart_whose_process_died_is_made_by_the_sweeper(front: Storefront) -> None:
    """The pending cart keeps its place and its id; the upstream's orphan lapses."""

    async def crash() -> None:
        raise asyncio.CancelledError

    front.carts.meanwhile[1] = crash
    with pytest.raises(asyncio.CancelledError):
        await put(front, one("A", 2))
    (pending,) = front.store.records.values()

    swept = await sweep_later(front)

    assert (pending.status, swept.settled) == (CartStatus.PENDING, 1)
    assert the_cart(front).id == pending.id
    assert (kept(front), front.carts.held("100-2")) == ({("A", None): 2}, {"A-offer": 2})


async def test_a_checkout_whose_process_died_gives_the_cart_back(front: Storefront) -> None:
    """The shopper has seen no address."""
    await filled(front, "A")
    front.store.before_write += [go_on, die]
    with pytest.raises(asyncio.CancelledError):
        await hand_over(front.shop, ANN, Target(key=a_key()), Agreed())

    swept = await sweep_later(front)

    assert (swept.settled, the_cart(front).hold, open_kinds(front)) == (1, None, [])
    assert front.carts.operations() == ["get"]
    assert (await hand_over(front.shop, ANN, Target(key=a_key()), Agreed())).handover


async def test_an_owner_within_his_lease_is_left_alone(front: Storefront) -> None:
    """He may still be at it."""
    await filled(front, "A")
    front.store.before_write += [go_on, die]
    with pytest.raises(asyncio.CancelledError):
        await put(front, one("B"))

    early = await sweep_later(front, seconds=14.9)
    late = await sweep_later(front, seconds=0.1)

    assert (early.settled, early.left, late.settled) == (0, 0, 1)
    assert kept(front) == {("A", None): 2, ("B", None): 1}


async def test_a_late_owner_writes_nothing(front: Storefront) -> None:
    """His answer came after another had taken over: the fence tells him, and he says that he does not know."""
    await filled(front, "A")

    async def take_over() -> None:
        await sweep_later(front)

    front.carts.meanwhile[1] = take_over

    outcome = await put(front, one("B", 2))

    assert (codes(outcome), outcomes(outcome)) == (["OUTCOME_UNKNOWN"], ["UNKNOWN"])
    assert kept(front) == {("A", None): 2, ("B", None): 2}
    assert front.store.writes == ["record", "take_over", "settle"]


async def test_two_sweepers_at_once_settle_once(front: Storefront) -> None:
    """In each process one runs every few seconds."""
    await filled(front, "A")
    front.store.before_write += [go_on, die]
    with pytest.raises(asyncio.CancelledError):
        await put(front, one("A"))
    front.clock.advance(seconds=20)

    swept = await asyncio.gather(*(sweep({"US": front.process()}) for _ in range(3)))

    assert sorted(each.settled for each in swept) == [0, 0, 1]
    assert kept(front) == {("A", None): 3}
    assert front.store.writes.count("settle") == 1


async def test_a_cart_that_cannot_be_read_is_tried_again_later(front: Storefront) -> None:
    """As long as nobody knows, nothing is decided; a change that waits for it says when to come back."""
    await filled(front, "A")
    front.carts.fail(1, OutcomeUnknown("slow"))
    await put(front, one("B"))
    for call in range(3, 100):
        front.carts.fail(call, NotSent("down"))

    away = await sweep_later(front)
    waiting = await put(front, one("A"))
    front.carts._faults.clear()
    back = await sweep_later(front)

    assert ((away.settled, away.left), codes(waiting), back.settled) == ((0, 1), ["CART_BUSY"], 1)
    assert kept(front) == {("A", None): 2, ("B", None): 1}


async def test_an_intent_that_fails_without_effect_is_dropped(front: Storefront) -> None:
    """It is known that nothing happened: the key is free, and the shopper's next try makes it."""
    line_id = (await filled(front, "A")).lines[0].id
    front.carts.fail(1, OutcomeUnknown("slow"))
    front.carts.fail(4, NotSent("down"))
    lost = await set_quantity(front.shop, ANN, Target(key=a_key()), line_id, 5)

    swept = await sweep_later(front)
    again = await set_quantity(front.shop, ANN, Target(key=a_key()), line_id, 5)

    assert (codes(lost), swept.settled, codes(again)) == (["OUTCOME_UNKNOWN"], 1, [])
    assert front.carts.operations() == ["modify", "get", "get", "modify", "modify"]
    assert kept(front) == {("A", None): 5}


async def test_marketplaces_that_are_not_served_here_are_left(front: Storefront) -> None:
    """Another process serves them."""
    await filled(front, "A")
    front.carts.fail(1, OutcomeUnknown("slow"))
    await put(front, one("B"))
    front.clock.advance(seconds=20)

    elsewhere = await sweep({"UK": front.process()})
    here = await sweep({"UK": front.process(), "US": front.process()})

    assert ((elsewhere.settled, elsewhere.left), (here.settled, here.left)) == ((0, 0), (1, 0))


async def test_a_cart_that_many_wait_for_is_left_to_them(front: Storefront) -> None:
    """Whoever comes first to the cart settles it."""
    await filled(front, "A")
    front.carts.fail(1, OutcomeUnknown("slow"))
    await put(front, one("B"))
    front.clock.advance(seconds=20)
    shop = front.process()
    waiting = [asyncio.create_task(put(front, one("A"), shop=shop)) for _ in range(MAX_WAITING + 1)]
    await asyncio.sleep(0)

    swept = await sweep({"US": shop})
    await asyncio.gather(*waiting)

    assert (swept.settled, swept.left) == (0, 1)
    assert kept(front) == {("A", None): 11, ("B", None): 1}


async def test_a_take_over_needs_a_lapsed_lease(front: Storefront) -> None:
    """The store refuses it, whatever the taker's clock says."""
    await filled(front, "A")
    front.store.before_write += [go_on, die]
    with pytest.raises(asyncio.CancelledError):
        await put(front, one("B"))
    held = await front.store.held(the_cart(front).id)
    assert held

    with pytest.raises(FenceLost):
        await front.store.take_over(held, front.clock.now(), front.clock.now())
