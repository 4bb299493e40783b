"""Handing the shopper over, once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from ecs.errors import NotSent
from persistence.records import CartRecord, CartStatus, Placement
from resolvers.adding import AddRequest, add
from resolvers.changes import Target
from resolvers.changing import move
from resolvers.checkout import hand_over
from resolvers.intents import Agreed
from resolvers.lines import Addition
from resolvers.prices import money
from resolvers.problems import PriceProblem, ProblemCode
from resolvers.turns import MAX_WAITING
from tests.support.fakes import Storefront
from tests.support.shopping import ANN, BOB, codes, notices, one, open_kinds, put, the_cart, unclaimed


async def filled(front: Storefront) -> str:
    """Ann's cart with two units of A; its id."""
    await put(front, one("A", 2))
    front.carts.calls.clear()
    return the_cart(front).id


async def test_a_cart_is_handed_over_with_its_address(front: Storefront) -> None:
    """The shopper gets the address; the cart is closed and its handle forgotten in the same write."""
    cart_id = await filled(front)
    now = front.clock.advance(hours=1)

    outcome = await hand_over(front.shop, ANN, Target(), Agreed())

    assert outcome.problems == ()
    assert outcome.handover
    assert outcome.handover.url == "https://www.amazon.com/gp/cart/aws-merge.html?cart-id=100-1&hmac=hmac-1"
    assert (outcome.handover.created_at, outcome.handover.expires_at) == (now, now + timedelta(days=90))
    assert outcome.handover.subtotal == money(2000, "USD")
    kept = front.store.records[cart_id]
    assert (kept.status, kept.version, kept.handle) == (CartStatus.HANDED_OVER, 2, None)
    assert outcome.cart
    assert (outcome.cart.record.status, outcome.cart.record.version) == (CartStatus.HANDED_OVER, 2)
    assert outcome.cart.record.lines == kept.lines
    assert front.carts.operations() == ["get"]


async def test_the_address_is_not_printed(front: Storefront) -> None:
    """It opens the cart for whoever has it."""
    await filled(front)

    outcome = await hand_over(front.shop, ANN, Target(), Agreed())

    assert "hmac-1" not in repr(outcome)


async def test_a_second_checkout_finds_nothing_to_hand_over(front: Storefront) -> None:
    """The address is shown once; the closed cart is never touched again."""
    cart_id = await filled(front)
    await hand_over(front.shop, ANN, Target(), Agreed())

    active = await hand_over(front.shop, ANN, Target(), Agreed())
    named = await hand_over(front.shop, ANN, Target(cart_id), Agreed())

    assert (active.handover, codes(active), active.cart) == (None, [ProblemCode.CART_EMPTY], None)
    assert (named.handover, codes(named)) == (None, [ProblemCode.CART_CLOSED])
    assert front.carts.operations() == ["get"]


async def test_two_checkouts_at_once_give_one_address(front: Storefront) -> None:
    """Two taps on the button."""
    await filled(front)

    outcomes = await asyncio.gather(*(hand_over(front.shop, ANN, Target(), Agreed()) for _ in range(2)))

    assert [outcome.handover is not None for outcome in outcomes] == [True, False]


async def test_the_next_addition_opens_a_new_cart(front: Storefront) -> None:
    """The shopper goes on shopping."""
    first = await filled(front)
    await hand_over(front.shop, ANN, Target(), Agreed())

    outcome = await add(front.shop, ANN, AddRequest(additions=[Addition(0, "B", 1)]))

    assert outcome.cart
    assert outcome.cart.record.id != first
    assert front.carts.held("100-2") == {"B-offer": 1}


async def test_an_empty_cart_is_not_handed_over(front: Storefront) -> None:
    """Saved lines are not bought; the cart stays active."""
    cart_id = await filled(front)
    line_id = front.store.records[cart_id].lines[0].id
    await move(front.shop, ANN, Target(), [line_id], Placement.SAVED_FOR_LATER)

    outcome = await hand_over(front.shop, ANN, Target(), Agreed())

    assert (outcome.handover, codes(outcome)) == (None, [ProblemCode.CART_EMPTY])
    assert front.store.records[cart_id].status is CartStatus.ACTIVE
    assert front.store.records[cart_id].handle is not None


async def test_a_customer_without_a_cart_has_nothing_to_check_out(front: Storefront) -> None:
    """Nobody is asked."""
    outcome = await hand_over(front.shop, ANN, Target(), Agreed())

    assert (outcome.cart, codes(outcome)) == (None, [ProblemCode.CART_EMPTY])
    assert front.carts.calls == []


async def test_an_unexpected_version_and_a_foreign_cart_are_refused(front: Storefront) -> None:
    """As with every other change."""
    cart_id = await filled(front)

    conflict = await hand_over(front.shop, ANN, Target(None, 7), Agreed())
    foreign = await hand_over(front.shop, BOB, Target(cart_id), Agreed())

    assert codes(conflict) == [ProblemCode.VERSION_CONFLICT]
    assert (codes(foreign), foreign.cart) == ([ProblemCode.CART_NOT_FOUND], None)
    assert front.store.records[cart_id].status is CartStatus.ACTIVE


