"""What went otherwise than asked, or changed without asking: the interface and its types."""

from typing import Any

import strawberry

from resolvers.outcomes import AnyNotice, PriceMoved, QuantityCapped
from resolvers.views import CartView
from schema.cart_enums import CartNoticeCode
from schema.ids import to_id
from schema.scalars import DateTime
from schema.types.cart import CartLine, PriceChange
from schema.types.money import Money


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
    """Every reason without a type of its own."""


def cart_notice(notice: AnyNotice, cart: CartView) -> CartNotice:
    """The notice for the API."""
    line = cart.line(notice.line_id) if notice.line_id else None
    common: dict[str, Any] = {
        "id": to_id("CartNotice", cart.record.marketplace, notice.id),
        "code": CartNoticeCode(str(notice.code)),
        "message": notice.message,
        "line": CartLine.of(line) if line else None,
        "created_at": DateTime(notice.created_at),
    }
    match notice:
        case QuantityCapped(requested=requested, accepted=accepted):
            return QuantityCappedNotice(**common, requested_quantity=requested, accepted_quantity=accepted)
        case PriceMoved(previous=previous, current=current):
            moved = PriceChange.of(Money.of(previous), Money.of(current), DateTime(notice.created_at))
            return PriceChangeNotice(**common, change=moved)
    return LineChangeNotice(**common)
