"""Offers and who makes them."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from ecs import model
from resolvers.availability import Availability as AvailabilityValue
from resolvers.availability import availability_of
from schema.directives import INHERITS, NON_NULL, Cost, public
from schema.enums import AvailabilityStatus, ItemCondition, PriceVisibility
from schema.ids import to_id
from schema.paging import PageInfo
from schema.types.money import Freshness, Money
from schema.types.node import Node

if TYPE_CHECKING:
    from schema.types.product import Product
    from schema.types.seller import Seller


@strawberry.type(description="Whether and how soon an item can be bought.", directives=[INHERITS])
class Availability:
    """Availability of an offer."""

    status: AvailabilityStatus = strawberry.field(description="Coarse state.")
    message: str | None = strawberry.field(description="Upstream wording in the request's language.")
    min_hours: int | None = strawberry.field(description="Shortest time to ship, in hours.")
    max_hours: int | None = strawberry.field(description="Longest time to ship, in hours.")


@strawberry.type(
    description="A seller's standing offer of a product; the thing a cart line buys.", directives=[public(300)]
)
class Offer(Node):
    """Wraps an offer together with the product it is of."""

    id: strawberry.ID = strawberry.field(description="Opaque global id; short-lived, so take it from a recent answer.")
    offer: strawberry.Private[model.Offer]
    owner: strawberry.Private["Product"]
    featured: strawberry.Private[bool]

    @classmethod
    def of(cls, offer: model.Offer, owner: "Product", *, is_featured: bool) -> "Offer":
        """The offer for the API."""
        offer_id = to_id("Offer", owner.market, owner.item.asin, offer.listing_id)
        return cls(id=offer_id, offer=offer, owner=owner, featured=is_featured)

    @strawberry.field(description="The product offered; null when its record could not be read.", directives=[NON_NULL])
    def product(self) -> Annotated["Product", strawberry.lazy("schema.types.product")] | None:
        return self.owner

    @strawberry.field(
        description="Who sells; null when the seller could not be read.", directives=[NON_NULL, Cost(weight="2")]
    )
    def seller(self) -> Annotated["Seller", strawberry.lazy("schema.types.seller")] | None:
        from schema.types.seller import Seller  # the graph of types has this cycle

        name = self.offer.merchant_name or self.offer.merchant_id
        if name is None:
            return None
        return Seller.of(self.owner.market, name, self.offer.merchant_id or name)

    @strawberry.field(description="State of the item.")
    def condition(self) -> ItemCondition:
        known = {str(condition.value): condition for condition in ItemCondition}
        return known.get(self.offer.condition, ItemCondition.USED)

    @strawberry.field(description="Finer state, such as LikeNew.")
    def sub_condition(self) -> str | None:
        return self.offer.sub_condition

    @strawberry.field(description="Seller's words about the state.")
    def condition_note(self) -> str | None:
        return self.offer.condition_note

    @strawberry.field(description="Unit price; null when it may not be shown or is not known, see `priceVisibility`.")
    def price(self) -> Money | None:
        return Money.maybe(None if self.offer.is_price_hidden else self.offer.price)

    @strawberry.field(description="Why `price` is or is not there.")
    def price_visibility(self) -> PriceVisibility:
        if self.offer.is_price_hidden:
            return PriceVisibility.IN_CART_ONLY
        return PriceVisibility.VISIBLE if self.offer.price else PriceVisibility.UNKNOWN

    @strawberry.field(description="How much is saved against the list price.")
    def savings(self) -> Money | None:
        return Money.maybe(None if self.offer.is_price_hidden else self.offer.saved)

    @strawberry.field(description="Savings in percent, rounded down.")
    def savings_percent(self) -> int | None:
        return None if self.offer.is_price_hidden else self.offer.percent_saved

    @strawberry.field(description="Whether and how soon it can be bought.")
    def availability(self) -> Availability:
        return Availability(
            status=status_of(availability_of(self.offer)),
            message=self.offer.availability,
            min_hours=self.offer.min_hours,
            max_hours=self.offer.max_hours,
        )

    @strawberry.field(description="Most units of this offer in one cart; null when not known.")
    def max_quantity(self) -> int | None:
        return self.offer.max_quantity

    @strawberry.field(description="True when it is the offer a plain add-to-cart takes.")
    def is_featured(self) -> bool:
        return self.featured

    @strawberry.field(description="True when shipped by the marketplace itself.")
    def is_fulfilled_by_marketplace(self) -> bool:
        return self.offer.is_fulfilled_by_amazon

    @strawberry.field(description="True when it counts for free shipping.")
    def is_free_shipping_eligible(self) -> bool:
        return self.offer.is_super_saver

    @strawberry.field(description="When and where this offer was read.")
    def freshness(self) -> Freshness:
        return self.owner.provenance


@strawberry.type(description="One offer of a page.", directives=[INHERITS])
class OfferEdge:
    """Edge of ``OfferConnection``."""

    cursor: str = strawberry.field(description="Cursor of this edge.")
    node: Offer = strawberry.field(description="The offer.")


@strawberry.type(description="A page of offers.", directives=[INHERITS])
class OfferConnection:
    """Offers of a product or seller."""

    edges: list[OfferEdge] = strawberry.field(description="Edges of the page.")
    page_info: PageInfo = strawberry.field(description="Page information.")
    total_count: int | None = strawberry.field(description="How many offers there are.")


def status_of(availability: AvailabilityValue) -> AvailabilityStatus:
    """The API's word for an availability."""
    return AvailabilityStatus(availability.value)
