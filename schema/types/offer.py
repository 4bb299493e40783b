"""Offers and who makes them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import strawberry

from ecs import model
from resolvers.availability import Availability as AvailabilityValue
from resolvers.availability import availability_of, featured_offer
from schema.directives import INHERITS, NON_NULL, Cost, public
from schema.enums import AvailabilityStatus, ItemCondition, PriceVisibility
from schema.ids import to_id
from schema.paging import PageInfo, cursor, page_info
from schema.types.money import Freshness, Money
from schema.types.node import Node
from schema.types.seller import Seller

if TYPE_CHECKING:
    from schema.types.product import Product


@strawberry.type(description="Whether and how soon an item can be bought.", directives=[INHERITS])
class Availability:
    """Availability of an offer."""

    offer: strawberry.Private[model.Offer]

    def __init__(self, offer: model.Offer) -> None:
        self.offer = offer

    @strawberry.field(description="Coarse state.")
    def status(self) -> AvailabilityStatus:
        return _STATUSES[availability_of(self.offer)]

    @strawberry.field(description="Upstream wording in the request's language.")
    def message(self) -> str | None:
        return self.offer.availability

    @strawberry.field(description="Shortest time to ship, in hours.")
    def min_hours(self) -> int | None:
        return self.offer.min_hours

    @strawberry.field(description="Longest time to ship, in hours.")
    def max_hours(self) -> int | None:
        return self.offer.max_hours


@strawberry.type(
    description="A seller's standing offer of a product; the thing a cart line buys.", directives=[public(300)]
)
class Offer(Node):
    """Wraps an offer together with the product it is of."""

    offer: strawberry.Private[model.Offer]
    owner: strawberry.Private["Product"]

    def __init__(self, offer: model.Offer, owner: "Product") -> None:
        self.offer = offer
        self.owner = owner

    @strawberry.field(description="Opaque global id; short-lived, so take it from a recent answer.")
    def id(self) -> strawberry.ID:
        return to_id("Offer", self.owner.market, self.owner.item.asin, self.offer.listing_id)

    @strawberry.field(description="The product offered; null when its record could not be read.", directives=[NON_NULL])
    def product(self) -> Annotated["Product", strawberry.lazy("schema.types.product")] | None:
        return self.owner

    @strawberry.field(
        description="Who sells; null when the seller could not be read.", directives=[NON_NULL, Cost(weight="2")]
    )
    def seller(self) -> Seller | None:
        name = self.offer.merchant_name or self.offer.merchant_id
        return None if name is None else Seller(name, self.offer.merchant_id or name, self.owner.market)

    @strawberry.field(description="State of the item.")
    def condition(self) -> ItemCondition:
        return _CONDITIONS.get(self.offer.condition, ItemCondition.USED)

    @strawberry.field(description="Finer state, such as LikeNew.")
    def sub_condition(self) -> str | None:
        return self.offer.sub_condition

    @strawberry.field(description="Seller's words about the state.")
    def condition_note(self) -> str | None:
        return self.offer.condition_note

    @strawberry.field(description="Unit price; null when it may not be shown or is not known, see `priceVisibility`.")
    def price(self) -> Money | None:
        offer = self.offer
        return None if offer.price is None or offer.is_price_hidden else Money(offer.price)

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
        return Availability(self.offer)

    @strawberry.field(description="Most units of this offer in one cart; null when not known.")
    def max_quantity(self) -> int | None:
        return self.offer.max_quantity

    @strawberry.field(description="True when it is the offer a plain add-to-cart takes.")
    def is_featured(self) -> bool:
        return self.offer is featured_offer(self.owner.item)

    @strawberry.field(description="True when shipped by the marketplace itself.")
    def is_fulfilled_by_marketplace(self) -> bool:
        return self.offer.is_fulfilled_by_amazon

    @strawberry.field(description="True when it counts for free shipping.")
    def is_free_shipping_eligible(self) -> bool:
        return self.offer.is_super_saver

    @strawberry.field(description="When and where this offer was read.")
    def freshness(self) -> Freshness:
        seen = self.owner.seen
        return Freshness.of(seen.as_of, seen.source, is_stale=seen.is_stale)


@strawberry.type(description="One offer of a page.", directives=[INHERITS])
class OfferEdge:
    """Edge of ``OfferConnection``."""

    def _cursor(self) -> str:
        return cursor(self.place)

    place: strawberry.Private[int]
    cursor: str = strawberry.field(resolver=_cursor, description="Cursor of this edge.")
    node: Offer = strawberry.field(description="The offer.")

    def __init__(self, place: int, node: Offer) -> None:
        self.place = place
        self.node = node


@strawberry.type(description="A page of offers.", directives=[INHERITS])
class OfferConnection:
    """Offers of a product or seller: each with its place in the list and its product."""

    offers: strawberry.Private[Sequence[tuple[int, model.Offer, "Product"]]]
    start: strawberry.Private[int]
    count: strawberry.Private[int]
    reachable: strawberry.Private[int]
    total: strawberry.Private[int | None]

    def __init__(
        self,
        offers: Sequence[tuple[int, model.Offer, "Product"]],
        start: int,
        count: int,
        reachable: int,
        total: int | None,
    ) -> None:
        self.offers = offers
        self.start = start
        self.count = count
        self.reachable = reachable
        self.total = total

    @strawberry.field(description="Edges of the page.")
    def edges(self) -> list[OfferEdge]:
        return [OfferEdge(place, Offer(offer, owner)) for place, offer, owner in self.offers]

    @strawberry.field(description="Page information.")
    def page_info(self) -> PageInfo:
        return page_info(self.start, self.count, self.reachable)

    @strawberry.field(description="How many offers there are.")
    def total_count(self) -> int | None:
        return self.total


def status_of(availability: AvailabilityValue) -> AvailabilityStatus:
    """The API's word for an availability."""
    return _STATUSES[availability]


_CONDITIONS: Final = {str(condition.value): condition for condition in ItemCondition}
_STATUSES: Final = {availability: AvailabilityStatus(availability.value) for availability in AvailabilityValue}
