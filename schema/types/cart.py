"""Carts and their lines."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import strawberry

from ecs.errors import UpstreamError
from ecs.vocabulary import MAX_CART_ITEMS_PER_REQUEST, MAX_CART_LINES, MAX_QUANTITY, ResponseGroup
from resolvers.availability import availability_of, featured_offer
from resolvers.notices import shown
from resolvers.planning import offer_product_groups, product_groups
from resolvers.prices import money
from resolvers.readiness import blockers
from resolvers.views import CartView, LineView
from schema.cart_enums import CartErrorCode, CartLinePlacement, CartStatus
from schema.context import Info
from schema.directives import NON_NULL, PRIVATE, paged
from schema.enums import AvailabilityStatus, ImageSize, Marketplace
from schema.ids import to_id
from schema.paging import PageInfo, cursor, cut, page_info, window_of
from schema.scalars import CurrencyCode, DateTime
from schema.selection import selection_of
from schema.types.customer import Customer
from schema.types.image import Image, main_image
from schema.types.money import Freshness, Money
from schema.types.node import Node
from schema.types.offer import Offer, status_of
from schema.types.product import Product

if TYPE_CHECKING:
    from schema.types.cart_notices import CartNotice

_IMAGES = frozenset({ResponseGroup.SMALL, ResponseGroup.IMAGES})
_OFFERS = frozenset({ResponseGroup.SMALL, ResponseGroup.OFFER_FULL})


@strawberry.type(description="A move of a price.")
class PriceChange:
    """Two prices of one line."""

    previous: Money = strawberry.field(description="Price then.")
    current: Money = strawberry.field(description="Price now.")
    difference: Money = strawberry.field(description="Now minus then; negative for a drop.")
    is_increase: bool = strawberry.field(description="True for a rise.")
    detected_at: DateTime = strawberry.field(description="When the server saw it.")

    @classmethod
    def of(cls, previous: Money, current: Money, detected_at: DateTime) -> "PriceChange":
        """The move between two different prices of one currency."""
        moved = current.price.amount_minor - previous.price.amount_minor
        return cls(
            previous=previous,
            current=current,
            difference=Money(money(moved, current.price.currency)),
            is_increase=moved > 0,
            detected_at=detected_at,
        )


@strawberry.type(description="A line of a cart, to be bought or saved for later.", directives=[PRIVATE])
class CartLine(Node):
    """Wraps a line of a cart."""

    line: strawberry.Private[LineView]

    @strawberry.field(
        description=(
            "Opaque global id; stays the same through quantity changes, saving for later, merging and rebuilding."
        )
    )
    def id(self) -> strawberry.ID:
        return to_id("CartLine", self._market, self.line.record.id)

    @strawberry.field(description="Where the line stands.")
    def placement(self) -> CartLinePlacement:
        return CartLinePlacement(str(self.line.record.placement))

    @strawberry.field(description="Title when it was added; always there, even when the catalog is not.")
    def title(self) -> str:
        return self.line.record.title

    @strawberry.field(description="Catalog number.")
    def asin(self) -> str:
        return self.line.record.asin

    @strawberry.field(description="Picture of the product; null when the catalog has none or does not answer.")
    async def image(self, info: Info, size: ImageSize = ImageSize.SMALL) -> Image | None:
        seen = await info.context.at(self._market).products.load(self.line.record.asin, _IMAGES)
        found = main_image(seen.value, size) if seen else None
        return None if found is None else Image(self.line.record.title, found.height, found.url, found.width)

    @strawberry.field(description="The product now; null when its record could not be read.", directives=[NON_NULL])
    async def product(self, info: Info) -> Product | None:
        groups = product_groups(selection_of(info))
        return Product.maybe(
            await info.context.at(self._market).products.load(self.line.record.asin, groups), self._market
        )

    @strawberry.field(description="The offer now; null when it is gone.")
    async def offer(self, info: Info) -> Offer | None:
        seen = await info.context.at(self._market).products.load(
            self.line.record.asin, offer_product_groups(selection_of(info))
        )
        if seen is None:
            return None
        listing_id = self.line.record.listing_id
        if not listing_id:
            offer = featured_offer(seen.value)
        else:
            offers = seen.value.offers.offers if seen.value.offers else ()
            offer = next((each for each in offers if each.listing_id == listing_id), None)
        return Offer(offer, Product(seen, self._market)) if offer else None

    @strawberry.field(description="Who sells, as the cart knows it.")
    def seller_name(self) -> str | None:
        return self.line.record.seller_name

    @strawberry.field(description="Units.")
    def quantity(self) -> int:
        return self.line.record.quantity

    @strawberry.field(description="Most units allowed; null when not known.")
    def max_quantity(self) -> int | None:
        return MAX_QUANTITY

    @strawberry.field(description="Unit price now; null when not known.")
    def unit_price(self) -> Money | None:
        return Money.maybe(self.line.unit_price)

    @strawberry.field(description="Unit price when it was added.")
    def unit_price_when_added(self) -> Money | None:
        return Money.maybe(self.line.price_when_added)

    @strawberry.field(description="How the price moved since it was added or last accepted; null when it did not.")
    def price_change(self) -> PriceChange | None:
        then, now = self.line.price_accepted, self.line.unit_price
        if then is None or now is None or not self.line.price_rise_minor:
            return None
        seen_at = self.line.record.price_moved_at or self.line.cart.as_of
        return PriceChange.of(Money(then), Money(now), DateTime(seen_at))

    @strawberry.field(description="Unit price times units; null while the price is unknown.")
    def line_total(self) -> Money | None:
        return Money.maybe(self.line.total)

    @strawberry.field(description="Whether it can be bought now.")
    async def availability(self, info: Info) -> AvailabilityStatus:
        try:
            seen = await info.context.at(self._market).products.load(self.line.record.asin, _OFFERS)
        except UpstreamError:
            # A cart as last seen must not be lost because nobody answers for its lines.
            return AvailabilityStatus.UNKNOWN
        listing_id = self.line.record.listing_id
        offers = seen.value.offers.offers if seen and seen.value.offers else ()
        offer = next((each for each in offers if each.listing_id == listing_id), None)
        if listing_id is None and seen:
            offer = featured_offer(seen.value)
        if offer is None:
            return AvailabilityStatus.OUT_OF_STOCK if seen and seen.value.offers else AvailabilityStatus.UNKNOWN
        return status_of(availability_of(offer))

    @strawberry.field(description="What changed on this line, oldest first.")
    def notices(self) -> list[Annotated["CartNotice", strawberry.lazy("schema.types.cart_notices")]]:
        return _notices(self.line.cart, self.line.record.id)

    @strawberry.field(description="When it was added.")
    def added_at(self) -> DateTime:
        return DateTime(self.line.record.added_at)

    @strawberry.field(description="When it last changed.")
    def updated_at(self) -> DateTime:
        return DateTime(self.line.record.updated_at)

    @property
    def _market(self) -> str:
        return self.line.cart.record.marketplace


@strawberry.type(description="One line of a page.")
class CartLineEdge:
    """Edge of ``CartLineConnection``."""

    cursor: str = strawberry.field(description="Cursor of this edge.")
    node: CartLine = strawberry.field(description="The line.")


@strawberry.type(description="A page of lines.")
class CartLineConnection:
    """Lines of one placement."""

    edges: list[CartLineEdge] = strawberry.field(description="Edges of the page.")
    page_info: PageInfo = strawberry.field(description="Page information.")
    total_count: int = strawberry.field(description="How many lines there are.")


@strawberry.type(description="Whether a cart can be handed over.")
class CheckoutReadiness:
    """Readiness of a cart."""

    is_ready: bool = strawberry.field(description="True when nothing stands in the way.")
    blockers: list[CartErrorCode] = strawberry.field(description="Why not; empty when ready.")


@strawberry.type(description="What a cart can hold.")
class CartLimits:
    """Limits of the upstream."""

    max_lines: int = strawberry.field(description="Most lines in one cart, saved ones included.")
    max_quantity_per_line: int = strawberry.field(description="Most units in one line.")
    max_items_per_call: int = strawberry.field(description="Most entries in one bulk call.")


@strawberry.type(description="A shopping cart.", directives=[PRIVATE])
class Cart(Node):
    """Wraps a cart."""

    view: strawberry.Private[CartView]

    @classmethod
    def maybe(cls, view: CartView | None) -> "Cart | None":
        """The cart, when there is one."""
        return None if view is None else cls(view=view)

    @strawberry.field(
        description=("Opaque, unguessable global id; stays the same when the upstream cart behind it is rebuilt.")
    )
    def id(self) -> strawberry.ID:
        return to_id("Cart", self.view.record.marketplace, self.view.record.id)

    @strawberry.field(description="Grows by one with each change; send it as `expectedVersion` to refuse lost updates.")
    def version(self) -> int:
        return self.view.record.version

    @strawberry.field(description="State of the cart.")
    def status(self) -> CartStatus:
        return CartStatus(str(self.view.record.status))

    @strawberry.field(description="Marketplace of every line.")
    def marketplace(self) -> Marketplace:
        return Marketplace(self.view.record.marketplace)

    @strawberry.field(description="Currency of every price.")
    def currency_code(self) -> CurrencyCode:
        return CurrencyCode(self.view.record.currency)

    @strawberry.field(description="The owner; null for a guest's cart.")
    def customer(self, info: Info) -> Customer | None:
        return Customer.owning(info, self.view.record.customer_id, self.view.record.marketplace)

    @strawberry.field(description="Lines to be bought, in the order they were added.", directives=[paged(50)])
    def lines(
        self,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        last: int | None = strawberry.UNSET,
        before: str | None = strawberry.UNSET,
    ) -> CartLineConnection:
        return _page(self.view.lines, first, after, last, before)

    @strawberry.field(description="Lines put aside; they do not count in `subtotal`.", directives=[paged(50)])
    def saved_for_later(
        self,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        last: int | None = strawberry.UNSET,
        before: str | None = strawberry.UNSET,
    ) -> CartLineConnection:
        return _page(self.view.saved, first, after, last, before)

    @strawberry.field(description="Units in `lines`.")
    def total_quantity(self) -> int:
        return self.view.total_quantity

    @strawberry.field(
        description="Sum of `lines` at current prices, before tax and shipping; null while a price is unknown."
    )
    def subtotal(self) -> Money | None:
        return Money.maybe(self.view.subtotal)

    @strawberry.field(description="What changed since the shopper last looked, oldest first, kept until acknowledged.")
    def notices(self) -> list[Annotated["CartNotice", strawberry.lazy("schema.types.cart_notices")]]:
        return _notices(self.view)

    @strawberry.field(description="Whether `checkout` would succeed now.")
    def readiness(self) -> CheckoutReadiness:
        found = [CartErrorCode(str(code)) for code in blockers(self.view)]
        return CheckoutReadiness(is_ready=not found, blockers=found)

    @strawberry.field(description="What a cart can hold.")
    def limits(self) -> CartLimits:
        return CartLimits(
            max_lines=MAX_CART_LINES,
            max_quantity_per_line=MAX_QUANTITY,
            max_items_per_call=MAX_CART_ITEMS_PER_REQUEST,
        )

    @strawberry.field(description="When it was made.")
    def created_at(self) -> DateTime:
        return DateTime(self.view.record.created_at)

    @strawberry.field(description="When it last changed.")
    def updated_at(self) -> DateTime:
        return DateTime(self.view.record.updated_at)

    @strawberry.field(description="When it is archived unless touched; its lines can be restored after that.")
    def expires_at(self) -> DateTime:
        return DateTime(self.view.expires_at)

    @strawberry.field(description="When and where the prices were read.")
    def freshness(self) -> Freshness:
        return Freshness.of(self.view.as_of, self.view.source, is_stale=self.view.is_stale)


def _page(
    lines: Sequence[LineView], first: int | None, after: str | None, last: int | None, before: str | None
) -> CartLineConnection:
    start, page = cut(lines, window_of(first, after, last, before, default=MAX_CART_LINES))
    nodes = [CartLine(line=line) for line in page]
    return CartLineConnection(
        edges=[CartLineEdge(cursor=cursor(place), node=node) for place, node in enumerate(nodes, start)],
        page_info=page_info(start, len(nodes), len(lines)),
        total_count=len(lines),
    )


def _notices(cart: CartView, line_id: str | None = None) -> "list[CartNotice]":
    # A notice names its line, a line has its notices: one of the two imports must wait.
    from schema.types.cart_notices import cart_notice

    return [cart_notice(notice, cart) for notice in shown(cart) if line_id is None or notice.line_id == line_id]


@strawberry.type(description="One cart of a page.")
class CartEdge:
    """Edge of ``CartConnection``."""

    cursor: str = strawberry.field(description="Cursor of this edge.")
    node: Cart = strawberry.field(description="The cart.")


@strawberry.type(description="A page of carts.")
class CartConnection:
    """A shopper's carts, newest first."""

    edges: list[CartEdge] = strawberry.field(description="Edges of the page.")
    page_info: PageInfo = strawberry.field(description="Page information.")
    total_count: int = strawberry.field(description="How many carts there are.")
