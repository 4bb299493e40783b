"""Who asks, and what is his."""

import strawberry

from persistence.records import CartStatus as Status
from resolvers import carts
from resolvers.history import history
from schema.cart_enums import CartStatus
from schema.context import Info
from schema.directives import NON_NULL, PRIVATE, paged
from schema.ids import to_id
from schema.paging import cursor, page_info, window_of
from schema.signed_in import asking
from schema.types.cart import Cart, CartConnection, CartEdge
from schema.types.customer import Customer
from schema.types.node import ID_DESCRIPTION, Node


@strawberry.type(description="The asking session.", directives=[PRIVATE])
class Viewer(Node):
    """A guest, or a customer who is signed in."""

    customer_id: strawberry.Private[str]
    market: strawberry.Private[str]
    is_authenticated: bool = strawberry.field(description="True for a known customer, false for a guest.")

    @classmethod
    def of(cls, info: Info) -> "Viewer":
        """The asking session; a caller without one becomes a guest."""
        customer_id = info.context.session.establish()
        market = info.context.shop.marketplace
        is_authenticated = info.context.session.is_authenticated
        return cls(customer_id=customer_id, market=market, is_authenticated=is_authenticated)

    @strawberry.field(description=ID_DESCRIPTION)
    def id(self) -> strawberry.ID:
        return to_id("Viewer", self.market, self.customer_id)

    @strawberry.field(description="The customer; null for a guest.")
    def customer(self, info: Info) -> Customer | None:
        return Customer.asking(info, self.market)

    @strawberry.field(description="The cart in use; null before the first one.")
    async def active_cart(self, info: Info) -> Cart | None:
        return Cart.maybe(await carts.read(info.context.at(self.market).shop, await asking(info)))

    @strawberry.field(description="This shopper's carts, newest first.", directives=[NON_NULL, paged()])
    async def carts(
        self,
        info: Info,
        status: list[CartStatus] | None = strawberry.UNSET,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        last: int | None = strawberry.UNSET,
        before: str | None = strawberry.UNSET,
    ) -> CartConnection | None:
        wanted = [Status(str(each.value)) for each in (status or CartStatus)]
        shop = info.context.at(self.market).shop
        start, found, total = await history(shop, await asking(info), wanted, window_of(first, after, last, before))
        return CartConnection(
            edges=[CartEdge(cursor=cursor(place), node=Cart(view=view)) for place, view in enumerate(found, start)],
            page_info=page_info(start, len(found), total),
            total_count=total,
        )
