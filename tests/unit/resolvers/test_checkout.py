"""Handing the shopper over, once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace
from pydantic import SecretStr

from ecs.errors import CartMismatch, NotSent
from persistence.records import CartRecord, CartStatus, Placement
from resolvers import carts
from resolvers.adding import AddRequest, add
from resolvers.changes import Target
from resolvers.changing import move
from resolvers.checkout import hand_over
from resolvers.handing_over import purchase_address
from resolvers.intents import Agreed
from resolvers.lines import Addition
from resolvers.outcomes import CartOutcome
from resolvers.prices import money
from resolvers.problems import ProblemCode
from resolvers.shop import CheckoutSite
from resolvers.turns import MAX_WAITING
from tests.support.fakes import NOON, Storefront, a_remote_cart

SITES = (CheckoutSite("https", "www.amazon.com"), CheckoutSite("http", "127.0.0.1:8000", "/checkout"))
GOOD = "https://www.amazon.com/gp/cart/aws-merge.html?cart-id=1&hmac=a%2Bb"


async def filled(front: Storefront) -> str:
    """Ann's cart with two units of A; its id."""
    outcome = await add(front.shop, "ann", AddRequest(additions=[Addition(0, "A", 2)]))
    assert outcome.cart
    front.carts.calls.clear()
    return outcome.cart.record.id


def codes(outcome: CartOutcome) -> list[ProblemCode]:
    """Why it was refused."""
    return [problem.code for problem in outcome.problems]


async def test_a_cart_is_handed_over_with_its_address(front: Storefront) -> None:
    """The shopper gets the address; the cart is closed and its handle forgotten in the same write."""
    cart_id = await filled(front)
    now = front.clock.advance(hours=1)

    outcome = await hand_over(front.shop, "ann", Target(), Agreed())

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

    outcome = await hand_over(front.shop, "ann", Target(), Agreed())

    assert "hmac-1" not in repr(outcome)


async def test_a_second_checkout_finds_nothing_to_hand_over(front: Storefront) -> None:
    """The address is shown once; the closed cart is never touched again."""
    cart_id = await filled(front)
    await hand_over(front.shop, "ann", Target(), Agreed())

    active = await hand_over(front.shop, "ann", Target(), Agreed())
    named = await hand_over(front.shop, "ann", Target(cart_id), Agreed())

    assert (active.handover, codes(active), active.cart) == (None, [ProblemCode.CART_EMPTY], None)
    assert (named.handover, codes(named)) == (None, [ProblemCode.CART_CLOSED])
    assert front.carts.operations() == ["get"]


async def test_two_checkouts_at_once_give_one_address(front: Storefront) -> None:
    """Two taps on the button."""
    await filled(front)

    outcomes = await asyncio.gather(*(hand_over(front.shop, "ann", Target(), Agreed()) for _ in range(2)))

    assert [outcome.handover is not None for outcome in outcomes] == [True, False]


async def test_the_next_addition_opens_a_new_cart(front: Storefront) -> None:
    """The shopper goes on shopping."""
    first = await filled(front)
    await hand_over(front.shop, "ann", Target(), Agreed())

    outcome = await add(front.shop, "ann", AddRequest(additions=[Addition(0, "B", 1)]))

    assert outcome.cart
    assert outcome.cart.record.id != first
    assert front.carts.held("100-2") == {"B-offer": 1}


async def test_an_empty_cart_is_not_handed_over(front: Storefront) -> None:
    """Saved lines are not bought; the cart stays active."""
    cart_id = await filled(front)
    line_id = front.store.records[cart_id].lines[0].id
    await move(front.shop, "ann", Target(), [line_id], Placement.SAVED_FOR_LATER)

    outcome = await hand_over(front.shop, "ann", Target(), Agreed())

    assert (outcome.handover, codes(outcome)) == (None, [ProblemCode.CART_EMPTY])
    assert front.store.records[cart_id].status is CartStatus.ACTIVE
    assert front.store.records[cart_id].handle is not None


async def test_a_customer_without_a_cart_has_nothing_to_check_out(front: Storefront) -> None:
    """Nobody is asked."""
    outcome = await hand_over(front.shop, "ann", Target(), Agreed())

    assert (outcome.cart, codes(outcome)) == (None, [ProblemCode.CART_EMPTY])
    assert front.carts.calls == []


async def test_an_unexpected_version_and_a_foreign_cart_are_refused(front: Storefront) -> None:
    """As with every other change."""
    cart_id = await filled(front)

    conflict = await hand_over(front.shop, "ann", Target(None, 7), Agreed())
    foreign = await hand_over(front.shop, "bob", Target(cart_id), Agreed())

    assert codes(conflict) == [ProblemCode.VERSION_CONFLICT]
    assert (codes(foreign), foreign.cart) == ([ProblemCode.CART_NOT_FOUND], None)
    assert front.store.records[cart_id].status is CartStatus.ACTIVE


@pytest.mark.parametrize(
    ("error", "code"),
    [(NotSent("down"), ProblemCode.UPSTREAM_UNAVAILABLE), (CartMismatch("gone"), ProblemCode.CART_CLOSED)],
)
async def test_an_upstream_that_fails_hands_nothing_over(
    front: Storefront, error: NotSent | CartMismatch, code: ProblemCode
) -> None:
    """The cart is shown as last seen and stays active."""
    cart_id = await filled(front)
    front.carts.fail(1, error)
    kept = front.store.records[cart_id]

    outcome = await hand_over(front.shop, "ann", Target(), Agreed())

    assert (outcome.handover, codes(outcome)) == (None, [code])
    assert outcome.cart
    assert outcome.cart.is_stale is True
    assert front.store.records[cart_id] == kept


