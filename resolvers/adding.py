"""
Putting items in a cart: a new cart for the first, additions for the rest.

What is true if the process dies: before the upstream was called, nothing happened. After it, and before the commit, the
upstream's cart holds the items; a known cart shows them at its next read. A cart just created is not linked yet: it
stays unseen and lapses, and the shopper's next try makes another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ecs.errors import CartMismatch
from ecs.model import RemoteCart
from ecs.vocabulary import MAX_CART_ITEMS_PER_REQUEST
from persistence.errors import ActiveCartExists
from persistence.records import CartRecord, CartStatus, UpstreamHandle
from resolvers import carts
from resolvers.additions import plan
from resolvers.judging import any_rejected, called_off, explained, judge, refused_all, wanted_by_line
from resolvers.lines import Addition, follow
from resolvers.notices import notices_of
from resolvers.outcomes import CartOutcome, ItemResult, Notice
from resolvers.problems import Problem, ProblemCode, Stopped
from resolvers.sending import Sending
from resolvers.shop import Shop
from resolvers.snapshots import SeenCart, from_snapshot, to_snapshot
from resolvers.turns import TooManyWaiting
from resolvers.views import CartView


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRequest:
    """A call that puts items in a cart."""

    additions: Sequence[Addition]
    cart_id: str | None = None
    expected_version: int | None = None
    is_atomic: bool = False
    """All or nothing: when one item is refused the others are taken back."""
    replace_active: bool = False
    """Make a new cart even when there is an active one, which is archived then."""


async def add(shop: Shop, customer_id: str, request: AddRequest) -> CartOutcome:
    """
    Put items in the customer's cart, making one when there is none.

    Every entry has its own result; what could be added is added although other entries were refused, unless the
    request is atomic.
    """
    problem = count_problem(len(request.additions))
    if problem is None:
        try:
            async with shop.turns.take((customer_id, shop.marketplace)):
                return await _add_in_turn(shop, customer_id, request)
        except TooManyWaiting:
            problem = carts.too_busy()
        except Stopped as stopped:
            problem = stopped.problem
    cart = await carts.as_it_is(shop, customer_id, request.cart_id)
    return CartOutcome(cart=cart, problems=(problem,), results=refused_all(request.additions))


async def _add_in_turn(shop: Shop, customer_id: str, request: AddRequest) -> CartOutcome:
    record = None
    if not request.replace_active:
        record = await carts.open_for_change(shop, customer_id, request.cart_id, request.expected_version)
    try:
        return await _send(shop, customer_id, record, request)
    except ActiveCartExists:
        # Another process made the customer's cart in this instant: ours is an orphan that lapses, theirs is used.
        record = await carts.open_for_change(shop, customer_id, None, None)
        return await _send(shop, customer_id, record, request)


async def _send(shop: Shop, customer_id: str, record: CartRecord | None, request: AddRequest) -> CartOutcome:
    before = from_snapshot(record.snapshot) if record else SeenCart()
    lines = record.lines if record else ()
    planned = plan(request.additions, lines, before)
    sending = Sending(shop.carts, carts.handle_of(record) if record else None, before)
    is_sent = not (request.is_atomic and planned.refused)
    is_taken_back = False
    results: tuple[ItemResult, ...] = ()
    if is_sent:
        await sending.add(planned)
    if isinstance(sending.error, CartMismatch):
        raise Stopped(carts.gone())
    if request.is_atomic and sending.remote is not None:
        draft = follow(lines, sending.remote, shop.clock.now(), shop.new_id, sending.made_by)
        results = judge(request.additions, planned, sending, lines, draft)
        is_taken_back = any_rejected(results) and await sending.take_back(lines)
    is_unwanted = is_taken_back and record is None
    view = await _kept(shop, customer_id, record, None if is_unwanted else sending.remote, request, sending.made_by)
    if not is_taken_back:
        results = judge(request.additions, planned, sending, lines, view.record.lines if view else ())
    if is_sent:
        results = await explained(shop.catalog, results, request.additions, sending.error)
    if is_taken_back or not is_sent:
        results = called_off(results)
    return CartOutcome(
        cart=view,
        results=results,
        problems=tuple(problem for result in results for problem in result.problems),
        notices=_notices(shop, before, view, wanted_by_line(results, request.additions, planned, sending)),
    )


async def _kept(
    shop: Shop,
    customer_id: str,
    record: CartRecord | None,
    remote: RemoteCart | None,
    request: AddRequest,
    made_by: Mapping[str, Addition],
) -> CartView | None:
    """The cart after what the upstream answered was committed; None when there is none."""
    if remote is None:
        return CartView.remembered(record) if record else None
    if record is not None:
        return await carts.settle(shop, record, remote, made_by)
    if not remote.items and not remote.saved:
        # The upstream may drop what cannot be bought without a word, and answer an empty cart: it is let lapse.
        return None
    now = shop.clock.now()
    opened = CartRecord(
        id=shop.new_id(),
        customer_id=customer_id,
        marketplace=shop.marketplace,
        currency=shop.currency,
        status=CartStatus.ACTIVE,
        version=1,
        created_at=now,
        updated_at=now,
        snapshot=to_snapshot(SeenCart.of(remote), now),
        lines=follow((), remote, now, shop.new_id, made_by),
        handle=UpstreamHandle(remote.cart_id, remote.hmac),
    )
    await shop.store.open(opened, replace=request.replace_active)
    return CartView.live(opened, remote, now)


def _notices(shop: Shop, before: SeenCart, view: CartView | None, wanted: Mapping[str, int]) -> tuple[Notice, ...]:
    return notices_of(before, view, wanted, shop.clock.now(), shop.new_id) if view else ()


def count_problem(count: int) -> Problem | None:
    """What is wrong with a call of ``count`` entries; None when they are one to ten."""
    if count == 0:
        message = "Name at least one item: the marketplace knows no empty cart."
        return Problem(code=ProblemCode.CART_EMPTY, message=message, field=("items",))
    if count > MAX_CART_ITEMS_PER_REQUEST:
        message = f"A call takes at most {MAX_CART_ITEMS_PER_REQUEST} items, not {count}; split it."
        return Problem(code=ProblemCode.TOO_MANY_ITEMS, message=message, field=("items",))
    return None
