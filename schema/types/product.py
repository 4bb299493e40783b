"""Products of the catalog."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, TypeVar, cast

import strawberry

from ecs.model import Item, Seen
from ecs.model import Offer as OfferValue
from ecs.vocabulary import LOCALES
from persistence.records import Placement
from resolvers.availability import featured_offer
from resolvers.offers import all_offers, first_offers, offers_at_hand, price_range, reachable_offers
from resolvers.planning import connection_groups, product_groups
from resolvers.search import Window
from schema.context import Info
from schema.directives import INHERITS, NON_NULL, PRIVATE, Cost, paged, public, sliced_by_first, up_to
from schema.enums import ImageSize, ItemCondition, Marketplace
from schema.ids import part_of, to_id
from schema.paging import PageInfo, cursor, cut, page_info, window_of
from schema.scalars import URL, PartialDate
from schema.selection import selection_of
from schema.signed_in import asking
from schema.types.attributes import (
    Contributor,
    EditorialReview,
    ProductAttribute,
    ProductIdentifier,
    Rating,
    VariationAttribute,
)
from schema.types.image import Image, ImageSet, image_sets, main_image
from schema.types.money import Freshness, Money, MoneyRange
from schema.types.node import ID_DESCRIPTION, Node
from schema.types.offer import Offer, OfferConnection

if TYPE_CHECKING:
    from schema.types.browse import BrowseNode

T = TypeVar("T")


@strawberry.type(description="What a session has done with a product.")
class ViewerProductState:
    """The product in the session's active cart."""

    quantity_in_cart: int = strawberry.field(description="Units in the active part of the cart.")
    is_saved_for_later: bool = strawberry.field(description="True when saved for later.")


