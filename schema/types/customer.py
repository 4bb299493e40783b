"""A customer known to the shop, as he sees himself."""

import strawberry

from resolvers.customers import is_known
from schema.context import Info
from schema.directives import PRIVATE
from schema.ids import to_id
from schema.scalars import DateTime
from schema.types.node import Node


@strawberry.type(description="A customer known to the shop that runs this server.", directives=[PRIVATE])
class Customer(Node):
    """The signed-in customer; nobody sees another."""

    customer_id: strawberry.Private[str]
    market: strawberry.Private[str]

    @strawberry.field(description="Opaque global id.")
    def id(self) -> strawberry.ID:
        return to_id("Customer", self.market, self.customer_id)

    @classmethod
    def asking(cls, info: Info, market: str) -> "Customer | None":
        """The customer who asks; None for a guest."""
        session = info.context.session
        if not session.is_authenticated:
            return None
        return cls(customer_id=session.establish(), market=market)

    @classmethod
    def owning(cls, info: Info, customer_id: str, market: str) -> "Customer | None":
        """The owner of what the asking session was given to see; None when it is a guest's."""
        return cls.asking(info, market) if is_known(customer_id) else None

    @strawberry.field(description="Name to show; null when the shop gives none.")
    def display_name(self, info: Info) -> str | None:
        return info.context.session.display_name

    @strawberry.field(description="When first seen.")
    async def created_at(self, info: Info) -> DateTime:
        record = await info.context.shop.store.customer(self.customer_id)
        # Nothing has been kept for him yet: he is first seen now.
        return DateTime(record.created_at if record else info.context.shop.clock.now())
