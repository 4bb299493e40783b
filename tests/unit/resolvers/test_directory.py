"""Lists and sellers: windows over the upstream's pages of ten."""

import pytest

from ecs.listing_request import ListingQuery, ListQuery
from ecs.model import ListItem, ProductList, Seller, SellerListing
from resolvers.directory import Page, entries_of, list_by_id, listings_of, lists_of, seller_by_id
from resolvers.errors import BadInput
from resolvers.search import Window
from tests.support.fakes import FakeDirectory

ENTRIES = tuple(ListItem(list_item_id=f"I{number}") for number in range(25))
WISHES = ProductList("L1", name="Wishes", kind="WishList", owner="Ann", items=ENTRIES)


def places(page: Page[ListItem]) -> list[int]:
    return [int((entry.list_item_id or "I")[1:]) for entry in page.entries]


async def test_lists_are_found_by_name_or_address() -> None:
    """An address goes as Email, everything else as Name."""
    directory = FakeDirectory(lists=[WISHES])

    by_name = await lists_of(directory, "WishList", " Ann ", Window(0, 10))
    await lists_of(directory, "WishList", "ann@example.com", Window(0, 10))

    assert [found.list_id for found in by_name.entries] == ["L1"]
    assert (by_name.total, by_name.reachable) == (1, 1)
    assert directory.calls == [
        ("list_search", ListQuery("WishList", name="Ann"), 1),
        ("list_search", ListQuery("WishList", email="ann@example.com"), 1),
    ]


@pytest.mark.parametrize(
    ("owner", "query"),
    [
        ("Ann Lee Sample", ListQuery("BabyRegistry", first_name="Ann Lee", last_name="Sample")),
        ("Sample", ListQuery("BabyRegistry", last_name="Sample")),
    ],
)
async def test_registries_are_found_by_first_and_last_name(owner: str, query: ListQuery) -> None:
    """The upstream takes no whole name for a registry."""
    directory = FakeDirectory()

    await lists_of(directory, "BabyRegistry", owner, Window(0, 10))

    assert directory.calls == [("list_search", query, 1)]


@pytest.mark.parametrize(
    ("kind", "owner"), [("Listmania", "Ann"), ("WishList", "  "), ("BabyRegistry", "ann@example.com")]
)
async def test_a_search_the_upstream_does_not_know_is_refused(kind: str, owner: str) -> None:
    """Nothing is asked."""
    directory = FakeDirectory()

    with pytest.raises(BadInput):
        await lists_of(directory, kind, owner, Window(0, 10))  # type: ignore[arg-type]

    assert directory.calls == []


@pytest.mark.parametrize(
    ("window", "expected", "offset", "pages"),
    [
        (Window(0, 10), range(10), 0, [1]),
        (Window(5, 10), range(5, 15), 5, [1, 2]),
        (Window(20, 10), range(20, 25), 20, [1, 3]),
        (Window(30, 10), range(0), 30, [1]),
        (Window(0, 0), range(0), 0, [1]),
        (Window(0, 7, is_from_end=True), range(18, 25), 18, [1, 2, 3]),
        (Window(0, 50, is_from_end=True), range(25), 0, [1, 2, 3]),
    ],
)
async def test_a_window_is_cut_from_the_pages_it_needs(
    window: Window, expected: range, offset: int, pages: list[int]
) -> None:
    """The first page tells how many there are; the others are fetched side by side."""
    directory = FakeDirectory(lists=[WISHES])

    page = await entries_of(directory, "WishList", "L1", "Priority", window)

    assert places(page) == list(expected)
    assert (page.offset, page.total, page.reachable) == (offset, 25, 25)
    assert directory.calls == [("list_look_up", "L1", "WishList", number, "Priority") for number in pages]


async def test_an_unknown_list_or_seller_is_none() -> None:
    """Not found is no error."""
    directory = FakeDirectory(known_sellers=[Seller("S1", name="Fair Books")])

    assert await list_by_id(directory, "WishList", "L9") is None
    assert await seller_by_id(directory, "S9") is None
    assert (await entries_of(directory, "WishList", "L9", "Price", Window(0, 10))).total == 0
    assert await seller_by_id(directory, "S1") == Seller("S1", name="Fair Books")


async def test_listings_are_narrowed_by_words() -> None:
    """Words are optional."""
    directory = FakeDirectory(listings=[SellerListing(asin=f"A{number}") for number in range(12)])

    page = await listings_of(directory, "S1", "tea", Window(10, 5))

    assert [listing.asin for listing in page.entries] == ["A10", "A11"]
    assert directory.calls[0] == ("seller_listings", ListingQuery("S1", keywords="tea"), 1)