async def test_an_upstream_that_fails_hands_nothing_over(front: Storefront) -> None:
    """The cart is shown as last seen and stays active."""
    await filled(front)
    front.carts.fail(1, NotSent("down"))
    before = unclaimed(front)

    outcome = await hand_over(front.shop, ANN, Target(), Agreed())

    assert (outcome.handover, codes(outcome)) == (None, [ProblemCode.UPSTREAM_UNAVAILABLE])
    assert outcome.cart
    assert outcome.cart.is_stale is True
    assert (unclaimed(front), open_kinds(front)) == (before, [])


async def test_an_expired_cart_is_built_anew_and_handed_over(front: Storefront) -> None:
    """The prices are those agreed to, and what was done is told."""
    cart_id = await filled(front)
    front.carts.carts.clear()

    outcome = await hand_over(front.shop, ANN, Target(), Agreed(subtotal_minor=2000))

    assert outcome.handover
    assert outcome.handover.url == "https://www.amazon.com/gp/cart/aws-merge.html?cart-id=100-2&hmac=hmac-2"
    assert (outcome.problems, notices(outcome)) == ((), ["CART_REBUILT"])
    assert front.carts.operations() == ["get", "create"]
    assert front.store.records[cart_id].status is CartStatus.HANDED_OVER


async def test_an_expired_cart_of_another_sum_is_built_anew_and_kept(front: Storefront) -> None:
    """The shopper looks at it first; it can be handed over then."""
    cart_id = await filled(front)
    front.carts.carts.clear()
    front.carts.offer("A-offer").price_minor = 1500

    refused = await hand_over(front.shop, ANN, Target(), Agreed(subtotal_minor=2000))
    agreed = await hand_over(front.shop, ANN, Target(cart_id), Agreed(subtotal_minor=3000))

    assert (refused.handover, codes(refused)) == (None, [ProblemCode.PRICE_CHANGED])
    assert notices(refused) == ["CART_REBUILT", "PRICE_ROSE"]
    assert agreed.handover
    assert agreed.handover.subtotal == money(3000, "USD")


@pytest.mark.parametrize("page", [None, "https://evil.example/gp/cart/aws-merge.html"])
async def test_a_cart_without_a_usable_address_stays(front: Storefront, page: str | None) -> None:
    """A forged answer sends nobody elsewhere, and costs nobody his cart."""
    cart_id = await filled(front)
    front.carts.purchase_page = page
    before = unclaimed(front)

    outcome = await hand_over(front.shop, ANN, Target(), Agreed())

    assert (outcome.handover, codes(outcome)) == (None, [ProblemCode.UPSTREAM_REJECTED])
    assert outcome.problems[0].is_retryable is True
    assert unclaimed(front) == before
    assert front.store.records[cart_id].handle is not None


async def test_a_cart_that_moved_before_the_claim_is_looked_at_again(front: Storefront) -> None:
    """Another process put something in: the version the shopper saw no longer holds, and nothing is handed over."""
    cart_id = await filled(front)
    front.store.before_write.append(lambda: front.store.keep(_next_version(front, cart_id)))

    outcome = await hand_over(front.shop, ANN, Target(None, 1), Agreed())

    assert (outcome.handover, codes(outcome)) == (None, [ProblemCode.VERSION_CONFLICT])
    kept = front.store.records[cart_id]
    assert (kept.status, kept.version, kept.handle is None) == (CartStatus.ACTIVE, 2, False)


async def test_a_ninth_waiter_is_turned_away(front: Storefront) -> None:
    """The cart stays as it is."""
    cart_id = await filled(front)
    waiting = [asyncio.create_task(_hold(front, asyncio.Event().wait)) for _ in range(1 + MAX_WAITING)]
    await asyncio.sleep(0)

    outcome = await hand_over(front.shop, ANN, Target(cart_id), Agreed())

    assert codes(outcome) == [ProblemCode.CART_BUSY]
    assert front.store.records[cart_id].status is CartStatus.ACTIVE
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_price_that_was_not_agreed_to_keeps_the_cart(front: Storefront) -> None:
    """A rise is told first; once it is accepted, what is handed over is what the upstream says now."""
    cart_id = await filled(front)
    front.carts.offer("A-offer").price_minor = 1100

    refused = await hand_over(front.shop, ANN, Target(), Agreed())
    accepted = await hand_over(front.shop, ANN, Target(), Agreed(accepts_rise=True))

    line_id = front.store.records[cart_id].lines[0].id
    assert refused.problems == (
        PriceProblem(
            ProblemCode.PRICE_CHANGED,
            "Prices have moved; show the cart again, then acknowledge its notices or send the new sum.",
            None,
            line_ids=(line_id,),
            current=money(2200, "USD"),
        ),
    )
    assert (refused.handover, notices(refused)) == (None, ["PRICE_ROSE"])
    assert accepted.handover
    assert accepted.handover.subtotal == money(2200, "USD")
    assert front.store.writes[2:] == ["record", "settle", "record", "settle"]


def _next_version(front: Storefront, cart_id: str) -> CartRecord:
    kept = front.store.records[cart_id]
    return replace(kept, version=kept.version + 1)


async def _hold(front: Storefront, until: Callable[[], Awaitable[object]]) -> None:
    async with front.shop.turns.take((ANN, "US")):
        await until()
