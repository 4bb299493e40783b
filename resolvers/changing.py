"""
Changing what is in a cart: quantities, saving for later and back, clearing.

Every change is absolute, so that sending it again does no harm. What is true if the process dies: before the upstream
was called, nothing happened; after it, the next read of the cart shows and settles what the upstream holds.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from msgspec.structs import replace

from ecs.errors import CartMismatch
from ecs.request import Move, QuantityChange
from ecs.vocabulary import MAX_QUANTITY
from persistence.records import CartRecord, LineRecord, Placement
from resolvers import carts
from resolvers.notices import notices_of
from resolvers.outcomes import CartOutcome
from resolvers.problems import (
    Path,
    Problem,
    ProblemCode,
    QuantityProblem,
    Stopped,
    UnavailableProblem,
    upstream_problem,
)
from resolvers.sending import Sending
from resolvers.shop import Shop
from resolvers.snapshots import from_snapshot
from resolvers.turns import TooManyWaiting
from resolvers.views import CartView


@dataclass(frozen=True, slots=True)
class Target:
    """Which cart a change is meant for; the active one when ``cart_id`` is None."""

    cart_id: str | None = None
    expected_version: int | None = None


class ClearScope(StrEnum):
    """Which lines a clear takes out; the names are those of the API."""

    ACTIVE_LINES = "ACTIVE_LINES"
    ALL_LINES = "ALL_LINES"
    SAVED_LINES = "SAVED_LINES"


_Step = Callable[[CartRecord, Sending], Awaitable[CartOutcome]]


async def set_quantity(shop: Shop, customer_id: str, target: Target, line_id: str, quantity: int) -> CartOutcome:
    """Set a line to ``quantity`` units, 0 to 999; 0 takes it out."""

    async def step(record: CartRecord, sending: Sending) -> CartOutcome:
        line = next((line for line in record.lines if line.id == line_id), None)
        if line is None:
            raise Stopped(_line_not_found(("lineId",)))
        await sending.change([QuantityChange(_remote_id(record, line), quantity)])
        view, problems = await _settled(shop, record, sending)
        if quantity and not problems and view.line(line_id) is None:
            problems = (_line_not_found(("lineId",)),)
        # A saved line keeps its place; only a line to be bought can be short of what was asked.
        wanted = {line_id: quantity} if line.placement is Placement.ACTIVE else {}
        return _outcome(shop, record, view, problems, wanted)

    if not 0 <= quantity <= MAX_QUANTITY:
        return await _refused(shop, customer_id, target, _quantity_problem(quantity))
    return await _in_turn(shop, customer_id, target, step)


async def move(shop: Shop, customer_id: str, target: Target, line_ids: Sequence[str], to: Placement) -> CartOutcome:
    """Put lines aside, or take them back; lines that stand there already are left as they are."""

    async def step(record: CartRecord, sending: Sending) -> CartOutcome:
        known = {line.id: line for line in record.lines}
        named = [known[line_id] for line_id in dict.fromkeys(line_ids) if line_id in known]
        action: Literal["SaveForLater", "MoveToCart"] = (
            "SaveForLater" if to is Placement.SAVED_FOR_LATER else "MoveToCart"
        )
        await sending.change([Move(_remote_id(record, line), action) for line in named if line.placement is not to])
        view, problems = await _settled(shop, record, sending)
        problems += tuple(
            _line_not_found(("lineIds", str(place))) for place, line_id in enumerate(line_ids) if line_id not in known
        )
        there = [line for line in named if (now := view.line(line.id)) and now.record.placement is to]
        if sending.error is None:
            problems += tuple(_stayed(line, _place(line_ids, line.id)) for line in named if line not in there)
        moved = [line for line in there if line.placement is not to]
        return _outcome(shop, record, view, problems, {}, tuple(line.id for line in moved))

    if not line_ids:
        return await _refused(shop, customer_id, target, _no_lines())
    return await _in_turn(shop, customer_id, target, step)


async def clear(shop: Shop, customer_id: str, target: Target, scope: ClearScope) -> CartOutcome:
    """Take out every line of ``scope``; a cart without such lines stays as it is."""

    async def step(record: CartRecord, sending: Sending) -> CartOutcome:
        doomed = [line for line in record.lines if scope in _SCOPES[line.placement]]
        if scope is ClearScope.ALL_LINES:
            await sending.clear()
        else:
            await sending.change([QuantityChange(_remote_id(record, line), 0) for line in doomed])
        view, problems = await _settled(shop, record, sending)
        return _outcome(shop, record, view, problems, {})

    return await _in_turn(shop, customer_id, target, step)


_SCOPES = {
    Placement.ACTIVE: (ClearScope.ALL_LINES, ClearScope.ACTIVE_LINES),
    Placement.SAVED_FOR_LATER: (ClearScope.ALL_LINES, ClearScope.SAVED_LINES),
}


async def _in_turn(shop: Shop, customer_id: str, target: Target, step: _Step) -> CartOutcome:
    try:
        async with shop.turns.take((customer_id, shop.marketplace)):
            record = await carts.open_for_change(shop, customer_id, target.cart_id, target.expected_version)
            if record is None:
                raise Stopped(carts.not_found())
            sending = Sending(shop.carts, carts.handle_of(record), from_snapshot(record.snapshot))
            return await step(record, sending)
    except TooManyWaiting:
        return await _refused(shop, customer_id, target, carts.too_busy())
    except Stopped as stopped:
        return await _refused(shop, customer_id, target, stopped.problem)


async def _refused(shop: Shop, customer_id: str, target: Target, problem: Problem) -> CartOutcome:
    return CartOutcome(cart=await carts.as_it_is(shop, customer_id, target.cart_id), problems=(problem,))


async def _settled(shop: Shop, record: CartRecord, sending: Sending) -> tuple[CartView, tuple[Problem, ...]]:
    """The cart after the upstream's last answer was committed, and what its error means."""
    if isinstance(sending.error, CartMismatch):
        raise Stopped(carts.gone())
    if sending.remote is None:
        view = CartView.remembered(record) if sending.error else await carts.refreshed(shop, record)
    else:
        view = await carts.settle(shop, record, sending.remote)
    if sending.error is None:
        return view, ()
    problem = upstream_problem(sending.error)
    if sending.remote is not None and sending.error.effect == "none":
        # Some of the batches were answered before one failed; all of them are absolute and may be sent again.
        problem = replace(problem, message="Only part of the change was made; look at the cart and try again.")
    return view, (problem,)


