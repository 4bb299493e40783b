"""Any object by its global id: the ``node`` and ``nodes`` of the global object identification specification."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final, cast, get_args

from ecs.listing_request import ListType
from ecs.vocabulary import ResponseGroup
from resolvers import carts
from resolvers.availability import featured_offer
from resolvers.directory import entries_of, list_by_id
from resolvers.planning import offer_product_groups, product_groups
from resolvers.products import browse_node
from resolvers.search import Window
from resolvers.views import CartView
from schema.context import Info
from schema.ids import GlobalId, from_id
from schema.selection import selection_of
from schema.signed_in import asking
from schema.types.browse import BrowseNode
from schema.types.cart import Cart, CartLine
from schema.types.customer import Customer
from schema.types.node import Node
from schema.types.offer import Offer
from schema.types.product import Product
from schema.types.product_list import ProductList, ProductListItem
from schema.types.seller import Seller
from schema.types.viewer import Viewer

_LIST_KINDS: Final = frozenset(get_args(ListType))


async def refetch(info: Info, text: str) -> Node | None:
    """The object of this id; None when there is none, or it is not for this session to see."""
    found = from_id(text)
    if found is None or not info.context.serves(found.marketplace) or found.kind not in _KINDS:
        return None
    return await _KINDS[found.kind](info, found)


async def _product(info: Info, found: GlobalId) -> Node | None:
    groups = product_groups(selection_of(info))
    return Product.maybe(
        await info.context.at(found.marketplace).products.load(found.parts[0], groups), found.marketplace
    )


async def _offer(info: Info, found: GlobalId) -> Node | None:
    asin, listing_id = found.parts[0], found.parts[-1]
    seen = await info.context.at(found.marketplace).products.load(asin, offer_product_groups(selection_of(info)))
    offers = seen.value.offers.offers if seen and seen.value.offers else ()
    offer = next((offer for offer in offers if offer.listing_id == listing_id), None)
    if seen is None or offer is None:
        return None
    owner = Product.of(seen, found.marketplace)
    return Offer.of(offer, owner, is_featured=offer is featured_offer(seen.value))


async def _seller(info: Info, found: GlobalId) -> Node | None:
    return Seller.of(found.marketplace, found.parts[-1], found.parts[0])


async def _product_list(info: Info, found: GlobalId) -> ProductList | None:
    if len(found.parts) < 2 or found.parts[0] not in _LIST_KINDS:
        return None
    kind, list_id = found.parts[:2]
    directory = info.context.at(found.marketplace).shop.directory
    listing = await list_by_id(directory, cast("ListType", kind), list_id)
    return ProductList.of(listing, kind, found.marketplace) if listing else None


async def _product_list_item(info: Info, found: GlobalId) -> Node | None:
    owner = await _product_list(info, found)
    place = found.parts[-1]
    if owner is None or len(found.parts) != 4 or not place.isdecimal():
        return None
    kind, list_id, entry_id = found.parts[:3]
    directory = info.context.at(found.marketplace).shop.directory
    window = Window(int(place), 1)
    page = await entries_of(directory, cast("ListType", kind), list_id, "DateAdded", window)
    entry = next((entry for entry in page.entries if (entry.list_item_id or "") == entry_id), None)
    return ProductListItem.of(entry, int(place), owner) if entry else None


async def _browse_node(info: Info, found: GlobalId) -> Node | None:
    catalog = info.context.at(found.marketplace).shop.catalog
    node = await browse_node(catalog, found.parts[0], frozenset({ResponseGroup.BROWSE_NODE_INFO}))
    return BrowseNode.of(node, found.marketplace, is_whole=True) if node else None


async def _cart(info: Info, found: GlobalId) -> Node | None:
    return Cart.maybe(await carts.read(info.context.at(found.marketplace).shop, await asking(info), found.parts[0]))


async def _cart_line(info: Info, found: GlobalId) -> Node | None:
    customer_id = await asking(info)
    record = (
        await info.context.at(found.marketplace).shop.store.cart_of_line(customer_id, found.parts[0])
        if customer_id
        else None
    )
    if record is None:
        return None
    view: CartView = await carts.refreshed(info.context.at(found.marketplace).shop, record)
    line = view.line(found.parts[0])
    return CartLine.of(line) if line else None


async def _viewer(info: Info, found: GlobalId) -> Node | None:
    is_own = info.context.session.customer_id == found.parts[0]
    return Viewer.of(info) if is_own else None


async def _customer(info: Info, found: GlobalId) -> Node | None:
    is_own = info.context.session.customer_id == found.parts[0]
    return Customer.asking(info, found.marketplace) if is_own else None


_KINDS: Final[Mapping[str, Callable[[Info, GlobalId], Awaitable[Node | None]]]] = MappingProxyType({
    "Product": _product,
    "Offer": _offer,
    "Seller": _seller,
    "ProductList": _product_list,
    "ProductListItem": _product_list_item,
    "BrowseNode": _browse_node,
    "Cart": _cart,
    "CartLine": _cart_line,
    "Viewer": _viewer,
    "Customer": _customer,
})  # fmt: skip
