"""Whether a cart could be handed over now. Pure."""

from persistence.records import CartStatus
from resolvers.problems import ProblemCode
from resolvers.views import CartView


def blockers(cart: CartView) -> list[ProblemCode]:
    """What stands in the way of a checkout; empty when nothing does."""
    if cart.record.status is not CartStatus.ACTIVE:
        return [ProblemCode.CART_CLOSED]
    found = [] if cart.lines else [ProblemCode.CART_EMPTY]
    if cart.is_stale:
        found.append(ProblemCode.UPSTREAM_UNAVAILABLE)
    return found
