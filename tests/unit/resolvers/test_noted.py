"""Every answer of the catalog and the directory is noted, and passed on unchanged."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from inspect import getmembers, isfunction
from typing import Any

import pytest

from ecs.listing_request import ListingQuery, ListQuery
from ecs.model import SearchPage, Seen
from ecs.request import SearchQuery
from ecs.vocabulary import ResponseGroup
from resolvers.noted import noted
from resolvers.ports import Catalog, Directory
from resolvers.shop import Shop
from tests.support.fakes import NOON, Storefront

SMALL = frozenset({ResponseGroup.SMALL})
CALLS: dict[str, Callable[[Shop], Awaitable[Any]]] = {
    "Catalog.search": lambda shop: shop.catalog.search(SearchQuery("Books", keywords="a"), 1, SMALL),
    "Catalog.look_up": lambda shop: shop.catalog.look_up(
        ["A"], SMALL, condition="New", id_type="EAN", search_index="All"
    ),
    "Catalog.similar": lambda shop: shop.catalog.similar(["A"], "Intersection", SMALL),
    "Catalog.browse": lambda shop: shop.catalog.browse(["1"], SMALL),
    "Directory.list_search": lambda shop: shop.directory.list_search(ListQuery("WishList", name="Ann"), 1, ()),
    "Directory.list_look_up": lambda shop: shop.directory.list_look_up("L", "WishList", 1, (), sort="Price"),
    "Directory.sellers": lambda shop: shop.directory.sellers(["S"], ("Seller",)),
    "Directory.seller_listings": lambda shop: shop.directory.seller_listings(ListingQuery("S"), 1, ()),
}


def test_no_call_is_left_out() -> None:
    """A method that somebody adds to a port is noted too, or this fails."""
    methods = {
        f"{port.__name__}.{name}"
        for port in (Catalog, Directory)
        for name, _ in getmembers(port, isfunction)
        if not name.startswith("_")
    }

    assert methods == {*CALLS, "Catalog.search_at_hand"}


@pytest.mark.parametrize("name", sorted(CALLS))
async def test_an_answer_is_noted_and_passed_on(front: Storefront, name: str) -> None:
    """Nothing of the question or the answer changes."""
    seen: list[tuple[datetime, bool]] = []
    shop = noted(front.shop, lambda as_of, is_stale: seen.append((as_of, is_stale)))

    through = await CALLS[name](shop)
    asked_through = [*front.catalog.calls, *front.directory.calls]
    direct = await CALLS[name](front.shop)

    assert through == direct
    assert [*front.catalog.calls, *front.directory.calls] == [call for call in asked_through for _ in (1, 2)]
    assert seen == [(NOON, False)]


def test_an_answer_at_hand_is_noted_too(front: Storefront) -> None:
    """What a cache has is as old as what it was made of."""
    seen: list[tuple[datetime, bool]] = []
    shop = noted(front.shop, lambda as_of, is_stale: seen.append((as_of, is_stale)))
    page = Seen(SearchPage((), 0, 0), NOON, "cache", is_stale=True)
    front.catalog.at_hand[1] = page

    assert shop.catalog.search_at_hand(SearchQuery("Books", keywords="a"), 1, SMALL) is page
    assert shop.catalog.search_at_hand(SearchQuery("Books", keywords="a"), 2, SMALL) is None
    assert seen == [(NOON, True)]


async def test_the_rest_of_the_shop_is_the_same(front: Storefront) -> None:
    """Carts, store and turns are those of the shop itself."""
    shop = noted(front.shop, lambda _, __: None)

    assert (shop.carts, shop.store, shop.turns, shop.marketplace) == (
        front.shop.carts,
        front.shop.store,
        front.shop.turns,
        front.shop.marketplace,
    )
