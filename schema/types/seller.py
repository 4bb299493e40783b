"""Who sells."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from ecs import model
from resolvers.directory import listings_of
from resolvers.planning import below, offer_product_groups
from schema.context import Info
from schema.directives import NON_NULL, Cost, paged, public
from schema.ids import to_id
from schema.paging import window_of
from schema.selection import selection_of
from schema.types.attributes import Rating
from schema.types.node import ID_DESCRIPTION, Node

if TYPE_CHECKING:
    from schema.types.offer import OfferConnection


@strawberry.type(description="Who sells.", directives=[public(3600)])
class Seller(Node):
    """A merchant as offers name him; the rest is looked up when it is asked for."""

    name: str = strawberry.field(description="Name shown to shoppers.")
    merchant_id: strawberry.Private[str]
    market: strawberry.Private[str]

    def __init__(self, name: str, merchant_id: str, market: str) -> None:
        self.name = name
        self.merchant_id = merchant_id
        self.market = market

    @classmethod
    def known(cls, marketplace: str, seller: model.Seller) -> "Seller":
        """The seller that a look-up found."""
        return cls(seller.nickname or seller.name or seller.seller_id, seller.seller_id, marketplace)

    @strawberry.field(description=ID_DESCRIPTION)
    def id(self) -> strawberry.ID:
        # It holds the name too, so that the seller of an offer can be refetched.
        return to_id("Seller", self.market, self.merchant_id, self.name)

    @strawberry.field(description="About the seller.")
    async def about(self, info: Info) -> str | None:
        seller = await self._record(info)
        return seller.about if seller else None

    @strawberry.field(description="Place, as the seller states it.")
    async def location(self, info: Info) -> str | None:
        seller = await self._record(info)
        place = seller.location if seller else None
        if place is None:
            return None
        return place.text or ", ".join(part for part in (place.city, place.state, place.country) if part) or None

    @strawberry.field(description="Average feedback; null when there is none.")
    async def rating(self, info: Info) -> Rating | None:
        seller = await self._record(info)
        if seller is None or seller.rating is None:
            return None
        return Rating(average=seller.rating, count=seller.ratings or 0)

    @strawberry.field(
        description="Listings of this seller.",
        directives=[NON_NULL, Cost(weight="8"), paged()],
    )
    async def listings(
        self,
        info: Info,
        query: str | None = strawberry.UNSET,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        last: int | None = strawberry.UNSET,
        before: str | None = strawberry.UNSET,
    ) -> Annotated["OfferConnection", strawberry.lazy("schema.types.offer")] | None:
        # The graph of types has this cycle.
        from schema.types.offer import OfferConnection
        from schema.types.product import Product

        context = info.context.at(self.market)
        window = window_of(first, after, last, before)
        page = await listings_of(context.shop.directory, self.merchant_id, query or None, window)
        asins = [listing.asin or "" for listing in page.entries]
        groups = offer_product_groups(below(selection_of(info), "edges", "node"))
        found = await context.products.load_many(asins, groups)
        offers = [
            (place, offer, Product(seen, self.market))
            for place, seen in enumerate(found, page.offset)
            if seen and (offer := self._own(seen.value))
        ]
        return OfferConnection(offers, page.offset, len(page.entries), page.reachable, page.total)

    def _own(self, item: model.Item) -> model.Offer | None:
        """The seller's first offer of an item."""
        offers = item.offers.offers if item.offers else ()
        return next((each for each in offers if self.merchant_id in {each.merchant_id, each.merchant_name}), None)

    async def _record(self, info: Info) -> model.Seller | None:
        if self.merchant_id == self.name:
            # Later services name sellers without a number, and know no look-up of sellers either.
            return None
        return await info.context.at(self.market).sellers.load(self.merchant_id)
