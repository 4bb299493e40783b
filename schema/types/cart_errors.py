"""What stops a cart mutation, and what went otherwise than asked: the interfaces and their types."""

from typing import Any

import strawberry

from resolvers.availability import is_buyable
from resolvers.outcomes import Notice, PriceMoved, QuantityCapped
from resolvers.problems import Path, Problem, QuantityProblem, UnavailableProblem, UpstreamProblem, VersionProblem
from resolvers.views import CartView
from schema.cart_enums import CartErrorCode, CartNoticeCode
from schema.directives import NON_NULL, Cost, up_to
from schema.ids import to_id
from schema.scalars import DateTime
from schema.types.cart import CartLine, PriceChange
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
    """UPSTREAM_UNAVAILABLE, UPSTREAM_REJECTED, RATE_LIMITED."""

    retry_after: int | None = strawberry.field(description="Seconds to wait before trying again; null when not known.")
    upstream_code: str | None = strawberry.field(description="The upstream's own code, for support.")


@strawberry.interface(description="Something that changed in a cart without the shopper asking.")
class CartNotice:
    """Built by ``cart_notice``."""

    id: strawberry.ID = strawberry.field(description="Opaque id, for acknowledging.")
    code: CartNoticeCode = strawberry.field(description="Reason.")
    message: str = strawberry.field(description="Text in the request's language.")
    line: CartLine | None = strawberry.field(description="The line concerned; null when it concerns the whole cart.")
    created_at: DateTime = strawberry.field(description="When it happened.")


@strawberry.type(description="A price moved.")
class PriceChangeNotice(CartNotice):
    """PRICE_ROSE, PRICE_DROPPED."""

    change: PriceChange = strawberry.field(description="The move.")


@strawberry.type(description="Fewer units were taken than asked.")
class QuantityCappedNotice(CartNotice):
    """QUANTITY_CAPPED."""

    requested_quantity: int = strawberry.field(description="Units asked for.")
    accepted_quantity: int = strawberry.field(description="Units taken.")


@strawberry.type(description="A line changed place, seller or state.")
class LineChangeNotice(CartNotice):
    """MOVED_TO_SAVED."""


def cart_error(problem: Problem, marketplace: str, path: Path = ()) -> CartError:
    """The problem for the API; ``path`` leads to the entry of the input that its own path begins in."""
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
        case UpstreamProblem(retry_after_s=retry_after, upstream_code=upstream_code):
            return UpstreamError(**common, retry_after=retry_after, upstream_code=upstream_code)
    return PlainCartError(**common)


def cart_notice(notice: Notice, cart: CartView) -> CartNotice:
    """The notice for the API."""
    line = cart.line(notice.line_id)
    common: dict[str, Any] = {
        "id": to_id("CartNotice", cart.record.marketplace, notice.id),
        "code": CartNoticeCode(str(notice.code)),
        "message": notice.message,
        "line": CartLine(line=line) if line else None,
        "created_at": DateTime(notice.created_at),
    }
    match notice:
        case QuantityCapped(requested=requested, accepted=accepted):
            return QuantityCappedNotice(**common, requested_quantity=requested, accepted_quantity=accepted)
        case PriceMoved(previous=previous, current=current):
            moved = PriceChange.of(Money(previous), Money(current), DateTime(notice.created_at))
            return PriceChangeNotice(**common, change=moved)
    return LineChangeNotice(**common)


def _alternatives(problem: UnavailableProblem, marketplace: str) -> list[Offer]:
    if problem.seen is None or problem.seen.value.offers is None:
        return []
    owner = Product(problem.seen, marketplace)
    others = [offer for offer in problem.seen.value.offers.offers if is_buyable(offer)]
    return [Offer(offer, owner) for offer in others[:_MAX_ALTERNATIVES]]
