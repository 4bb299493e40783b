"""Input types of cart mutations and their turning into what the resolvers take."""

from decimal import Decimal as Number

import strawberry

from ecs.vocabulary import fraction_digits
from persistence.records import RequestKey
from resolvers.changes import Target
from resolvers.errors import BadInput
from resolvers.intents import Agreed
from resolvers.lines import Addition
from resolvers.prices import minor_units
from resolvers.problems import Problem, ProblemCode, Stopped
from resolvers.shop import Shop
from schema.cart_enums import ClearScope, MergeStrategy, PricePolicy
from schema.context import Context
from schema.enums import Marketplace
from schema.ids import from_id, part_of
from schema.scalars import Decimal


@strawberry.input(description="Exactly one way to name what goes in the cart.", one_of=True)
class ItemRef:
    """An offer or a product."""

    offer_id: strawberry.ID | None = strawberry.field(
        description="An offer; buys from that seller at that price.", default=strawberry.UNSET
    )
    product_id: strawberry.ID | None = strawberry.field(
        description="A product; buys its featured offer.", default=strawberry.UNSET
    )
    asin: str | None = strawberry.field(
        description="A catalog number in the cart's marketplace; buys its featured offer.", default=strawberry.UNSET
    )

    def addition(self, index: int, quantity: int, marketplace: str) -> Addition:
        """
        What the resolvers add.

        Raises:
            Stopped: the id is no offer or product, or one of another marketplace.
        """
        if self.asin is not None and self.asin is not strawberry.UNSET:
            if not self.asin.strip():
                raise Stopped(_unnamed())
            return Addition(index, self.asin.strip().upper(), quantity)
        kind = "Offer" if self.offer_id else "Product"
        found = from_id(self.offer_id or self.product_id or "")
        if found is None or found.kind != kind or len(found.parts) < (2 if kind == "Offer" else 1):
            raise Stopped(_unknown(kind))
        if found.marketplace != marketplace:
            raise Stopped(_elsewhere(marketplace))
        return Addition(index, found.parts[0], quantity, found.parts[1] if kind == "Offer" else None)


@strawberry.input(description="One thing to put in the cart.")
class CartItemInput:
    """An item with its units."""

    item: ItemRef = strawberry.field(description="What to add.")
    quantity: int = strawberry.field(description="Units to add to those already there.", default=1)


_CART_ID = "The cart; the active one when left out."
_CART_ID_OR_NEW = "The cart; the active one, made on the spot if need be, when left out."
_VERSION = "Refuse when the cart is not at this version."
_KEY = "Repeat the call with the same key and get the first answer again; 16 to 128 characters, kept for 72 hours."


@strawberry.input(description="Input of `createCart`.")
class CreateCartInput:
    """Input of ``createCart``."""

    marketplace: Marketplace | None = strawberry.field(
        description="Marketplace; the operation's own by default.", default=strawberry.UNSET
    )
    items: list[CartItemInput] = strawberry.field(
        description="What to put in; at least one, since the upstream knows no empty cart."
    )
    replace_active: bool = strawberry.field(
        description="Make a fresh cart even when one is active; the old one stays in the history.", default=False
    )
    idempotency_key: str | None = strawberry.field(description=_KEY, default=strawberry.UNSET)


@strawberry.input(description="Input of `addItem`.")
class AddItemInput:
    """Input of ``addItem``."""

    cart_id: strawberry.ID | None = strawberry.field(description=_CART_ID_OR_NEW, default=strawberry.UNSET)
    item: ItemRef = strawberry.field(description="What to add.")
    quantity: int = strawberry.field(description="Units to add to those already there.", default=1)
    expected_version: int | None = strawberry.field(description=_VERSION, default=strawberry.UNSET)
    idempotency_key: str | None = strawberry.field(description=_KEY, default=strawberry.UNSET)


@strawberry.input(description="Input of `addItems`.")
class AddItemsInput:
    """Input of ``addItems``."""

    cart_id: strawberry.ID | None = strawberry.field(description=_CART_ID_OR_NEW, default=strawberry.UNSET)
    items: list[CartItemInput] = strawberry.field(description="What to add, in order.")
    atomic: bool = strawberry.field(description="All or nothing.", default=False)
    expected_version: int | None = strawberry.field(description=_VERSION, default=strawberry.UNSET)
    idempotency_key: str | None = strawberry.field(description=_KEY, default=strawberry.UNSET)


@strawberry.input(description="Input of `modifyItem`.")
class ModifyItemInput:
    """Input of ``modifyItem``."""

    cart_id: strawberry.ID | None = strawberry.field(description=_CART_ID, default=strawberry.UNSET)
    line_id: strawberry.ID = strawberry.field(description="The line.")
    quantity: int = strawberry.field(description="Units from now on; 0 takes the line out.")
    expected_version: int | None = strawberry.field(description=_VERSION, default=strawberry.UNSET)
    idempotency_key: str | None = strawberry.field(description=_KEY, default=strawberry.UNSET)


@strawberry.input(description="Input of `saveForLater`.")
class SaveForLaterInput:
    """Input of ``saveForLater``."""

    cart_id: strawberry.ID | None = strawberry.field(description=_CART_ID, default=strawberry.UNSET)
    line_ids: list[strawberry.ID] = strawberry.field(description="Lines to put aside.")
    expected_version: int | None = strawberry.field(description=_VERSION, default=strawberry.UNSET)
    idempotency_key: str | None = strawberry.field(description=_KEY, default=strawberry.UNSET)


@strawberry.input(description="Input of `moveToCart`.")
class MoveToCartInput:
    """Input of ``moveToCart``."""

    cart_id: strawberry.ID | None = strawberry.field(description=_CART_ID, default=strawberry.UNSET)
    line_ids: list[strawberry.ID] = strawberry.field(description="Saved lines to take back.")
    expected_version: int | None = strawberry.field(description=_VERSION, default=strawberry.UNSET)
    idempotency_key: str | None = strawberry.field(description=_KEY, default=strawberry.UNSET)


