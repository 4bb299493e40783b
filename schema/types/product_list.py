"""Lists of shoppers and editors: wish lists, registries, Listmania."""

from typing import cast

import strawberry

from ecs import model
from ecs.listing_request import ListType
from resolvers.directory import Page, entries_of
from resolvers.planning import product_groups
from schema.context import Info
from schema.directives import NON_NULL, Cost, paged
from schema.enums import ProductListKind, ProductListSort
from schema.ids import to_id
from schema.paging import PageInfo, cursor, page_info, window_of
from schema.scalars import PartialDate
from schema.selection import selection_of
from schema.types.node import ID_DESCRIPTION, Node
from schema.types.product import Product


@strawberry.type(description="An entry of a list.")
class ProductListItem(Node):
    """Wraps an entry; its id holds the list and the place it was seen at, so that it can be refetched."""

    entry: strawberry.Private[model.ListItem]
    place: strawberry.Private[int]
    owner: strawberry.Private["ProductList"]

    @strawberry.field(description=ID_DESCRIPTION)
    def id(self) -> strawberry.ID:
        parts = (self.owner.kind_on_wire, self.owner.listing.list_id, self.entry.list_item_id or "", str(self.place))
        return to_id("ProductListItem", self.owner.market, *parts)

    @strawberry.field(description="The product; null when its record could not be read.", directives=[NON_NULL])
    async def product(self, info: Info) -> Product | None:
        if self.entry.item is None:
            return None
        market = self.owner.market
        groups = product_groups(selection_of(info))
        return Product.maybe(await info.context.at(market).products.load(self.entry.item.asin, groups), market)

    @strawberry.field(description="Owner's remark.")
    def comment(self) -> str | None:
        return self.entry.comment

    @strawberry.field(description="How many are wanted.")
    def quantity_desired(self) -> int:
        return self.entry.quantity_desired or 0

    @strawberry.field(description="How many have been bought.")
    def quantity_received(self) -> int:
        return self.entry.quantity_received or 0

    @strawberry.field(description="When it was put on the list.")
    def date_added(self) -> PartialDate | None:
        return PartialDate(self.entry.date_added) if self.entry.date_added else None


@strawberry.type(description="One entry of a page.")
class ProductListItemEdge:
    """Edge of ``ProductListItemConnection``."""

    cursor: str = strawberry.field(description="Cursor of this edge.")
    node: ProductListItem = strawberry.field(description="The entry.")


@strawberry.type(description="A page of list entries.")
class ProductListItemConnection:
    """Entries of one list."""

    edges: list[ProductListItemEdge] = strawberry.field(description="Edges of the page.")
    page_info: PageInfo = strawberry.field(description="Page information.")
    total_count: int | None = strawberry.field(description="How many entries there are.")


@strawberry.type(description="A shopper's or editor's list of products.")
class ProductList(Node):
    """Wraps a list without its entries."""

    listing: strawberry.Private[model.ProductList]
    market: strawberry.Private[str]
    kind_on_wire: strawberry.Private[str]

    @classmethod
    def of(cls, listing: model.ProductList, kind: str, market: str) -> "ProductList":
        """The list for the API; ``kind`` is the upstream's ListType."""
        return cls(listing=listing, market=market, kind_on_wire=kind)

    @strawberry.field(description=ID_DESCRIPTION)
    def id(self) -> strawberry.ID:
        return to_id("ProductList", self.market, self.kind_on_wire, self.listing.list_id)

    @strawberry.field(description="Kind of list.")
    def kind(self) -> ProductListKind:
        return ProductListKind(self.kind_on_wire)

    @strawberry.field(description="Title.")
    def title(self) -> str:
        return self.listing.name or self.listing.list_id

    @strawberry.field(description="Who made it, as the list shows it.")
    def owner_name(self) -> str | None:
        return self.listing.owner

    @strawberry.field(description="Day of the event of a registry.")
    def event_date(self) -> PartialDate | None:
        return PartialDate(self.listing.occasion_date) if self.listing.occasion_date else None

    @strawberry.field(description="When it was made.")
    def created_at(self) -> PartialDate | None:
        return PartialDate(self.listing.date_created) if self.listing.date_created else None

    @strawberry.field(description="Entries of the list.", directives=[NON_NULL, Cost(weight="5"), paged()])
    async def items(
        self,
        info: Info,
        sort: ProductListSort = ProductListSort.DATE_ADDED,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        last: int | None = strawberry.UNSET,
        before: str | None = strawberry.UNSET,
    ) -> ProductListItemConnection | None:
        page = await entries_of(
            info.context.at(self.market).shop.directory,
            cast("ListType", self.kind_on_wire),
            self.listing.list_id,
            str(sort.value),
            window_of(first, after, last, before),
        )
        return ProductListItemConnection(
            edges=[
                ProductListItemEdge(cursor=cursor(place), node=ProductListItem(entry=entry, place=place, owner=self))
                for place, entry in enumerate(page.entries, page.offset)
            ],
            page_info=page_info(page.offset, len(page.entries), page.reachable),
            total_count=page.total,
        )


@strawberry.type(description="One list of a page.")
class ProductListEdge:
    """Edge of ``ProductListConnection``."""

    cursor: str = strawberry.field(description="Cursor of this edge.")
    node: ProductList = strawberry.field(description="The list.")


@strawberry.type(description="A page of lists.")
class ProductListConnection:
    """Lists of one owner."""

    edges: list[ProductListEdge] = strawberry.field(description="Edges of the page.")
    page_info: PageInfo = strawberry.field(description="Page information.")
    total_count: int | None = strawberry.field(description="How many lists there are.")

    @classmethod
    def of(cls, page: Page[model.ProductList], kind: str, market: str) -> "ProductListConnection":
        """The page for the API."""
        nodes = [ProductList.of(listing, kind, market) for listing in page.entries]
        return cls(
            edges=[ProductListEdge(cursor=cursor(place), node=node) for place, node in enumerate(nodes, page.offset)],
            page_info=page_info(page.offset, len(nodes), page.reachable),
            total_count=page.total,
        )
