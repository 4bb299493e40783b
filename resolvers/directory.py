"""Lists of shoppers and editors, and sellers with what they offer: windows over the upstream's pages of ten."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, Literal, TypeVar

from msgspec import Struct

from ecs.listing_request import ListingQuery, ListQuery, ListType
from ecs.model import ListItem, ListPage, ProductList, Seen, Seller, SellerListing, SellerListingPage
from ecs.vocabulary import ITEMS_PER_PAGE
from resolvers.errors import BadInput
from resolvers.ports import Directory
from resolvers.search import Window

T = TypeVar("T")
MAX_LIST_PAGES: Final = 10
MAX_ENTRY_PAGES: Final = 30
"""Last ProductPage of a list (developer guide, ListLookup)."""
MAX_LISTING_PAGES: Final = 50

_LIST_INFO: Final = ("ListInfo",)
_LIST_FULL: Final = ("ListInfo", "ListItems")


class Page(Struct, Generic[T], frozen=True):
    """A window of entries: where it begins, how many there are and how many of them can be fetched."""

    entries: tuple[T, ...]
    offset: int
    total: int
    reachable: int


async def lists_of(directory: Directory, kind: ListType, owner: str, window: Window) -> Page[ProductList]:
    """
    Lists by the name or mail address of their owner.

    Raises:
        BadInput: the upstream cannot look for lists of this kind, or no owner is given.
    """
    owner = owner.strip()
    if kind == "Listmania":
        raise BadInput("Listmania lists cannot be searched by owner; open one by its id.")
    if not owner:
        raise BadInput("`owner` is a name or a mail address.")
    query = _query(kind, owner)

    async def fetch(page: int) -> tuple[Sequence[ProductList], int]:
        seen: Seen[ListPage] = await directory.list_search(query, page, _LIST_INFO)
        return seen.value.lists, seen.value.total_results or 0

    return await _paged(fetch, window, MAX_LIST_PAGES)


def _query(kind: Literal["WishList", "WeddingRegistry", "BabyRegistry"], owner: str) -> ListQuery:
    if kind == "WishList":
        return ListQuery(kind, email=owner) if "@" in owner else ListQuery(kind, name=owner)
    if "@" in owner:
        raise BadInput("A registry is searched by the name of its owner, not by a mail address.")
    # Registries are searched by first and last name (developer guide, ListSearch); one word alone is the last name.
    first, _, last = owner.rpartition(" ")
    return ListQuery(kind, first_name=first or None, last_name=last)


async def list_by_id(directory: Directory, kind: ListType, list_id: str) -> ProductList | None:
    """The list without its entries; None when there is none."""
    seen = await directory.list_look_up(list_id, kind, 1, _LIST_INFO)
    return next(iter(seen.value.lists), None)


async def entries_of(directory: Directory, kind: ListType, list_id: str, sort: str, window: Window) -> Page[ListItem]:
    """Entries of a list in an order of the upstream's (DateAdded, Priority, Price)."""

    async def fetch(page: int) -> tuple[Sequence[ListItem], int]:
        seen = await directory.list_look_up(list_id, kind, page, _LIST_FULL, sort=sort)
        found = next(iter(seen.value.lists), None)
        return (found.items, found.total_items or len(found.items)) if found else ((), 0)

    return await _paged(fetch, window, MAX_ENTRY_PAGES)


async def seller_by_id(directory: Directory, seller_id: str) -> Seller | None:
    """The seller of this upstream number; None when there is none."""
    seen = await directory.sellers([seller_id], ("Seller",))
    return next(iter(seen.value.sellers), None)


async def listings_of(directory: Directory, seller_id: str, words: str | None, window: Window) -> Page[SellerListing]:
    """What a seller offers now, narrowed by words."""
    query = ListingQuery(seller_id, keywords=words or None)

    async def fetch(page: int) -> tuple[Sequence[SellerListing], int]:
        seen: Seen[SellerListingPage] = await directory.seller_listings(query, page, ("SellerListing",))
        return seen.value.listings, seen.value.total_results or 0

    return await _paged(fetch, window, MAX_LISTING_PAGES)


async def _paged(fetch: Callable[[int], Awaitable[tuple[Sequence[T], int]]], window: Window, max_pages: int) -> Page[T]:
    """The window's entries; the first page is fetched before the others where it must tell how many there are."""
    first, total = await fetch(1)
    reachable = min(total, max_pages * ITEMS_PER_PAGE)
    if window.is_from_end:
        window = Window(max(0, reachable - window.limit), min(window.limit, reachable))
    end = min(window.offset + window.limit, reachable)
    numbers = range(window.offset // ITEMS_PER_PAGE + 1, (end - 1) // ITEMS_PER_PAGE + 2) if end > window.offset else ()
    others = [number for number in numbers if number != 1]
    answers = await asyncio.gather(*(fetch(number) for number in others))
    pages = {1: first, **{number: answer[0] for number, answer in zip(others, answers, strict=True)}}
    placed = (
        (place, entry)
        for number in numbers
        for place, entry in enumerate(pages[number], start=(number - 1) * ITEMS_PER_PAGE)
    )
    entries = tuple(entry for place, entry in placed if window.offset <= place < end)
    # Where the upstream has promised more than it gives, paging ends with what it gave.
    is_short = len(entries) < end - window.offset
    return Page(entries, window.offset, total, window.offset + len(entries) if is_short else reachable)
