"""Everything that can be read: one thin method an entry point."""

import asyncio
from typing import Final, cast

import strawberry

from ecs.listing_request import ListType
from ecs.request import IdType
from ecs.vocabulary import ResponseGroup
from resolvers import carts, products
from resolvers.directory import lists_of
from resolvers.errors import BadInput
from resolvers.planning import below, connection_groups, product_groups
from resolvers.search import search
from schema.cart_inputs import shop_of_cart
from schema.context import Info
from schema.directives import NON_NULL, Cost, paged, public, sliced_by_first, up_to
from schema.enums import ProductListKind, ProductSort, SimilarMatch
from schema.ids import part_of
from schema.inputs import ProductBy, SearchFilter
from schema.paging import MAX_PAGE, window_of
from schema.refetch import refetch
from schema.selection import following, selection_of
from schema.signed_in import asking
from schema.types.browse import BrowseNode
from schema.types.cart import Cart
from schema.types.node import Node
from schema.types.product import Product
from schema.types.product_list import ProductListConnection
from schema.types.search import SearchConnection
from schema.types.seller import Seller
from schema.types.service import ServiceInfo
from schema.types.viewer import Viewer

_MAX_NODES: Final = 50


@strawberry.type(description="Everything that can be read.")
class Query:
    """The query root."""

    @strawberry.field(description="Any object by its global id.")
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:  # noqa: A002 - the argument's name in the API
        return await refetch(info, id)

    @strawberry.field(
        description="Several objects by global id, in order, null where not found.", directives=[up_to(_MAX_NODES)]
    )
    async def nodes(self, info: Info, ids: list[strawberry.ID]) -> list[Node | None]:
        if len(ids) > _MAX_NODES:
            raise BadInput(f"`ids` takes at most {_MAX_NODES} ids, not {len(ids)}; split the call.")
        return list(await asyncio.gather(*(refetch(info, each) for each in ids)))

    @strawberry.field(description="One product.", directives=[Cost(weight="2")])
    async def product(self, info: Info, by: ProductBy) -> Product | None:
        market = info.context.shop.marketplace
        groups = product_groups(selection_of(info))
        if by.id:
            asin = part_of(by.id, "Product", market)
            return Product.maybe(await info.context.products.load(asin, groups), market) if asin else None
        kind, number = _named(by)
        if not number.strip():
            raise BadInput(f"`by` names a product; its {kind.lower()} is empty.")
        if kind == "ASIN":
            return Product.maybe(await info.context.products.load(number.strip(), groups), market)
        return Product.maybe(await products.by_number(info.context.shop.catalog, kind, number, groups), market)

    @strawberry.field(
        description="Several products by catalog number, in order, null where not found.",
        directives=[NON_NULL, Cost(weight="2"), up_to(products.MAX_PRODUCTS)],
    )
    async def products(self, info: Info, asins: list[str]) -> list[Product | None] | None:
        if len(asins) > products.MAX_PRODUCTS:
            raise BadInput(f"`asins` takes at most {products.MAX_PRODUCTS} numbers, not {len(asins)}; split the call.")
        found = await info.context.products.load_many(asins, product_groups(selection_of(info)))
        return [Product.maybe(seen, info.context.shop.marketplace) for seen in found]

    @strawberry.field(
        description="Products that match words and filters.",
        directives=[NON_NULL, Cost(weight="10"), paged(), public(600)],
    )
    async def search(
        self,
        info: Info,
        query: str | None = strawberry.UNSET,
        filter: SearchFilter | None = strawberry.UNSET,  # noqa: A002 - the argument's name in the API
        sort: ProductSort = ProductSort.RELEVANCE,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        last: int | None = strawberry.UNSET,
        before: str | None = strawberry.UNSET,
    ) -> SearchConnection | None:
        shop = info.context.shop
        narrowing = filter or SearchFilter()
        selection = selection_of(info)
        groups = following(info, connection_groups)
        result = await search(
            shop,
            narrowing.request(query, sort, shop.marketplace),
            window_of(first, after, last, before),
            groups,
            with_bins=bool(below(selection, "facets")),
        )
        return SearchConnection(
            result=result,
            chosen=frozenset(narrowing.chosen()),
            market=shop.marketplace,
            currency=shop.currency,
        )

    @strawberry.field(
        description=("Products similar to those given, best first, the same on each call; empty when there are none."),
        directives=[NON_NULL, Cost(weight="5"), sliced_by_first(), public(3600)],
    )
    async def similar(
        self, info: Info, to: list[strawberry.ID], match: SimilarMatch = SimilarMatch.ANY, first: int = 10
    ) -> list[Product] | None:
        market = info.context.shop.marketplace
        asins = [_asin_of(each, market) for each in to]
        if not 0 <= first <= MAX_PAGE:
            raise BadInput(f"`first` is a whole number from 0 to {MAX_PAGE}.")
        found = await products.similar(
            info.context.shop.catalog,
            asins,
            product_groups(selection_of(info)),
            to_all=match is SimilarMatch.ALL,
            limit=first,
        )
        return [Product(seen, market) for seen in found]

    @strawberry.field(description="A node of the browse tree by upstream number.", directives=[Cost(weight="2")])
    async def browse_node(self, info: Info, node_id: str) -> BrowseNode | None:
        groups = frozenset({ResponseGroup.BROWSE_NODE_INFO})
        node = await products.browse_node(info.context.shop.catalog, node_id, groups)
        return BrowseNode.of(node, info.context.shop.marketplace, is_whole=True) if node else None

    @strawberry.field(
        description="Lists found by the name or mail address of their owner.",
        directives=[NON_NULL, Cost(weight="5"), paged()],
    )
    async def product_lists(
        self,
        info: Info,
        kind: ProductListKind,
        owner: str,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        last: int | None = strawberry.UNSET,
        before: str | None = strawberry.UNSET,
    ) -> ProductListConnection | None:
        shop = info.context.shop
        on_wire = str(kind.value)
        window = window_of(first, after, last, before)
        page = await lists_of(shop.directory, cast("ListType", on_wire), owner, window)
        return ProductListConnection.of(page, on_wire, shop.marketplace)

    @strawberry.field(description="A seller by upstream number.", directives=[Cost(weight="2")])
    async def seller(self, info: Info, seller_id: str) -> Seller | None:
        seller = await info.context.sellers.load(seller_id)
        return Seller.known(info.context.shop.marketplace, seller) if seller else None

    @strawberry.field(
        description="A cart by id, or the active one; null when there is none or it is not this session's.",
        directives=[Cost(weight="3")],
    )
    async def cart(self, info: Info, id: strawberry.ID | None = strawberry.UNSET) -> Cart | None:  # noqa: A002
        shop, customer_id = shop_of_cart(info.context, id), await asking(info)
        cart_id = part_of(id, "Cart", shop.marketplace) if id else None
        if id and cart_id is None:
            return None
        return Cart.maybe(await carts.read(shop, customer_id, cart_id))

    @strawberry.field(description="The asking session.", directives=[NON_NULL])
    def viewer(self, info: Info) -> Viewer | None:
        return Viewer.of(info)

    @strawberry.field(description="What this server is and how it fares.", directives=[NON_NULL])
    def service(self, info: Info) -> ServiceInfo | None:
        return ServiceInfo.of(info.context.status)


def _named(by: ProductBy) -> tuple[IdType, str]:
    if by.asin is not None and by.asin is not strawberry.UNSET:
        return "ASIN", by.asin
    if by.ean is not None and by.ean is not strawberry.UNSET:
        return "EAN", by.ean
    if by.upc is not None and by.upc is not strawberry.UNSET:
        return "UPC", by.upc
    return "ISBN", by.isbn or ""


def _asin_of(text: strawberry.ID, marketplace: str) -> str:
    asin = part_of(text, "Product", marketplace)
    if asin is None:
        raise BadInput("`to` takes ids of products of this marketplace; take them from `Product.id`.")
    return asin
