"""
Carts, read: the customer's link to his cart, joined with what the upstream says.

A read asks the upstream; when it does not answer, the cart is shown as last seen and marked stale. What a read has
shown is written down, so that an outage shows it again, unless a change of the cart is under way: then that one writes,
and what a read shows of it bears the names that it will have.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from ecs.errors import CartMismatch, UpstreamError
from ecs.model import RemoteCart
from ecs.request import CartHandle
from persistence.errors import CartMoved
from persistence.records import CartRecord, CartStatus, LineRecord
from resolvers.intents import from_body
from resolvers.lines import follow
from resolvers.notices import Making, joined, kept, notices_of, to_keep
from resolvers.problems import Problem, ProblemCode, Stopped, VersionProblem
from resolvers.shop import Shop
from resolvers.snapshots import SeenCart, from_snapshot, to_snapshot
from resolvers.steps import made_so_far
from resolvers.views import CartView


async def read(shop: Shop, customer_id: str | None, cart_id: str | None = None) -> CartView | None:
    """
    The customer's cart of this id, or his active one; None when there is none or it is not his.

    An active cart is read at the upstream; one that was handed over or archived is shown as last seen.
    """
    if customer_id is None:
        return None
    record = await _find(shop, customer_id, cart_id)
    if record is None:
        return None
    return await refreshed(shop, record)


async def refreshed(shop: Shop, record: CartRecord) -> CartView:
    """``record`` joined with a fresh answer of the upstream, or as last seen when there is none."""
    if record.status is not CartStatus.ACTIVE or record.handle is None:
        return CartView.remembered(record)
    now = shop.clock.now()
    try:
        remote = await shop.carts.get(handle_of(record))
    except CartMismatch:
        shop.expiry.gone(record, now)
        is_forgotten = not shop.expiry.doubts(record, shop.made_with, now)
        return CartView.remembered(record, is_forgotten=is_forgotten)
    except UpstreamError:
        return CartView.remembered(record)
    shop.expiry.found(record, now)
    try:
        return await _observed(shop, record, remote)
    except CartMoved:
        # Changed or closed while it was read: what was written last is shown.
        return CartView.remembered(await shop.store.find(record.customer_id, record.id) or record)


async def _observed(shop: Shop, record: CartRecord, remote: RemoteCart) -> CartView:
    """
    The cart as the upstream has just shown it, written down when that is news.

    Raises:
        CartMoved: somebody else wrote the cart meanwhile.
    """
    now = shop.clock.now()
    seen, earlier = SeenCart.of(remote), from_snapshot(record.snapshot)
    lines = follow(record.lines, seen, now, record.id)
    if lines == record.lines and seen == earlier:
        return CartView.live(record, remote, now)
    if record.hold is not None:
        return await _halfway(shop, record, remote, earlier)
    is_changed = has_moved(record.lines, lines)
    after = replace(
        record,
        version=record.version + is_changed,
        updated_at=now if is_changed else record.updated_at,
        lines=lines,
        snapshot=to_snapshot(seen, now),
    )
    view = CartView.live(after, remote, now)
    notices = notices_of(record.lines, earlier, view, (), Making(now, shop.new_id))
    view.record = replace(after, notices=to_keep(joined(kept(record), notices, lines)))
    await shop.store.observe(view.record, lines_before=record.lines, expected_version=record.version)
    return view


async def _halfway(shop: Shop, record: CartRecord, remote: RemoteCart, earlier: SeenCart) -> CartView:
    """
    The cart while a change is under way that may be half done: it is shown, and left to the change to write.

    Its version is the one that is stored: half a change is none that a caller could name. Where half of it must not be
    seen, the cart is shown as last seen.

    Raises:
        CartMoved: that change is done, or another is under way by now.
    """
    held = await shop.journal.held(record.id)
    if held is None or record.hold is None or held.intent.id != record.hold.intent_id:
        raise CartMoved("The change that was under way is done.")
    intent = from_body(held.intent.body)
    if intent.is_seen_whole:
        return CartView.remembered(record)
    now, seen = shop.clock.now(), SeenCart.of(remote)
    made_by = made_so_far(intent.goals, earlier, seen)
    return CartView.live(replace(record, lines=follow(record.lines, seen, now, record.id, made_by)), remote, now)


def has_moved(before: Sequence[LineRecord], after: Sequence[LineRecord]) -> bool:
    """True when lines differ by more than their prices: the cart's version grows."""
    return len(before) != len(after) or any(map(_differs, before, after))


def _differs(line: LineRecord, other: LineRecord) -> bool:
    # A line that nothing happened to is the same one.
    return line is not other and _without_price_mark(line) != _without_price_mark(other)


def _without_price_mark(line: LineRecord) -> LineRecord:
    return replace(line, price_moved_at=None, updated_at=line.added_at)


def check(record: CartRecord | None, cart_id: str | None, expected_version: int | None) -> CartRecord | None:
    """
    The cart a change goes to; None when no cart was named and the customer has no active one.

    Raises:
        Stopped: CART_NOT_FOUND, CART_CLOSED or VERSION_CONFLICT.
    """
    if record is None:
        if cart_id is not None:
            raise Stopped(not_found())
        return None
    if record.status is not CartStatus.ACTIVE or record.handle is None:
        raise Stopped(closed())
    if expected_version is not None and expected_version != record.version:
        raise Stopped(_version_conflict(record, expected_version))
    return record


def handle_of(record: CartRecord) -> CartHandle:
    """What opens the cart at the upstream."""
    if record.handle is None:
        raise Stopped(closed())
    return CartHandle(record.handle.cart_id, record.handle.hmac)


def not_found() -> Problem:
    """The same for a foreign cart as for one that never was."""
    message = "There is no such cart for this session; leave cartId out to use the active one, or call createCart."
    return Problem(code=ProblemCode.CART_NOT_FOUND, message=message, field=("cartId",))


def closed() -> Problem:
    """The cart was handed over, merged or archived."""
    message = "This cart can no longer be changed; leave cartId out to go on with the active cart or a new one."
    return Problem(code=ProblemCode.CART_CLOSED, message=message, field=("cartId",))


async def as_it_is(shop: Shop, customer_id: str, cart_id: str | None) -> CartView | None:
    """The cart a refused change was meant for, as last seen and without asking the upstream; None for none of his."""
    record = await _find(shop, customer_id, cart_id)
    return CartView.remembered(record) if record else None


async def _find(shop: Shop, customer_id: str, cart_id: str | None) -> CartRecord | None:
    if cart_id is None:
        return await shop.store.active(customer_id, shop.marketplace)
    return await shop.store.find(customer_id, cart_id)


def _version_conflict(record: CartRecord, expected: int) -> Problem:
    message = f"The cart is at version {record.version}, not {expected}; look at it again before changing it."
    return VersionProblem(
        code=ProblemCode.VERSION_CONFLICT,
        message=message,
        field=("expectedVersion",),
        current_version=record.version,
    )
