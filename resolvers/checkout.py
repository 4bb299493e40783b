"""
Handing the shopper over to the marketplace's own checkout, once.

The address opens the cart for whoever has it: it is checked, given to the owner in this answer alone, and forgotten
together with CartId and HMAC in the same commit. What is true if the process dies: before the commit the cart is active
and the shopper has seen nothing; after it the cart is handed over.
"""

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from msgspec.structs import replace

from ecs.errors import CartMismatch, UpstreamError
from ecs.model import RemoteCart
from persistence.errors import CartMoved
from persistence.records import CartRecord, CartStatus
from resolvers import carts
from resolvers.changing import Target
from resolvers.outcomes import CheckoutOutcome, Handover
from resolvers.problems import Problem, ProblemCode, Stopped, upstream_problem
from resolvers.shop import CheckoutSite, Shop
from resolvers.snapshots import SeenCart, to_snapshot
from resolvers.turns import TooManyWaiting
from resolvers.views import CartView

ADDRESS_LIFETIME: Final = timedelta(days=90)
"""How long the marketplace keeps a cart with items, and with it the address."""


async def hand_over(shop: Shop, customer_id: str, target: Target) -> CheckoutOutcome:
    """
    Give the customer the purchase address and let go of the cart.

    After this the customer has no active cart. A cart without lines to be bought is not handed over.
    """
    try:
        async with shop.turns.take((customer_id, shop.marketplace)):
            return await _in_turn(shop, customer_id, target)
    except TooManyWaiting:
        problem = carts.too_busy()
    except Stopped as stopped:
        problem = stopped.problem
    except CartMismatch:
        problem = carts.gone()
    except UpstreamError as error:
        problem = upstream_problem(error)
    return CheckoutOutcome(cart=await carts.as_it_is(shop, customer_id, target.cart_id), problems=(problem,))


async def _in_turn(shop: Shop, customer_id: str, target: Target) -> CheckoutOutcome:
    record = await carts.open_for_change(shop, customer_id, target.cart_id, target.expected_version)
    if record is None:
        raise Stopped(_empty())
    remote = await shop.carts.get(carts.handle_of(record))
    view = await carts.settle(shop, record, remote)
    if not view.lines:
        return CheckoutOutcome(cart=view, problems=(_empty(),))
    url = purchase_address(remote, shop.checkout_sites)
    if url is None:
        return CheckoutOutcome(cart=view, problems=(_no_address(),))
    return await _let_go(shop, view.record, remote, view, url)


async def _let_go(shop: Shop, record: CartRecord, remote: RemoteCart, view: CartView, url: str) -> CheckoutOutcome:
    now = shop.clock.now()
    try:
        await shop.store.hand_over(record.id, expected_version=record.version, now=now)
    except CartMoved:
        raise Stopped(carts.too_busy()) from None
    done = replace(
        record,
        status=CartStatus.HANDED_OVER,
        version=record.version + 1,
        updated_at=now,
        handle=None,
        snapshot=to_snapshot(SeenCart.of(remote), now),
    )
    handover = Handover(url, now + ADDRESS_LIFETIME, view.subtotal, now)
    return CheckoutOutcome(cart=CartView.live(done, remote, now), handover=handover)


def purchase_address(remote: RemoteCart, sites: tuple[CheckoutSite, ...]) -> str | None:
    """
    The cart's purchase address when it leads to one of ``sites``, else None.

    The upstream's word is not enough: scheme, host, port and path must be expected ones, without user part, fragment,
    control characters or backslashes, so that a forged answer cannot send shoppers elsewhere.
    """
    url = remote.purchase_url.get_secret_value() if remote.purchase_url else ""
    if not url.isascii() or not url.isprintable() or "\\" in url or " " in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    leads_to = CheckoutSite(parts.scheme, parts.netloc, parts.path)
    return url if leads_to in sites and not parts.fragment else None


def _empty() -> Problem:
    return Problem(
        code=ProblemCode.CART_EMPTY, message="There is nothing to check out; put something in the cart first."
    )


def _no_address() -> Problem:
    message = "The marketplace gave no usable purchase address; the cart is unchanged, try again in a moment."
    return Problem(code=ProblemCode.UPSTREAM_REJECTED, message=message, is_retryable=True)
