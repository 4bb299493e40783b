"""
Putting items in a cart: a new cart for the first, absolute quantities for the rest. Only planned here.

The upstream refuses to add what is there, so an addition to a line that exists becomes its new quantity, which is also
safe to repeat. Everything that can be refused without asking the upstream is refused here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from ecs.vocabulary import MAX_CART_ITEMS_PER_REQUEST, MAX_CART_LINES, MAX_QUANTITY
from persistence.records import CartRecord, LineRecord, Placement
from resolvers import carts
from resolvers.changes import Draft, Target, change
from resolvers.goals import Goal, What, of_line
from resolvers.intents import Intent, Kind
from resolvers.judging import called_off, refused_all
from resolvers.lines import Addition, line_of
from resolvers.outcomes import CartOutcome, ItemOutcome, ItemResult
from resolvers.problems import AnyProblem, Problem, ProblemCode, QuantityProblem
from resolvers.shop import Shop

_NOBODY: Final[Sequence[LineRecord]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRequest:
    """A call that puts items in a cart."""

    additions: Sequence[Addition]
    target: Target = field(default_factory=Target)
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
    count = len(request.additions)
    problem = count_problem(count)
    if problem is not None:
        return await _refused(shop, customer_id, request, (problem,), refused_all(count))
    unsound = {place: bad for place, entry in enumerate(request.additions) if (bad := _quantity_problem(entry))}
    if unsound and (request.is_atomic or len(unsound) == count):
        results = [
            ItemResult(place, ItemOutcome.REJECTED, problems=(unsound[place],) if place in unsound else ())
            for place in range(count)
        ]
        return await _refused(shop, customer_id, request, tuple(unsound.values()), called_off(results))

    async def plan(cart: CartRecord | None) -> Draft:
        if not request.replace_active:
            cart = carts.check(cart, request.target.cart_id, request.target.expected_version)
        is_new = cart is None or request.replace_active
        goals, refused = goals_for(request.additions, _NOBODY if cart is None or is_new else cart.lines)
        return Draft(
            Intent(
                kind=Kind.ADD,
                goals=goals,
                entries=count,
                refused=refused,
                is_atomic=request.is_atomic,
                makes_cart=is_new,
                replaces_cart=request.replace_active and cart is not None,
            )
        )

    return _placed(request.additions, await change(shop, customer_id, request.target, plan, entries=count))


def goals_for(asked: Sequence[Addition], lines: Sequence[LineRecord]) -> tuple[tuple[Goal, ...], dict[int, AnyProblem]]:
    """
    What the cart's lines are to become, each thing once with its units summed, and the entries that are refused.

    What is among the saved lines moves back to the cart and keeps its units beside the new ones: nothing is lost.
    """
    refused: dict[int, AnyProblem] = {}
    goals: dict[What, Goal] = {}
    new = 0
    for place, entry in enumerate(asked):
        problem = _quantity_problem(entry)
        known = goals.get(entry.what)
        line = line_of(entry.what, lines) if known is None else None
        if problem is None and known is None and line is None:
            new += 1
            problem = _full() if len(lines) + new > MAX_CART_LINES else None
        if problem is not None:
            refused[place] = problem
        elif known is not None:
            goals[entry.what] = replace(
                known, quantity=known.quantity + entry.quantity, entries=(*known.entries, place)
            )
        elif line is not None:
            goals[entry.what] = of_line(line, line.quantity + entry.quantity, Placement.ACTIVE, (place,))
        else:
            goals[entry.what] = Goal(entry.asin, entry.quantity, listing_id=entry.listing_id, entries=(place,))
    return tuple(goals.values()), refused


def count_problem(count: int) -> Problem | None:
    """What is wrong with a call of ``count`` entries; None when they are one to ten."""
    if count == 0:
        message = "Name at least one item: the marketplace knows no empty cart."
        return Problem(code=ProblemCode.CART_EMPTY, message=message, field=("items",))
    if count > MAX_CART_ITEMS_PER_REQUEST:
        message = f"A call takes at most {MAX_CART_ITEMS_PER_REQUEST} items, not {count}; split it."
        return Problem(code=ProblemCode.TOO_MANY_ITEMS, message=message, field=("items",))
    return None


async def _refused(
    shop: Shop,
    customer_id: str,
    request: AddRequest,
    problems: tuple[AnyProblem, ...],
    results: tuple[ItemResult, ...],
) -> CartOutcome:
    cart = await carts.as_it_is(shop, customer_id, request.target.cart_id)
    return _placed(request.additions, CartOutcome(cart=cart, problems=problems, results=results))


def _placed(asked: Sequence[Addition], outcome: CartOutcome) -> CartOutcome:
    """Results under the places that the caller knows his entries by."""
    results = tuple(replace(result, index=asked[result.index].index) for result in outcome.results)
    return replace(outcome, results=results)


def _quantity_problem(entry: Addition) -> Problem | None:
    if 1 <= entry.quantity <= MAX_QUANTITY:
        return None
    return QuantityProblem(
        code=ProblemCode.QUANTITY_INVALID,
        message=f"A quantity is a whole number from 1 to {MAX_QUANTITY}; {entry.quantity} is not.",
        field=("quantity",),
        max_quantity=MAX_QUANTITY,
    )


def _full() -> Problem:
    return Problem(
        code=ProblemCode.CART_FULL,
        message=f"A cart holds at most {MAX_CART_LINES} lines, saved ones included; take one out first.",
        field=("item",),
    )
