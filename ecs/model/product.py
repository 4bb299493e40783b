"""Items of the catalog, with everything the response groups of all versions bring."""

from msgspec import Struct

from ecs.model.browse import BrowseNode
from ecs.model.offer import OfferPage, OfferSummary, RentalOffer
from ecs.model.values import Attribute, Contributor, Image, Money, SimilarProduct


class Identifier(Struct, frozen=True, gc=False):
    """A number of the item elsewhere; ``kind`` is one of EAN, ISBN, MPN, SKU, UPC."""

    kind: str
    value: str


class ImageSet(Struct, frozen=True, gc=False):
    """One view of an item in sizes of about 30, 75, 160 and 500 pixels; hi-res is as large as the shop has it."""

    category: str
    swatch: Image | None = None
    small: Image | None = None
    medium: Image | None = None
    large: Image | None = None
    hires: Image | None = None
    thumbnail: Image | None = None
    tiny: Image | None = None


class EditorialReview(Struct, frozen=True, gc=False):
    """Editorial text as sent; may hold HTML of any quality."""

    source: str
    content: str
    is_link_suppressed: bool = False


class Rating(Struct, frozen=True, gc=False):
    """Average customer rating from 1 to 5 and how many rated."""

    average: float
    count: int


class CustomerReview(Struct, frozen=True, gc=False):
    """What a customer wrote (to 2010): ``rating`` from 1 to 5, text that may hold HTML of any quality."""

    rating: int | None = None
    summary: str | None = None
    content: str | None = None
    date: str | None = None
    """As sent, such as ``2005-03-14``."""
    asin: str | None = None
    reviewer: str | None = None
    reviewer_location: str | None = None
    customer_id: str | None = None
    helpful_votes: int | None = None
    total_votes: int | None = None


class CustomerReviews(Struct, frozen=True, gc=False):
    """Customers' opinions: written ones to 2010, the address of a frame that shows them from 2010-11-01."""

    average: float | None = None
    count: int | None = None
    pages: int | None = None
    reviews: tuple[CustomerReview, ...] = ()
    iframe_url: str | None = None
    has_reviews: bool | None = None


class ItemLink(Struct, frozen=True, gc=False):
    """A page of the shop about the item; ``description`` is localised, such as All Offers."""

    description: str
    url: str


class Track(Struct, frozen=True, gc=False):
    """A piece of music on a disc; numbers count from 1."""

    number: int | None
    title: str


class Disc(Struct, frozen=True, gc=False):
    """One disc of a recording with its tracks; numbers count from 1."""

    number: int | None
    tracks: tuple[Track, ...]


class AlternateVersion(Struct, frozen=True, gc=False):
    """The same work in another form, such as Paperback."""

    asin: str
    title: str
    binding: str | None = None


class PriceRange(Struct, frozen=True, gc=False):
    """Lowest and highest prices of variations or of a collection; ``merchant_id`` when one merchant has them all."""

    lowest: Money | None = None
    highest: Money | None = None
    lowest_sale: Money | None = None
    highest_sale: Money | None = None
    merchant_id: str | None = None


class Collection(Struct, frozen=True, gc=False):
    """Items that belong together, such as a place setting."""

    prices: PriceRange | None = None
    parent: SimilarProduct | None = None
    items: tuple[SimilarProduct, ...] = ()


class ListPointer(Struct, frozen=True, gc=False):
    """A Listmania list that the item is on (to 2010)."""

    list_id: str
    name: str


class Excerpt(Struct, frozen=True, gc=False):
    """A hit of the search inside a book, and how many there are."""

    total: int
    text: str | None = None
    page_number: str | None = None
    page_type: str | None = None


class Tag(Struct, frozen=True, gc=False):
    """A word customers gave to items (2007 to 2010), and how often."""

    name: str
    kind: str | None = None
    usages: int | None = None
    items: int | None = None
    users: int | None = None


class VariationAttribute(Struct, frozen=True, gc=False):
    """One dimension in which variations differ, such as Color: Red."""

    name: str
    value: str


class RelatedItems(Struct, frozen=True, gc=False):
    """A page (10) of items related to another; ``relationship`` is Parents or Children, ``kind`` such as Episode."""

    kind: str
    relationship: str | None
    items: tuple["Item", ...] = ()
    total: int | None = None
    pages: int | None = None
    page: int | None = None


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
    variations: tuple["Item", ...] = ()
    links: tuple[ItemLink, ...] = ()
    reviews: CustomerReviews | None = None
    discs: tuple[Disc, ...] = ()
    alternate_versions: tuple[AlternateVersion, ...] = ()
    variation_prices: PriceRange | None = None
    variation_dimensions: tuple[str, ...] = ()
    total_variations: int | None = None
    variation_pages: int | None = None
    related: tuple[RelatedItems, ...] = ()
    collections: tuple[Collection, ...] = ()
    subjects: tuple[str, ...] = ()
    rental_offers: tuple[RentalOffer, ...] = ()
    merchant_attributes: tuple[Attribute, ...] = ()
    """What a merchant says of the item beside the catalog (to 2010)."""
    listmania: tuple[ListPointer, ...] = ()
    excerpt: Excerpt | None = None
    tags: tuple[Tag, ...] = ()
