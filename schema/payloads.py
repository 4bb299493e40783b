"""One payload a mutation, built from what the resolvers say became of it."""

import strawberry

from resolvers.outcomes import CartOutcome, Handover
from resolvers.outcomes import ItemResult as ResultValue
from resolvers.views import CartView
from schema.cart_enums import ItemOutcome
from schema.ids import to_id
from schema.scalars import URL, DateTime
from schema.types.cart import Cart, CartLine
from schema.types.cart_errors import CartError, cart_error
from schema.types.cart_notices import CartNotice, cart_notice
from schema.types.money import Money

_AFTER = "The cart as it is now, also after a failure."
_STOPPED = "What stopped the call; empty on success."
_STOPPED_PART = "What stopped the call or part of it; empty on full success."
_NOTICES = "What went otherwise than asked."


@strawberry.type(description="What became of one entry of a bulk call.")
class ItemResult:
    """Result of an entry."""

    index: int = strawberry.field(description="Position in `items`, from 0.")
    outcome: ItemOutcome = strawberry.field(description="What became of it.")
    line: CartLine | None = strawberry.field(description="The line it went to; null when it went nowhere.")
    user_errors: list[CartError] = strawberry.field(description="Why not; empty on success.")


@strawberry.type(description="Result of `createCart`.")
class CreateCartPayload:
    """Payload of ``createCart``."""

    cart: Cart | None = strawberry.field(description="The cart; null only when it could not be made.")
    results: list[ItemResult] = strawberry.field(description="One entry for each of `items`, in order.")
    user_errors: list[CartError] = strawberry.field(description=_STOPPED_PART)
    notices: list[CartNotice] = strawberry.field(description=_NOTICES)


@strawberry.type(description="Result of `addItem`.")
class AddItemPayload:
    """Payload of ``addItem``."""

    cart: Cart | None = strawberry.field(description=_AFTER)
    line: CartLine | None = strawberry.field(description="The line the item went to; null when it went nowhere.")
    outcome: ItemOutcome = strawberry.field(description="What became of the item.")
    user_errors: list[CartError] = strawberry.field(description=_STOPPED)
    notices: list[CartNotice] = strawberry.field(description=_NOTICES)


@strawberry.type(description="Result of `addItems`.")
class AddItemsPayload:
    """Payload of ``addItems``."""

    cart: Cart | None = strawberry.field(description=_AFTER)
    results: list[ItemResult] = strawberry.field(description="One entry for each of `items`, in order.")
    user_errors: list[CartError] = strawberry.field(description=_STOPPED_PART)
    notices: list[CartNotice] = strawberry.field(description=_NOTICES)


@strawberry.type(description="Result of `modifyItem`.")
class ModifyItemPayload:
    """Payload of ``modifyItem``."""

    cart: Cart | None = strawberry.field(description=_AFTER)
    line: CartLine | None = strawberry.field(description="The line; null when it was taken out.")
    removed_line_id: strawberry.ID | None = strawberry.field(
        description="Id of the line when it was taken out, so a client cache can drop it."
    )
    user_errors: list[CartError] = strawberry.field(description=_STOPPED)
    notices: list[CartNotice] = strawberry.field(description=_NOTICES)


@strawberry.type(description="Result of `saveForLater`.")
class SaveForLaterPayload:
    """Payload of ``saveForLater``."""

    cart: Cart | None = strawberry.field(description=_AFTER)
    lines: list[CartLine] = strawberry.field(description="Lines that moved.")
    user_errors: list[CartError] = strawberry.field(description=_STOPPED_PART)
    notices: list[CartNotice] = strawberry.field(description=_NOTICES)


@strawberry.type(description="Result of `moveToCart`.")
class MoveToCartPayload:
    """Payload of ``moveToCart``."""

    cart: Cart | None = strawberry.field(description=_AFTER)
    lines: list[CartLine] = strawberry.field(description="Lines that moved.")
    user_errors: list[CartError] = strawberry.field(description=_STOPPED_PART)
    notices: list[CartNotice] = strawberry.field(description=_NOTICES)


@strawberry.type(description="Result of `clearCart`.")
class ClearCartPayload:
    """Payload of ``clearCart``."""

    cart: Cart | None = strawberry.field(description=_AFTER)
    removed_line_ids: list[strawberry.ID] = strawberry.field(
        description="Ids of the lines taken out, so a client cache can drop them."
    )
    user_errors: list[CartError] = strawberry.field(description=_STOPPED)
    notices: list[CartNotice] = strawberry.field(description=_NOTICES)


