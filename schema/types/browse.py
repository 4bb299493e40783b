"""The browse tree."""

from collections.abc import Sequence

import strawberry
from msgspec.structs import replace

from ecs import model
from ecs.vocabulary import ResponseGroup
from resolvers import products
from resolvers.planning import below, connection_groups, product_groups
from resolvers.search import search
from schema.context import Info
from schema.directives import NON_NULL, Cost, paged, public, sliced_by_first, up_to
from schema.enums import ProductSort
from schema.ids import to_id
from schema.inputs import SearchFilter
from schema.paging import window_of
from schema.selection import selection_of
from schema.types.node import ID_DESCRIPTION, Node
from schema.types.product import Product
from schema.types.search import SearchConnection

_INFO = frozenset({ResponseGroup.BROWSE_NODE_INFO})


@strawberry.type(description="A node of the browse tree.", directives=[public(86400)])
class BrowseNode(Node):
    """Wraps a node; ``is_whole`` tells whether it came from a look-up of its own, with its children."""

    node: strawberry.Private[model.BrowseNode]
    market: strawberry.Private[str]
    is_whole: strawberry.Private[bool]

    @classmethod
    def of(cls, node: model.BrowseNode, market: str, *, is_whole: bool = False) -> "BrowseNode":
        """The node for the API."""
        return cls(node=node, market=market, is_whole=is_whole)

    @strawberry.field(description=ID_DESCRIPTION)
    def id(self) -> strawberry.ID:
        return to_id("BrowseNode", self.market, self.node.node_id)

    @strawberry.field(description="Upstream number of the node.")
    def node_id(self) -> str:
        return self.node.node_id

    @strawberry.field(description="Name.")
    def name(self) -> str:
        return self.node.name

    @strawberry.field(description="True at the top of a tree.")
    def is_root(self) -> bool:
        return self.node.is_root

    @strawberry.field(
        description="From the root down to the parent.", directives=[NON_NULL, Cost(weight="3"), up_to(10)]
    )
    async def ancestors(self, info: Info) -> "list[BrowseNode] | None":
        node = self.node
        if not (self.is_whole or node.ancestors or node.is_root):
            node = await self._whole(info)
        return [BrowseNode.of(ancestor, self.market) for ancestor in reversed(node.ancestors)]

    @strawberry.field(description="Direct children.", directives=[NON_NULL, Cost(weight="3"), up_to(100)])
    async def children(self, info: Info) -> "list[BrowseNode] | None":
        node = self.node if self.is_whole else await self._whole(info)
        return [BrowseNode.of(child, self.market) for child in node.children]

    @strawberry.field(
        description="Best sellers of the node.", directives=[NON_NULL, Cost(weight="5"), sliced_by_first()]
    )
    async def top_sellers(self, info: Info, first: int = 10) -> list[Product] | None:
        node = await self._with(info, ResponseGroup.TOP_SELLERS)
        return await self._products(info, node.top_sellers if node else (), first)

    @strawberry.field(
        description="New releases of the node.", directives=[NON_NULL, Cost(weight="5"), sliced_by_first()]
    )
    async def new_releases(self, info: Info, first: int = 10) -> list[Product] | None:
        node = await self._with(info, ResponseGroup.NEW_RELEASES)
        return await self._products(info, node.new_releases if node else (), first)

    @strawberry.field(
        description="Products under the node, with facets.", directives=[NON_NULL, Cost(weight="10"), paged()]
    )
    async def products(
        self,
        info: Info,
        filter: SearchFilter | None = strawberry.UNSET,  # noqa: A002 - the argument's name in the API
        sort: ProductSort = ProductSort.RELEVANCE,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        last: int | None = strawberry.UNSET,
        before: str | None = strawberry.UNSET,
    ) -> SearchConnection | None:
        narrowing = filter or SearchFilter()
        request = narrowing.request(None, sort, self.market)
        selection = selection_of(info)
        shop = info.context.at(self.market).shop
        result = await search(
            shop,
            replace(request, browse_node_id=self.node.node_id),
            window_of(first, after, last, before),
            connection_groups(selection),
            with_bins=bool(below(selection, "facets")),
        )
        return SearchConnection(
            result=result, chosen=frozenset(narrowing.chosen()), market=self.market, currency=shop.currency
        )

    async def _whole(self, info: Info) -> model.BrowseNode:
        return (
            await products.browse_node(info.context.at(self.market).shop.catalog, self.node.node_id, _INFO) or self.node
        )

    async def _with(self, info: Info, group: ResponseGroup) -> model.BrowseNode | None:
        return await products.browse_node(
            info.context.at(self.market).shop.catalog, self.node.node_id, frozenset({group})
        )

    async def _products(self, info: Info, pointers: Sequence[model.SimilarProduct], first: int) -> list[Product]:
        asins = [pointer.asin for pointer in pointers][:first]
        found = await info.context.at(self.market).products.load_many(asins, product_groups(selection_of(info)))
        return [Product(seen, self.market) for seen in found if seen]
