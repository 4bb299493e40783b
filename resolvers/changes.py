"""
A change of a cart, from call to answer: wait for the turn, look, plan, record, carry out.

Nothing is sent before it is written down, and nothing is answered before it is committed; no transaction is open while
the upstream is called. One change at a time: within a process in the order they came, at most eight waiting; across
processes the store lets one claim the cart, and the others look again until it is free.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from persistence.errors import ActiveCartExists, CartMoved, FenceLost, KeyTaken
from persistence.records import CartRecord, Held, IntentRecord, IntentState, RequestKey
from resolvers import carts
from resolvers.carrying import carry_out, pending_cart
from resolvers.handing_over import ADDRESS_LIFETIME
from resolvers.intents import Intent, Kind, Outcome, from_outcome, to_body
from resolvers.judging import stopped_all
from resolvers.outcomes import CartOutcome, Handover
from resolvers.prices import money
from resolvers.problems import SETTLED_WITHIN_S, Problem, ProblemCode, Stopped, UpstreamProblem
from resolvers.shop import Shop
from resolvers.turns import TooManyWaiting

_WAIT_S: Final = 10.0
"""Longest wait for a cart that another process changes."""
_PLACE_S: Final = 2.0
"""Longest wait for a place among those who wait in order."""
_FIRST_PAUSE_S: Final = 0.02
_LONGEST_PAUSE_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class Target:
    """Which cart a change is meant for (None: the active one), and the client's name for the call."""

    cart_id: str | None = None
    expected_version: int | None = None
    key: RequestKey | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be done, and the cart whose lines it takes, if any."""

    intent: Intent
    source: CartRecord | None = None


Plan = Callable[[CartRecord | None], Awaitable[Draft]]
"""
What to do with the cart as it is stored, None for none. It is asked again whenever another change was first.

Raises:
    Stopped: nothing can be done.
