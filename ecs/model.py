"""
What ECS answers mean, as frozen values.

The parser builds them, the resolvers pass them on, the schema wraps them. ``None`` means the answer did not hold the
part (or its response group was not asked for), an empty tuple that it held none. Order is that of the answer. What
opens a cart (CartId, HMAC, PurchaseURL) is a ``SecretStr``, which prints as stars.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, Self, TypeVar

from msgspec import Struct
from pydantic import SecretStr

T = TypeVar("T")


class Money(Struct, frozen=True, gc=False):
    """An amount in minor units (whole yen for JPY), with the text the upstream shows for it."""

    amount_minor: int
    currency: str
    formatted: str


class Image(Struct, frozen=True, gc=False):
    """One picture file; sizes in pixels."""

    url: str
    height: int
    width: int


class ImageSet(Struct, frozen=True, gc=False):
    """One view of an item in sizes of about 30, 75, 160 and 500 pixels; hi-res is as large as the shop has it."""

    category: str
    swatch: Image | None = None
    small: Image | None = None
    medium: Image | None = None
    large: Image | None = None
    hires: Image | None = None


class Contributor(Struct, frozen=True, gc=False):
    """A named person; ``role`` is the wire's element name, such as Author, or the Role of a Creator."""

    name: str
    role: str


class Identifier(Struct, frozen=True, gc=False):
    """A number of the item elsewhere; ``kind`` is one of EAN, ISBN, MPN, SKU, UPC."""

    kind: str
    value: str


class Attribute(Struct, frozen=True, gc=False):
    """One of the remaining ItemAttributes: wire name such as NumberOfPages, text, and unit such as inches."""

    name: str
    value: str
    unit: str | None = None


class EditorialReview(Struct, frozen=True, gc=False):
    """Editorial text as sent; may hold HTML of any quality."""

    source: str
    content: str


class Rating(Struct, frozen=True, gc=False):
    """Average customer rating from 1 to 5 and how many rated."""

    average: float
    count: int


class SimilarProduct(Struct, frozen=True, gc=False):
    """A pointer to another item."""

    asin: str
    title: str


class OfferSummary(Struct, frozen=True, gc=False):
    """Lowest price and number of offers of each condition."""

    lowest_new: Money | None = None
    lowest_used: Money | None = None
    lowest_collectible: Money | None = None
    lowest_refurbished: Money | None = None
    total_new: int = 0
    total_used: int = 0
    total_collectible: int = 0
    total_refurbished: int = 0


class Offer(Struct, frozen=True, gc=False):
    """One seller's standing offer. ``listing_id`` is a token decoded once, good for a cart, not a lasting key."""

    listing_id: str
    merchant_name: str | None
    merchant_id: str | None = None
    condition: str = "New"
    sub_condition: str | None = None
    condition_note: str | None = None
    price: Money | None = None
    """What the customer pays (the sale price where there is one); None when it may not be shown or was not sent."""
    is_price_hidden: bool = False
    """True when the maker forbids showing the price before the item is in a cart."""
    saved: Money | None = None
    percent_saved: int | None = None
    availability: str | None = None
    """Upstream wording, localised."""
    availability_type: str | None = None
    """``now``, ``futureDate``, ``unknown`` …"""
    is_preorder: bool = False
    min_hours: int | None = None
    max_hours: int | None = None
    max_quantity: int | None = None
    is_super_saver: bool = False
    is_fulfilled_by_amazon: bool = False


class OfferPage(Struct, frozen=True, gc=False):
    """One page (10) of an item's offers and how many there are in all."""

    total: int
    pages: int
    offers: tuple[Offer, ...] = ()


class BrowseNode(Struct, frozen=True, gc=False):
    """A node of the browse tree. ``ancestors`` runs from the parent up to the root."""

    node_id: str
    name: str
    is_root: bool = False
    ancestors: tuple[Self, ...] = ()
    children: tuple[Self, ...] = ()
    top_sellers: tuple[SimilarProduct, ...] = ()
    new_releases: tuple[SimilarProduct, ...] = ()


