"""
Lists and sellers, as feed rows give them and as the store keeps them; docs/catalog-feed.md names their fields.

Rows of this kind bear a ``record`` ("list" or "seller"); rows without one are products.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from ecs.embedded.product import FeedAsin, FeedText
from ecs.embedded.sellers import base36

ListType = Literal["WishList", "WeddingRegistry", "BabyRegistry", "Listmania"]
LIST_TYPES: Final[tuple[ListType, ...]] = ("BabyRegistry", "Listmania", "WeddingRegistry", "WishList")
SEARCHED_TYPES: Final[tuple[ListType, ...]] = ("BabyRegistry", "WeddingRegistry", "WishList")
"""Types that ListSearch finds; a Listmania list is only known by its id."""

_Number = Annotated[int, Meta(ge=0)]
_Rating = Annotated[float, Meta(ge=0, le=5)]
_Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{4,40}$")]


class ListEntry(Struct, frozen=True, gc=False, omit_defaults=True):
    """A product on a list: how many are wanted, how many were bought so far."""

    asin: FeedAsin
    id: str | None = None
    added: str | None = None
    comment: str | None = None
    desired: _Number = 1
    received: _Number = 0
    priority: int | None = None


class ProductList(Struct, frozen=True, gc=False, omit_defaults=True):
    """A wish list, a registry, or a list of recommendations; dates are texts as in the feed."""

    id: _Id
    type: ListType
    name: FeedText
    owner: str | None = None
    partner: str | None = None
    email: str | None = None
    city: str | None = None
    state: str | None = None
    created: str | None = None
    modified: str | None = None
    event_date: str | None = None
    registry_number: str | None = None
    comment: str | None = None
    rating: _Rating | None = None
    votes: _Number | None = None
    times_read: _Number | None = None
    items: tuple[ListEntry, ...] = ()

    def entry_id(self, entry: ListEntry) -> str:
        """The ListItemId of an entry: the feed's, or ``I`` and thirteen letters that follow from list and ASIN."""
        return entry.id or "I" + base36(f"list-item:{self.id}:{entry.asin.upper()}".encode(), 13)


class Feedback(Struct, frozen=True, gc=False):
    """What one buyer said of a seller, from 0 to 5."""

    rating: Annotated[int, Meta(ge=0, le=5)]
    comment: str | None = None
    date: str | None = None
    by: str | None = None


class SellerProfile(Struct, frozen=True, gc=False, omit_defaults=True):
    """A seller. The id follows from the name where a feed gives none."""

    name: FeedText
    id: str | None = None
    about: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    rating: _Rating | None = None
    rating_count: _Number = 0
    feedback: tuple[Feedback, ...] = ()