@strawberry.input(description="Input of `clearCart`.")
class ClearCartInput:
    """Input of ``clearCart``."""

    cart_id: strawberry.ID | None = strawberry.field(description=_CART_ID, default=strawberry.UNSET)
    scope: ClearScope = strawberry.field(
        description=(
            "Which lines to take out; like the upstream's own clear, saved lines go too unless told otherwise."
        ),
        default=ClearScope.ALL_LINES,
    )
    expected_version: int | None = strawberry.field(description=_VERSION, default=strawberry.UNSET)
    idempotency_key: str | None = strawberry.field(description=_KEY, default=strawberry.UNSET)


@strawberry.input(description="Input of `mergeCarts`.")
class MergeCartsInput:
    """Input of ``mergeCarts``."""

    source_cart_id: strawberry.ID = strawberry.field(
        description="Cart to take lines from, usually the guest's; the session must own it or know its id."
    )
    target_cart_id: strawberry.ID | None = strawberry.field(
        description="Cart to put them in; the customer's active one when left out.", default=strawberry.UNSET
    )
    strategy: MergeStrategy = strawberry.field(
        description="What to do with a product that is in both.", default=MergeStrategy.SUM_QUANTITIES
    )
    idempotency_key: str | None = strawberry.field(description=_KEY, default=strawberry.UNSET)


@strawberry.input(description="Input of `restoreCart`.")
class RestoreCartInput:
    """Input of ``restoreCart``."""

    from_cart_id: strawberry.ID = strawberry.field(description="An old cart of this shopper, in any state.")
    into_cart_id: strawberry.ID | None = strawberry.field(
        description="Cart to put its lines in; the active one when left out.", default=strawberry.UNSET
    )
    idempotency_key: str | None = strawberry.field(description=_KEY, default=strawberry.UNSET)


@strawberry.input(description="Input of `acknowledgeNotices`.")
class AcknowledgeNoticesInput:
    """Input of ``acknowledgeNotices``."""

    cart_id: strawberry.ID | None = strawberry.field(description=_CART_ID, default=strawberry.UNSET)
    notice_ids: list[strawberry.ID] | None = strawberry.field(
        description="Notices the shopper has seen; all of them when left out.", default=strawberry.UNSET
    )


@strawberry.input(description="Input of `checkout`.")
class CheckoutInput:
    """Input of ``checkout``."""

    cart_id: strawberry.ID | None = strawberry.field(description=_CART_ID, default=strawberry.UNSET)
    expected_subtotal: Decimal | None = strawberry.field(
        description="Sum the shopper saw; the call is refused when it no longer holds, as `pricePolicy` says.",
        default=strawberry.UNSET,
    )
    price_policy: PricePolicy = strawberry.field(
        description="Which price moves the shopper accepts.", default=PricePolicy.ACCEPT_DROPS
    )
    expected_version: int | None = strawberry.field(description=_VERSION, default=strawberry.UNSET)
    idempotency_key: str | None = strawberry.field(description=_KEY, default=strawberry.UNSET)

    def agreed(self, currency: str) -> Agreed:
        """
        The terms of the checkout.

        Raises:
            BadInput: the sum has more decimals than the currency.
        """
        return Agreed(
            subtotal_minor=self._subtotal_minor(currency),
            accepts_rise=self.price_policy is PricePolicy.ACCEPT_ALL,
            accepts_drop=self.price_policy is not PricePolicy.REFUSE_ALL,
        )

    def _subtotal_minor(self, currency: str) -> int | None:
        if self.expected_subtotal is None or self.expected_subtotal is strawberry.UNSET:
            return None
        subtotal = Number(self.expected_subtotal)
        minor = minor_units(subtotal, currency)
        if subtotal != Number(minor).scaleb(-fraction_digits(currency)):
            raise BadInput(f"`expectedSubtotal` has more decimals than {currency} has; take it from cart.subtotal.")
        return minor


def shop_of_cart(context: Context, cart_id: str | None) -> Shop:
    """The shop that a cart's id names, else that of the operation's marketplace: a cart never leaves its own."""
    found = from_id(cart_id) if cart_id else None
    if found is not None and found.kind == "Cart" and context.serves(found.marketplace):
        return context.at(found.marketplace).shop
    return context.shop


def target_of(
    cart_id: str | None, expected_version: int | None, marketplace: str, key: RequestKey | None = None
) -> Target:
    """Which cart a change is meant for; an id that is none of ours finds no cart, like a foreign one."""
    own_id = (part_of(cart_id, "Cart", marketplace) or "") if cart_id else None
    return Target(own_id, None if expected_version is strawberry.UNSET else expected_version, key)


def _unknown(kind: str) -> Problem:
    if kind == "Offer":
        message = "This is no id of an offer; take it from offers or featuredOffer of a recent answer."
        return Problem(code=ProblemCode.OFFER_NOT_FOUND, message=message, field=("item", "offerId"))
    message = "This is no id of a product; take it from a product's id."
    return Problem(code=ProblemCode.PRODUCT_NOT_FOUND, message=message, field=("item", "productId"))


def _unnamed() -> Problem:
    message = "The catalog number is empty; take it from a product's asin."
    return Problem(code=ProblemCode.PRODUCT_NOT_FOUND, message=message, field=("item", "asin"))


def _elsewhere(marketplace: str) -> Problem:
    message = f"This item belongs to another marketplace; the cart is of {marketplace}."
    return Problem(code=ProblemCode.MARKETPLACE_MISMATCH, message=message, field=("item",))