def _outcome(
    shop: Shop,
    record: CartRecord,
    view: CartView,
    problems: tuple[Problem, ...],
    wanted: dict[str, int],
    line_ids: tuple[str, ...] = (),
) -> CartOutcome:
    return CartOutcome(
        cart=view,
        problems=problems,
        notices=notices_of(from_snapshot(record.snapshot), view, wanted, shop.clock.now(), shop.new_id),
        line_ids=line_ids,
        removed_line_ids=tuple(line.id for line in record.lines if view.line(line.id) is None),
    )


def _remote_id(record: CartRecord, line: LineRecord) -> str:
    seen = from_snapshot(record.snapshot)
    return next(item.cart_item_id for item in (*seen.items, *seen.saved) if item.key == line.upstream_key)


def _place(line_ids: Sequence[str], line_id: str) -> Path:
    return ("lineIds", str(line_ids.index(line_id)))


def _line_not_found(field: Path) -> Problem:
    message = "There is no such line in this cart; take line ids from the latest cart."
    return Problem(code=ProblemCode.LINE_NOT_FOUND, message=message, field=field)


def _stayed(line: LineRecord, field: Path) -> Problem:
    message = f"{line.title} could not be moved; it cannot be bought now."
    return UnavailableProblem(code=ProblemCode.OUT_OF_STOCK, message=message, field=field)


def _no_lines() -> Problem:
    message = "Name at least one line; take line ids from the latest cart."
    return Problem(code=ProblemCode.LINE_NOT_FOUND, message=message, field=("lineIds",))


def _quantity_problem(quantity: int) -> Problem:
    return QuantityProblem(
        code=ProblemCode.QUANTITY_INVALID,
        message=f"A line is set to 0 (taken out) up to {MAX_QUANTITY} units; {quantity} is not allowed.",
        field=("quantity",),
        max_quantity=MAX_QUANTITY,
    )