@strawberry.type(description="A product of the catalog, one per marketplace and ASIN.", directives=[public(3600)])
class Product(Node):
    """Wraps an item with the instant at which it was read."""

    item: strawberry.Private[Item]
    market: strawberry.Private[str]
    seen: strawberry.Private[Seen[Item]]

    def __init__(self, seen: Seen[Item], market: str) -> None:
        self.item = seen.value
        self.seen = seen
        self.market = market

    @classmethod
    def maybe(cls, seen: Seen[Item] | None, market: str) -> "Product | None":
        """The product, when there is one."""
        return None if seen is None else cls(seen, market)

    @strawberry.field(description=ID_DESCRIPTION)
    def id(self) -> strawberry.ID:
        return to_id("Product", self.market, self.item.asin)

    @strawberry.field(description="Catalog number of the item, unique within a marketplace.")
    def asin(self) -> str:
        return self.item.asin

    @strawberry.field(description="Marketplace this record belongs to.")
    def marketplace(self) -> Marketplace:
        return Marketplace(self.market)

    @strawberry.field(description="Name of the product.")
    def title(self) -> str:
        return self.item.title or self.item.asin

    @strawberry.field(description="Address of the product page, carrying the associate tag.")
    def url(self) -> URL:
        return URL(self.item.detail_url or f"https://{LOCALES[self.market].site}/dp/{self.item.asin}")

    @strawberry.field(description="Top-level product group, such as Book or DVD.")
    def group(self) -> str:
        return self.item.group or "Product"

    @strawberry.field(description="Format, such as Paperback.")
    def binding(self) -> str | None:
        return self.item.binding

    @strawberry.field(description="Brand name.")
    def brand(self) -> str | None:
        return self.item.brand

    @strawberry.field(description="Maker.")
    def manufacturer(self) -> str | None:
        return self.item.manufacturer

    @strawberry.field(description="Model or part number.")
    def model(self) -> str | None:
        return self.item.model

    @strawberry.field(description="Authors, actors, artists, directors and other named people, in catalog order.")
    def contributors(self) -> list[Contributor]:
        return [Contributor.of(contributor) for contributor in self.item.contributors]

    @strawberry.field(description="Other numbers of the item: EAN, UPC, ISBN, MPN, SKU.")
    def identifiers(self) -> list[ProductIdentifier]:
        return [ProductIdentifier.of(identifier) for identifier in self.item.identifiers]

    @strawberry.field(description="Date of release or publication.")
    def release_date(self) -> PartialDate | None:
        return PartialDate(self.item.release_date) if self.item.release_date else None

    @strawberry.field(description="Short selling points.")
    def features(self) -> list[str]:
        return list(self.item.features)

    @strawberry.field(description="Editorial texts; HTML already cleaned.")
    def editorial_reviews(self) -> list[EditorialReview]:
        return [EditorialReview(review=review) for review in self.item.editorial_reviews]

    @strawberry.field(description="Every remaining attribute of the catalog, in a fixed order.")
    def attributes(self) -> list[ProductAttribute]:
        return [ProductAttribute.of(attribute) for attribute in self.item.attributes]

    @strawberry.field(description="Main picture; null when the catalog has none.")
    def image(self, size: ImageSize = ImageSize.MEDIUM) -> Image | None:
        found = main_image(self.item, size)
        alt_text = self.item.title or self.item.asin
        return None if found is None else Image(alt_text, found.height, found.url, found.width)

    @strawberry.field(description="All picture sets.", directives=[up_to(10)])
    def images(self) -> list[ImageSet]:
        return image_sets(self.item, self.item.title or self.item.asin)

    @strawberry.field(description="Maker's suggested price.")
    def list_price(self) -> Money | None:
        price = self.item.list_price
        return None if price is None else Money(price)

    @strawberry.field(
        description="Lowest and highest current offer price of a condition; null when nobody offers it.",
        directives=[public(300)],
    )
    def price_range(self, info: Info, condition: ItemCondition = ItemCondition.NEW) -> MoneyRange | None:
        def range_of(offers: Sequence[OfferValue]) -> MoneyRange | None:
            found = price_range(offers, str(condition.value))
            return MoneyRange(min=Money(found[0]), max=Money(found[1])) if found else None

        return self._with_offers(info, range_of)

    @strawberry.field(
        description="The offer a plain add-to-cart would take; null when nothing can be bought.",
        directives=[public(300)],
    )
    def featured_offer(self) -> Offer | None:
        offer = featured_offer(self.item)
        return Offer(offer, self) if offer else None

    @strawberry.field(
        description="Offers of all sellers.", directives=[NON_NULL, Cost(weight="5"), paged(), public(300)]
    )
    def offers(
        self,
        info: Info,
        condition: ItemCondition | None = strawberry.UNSET,
        seller_id: strawberry.ID | None = strawberry.UNSET,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        last: int | None = strawberry.UNSET,
        before: str | None = strawberry.UNSET,
    ) -> OfferConnection | None:
        window = window_of(first, after, last, before)
        is_narrowed = bool(condition or seller_id)
        at_hand = offers_at_hand(self.item)
        if at_hand is not None and not is_narrowed:
            return self._page(at_hand, window, len(at_hand))
        total = None if is_narrowed or self.item.offers is None else self.item.offers.total
        if total is not None and not window.is_from_end:
            # Who reads the first few of many offers need not wait for the others.
            leading = first_offers(self.item, window.offset + window.limit)
            if leading is not None:
                return self._page(leading, window, total, reachable_offers(self.item))

        def page_of(offers: Sequence[OfferValue]) -> OfferConnection:
            chosen = _narrowed(offers, condition, seller_id, self.market)
            return self._page(chosen, window, len(chosen) if total is None else total)

        return self._with_offers(info, page_of)

    @strawberry.field(description="Best-seller rank in its group; 1 is best.")
    def sales_rank(self) -> int | None:
        return self.item.sales_rank

    @strawberry.field(description="Average customer rating; null when nobody rated it.")
    def rating(self) -> Rating | None:
        rating = self.item.rating
        return Rating(average=rating.average, count=rating.count) if rating else None

    @strawberry.field(
        description="Browse nodes the product hangs under.", directives=[NON_NULL, Cost(weight="3"), up_to(20)]
    )
    def browse_nodes(self) -> list[Annotated["BrowseNode", strawberry.lazy("schema.types.browse")]] | None:
        from schema.types.browse import BrowseNode  # the graph of types has this one cycle

        return [BrowseNode.of(node, self.market) for node in self.item.browse_nodes]

    @strawberry.field(description="Parent item when this is one size or colour of it.")
    async def parent(self, info: Info) -> "Product | None":
        parent_asin = self.item.parent_asin
        if parent_asin is None or parent_asin == self.item.asin:
            return None
        groups = product_groups(selection_of(info))
        return Product.maybe(await info.context.at(self.market).products.load(parent_asin, groups), self.market)

    @strawberry.field(description="What a variation differs by, such as size and colour; empty when it has none.")
    def variation_attributes(self) -> list[VariationAttribute]:
        return [VariationAttribute(name=each.name, value=each.value) for each in self.item.variation_attributes]

    @strawberry.field(
        description="Sizes and colours of a parent item.", directives=[NON_NULL, Cost(weight="5"), paged()]
    )
    async def variations(
        self,
        info: Info,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        last: int | None = strawberry.UNSET,
        before: str | None = strawberry.UNSET,
    ) -> "ProductConnection | None":
        asins = [item.asin for item in self.item.variations]
        start, page = cut(asins, window_of(first, after, last, before))
        groups = connection_groups(selection_of(info))
        found = await info.context.at(self.market).products.load_many(page, groups)
        # One that is gone from the catalog keeps its place, or paging would never come to the end.
        placed = [(place, Product(seen, self.market)) for place, seen in enumerate(found, start) if seen]
        return ProductConnection(
            edges=[ProductEdge(cursor=cursor(place), node=node) for place, node in placed],
            page_info=page_info(start, len(page), len(asins)),
            total_count=len(asins),
        )

    @strawberry.field(
        description=(
            "Items bought with this one; empty when the upstream knows none. At most five each when asked of several "
            "products at once."
        ),
        directives=[NON_NULL, Cost(weight="5"), sliced_by_first()],
    )
    async def similar(self, info: Info, first: int = 10) -> "list[Product] | None":
        groups = product_groups(selection_of(info))
        found = await info.context.at(self.market).similar.load(self.item, groups, first)
        return [Product(seen, self.market) for seen in found]

    @strawberry.field(
        description="Accessories the catalog names for this item.",
        directives=[NON_NULL, Cost(weight="5"), sliced_by_first()],
    )
    async def accessories(self, info: Info, first: int = 10) -> "list[Product] | None":
        asins = [pointer.asin for pointer in self.item.accessories][:first]
        found = await info.context.at(self.market).products.load_many(asins, product_groups(selection_of(info)))
        return [Product(seen, self.market) for seen in found if seen]

    @strawberry.field(description="True when the item is for adults only.")
    def is_adult_content(self) -> bool:
        return self.item.is_adult

    @strawberry.field(
        description=(
            "Whether the asking session has this product in its cart or saved lines; null for a caller without a "
            "session."
        ),
        directives=[PRIVATE],
    )
    async def viewer_state(self, info: Info) -> ViewerProductState | None:
        customer_id = await asking(info)
        if customer_id is None:
            return None
        record = await info.context.at(self.market).active_cart(customer_id)
        lines = [line for line in (record.lines if record else ()) if line.asin == self.item.asin]
        return ViewerProductState(
            quantity_in_cart=sum(line.quantity for line in lines if line.placement is Placement.ACTIVE),
            is_saved_for_later=any(line.placement is Placement.SAVED_FOR_LATER for line in lines),
        )

    @strawberry.field(description="When and where this record was read.")
    def freshness(self) -> Freshness:
        return Freshness.of(self.seen.as_of, self.seen.source, is_stale=self.seen.is_stale)

    def _page(
        self, offers: Sequence[OfferValue], window: Window, total: int, reachable: int | None = None
    ) -> OfferConnection:
        start, page = cut(offers, window)
        placed = [(place, offer, self) for place, offer in enumerate(page, start)]
        return OfferConnection(placed, start, len(placed), len(offers) if reachable is None else reachable, total)

    def _with_offers(self, info: Info, make: Callable[[Sequence[OfferValue]], T]) -> T:
        """
        What ``make`` makes of all offers: at once when they came with the item, else a coroutine to be awaited.

        Executors await what a plain method gives back; a search shows many products, and few have more than one page.
        """
        offers = offers_at_hand(self.item)
        if offers is not None:
            return make(offers)

        async def later() -> T:
            return make(await all_offers(info.context.at(self.market).shop.catalog, self.item))

        return cast("T", later())


def _narrowed(
    offers: Sequence[OfferValue], condition: ItemCondition | None, seller_id: strawberry.ID | None, market: str
) -> list[OfferValue]:
    """The offers of a condition and seller; None and UNSET narrow nothing."""
    merchant = part_of(seller_id, "Seller", market) if seller_id else None
    return [
        offer
        for offer in offers
        if (not condition or offer.condition == str(condition.value))
        and (not seller_id or (merchant and merchant in {offer.merchant_id, offer.merchant_name}))
    ]


@strawberry.type(description="One product of a page.", directives=[INHERITS])
class ProductEdge:
    """Edge of ``ProductConnection``."""

    cursor: str = strawberry.field(description="Cursor of this edge.")
    node: Product = strawberry.field(description="The product.")


@strawberry.type(description="A page of products outside search.", directives=[INHERITS])
class ProductConnection:
    """Products found otherwise than by a search."""

    edges: list[ProductEdge] = strawberry.field(description="Edges of the page.")
    page_info: PageInfo = strawberry.field(description="Page information.")
    total_count: int | None = strawberry.field(description="How many products there are.")