class VariationAttribute(Struct, frozen=True, gc=False):
    """One dimension in which variations differ, such as Color: Red."""

    name: str
    value: str


class Item(Struct, frozen=True, gc=False):
    """One item of the catalog, with what the asked response groups brought."""

    asin: str
    title: str | None = None
    detail_url: str | None = None
    parent_asin: str | None = None
    group: str | None = None
    binding: str | None = None
    brand: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    contributors: tuple[Contributor, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    release_date: str | None = None
    """As sent: ``2005``, ``2005-03`` or ``2005-03-14``."""
    features: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    is_adult: bool = False
    list_price: Money | None = None
    small_image: Image | None = None
    medium_image: Image | None = None
    large_image: Image | None = None
    image_sets: tuple[ImageSet, ...] = ()
    offer_summary: OfferSummary | None = None
    offers: OfferPage | None = None
    sales_rank: int | None = None
    rating: Rating | None = None
    editorial_reviews: tuple[EditorialReview, ...] = ()
    browse_nodes: tuple[BrowseNode, ...] = ()
    similar: tuple[SimilarProduct, ...] = ()
    accessories: tuple[SimilarProduct, ...] = ()
    variation_attributes: tuple[VariationAttribute, ...] = ()
    variations: tuple[Self, ...] = ()


class SearchBin(Struct, frozen=True, gc=False):
    """One choice to narrow a search by; ``parameters`` are request parameters to add."""

    name: str
    count: int | None
    parameters: tuple[tuple[str, str], ...]


class SearchBinSet(Struct, frozen=True, gc=False):
    """A group of choices; ``narrow_by`` names it, such as BrandName or Subject."""

    narrow_by: str
    bins: tuple[SearchBin, ...]


class SearchPage(Struct, frozen=True, gc=False):
    """One page (10) of a search. ``total_results`` counts all matches, of which paging reaches only the first pages."""

    items: tuple[Item, ...]
    total_results: int
    total_pages: int
    bins: tuple[SearchBinSet, ...] = ()
    corrected_query: str | None = None


class Refusal(Struct, frozen=True, gc=False):
    """An error that came inside an answer, beside what did succeed. ``message`` is localised: for logs only."""

    code: str
    message: str


class RemoteCartItem(Struct, frozen=True, gc=False):
    """A line of the upstream's cart. ``cart_item_id`` changes its first letter when the line is saved or taken back."""

    cart_item_id: str
    asin: str
    quantity: int
    title: str
    seller_name: str | None = None
    group: str | None = None
    price: Money | None = None
    total: Money | None = None

    @property
    def key(self) -> str:
        """What stays of the CartItemId when the line is saved or taken back: all but the first letter."""
        return self.cart_item_id[1:]


class RemoteCart(Struct, frozen=True, gc=False):
    """The whole cart, as every cart answer brings it."""

    cart_id: SecretStr
    hmac: SecretStr
    purchase_url: SecretStr | None = None
    """Decoded and ready to open; absent while nothing is in the cart."""
    items: tuple[RemoteCartItem, ...] = ()
    saved: tuple[RemoteCartItem, ...] = ()
    subtotal: Money | None = None
    """Sum of ``items`` without the saved ones (CartItems/SubTotal)."""
    refusals: tuple[Refusal, ...] = ()
    """What the upstream did not do although the answer holds a cart, such as ItemAlreadyInCart."""


Source = Literal["upstream", "cache"]


@dataclass(frozen=True, slots=True)
class Seen(Generic[T]):
    """A value with the instant (aware, UTC) at which the upstream gave it, and how it reached us."""

    value: T
    as_of: datetime
    source: Source = "upstream"
    is_stale: bool = False
    """True when older than its lifetime and served because the upstream did not answer."""
