"""What stops a cart mutation: the interface and its types."""

from typing import Any

import strawberry

from resolvers.availability import featured_offer, is_buyable
from resolvers.problems import (
    Path,
    PriceProblem,
    Problem,
    QuantityProblem,
    UnavailableProblem,
    UpstreamProblem,
    VersionProblem,
)
from resolvers.views import CartView
from schema.cart_enums import CartErrorCode
from schema.directives import NON_NULL, Cost, up_to
from schema.types.cart import CartLine
from schema.types.money import Money
from schema.types.offer import Offer
from schema.types.product import Product

_MAX_ALTERNATIVES = 5


@strawberry.interface(description="Something that stopped a cart mutation, or part of it.")
class CartError:
    """Built by ``cart_error``."""

    code: CartErrorCode = strawberry.field(description="Stable reason for code to switch on.")
    message: str = strawberry.field(description="Text in the request's language.")
    field: list[str] | None = strawberry.field(
        description="Path into `input`, such as items, 2, quantity; null when it concerns the whole call."
    )
    is_retryable: bool = strawberry.field(description="True when the same call may succeed later unchanged.")


@strawberry.type(description="An error without further data.")
class PlainCartError(CartError):
    """Every reason without a type of its own."""


@strawberry.type(description="A quantity was not allowed.")
class QuantityError(CartError):
    """QUANTITY_INVALID."""

    max_quantity: int | None = strawberry.field(description="Most units allowed; null when not known.")


@strawberry.type(description="An item cannot be bought; others may do.")
class UnavailableError(CartError):
    """OFFER_NOT_FOUND, OUT_OF_STOCK, ITEM_NOT_ELIGIBLE."""

    others: strawberry.Private[list[Offer]]

    @strawberry.field(
        description="Other offers of the same product that can be bought.",
        directives=[NON_NULL, Cost(weight="5"), up_to(_MAX_ALTERNATIVES)],
    )
    def alternatives(self) -> list[Offer] | None:
        return self.others


@strawberry.type(description="The cart changed under the call.")
class VersionConflictError(CartError):
    """VERSION_CONFLICT."""

    current_version: int = strawberry.field(description="Version now; the payload's `cart` is that version.")


@strawberry.type(description="The upstream is slow, busy or away.")
class UpstreamError(CartError):
    """UPSTREAM_UNAVAILABLE, UPSTREAM_REJECTED, RATE_LIMITED, OUTCOME_UNKNOWN, IDEMPOTENCY_KEY_IN_PROGRESS."""

    retry_after: int | None = strawberry.field(description="Seconds to wait before trying again; null when not known.")
    upstream_code: str | None = strawberry.field(description="The upstream's own code, for support.")


@strawberry.type(description="Prices moved beyond what the call accepts.")
class PriceChangedError(CartError):
    """PRICE_CHANGED."""

    lines: list[CartLine] = strawberry.field(description="Lines whose price moved.")
    expected_subtotal: Money | None = strawberry.field(description="Sum the shopper agreed to.")
    current_subtotal: Money | None = strawberry.field(description="Sum now.")


def cart_error(problem: Problem, marketplace: str, cart: CartView | None, path: Path = ()) -> CartError:
    """The problem for the API, its lines those of ``cart``; ``path`` leads to the entry of the input it is about."""
    field = [*path, *(problem.field or ())] or None
    code = CartErrorCode(str(problem.code))
    common: dict[str, Any] = {
        "code": code,
        "message": problem.message,
        "field": field,
        "is_retryable": problem.is_retryable,
    }
    match problem:
        case QuantityProblem(max_quantity=max_quantity):
            return QuantityError(**common, max_quantity=max_quantity)
        case UnavailableProblem():
            return UnavailableError(**common, others=_alternatives(problem, marketplace))
        case VersionProblem(current_version=version):
            return VersionConflictError(**common, current_version=version)
        case PriceProblem(line_ids=line_ids, expected=expected, current=current):
            found = [cart.line(line_id) for line_id in line_ids] if cart else []
            return PriceChangedError(
                **common,
                lines=[CartLine.of(line) for line in found if line],
                expected_subtotal=Money.maybe(expected),
                current_subtotal=Money.maybe(current),
            )
        case UpstreamProblem(retry_after_s=retry_after, upstream_code=upstream_code):
            return UpstreamError(**common, retry_after=retry_after, upstream_code=upstream_code)
    return PlainCartError(**common)


def _alternatives(problem: UnavailableProblem, marketplace: str) -> list[Offer]:
    if problem.seen is None or problem.seen.value.offers is None:
        return []
    item = problem.seen.value
    owner = Product.of(problem.seen, marketplace)
    featured = featured_offer(item)
    others = [offer for offer in problem.seen.value.offers.offers if is_buyable(offer)]
    return [Offer.of(offer, owner, is_featured=offer is featured) for offer in others[:_MAX_ALTERNATIVES]]