"""


async def change(shop: Shop, customer_id: str, target: Target, plan: Plan, *, entries: int = 0) -> CartOutcome:
    """
    Carry a change out, once, and tell what became of it; all ``entries`` of the call are refused when it is.

    If the process dies before the record, nothing happened. After it, whoever comes next to the cart, or the sweeper,
    carries the change to its end.
    """
    try:
        async with turn(shop, customer_id):
            return await _in_turn(shop, customer_id, target, plan)
    except TooManyWaiting:
        problem = busy()
    except Stopped as stopped:
        problem = stopped.problem
    cart = await carts.as_it_is(shop, customer_id, target.cart_id)
    return CartOutcome(cart=cart, problems=(problem,), results=stopped_all(entries, problem))


@asynccontextmanager
async def turn(shop: Shop, customer_id: str) -> AsyncIterator[None]:
    """
    Hold the turn of the customer's cart while the block runs.

    Eight wait in order. Who comes then looks for a place among them for two seconds before he is turned away: a burst
    of taps is worked off in that time, and a cart that does not move is not queued for.

    Raises:
        TooManyWaiting: there was none.
    """
    key = (customer_id, shop.marketplace)
    async for _ in _tries(shop, _PLACE_S):
        if shop.turns.has_place(key):
            break
    async with shop.turns.take(key):
        yield


async def until_free(shop: Shop, customer_id: str, cart_id: str | None) -> CartRecord | None:
    """
    The cart once no change of it is under way; one that was left lying is carried to its end first.

    Raises:
        Stopped: it does not get free in time.
    """
    async for _ in _tries(shop):
        opening = await shop.journal.opening(customer_id, shop.marketplace, cart_id, None)
        if opening.cart is None or opening.cart.hold is None:
            return opening.cart
        await settle_lapsed(shop, opening.cart.id)
    raise Stopped(busy())


async def settle_lapsed(shop: Shop, cart_id: str) -> bool:
    """Carry an intent to its end whose owner is gone; False when there is none, or its owner may still be at it."""
    held = await shop.journal.held(cart_id)
    now = shop.clock.now()
    if held is None or held.cart.hold is None or held.cart.hold.lease_until > now or held.intent.parent_id:
        return False
    try:
        cart = await shop.journal.take_over(held, now, now + shop.lease)
        await carry_out(shop, Held(cart, held.intent), is_taken_over=True)
    except (FenceLost, Stopped):
        return False
    return True


async def _in_turn(shop: Shop, customer_id: str, target: Target, plan: Plan) -> CartOutcome:
    key = target.key
    async for _ in _tries(shop):
        opening = await shop.journal.opening(
            customer_id, shop.marketplace, target.cart_id, key.key if key is not None else None
        )
        if key is not None and opening.earlier is not None:
            told = await _earlier(shop, opening.earlier, key)
            if told is not None:
                return told
            continue
        if opening.cart is not None and opening.cart.hold is not None:
            await settle_lapsed(shop, opening.cart.id)
            continue
        held = await _claimed(shop, customer_id, target, opening.cart, await plan(opening.cart))
        if held is not None:
            return await carry_out(shop, held)
    raise Stopped(busy())


async def _claimed(shop: Shop, customer_id: str, target: Target, cart: CartRecord | None, draft: Draft) -> Held | None:
    """The intent written and its carts held; None when another was first."""
    now = shop.clock.now()
    cart = cart or pending_cart(shop, customer_id, now)
    record = _record(shop, cart, draft.intent, target.key)
    source = None
    if draft.source is not None:
        give = Intent(kind=Kind.GIVE)
        source = Held(draft.source, _record(shop, draft.source, give, None, parent_id=record.id))
    try:
        return Held(await shop.journal.record(record, cart, now + shop.lease, source=source), record)
    except (CartMoved, ActiveCartExists, KeyTaken):
        return None


def _record(
    shop: Shop, cart: CartRecord, intent: Intent, key: RequestKey | None, parent_id: str | None = None
) -> IntentRecord:
    return IntentRecord(
        id=shop.new_id(),
        cart_id=cart.id,
        customer_id=cart.customer_id,
        kind=intent.kind.value,
        body=to_body(intent),
        created_at=shop.clock.now(),
        request_key=key,
        parent_id=parent_id,
    )


async def _earlier(shop: Shop, earlier: IntentRecord, key: RequestKey) -> CartOutcome | None:
    """
    What the key's first call was told, with the cart as it is now; None when that call was settled just now.

    Raises:
        Stopped: the key was used for another input, or its call is still under way.
    """
    if earlier.request_key is None or earlier.request_key.fingerprint != key.fingerprint:
        raise Stopped(_reused())
    if earlier.state is IntentState.OPEN or earlier.outcome is None:
        if not await settle_lapsed(shop, earlier.cart_id):
            raise Stopped(_in_progress())
        return None
    told = from_outcome(earlier.outcome)
    record = await shop.store.find(earlier.customer_id, told.cart_id)
    return CartOutcome(
        cart=await carts.refreshed(shop, record) if record is not None else None,
        problems=told.problems,
        notices=told.notices,
        results=told.results,
        line_ids=told.line_ids,
        removed_line_ids=told.removed_line_ids,
        handover=_handover(earlier, told, shop.currency),
    )


def _handover(earlier: IntentRecord, told: Outcome, currency: str) -> Handover | None:
    if earlier.address is None or earlier.settled_at is None:
        return None
    subtotal = None if told.subtotal_minor is None else money(told.subtotal_minor, currency)
    url = earlier.address.get_secret_value()
    return Handover(url, earlier.settled_at + ADDRESS_LIFETIME, subtotal, earlier.settled_at)


async def _tries(shop: Shop, within_s: float = _WAIT_S) -> AsyncIterator[None]:
    """One try at once, then further ones after pauses that grow, for as long as given."""
    yield
    waited_s, pause_s = 0.0, _FIRST_PAUSE_S
    while waited_s < within_s:
        await shop.pause(pause_s)
        waited_s += pause_s
        pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
        yield


def busy() -> Problem:
    """Too many changes of one cart at once."""
    message = "Too many changes of this cart wait already; try again in a moment."
    return Problem(code=ProblemCode.CART_BUSY, message=message, is_retryable=True)


def _reused() -> Problem:
    message = (
        "This idempotencyKey was used for another call; take a fresh key for each change, and repeat only the same."
    )
    return Problem(code=ProblemCode.IDEMPOTENCY_KEY_REUSED, message=message, field=("idempotencyKey",))


def _in_progress() -> Problem:
    message = "The first call under this idempotencyKey is still under way; send it again in a moment."
    return UpstreamProblem(
        code=ProblemCode.IDEMPOTENCY_KEY_IN_PROGRESS,
        message=message,
        field=("idempotencyKey",),
        is_retryable=True,
        retry_after_s=SETTLED_WITHIN_S,
    )
