"""Wish lists, registries and Listmania lists, and sellers with their listings (both to 2010)."""

from msgspec import Struct

from ecs.model.offer import Location
from ecs.model.product import Item
from ecs.model.values import Image, Money


class UniversalItem(Struct, frozen=True, gc=False):
    """Something from another shop on a wish list."""

    title: str | None = None
    product_url: str | None = None
    image_url: str | None = None
    sold_by: str | None = None
    saved_price: Money | None = None


class ListItem(Struct, frozen=True, gc=False):
    """An entry of a list: an item of the catalog, or one from elsewhere. ``list_item_id`` may go with CartAdd."""

    list_item_id: str | None = None
    item: Item | None = None
    universal: UniversalItem | None = None
    date_added: str | None = None
    comment: str | None = None
    quantity_desired: int | None = None
    quantity_received: int | None = None
    priority: str | None = None


class ProductList(Struct, frozen=True, gc=False):
    """A list with one page (10) of its items. Dates are as sent; ``kind`` is the wire's ListType."""

    list_id: str
    name: str | None = None
    kind: str | None = None
    url: str | None = None
    registry_number: str | None = None
    total_items: int | None = None
    total_pages: int | None = None
    date_created: str | None = None
    last_modified: str | None = None
    occasion_date: str | None = None
    owner: str | None = None
    partner: str | None = None
    additional_name: str | None = None
    comment: str | None = None
    image: Image | None = None
    average_rating: float | None = None
    votes: int | None = None
    times_read: int | None = None
    items: tuple[ListItem, ...] = ()


class ListPage(Struct, frozen=True, gc=False):
    """Lists of a search (one page of ten) or a look-up; a look-up brings no totals."""

    lists: tuple[ProductList, ...]
    total_results: int | None = None
    total_pages: int | None = None


class SellerFeedback(Struct, frozen=True, gc=False):
    """What one customer said of a seller."""

    rating: int | None = None
    comment: str | None = None
    date: str | None = None
    rated_by: str | None = None


class FeedbackCount(Struct, frozen=True, gc=False):
    """How many rated a seller as ``kind`` (Positive, Neutral, Negative) within ``period`` days or in all."""

    period: str
    kind: str
    count: int | None = None
    percent: int | None = None


class Seller(Struct, frozen=True, gc=False):
    """A third party that sells at the shop."""

    seller_id: str
    name: str | None = None
    legal_name: str | None = None
    nickname: str | None = None
    url: str | None = None
    about: str | None = None
    more_about: str | None = None
    location: Location | None = None
    rating: float | None = None
    """Average feedback from 0 to 5."""
    ratings: int | None = None
    feedback_pages: int | None = None
    feedback_counts: tuple[FeedbackCount, ...] = ()
    feedback: tuple[SellerFeedback, ...] = ()


class SellerPage(Struct, frozen=True, gc=False):
    """The sellers of a look-up."""

    sellers: tuple[Seller, ...]
    total_results: int | None = None
    total_pages: int | None = None


class SellerListing(Struct, frozen=True, gc=False):
    """Something a seller has listed. Dates are as sent; ``quantity`` is None when it is not a number."""

    exchange_id: str | None = None
    listing_id: str | None = None
    asin: str | None = None
    sku: str | None = None
    upc: str | None = None
    ean: str | None = None
    title: str | None = None
    price: Money | None = None
    status: str | None = None
    quantity: int | None = None
    condition: str | None = None
    sub_condition: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    ships_expedited: bool = False
    ships_internationally: bool = False
    seller: Seller | None = None


class SellerListingPage(Struct, frozen=True, gc=False):
    """One page (10) of listings."""

    listings: tuple[SellerListing, ...]
    total_results: int | None = None
    total_pages: int | None = None
