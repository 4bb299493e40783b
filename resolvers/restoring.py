"""Putting an old cart's lines into the active one. The old cart stays as it is."""

from collections.abc import Sequence

from ecs.vocabulary import MAX_CART_LINES
from persistence.records import CartRecord, CartStatus, LineRecord, Placement
from resolvers import carts
from resolvers.changes import Draft, Target, change
from resolvers.goals import Goal, of_line
from resolvers.intents import Intent, Kind
from resolvers.lines import line_of
from resolvers.outcomes import CartOutcome
from resolvers.problems import AnyProblem, Problem, ProblemCode, Stopped
from resolvers.shop import Shop


async def restore(shop: Shop, customer_id: str, from_id: str, target: Target) -> CartOutcome:
    """
    Add the lines of an old cart of this customer, in any state, to his active cart, or to a new one; one result a line.

    Lines to be bought come back to be bought, saved ones to the saved lines.
    """
    old = await shop.store.find(customer_id, from_id)
    problem = _problem(old)
    if old is None or problem is not None:
        cart = await carts.as_it_is(shop, customer_id, target.cart_id)
        return CartOutcome(cart=cart, problems=(problem or _unknown(),))
    lines = old.lines

    async def plan(cart: CartRecord | None) -> Draft:
        into = carts.check(cart, target.cart_id, target.expected_version)
        if into is not None and into.id == from_id:
            raise Stopped(_active())
        goals, refused = goals_for(lines, into.lines if into else ())
        return Draft(
            Intent(kind=Kind.RESTORE, goals=goals, entries=len(lines), refused=refused, makes_cart=into is None)
        )

    return await change(shop, customer_id, target, plan, entries=len(lines))


def goals_for(old: Sequence[LineRecord], lines: Sequence[LineRecord]) -> tuple[tuple[Goal, ...], dict[int, AnyProblem]]:
    """What the cart's lines are to become, and the old lines for which there is no room."""
    goals: list[Goal] = []
    refused: dict[int, AnyProblem] = {}
    room = MAX_CART_LINES - len(lines)
    for place, line in enumerate(old):
        there = line_of((line.asin, line.listing_id), lines)
        if there is not None:
            is_active = Placement.ACTIVE in (line.placement, there.placement)
            to = Placement.ACTIVE if is_active else Placement.SAVED_FOR_LATER
            goals.append(of_line(there, there.quantity + line.quantity, to, (place,)))
        elif room > 0:
            room -= 1
            goals.append(
                Goal(
                    asin=line.asin,
                    listing_id=line.listing_id,
                    quantity=line.quantity,
                    placement=line.placement,
                    entries=(place,),
                    may_replace_offer=True,
                )
            )
        else:
            refused[place] = _full()
    return tuple(goals), refused


def _problem(old: CartRecord | None) -> Problem | None:
    if old is None:
        return _unknown()
    if old.status is CartStatus.ACTIVE:
        return _active()
    return None if old.lines else _nothing()


def _unknown() -> Problem:
    message = "There is no such cart of yours; take the id from viewer.carts."
    return Problem(code=ProblemCode.CART_NOT_FOUND, message=message, field=("fromCartId",))


def _active() -> Problem:
    message = "This cart is the active one; its lines are there already."
    return Problem(code=ProblemCode.CART_NOT_FOUND, message=message, field=("fromCartId",))


def _nothing() -> Problem:
    message = "The old cart has no lines to bring back."
    return Problem(code=ProblemCode.CART_EMPTY, message=message, field=("fromCartId",))


def _full() -> Problem:
    message = f"A cart holds at most {MAX_CART_LINES} lines, saved ones included; take one out first."
    return Problem(code=ProblemCode.CART_FULL, message=message)