@strawberry.type(description="A cart on its way to the marketplace's own checkout.")
class CheckoutHandover:
    """Where the shopper goes."""

    url: URL = strawberry.field(
        description="Address to open in the shopper's browser; it holds a secret, so do not store or log it."
    )
    expires_at: DateTime = strawberry.field(description="Until when the address is good.")
    subtotal: Money | None = strawberry.field(description="Subtotal that was handed over.")
    created_at: DateTime = strawberry.field(description="When it was handed over.")


@strawberry.type(description="Result of `checkout`.")
class CheckoutPayload:
    """Payload of ``checkout``."""

    cart: Cart | None = strawberry.field(description="The cart as it is now.")
    handover: CheckoutHandover | None = strawberry.field(description="Where to send the shopper; null when refused.")
    user_errors: list[CartError] = strawberry.field(description=_STOPPED)
    notices: list[CartNotice] = strawberry.field(description=_NOTICES)

    @classmethod
    def of(cls, outcome: CartOutcome, marketplace: str) -> "CheckoutPayload":
        """The payload for the API."""
        handover = outcome.handover
        return cls(
            cart=Cart.maybe(outcome.cart),
            handover=_handover(handover) if handover else None,
            user_errors=errors_of(outcome, marketplace),
            notices=notices_of(outcome),
        )


def _handover(handover: Handover) -> CheckoutHandover:
    return CheckoutHandover(
        url=URL(handover.url),
        expires_at=DateTime(handover.expires_at),
        subtotal=Money.maybe(handover.subtotal),
        created_at=DateTime(handover.created_at),
    )


@strawberry.type(description="Result of `mergeCarts`.")
class MergeCartsPayload:
    """Payload of ``mergeCarts``."""

    cart: Cart | None = strawberry.field(description="The target cart as it is now.")
    results: list[ItemResult] = strawberry.field(description="One entry for each line of the source.")
    user_errors: list[CartError] = strawberry.field(description=_STOPPED_PART)
    notices: list[CartNotice] = strawberry.field(description=_NOTICES)


@strawberry.type(description="Result of `restoreCart`.")
class RestoreCartPayload:
    """Payload of ``restoreCart``."""

    cart: Cart | None = strawberry.field(description="The cart as it is now.")
    results: list[ItemResult] = strawberry.field(description="One entry for each line of the old cart.")
    user_errors: list[CartError] = strawberry.field(description=_STOPPED_PART)
    notices: list[CartNotice] = strawberry.field(description=_NOTICES)


@strawberry.type(description="Result of `acknowledgeNotices`.")
class AcknowledgeNoticesPayload:
    """Payload of ``acknowledgeNotices``."""

    cart: Cart | None = strawberry.field(description="The cart as it is now.")
    user_errors: list[CartError] = strawberry.field(description=_STOPPED)


def errors_of(outcome: CartOutcome, marketplace: str) -> list[CartError]:
    """The outcome's problems for the API."""
    return [cart_error(problem, marketplace, outcome.cart) for problem in outcome.problems]


def notices_of(outcome: CartOutcome) -> list[CartNotice]:
    """The outcome's notices for the API."""
    return [cart_notice(notice, outcome.cart) for notice in outcome.notices] if outcome.cart else []


def line_of(cart: CartView | None, line_id: str | None) -> CartLine | None:
    """A line of the cart for the API."""
    line = cart.line(line_id) if cart and line_id else None
    return CartLine.of(line) if line else None


def lines_of(outcome: CartOutcome) -> list[CartLine]:
    """The lines that a call moved, for the API."""
    found = (line_of(outcome.cart, line_id) for line_id in outcome.line_ids)
    return [line for line in found if line]


def results_of(outcome: CartOutcome, marketplace: str) -> list[ItemResult]:
    """Every entry's result for the API, its errors under the path of the entry."""
    return [_result(result, outcome.cart, marketplace) for result in outcome.results]


def bulk_errors_of(outcome: CartOutcome, marketplace: str) -> list[CartError]:
    """The errors of a bulk call: those of its entries, each under its path, or the one that stopped it whole."""
    of_entries = [error for result in results_of(outcome, marketplace) for error in result.user_errors]
    return of_entries or errors_of(outcome, marketplace)


def removed_ids_of(outcome: CartOutcome) -> list[strawberry.ID]:
    """Global ids of the lines that a call took out."""
    if outcome.cart is None:
        return []
    market = outcome.cart.record.marketplace
    return [to_id("CartLine", market, line_id) for line_id in outcome.removed_line_ids]


def _result(result: ResultValue, cart: CartView | None, marketplace: str) -> ItemResult:
    path = ("items", str(result.index))
    return ItemResult(
        index=result.index,
        outcome=ItemOutcome(str(result.outcome)),
        line=line_of(cart, result.line_id),
        user_errors=[cart_error(problem, marketplace, cart, path) for problem in result.problems],
    )