@pytest.mark.parametrize("page", [None, "https://evil.example/gp/cart/aws-merge.html"])
async def test_a_cart_without_a_usable_address_stays(front: Storefront, page: str | None) -> None:
    """A forged answer sends nobody elsewhere, and costs nobody his cart."""
    cart_id = await filled(front)
    front.carts.purchase_page = page
    kept = front.store.records[cart_id]

    outcome = await hand_over(front.shop, "ann", Target(), Agreed())

    assert (outcome.handover, codes(outcome)) == (None, [ProblemCode.UPSTREAM_REJECTED])
    assert outcome.problems[0].is_retryable is True
    assert front.store.records[cart_id] == kept


async def test_a_cart_that_moved_during_checkout_is_not_handed_over(front: Storefront) -> None:
    """Another process put something in: the shopper has not seen that sum."""
    cart_id = await filled(front)
    front.store.before_write.append(lambda: front.store.keep(_next_version(front, cart_id)))

    outcome = await hand_over(front.shop, "ann", Target(), Agreed())

    assert (outcome.handover, codes(outcome)) == (None, [ProblemCode.RATE_LIMITED])
    assert outcome.problems[0] == carts.too_busy()
    kept = front.store.records[cart_id]
    assert (kept.status, kept.version, kept.handle is None) == (CartStatus.ACTIVE, 2, False)


async def test_a_ninth_waiter_is_turned_away(front: Storefront) -> None:
    """The cart stays as it is."""
    cart_id = await filled(front)
    waiting = [asyncio.create_task(_hold(front, asyncio.Event().wait)) for _ in range(1 + MAX_WAITING)]
    await asyncio.sleep(0)

    outcome = await hand_over(front.shop, "ann", Target(cart_id), Agreed())

    assert codes(outcome) == [ProblemCode.RATE_LIMITED]
    assert front.store.records[cart_id].status is CartStatus.ACTIVE
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_new_price_is_settled_before_the_hand_over(front: Storefront) -> None:
    """What is handed over is what the upstream says now."""
    cart_id = await filled(front)
    front.carts.offer("A-offer").price_minor = 1100

    outcome = await hand_over(front.shop, "ann", Target(), Agreed())

    assert outcome.handover
    assert outcome.handover.subtotal == money(2200, "USD")
    assert front.store.writes == ["open", "settle", "hand_over"]
    assert front.store.records[cart_id].updated_at == NOON


@pytest.mark.parametrize(
    "url", [GOOD, "HTTPS://www.amazon.com/gp/cart/aws-merge.html", "http://127.0.0.1:8000/checkout?a=b"]
)
def test_an_address_of_a_known_site_is_good(url: str) -> None:
    """Scheme, host, port and path are all expected ones."""
    assert purchase_address(a_remote_cart(purchase_url=SecretStr(url)), SITES) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://",
        "/gp/cart/aws-merge.html?cart-id=1",
        "//www.amazon.com/gp/cart/aws-merge.html",
        "http://www.amazon.com/gp/cart/aws-merge.html?cart-id=1",
        "ftp://www.amazon.com/gp/cart/aws-merge.html",
        "javascript:alert(1)",
        "https://evil.example/gp/cart/aws-merge.html",
        "https://www.amazon.com.evil.example/gp/cart/aws-merge.html",
        "https://evil.example?https://www.amazon.com/gp/cart/aws-merge.html",
        "https://www.amazon.com@evil.example/gp/cart/aws-merge.html",
        "https://ann@www.amazon.com/gp/cart/aws-merge.html",
        "https://ann:secret@www.amazon.com/gp/cart/aws-merge.html",
        "https://www.amazon.com:444/gp/cart/aws-merge.html",
        "https://www.amazon.com:443/gp/cart/aws-merge.html",
        "http://127.0.0.1/checkout",
        "https://127.0.0.1:8000/checkout",
        "https://www.amazon.com/",
        "https://www.amazon.com/gp/cart/aws-merge.html/../../redirect",
        "https://www.amazon.com/gp/redirect.html?to=https://evil.example",
        "https://www.amazon.com/gp/cart/aws-merge.html?cart-id=1#fragment",
        "https://www.amazon.com/gp/cart/aws-merge.html?cart-id=1\r\nLocation: https://evil.example",
        "https://www.amazon.com/gp/cart/aws-merge.html?cart-id=1\t",
        "https://www.amazon.com/gp/cart/aws-merge.html?cart-id=\x00",
        "https://www.amazon.com/gp/cart/aws-merge.html?cart-id=1\x7f",
        " https://www.amazon.com/gp/cart/aws-merge.html",
        "https://www.amazon.com/gp/cart/aws-merge.html?cart id",
        "https:\\\\www.amazon.com\\gp\\cart\\aws-merge.html",
        "https://evil.example\\@www.amazon.com/gp/cart/aws-merge.html",
        "https://www.amazоn.com/gp/cart/aws-merge.html",
        "https://[www.amazon.com/gp/cart/aws-merge.html",
    ],
)
def test_an_address_that_leads_elsewhere_is_none(url: str) -> None:
    """The upstream's word is not enough to send a shopper somewhere."""
    assert purchase_address(a_remote_cart(purchase_url=SecretStr(url)), SITES) is None


def test_a_cart_without_an_address_has_none() -> None:
    """An empty cart's answer holds none."""
    assert purchase_address(a_remote_cart(purchase_url=None), SITES) is None


def _next_version(front: Storefront, cart_id: str) -> CartRecord:
    kept = front.store.records[cart_id]
    return replace(kept, version=kept.version + 1)


async def _hold(front: Storefront, until: Callable[[], Awaitable[object]]) -> None:
    async with front.shop.turns.take(("ann", "US")):
        await until()
