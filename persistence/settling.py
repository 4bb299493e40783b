"""The last transaction of a change: its outcome, what became of its carts, and their release."""

from typing import NamedTuple

from msgspec.structs import replace

from persistence import cart_statements as sql
from persistence import intent_statements
from persistence.errors import ActiveCartExists, FenceLost
from persistence.line_changes import LineChange, line_runs
from persistence.programs import Program, Run
from persistence.records import CartRecord, IntentRecord, Settlement
from persistence.rows import cart_row, sealed_handle, settled_cart, settled_intent
from persistence.sealing import KeyRing


class _End(NamedTuple):
    """What becomes of one of the carts."""

    intent: IntentRecord
    before: CartRecord
    after: CartRecord | None
    is_source: bool


def settle(settlement: Settlement, key_ring: KeyRing) -> Program[None]:
    """
    Write a settlement.

    Raises:
        FenceLost: another owner has taken the intent over, or has settled it.
        ActiveCartExists: ``opened`` cannot be.
    """
    ends = [_End(settlement.intent, settlement.before, settlement.after, is_source=False)]
    if settlement.source is not None:
        held, after = settlement.source
        # The source's intent ends with the one it belongs to.
        intent = _ended_with(held.intent, settlement.intent)
        ends.append(_End(intent, held.cart, after, is_source=True))
    # In the order of ids, so that two that want the same carts wait for each other instead of for ever.
    for end in sorted(ends, key=lambda end: end.before.id):
        answer = yield _cart_run(end, key_ring)
        if answer.changed != 1:
            raise lost(end.before)
    if settlement.opened is not None:
        answer = yield Run(sql.OPEN_CART, cart_row(settlement.opened, key_ring))
        if answer.changed != 1:
            raise exists(settlement.opened)
    yield from line_runs(_line_changes(ends, settlement.opened))
    for end in ends:
        answer = yield Run(
            intent_statements.SETTLE_INTENT, {"the_intent": end.intent.id, **settled_intent(end.intent, key_ring)}
        )
        if answer.changed != 1:
            raise lost(end.before)


def lost(cart: CartRecord) -> FenceLost:
    """For a write that found its cart held by another owner, or by nobody."""
    return FenceLost(f"Fence {cart.fence} of the cart's intent is not the last: another owner settles it.")


def exists(cart: CartRecord) -> ActiveCartExists:
    """For a cart that found its place taken."""
    return ActiveCartExists(f"The customer has a cart in {cart.marketplace} already.")


def _ended_with(intent: IntentRecord, parent: IntentRecord) -> IntentRecord:
    if intent.settled_at is not None:
        return intent
    return replace(intent, settled_at=parent.settled_at)


def _cart_run(end: _End, key_ring: KeyRing) -> Run:
    guard = {"the_cart": end.before.id, "the_intent": end.intent.id, "the_fence": end.before.fence}
    if end.after is None:
        # Its lines go with it.
        return Run(sql.FORGET_PENDING, guard)
    values = {**guard, **settled_cart(end.after)}
    if end.after.handle == end.before.handle and end.after.status is end.before.status:
        return Run(sql.SETTLE_SOURCE if end.is_source else sql.SETTLE, values)
    statement = sql.SETTLE_SOURCE_WITH_HANDLE if end.is_source else sql.SETTLE_WITH_HANDLE
    return Run(statement, {**values, **sealed_handle(end.after, key_ring)})


def _line_changes(ends: list[_End], opened: CartRecord | None) -> list[LineChange]:
    changes = [LineChange(end.after.id, end.before.lines, end.after.lines) for end in ends if end.after is not None]
    if opened is not None:
        changes.append(LineChange(opened.id, (), opened.lines))
    return changes
