"""Whether a cart could be handed over now. Pure."""

from persistence.records import CartStatus
from resolvers.problems import ProblemCode
from resolvers.views import CartView


def blockers(cart: CartView) -> list[ProblemCode]:
    """What stands in the way of a checkout; empty when nothing does."""
    if cart.record.status is not CartStatus.ACTIVE:
        return [ProblemCode.CART_CLOSED]
    found = [] if cart.lines else [ProblemCode.CART_EMPTY]
    if any(line.price_rise_minor > 0 for line in cart.lines):
        found.append(ProblemCode.PRICE_CHANGED)
    if cart.is_forgotten:
        found.append(ProblemCode.UPSTREAM_REJECTED)
    elif cart.is_stale:
        found.append(ProblemCode.UPSTREAM_UNAVAILABLE)
    return found
