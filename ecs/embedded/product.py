"""
A product of the catalog, as a feed row gives it and as the store keeps it.

Field names are those of the feed (see docs/catalog-feed.md); unknown fields of a row are ignored. What is absent is
``None`` or an empty tuple. All text is free of characters that XML 1.0 forbids.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from ecs.embedded.money import RATES, Price

FeedAsin = Annotated[str, Meta(pattern=r"^[A-Za-z0-9]{4,20}$")]
FeedText = Annotated[str, Meta(min_length=1)]
_Count = Annotated[int, Meta(ge=0)]
_Currency = Annotated[str, Meta(pattern=f"^({'|'.join(RATES)})$")]
_Minor = Annotated[int, Meta(ge=0, le=10**11)]

Condition = Literal["New", "Used", "Collectible", "Refurbished"]
Stock = Literal["now", "backorder", "preorder", "none"]


class FeedPrice(Price, frozen=True, gc=False):
    """A price as a feed gives it; the currency is one we have a rate for."""

    amount: _Minor
    currency: _Currency


class NodeRef(Struct, frozen=True, gc=False):
    """A browse node by id and name."""

    id: FeedText
    name: FeedText


class FeedNode(NodeRef, frozen=True, gc=False, omit_defaults=True):
    """A browse node the product lies in; ``ancestors`` runs from its parent up to the root."""

    ancestors: tuple[NodeRef, ...] = ()


class Images(Struct, frozen=True, gc=False, omit_defaults=True):
    """Addresses of pictures by size."""

    hires: str | None = None
    large: str | None = None
    medium: str | None = None
    small: str | None = None


class Version(Struct, frozen=True, gc=False, omit_defaults=True):
    """Another edition of the same work."""

    asin: FeedAsin
    binding: str | None = None


class Attribute(Struct, frozen=True, gc=False):
    """What tells a variation from its sisters, such as Size: M."""

    name: FeedText
    value: FeedText


class Relation(Struct, frozen=True, gc=False):
    """Products related in one way, such as ``AuthorityTitle``; ``direction`` as seen from the product."""

    type: FeedText
    direction: Literal["Parents", "Children"]
    asins: tuple[FeedAsin, ...]


class FeedOffer(Struct, frozen=True, gc=False, omit_defaults=True):
    """A seller's offer as the feed gives it. ``seller_id`` is made from the name when absent; hours are to ship."""

    seller: FeedText
    price: FeedPrice
    seller_id: str | None = None
    seller_rating: Annotated[float, Meta(ge=0, le=5)] | None = None
    seller_rating_count: _Count = 0
    condition: Condition = "New"
    sub_condition: str | None = None
    note: str | None = None
    stock: Stock = "now"
    quantity: Annotated[int, Meta(ge=0, le=999)] = 999
    min_hours: _Count | None = None
    max_hours: _Count | None = None
    fulfilled_by_marketplace: bool = False
    price_hidden: bool = False


class Product(Struct, frozen=True, gc=False, omit_defaults=True):
    """One product; see the module."""

    asin: FeedAsin
    title: FeedText
    product_group: str = "Unknown"
    search_index: Annotated[str, Meta(pattern=r"^[A-Za-z0-9]{1,40}$")] = "Miscellaneous"
    browse_nodes: tuple[FeedNode, ...] = ()
    price: FeedPrice | None = None
    list_price: FeedPrice | None = None
    offers: tuple[FeedOffer, ...] = ()
    offer_count: _Count | None = None
    authors: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    directors: tuple[str, ...] = ()
    brand: str | None = None
    manufacturer: str | None = None
    publisher: str | None = None
    model: str | None = None
    mpn: str | None = None
    color: str | None = None
    binding: str | None = None
    platform: str | None = None
    language: str | None = None
    pages: _Count | None = None
    publication_date: str | None = None
    release_date: str | None = None
    ean: str | None = None
    ean_list: tuple[str, ...] = ()
    upc: str | None = None
    isbn: str | None = None
    features: tuple[str, ...] = ()
    description: str | None = None
    images: Images | None = None
    sales_rank: Annotated[int, Meta(ge=1)] | None = None
    rating: Annotated[float, Meta(ge=0, le=5)] | None = None
    review_count: _Count | None = None
    similar: tuple[str, ...] = ()
    alternate_versions: tuple[Version, ...] = ()
    accessories: tuple[str, ...] = ()
    discs: tuple[tuple[str, ...], ...] = ()
    """Titles of the tracks of each disc."""
    parent: FeedAsin | None = None
    variation: tuple[Attribute, ...] = ()
    variation_dimensions: tuple[str, ...] = ()
    """Names of what the variations of this product differ in; a product that has them cannot be bought itself."""
    related: tuple[Relation, ...] = ()

    @property
    def creators(self) -> tuple[str, ...]:
        """Everyone named as having made it, authors first."""
        return self.authors + self.artists + self.directors + self.actors

    @property
    def maker(self) -> str | None:
        """The name shown where one name stands for who made it: the first creator, else the brand or the maker."""
        return next(iter(self.creators), None) or self.brand or self.manufacturer or self.publisher

    @property
    def date(self) -> str | None:
        """Day or year of publication or release, as the feed has it."""
        return self.publication_date or self.release_date
