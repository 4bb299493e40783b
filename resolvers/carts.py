"""
Carts, read and settled: the customer's link to his cart, joined with what the upstream says.

A read asks the upstream; when it does not answer, the cart is shown as last seen and marked stale. Settling writes what
the upstream confirmed; it happens once per change, and nothing is answered before it is committed.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from ecs.errors import UpstreamError
from ecs.model import RemoteCart
from ecs.request import CartHandle
from persistence.errors import CartMoved
from persistence.records import CartRecord, CartStatus
from resolvers.lines import Addition, follow
from resolvers.problems import Problem, ProblemCode, Stopped, VersionProblem
from resolvers.shop import Shop
from resolvers.snapshots import SeenCart, from_snapshot, to_snapshot
from resolvers.views import CartView

_SETTLE_TRIES = 5


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
    try:
        remote = await shop.carts.get(handle_of(record))
    except UpstreamError:
        return CartView.remembered(record)
    try:
        return await settle(shop, record, remote)
    except Stopped:
        # Closed, or changed over and over, while it was read: what was written last is shown.
        latest = await shop.store.find(record.customer_id, record.id)
        return CartView.remembered(latest or record)


async def open_for_change(
    shop: Shop, customer_id: str, cart_id: str | None, expected_version: int | None
) -> CartRecord | None:
    """
    The cart a change goes to; None when no cart was named and the customer has no active one.

    Raises:
        Stopped: CART_NOT_FOUND, CART_CLOSED or VERSION_CONFLICT.
    """
    record = await _find(shop, customer_id, cart_id)
    if record is None:
        if cart_id is not None:
            raise Stopped(not_found())
        return None
    if record.status is not CartStatus.ACTIVE or record.handle is None:
        raise Stopped(_closed(record))
    if expected_version is not None and expected_version != record.version:
        raise Stopped(_version_conflict(record, expected_version))
    return record


async def settle(
    shop: Shop, record: CartRecord, remote: RemoteCart, made_by: Mapping[str, Addition] | None = None
) -> CartView:
    """
    Write what the upstream confirmed and give the cart as it is now; nothing is written when nothing changed.

    When another process settled in between, its lines are taken up, the upstream is asked anew (``remote`` may be older
    than those lines) and the write is tried again. If the process dies before the commit, the next read of the cart
    settles the same answer.

    Raises:
        Stopped: the cart was closed in between.
    """
    now = shop.clock.now()
    for _ in range(_SETTLE_TRIES):
        lines = follow(record.lines, remote, now, shop.new_id, made_by or {})
        is_changed = lines != record.lines
        seen = SeenCart.of(remote)
        if not is_changed and seen == from_snapshot(record.snapshot):
            return CartView.live(record, remote, now)
        settled = replace(
            record,
            version=record.version + is_changed,
            updated_at=now if is_changed else record.updated_at,
            lines=lines,
            snapshot=to_snapshot(seen, now),
        )
        try:
            await shop.store.settle(settled, expected_version=record.version)
        except CartMoved:
            record = await _moved(shop, record)
            remote = await _newer(shop, record, remote)
        else:
            return CartView.live(settled, remote, now)
    raise Stopped(_version_conflict(record, record.version))


def handle_of(record: CartRecord) -> CartHandle:
    """What opens the cart at the upstream."""
    if record.handle is None:
        raise Stopped(_closed(record))
    return CartHandle(record.handle.cart_id, record.handle.hmac)


def not_found() -> Problem:
    """The same for a foreign cart as for one that never was."""
    message = "There is no such cart for this session; leave cartId out to use the active one, or call createCart."
    return Problem(code=ProblemCode.CART_NOT_FOUND, message=message, field=("cartId",))


def gone() -> Problem:
    """The upstream no longer knows the cart; our record of it is kept."""
    message = (
        "The marketplace no longer knows this cart. Its lines are kept here; "
        "call createCart with replaceActive: true to go on with a new one."
    )
    return Problem(code=ProblemCode.CART_CLOSED, message=message)


def too_busy() -> Problem:
    """Too many changes of one cart at once."""
    message = "Too many changes of this cart wait already; try again in a moment."
    return Problem(code=ProblemCode.RATE_LIMITED, message=message, is_retryable=True)


async def as_it_is(shop: Shop, customer_id: str, cart_id: str | None) -> CartView | None:
    """The cart a refused change was meant for, as last seen and without asking the upstream; None for none of his."""
    record = await _find(shop, customer_id, cart_id)
    return CartView.remembered(record) if record else None


async def _find(shop: Shop, customer_id: str, cart_id: str | None) -> CartRecord | None:
    if cart_id is None:
        return await shop.store.active(customer_id, shop.marketplace)
    return await shop.store.find(customer_id, cart_id)


async def _moved(shop: Shop, record: CartRecord) -> CartRecord:
    latest = await shop.store.find(record.customer_id, record.id)
    if latest is None or latest.status is not CartStatus.ACTIVE:
        raise Stopped(_closed(record))
    return latest


async def _newer(shop: Shop, record: CartRecord, remote: RemoteCart) -> RemoteCart:
    """The cart as the upstream has it after ``record`` was settled; ``remote`` when it does not answer."""
    try:
        return await shop.carts.get(handle_of(record))
    except UpstreamError:
        return remote


def _closed(record: CartRecord) -> Problem:
    message = "This cart can no longer be changed; leave cartId out to go on with the active cart or a new one."
    return Problem(code=ProblemCode.CART_CLOSED, message=message, field=("cartId",))


def _version_conflict(record: CartRecord, expected: int) -> Problem:
    message = f"The cart is at version {record.version}, not {expected}; look at it again before changing it."
    return VersionProblem(
        code=ProblemCode.VERSION_CONFLICT,
        message=message,
        field=("expectedVersion",),
        current_version=record.version,
    )
