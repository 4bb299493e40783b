"""
Changing what is in a cart: quantities, saving for later and back, clearing. Planned here, carried out elsewhere.

Every change is absolute, so that sending it again does no harm.
"""

from collections.abc import Sequence
from enum import StrEnum

from ecs.vocabulary import MAX_QUANTITY
from persistence.records import CartRecord, Placement
from resolvers import carts
from resolvers.changes import Draft, Target, change
from resolvers.goals import of_line
from resolvers.intents import Intent, Kind
from resolvers.judging import line_not_found
from resolvers.outcomes import CartOutcome
from resolvers.problems import AnyProblem, Problem, ProblemCode, QuantityProblem, Stopped
from resolvers.shop import Shop


class ClearScope(StrEnum):
    """Which lines a clear takes out; the names are those of the API."""

    ACTIVE_LINES = "ACTIVE_LINES"
    ALL_LINES = "ALL_LINES"
    SAVED_LINES = "SAVED_LINES"


async def set_quantity(shop: Shop, customer_id: str, target: Target, line_id: str, quantity: int) -> CartOutcome:
    """Set a line to ``quantity`` units, 0 to 999; 0 takes it out. A saved line keeps its place."""

    async def plan(cart: CartRecord | None) -> Draft:
        line = next((line for line in _meant(cart, target).lines if line.id == line_id), None)
        if line is None:
            raise Stopped(line_not_found(("lineId",)))
        goal = of_line(line, quantity, line.placement)
        return Draft(Intent(kind=Kind.SET_QUANTITY, goals=(goal,), asked=(line_id,)))

    if not 0 <= quantity <= MAX_QUANTITY:
        return await _refused(shop, customer_id, target, _quantity_problem(quantity))
    return await change(shop, customer_id, target, plan)


async def move(shop: Shop, customer_id: str, target: Target, line_ids: Sequence[str], to: Placement) -> CartOutcome:
    """Put lines aside, or take them back; lines that stand there already are left as they are."""

    async def plan(cart: CartRecord | None) -> Draft:
        known = {line.id: line for line in _meant(cart, target).lines}
        named = [known[line_id] for line_id in dict.fromkeys(line_ids) if line_id in known]
        goals = tuple(of_line(line, line.quantity, to) for line in named if line.placement is not to)
        unknown: dict[int, AnyProblem] = {
            place: line_not_found(("lineIds", str(place)))
            for place, line_id in enumerate(line_ids)
            if line_id not in known
        }
        return Draft(Intent(kind=Kind.MOVE, goals=goals, asked=tuple(line_ids), refused=unknown))

    if not line_ids:
        return await _refused(shop, customer_id, target, _no_lines())
    return await change(shop, customer_id, target, plan)


async def clear(shop: Shop, customer_id: str, target: Target, scope: ClearScope) -> CartOutcome:
    """Take out every line of ``scope``; a cart without such lines stays as it is."""

    async def plan(cart: CartRecord | None) -> Draft:
        doomed = [line for line in _meant(cart, target).lines if scope in _SCOPES[line.placement]]
        goals = tuple(of_line(line, 0, line.placement) for line in doomed)
        return Draft(Intent(kind=Kind.CLEAR, goals=goals, clears_all=scope is ClearScope.ALL_LINES))

    return await change(shop, customer_id, target, plan)


_SCOPES = {
    Placement.ACTIVE: (ClearScope.ALL_LINES, ClearScope.ACTIVE_LINES),
    Placement.SAVED_FOR_LATER: (ClearScope.ALL_LINES, ClearScope.SAVED_LINES),
}


def _meant(cart: CartRecord | None, target: Target) -> CartRecord:
    found = carts.check(cart, target.cart_id, target.expected_version)
    if found is None:
        raise Stopped(carts.not_found())
    return found


async def _refused(shop: Shop, customer_id: str, target: Target, problem: Problem) -> CartOutcome:
    return CartOutcome(cart=await carts.as_it_is(shop, customer_id, target.cart_id), problems=(problem,))


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
