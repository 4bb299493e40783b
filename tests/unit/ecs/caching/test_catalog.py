"""The cached catalog: what is one answer and what is another."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest

from ecs.caching import Answers, CachedCatalog, Memory
from ecs.listing_request import ListingQuery, ListQuery
from ecs.model import BrowseNode, ProductList, SearchPage, Seen, SeenEach, Seller, SellerListing
from ecs.request import SearchQuery
from ecs.resilience import Guard, Guarded, RetryBudget, Upstream
from ecs.vocabulary import ResponseGroup
from tests.support.fakes import NOON, FakeCatalog, FakeDirectory, an_item
from tests.support.virtual_time import in_virtual_time, virtual_now
from tests.unit.ecs.caching.upstreams import MemoryShared, a_replica

SMALL = frozenset({ResponseGroup.SMALL})
TEA = SearchQuery("Grocery", "tea")


def a_catalog() -> FakeCatalog:
    catalog = FakeCatalog(now=virtual_now, matches=lambda _: [an_item("A"), an_item("B")])
    catalog.stock(an_item("A"), an_item("B"))
    catalog.numbers["EAN", "123"] = "A"
    catalog.similar_to["A",] = (an_item("B"),)
    catalog.nodes |= {"17": BrowseNode("17", "Tea"), "18": BrowseNode("18", "Coffee")}
    return catalog


ASKED: list[tuple[str, Callable[[CachedCatalog], Awaitable[Seen[Any]]]]] = [
    ("search", lambda catalog: catalog.search(TEA, 1, SMALL)),
    ("search page 2", lambda catalog: catalog.search(TEA, 2, SMALL)),
    ("search other words", lambda catalog: catalog.search(SearchQuery("Grocery", "green tea"), 1, SMALL)),
    ("search other groups", lambda catalog: catalog.search(TEA, 1, frozenset({ResponseGroup.IMAGES}))),
    ("item", lambda catalog: catalog.look_up(["A"], SMALL)),
    ("item used", lambda catalog: catalog.look_up(["A"], SMALL, condition="Used")),
    ("item by EAN", lambda catalog: catalog.look_up(["123"], SMALL, id_type="EAN", search_index="All")),
    ("similar", lambda catalog: catalog.similar(["A"], "Intersection", SMALL)),
    ("similar at random", lambda catalog: catalog.similar(["A"], "Random", SMALL)),
    ("node", lambda catalog: catalog.browse(["17"], SMALL)),
]


@pytest.mark.parametrize("shared", [None, MemoryShared()], ids=["alone", "shared"])
def test_each_request_is_asked_once(shared: MemoryShared | None) -> None:
    """And none is answered with another's answer."""

    async def scenario() -> tuple[list[object], list[object], int]:
        upstream = a_catalog()
        replica = a_replica(upstream, shared=shared)
        first = [(await ask(replica.catalog)).value for _, ask in ASKED]
        again = [(await ask(replica.catalog)).value for _, ask in ASKED]
        direct = [(await ask(cast("CachedCatalog", a_catalog()))).value for _, ask in ASKED]
        assert first == direct
        return first, again, len(upstream.calls)

    first, again, calls = in_virtual_time(scenario())

    assert again == first
    assert calls == len(ASKED)
    if shared is not None:
        assert len(shared.values) == len(ASKED)


def test_a_page_is_at_hand_once_it_was_read() -> None:
    """Whoever needs several pages need not wait for those that are there."""

    async def scenario() -> tuple[Seen[SearchPage] | None, Seen[SearchPage] | None, Seen[SearchPage] | None]:
        catalog = a_replica(a_catalog()).catalog
        before = catalog.search_at_hand(TEA, 1, SMALL)
        await catalog.search(TEA, 1, SMALL)
        return before, catalog.search_at_hand(TEA, 1, SMALL), catalog.search_at_hand(TEA, 2, SMALL)

    before, after, other = in_virtual_time(scenario())

    assert (before, other) == (None, None)
    assert after is not None
    assert ([item.asin for item in after.value.items], after.source, after.as_of) == (["A", "B"], "cache", NOON)


def test_pages_go_out_by_twos_and_are_kept_one_by_one() -> None:
    """The wire takes two parts in a batch; the same words in another department are another search."""

    async def scenario() -> tuple[list[list[str]], list[tuple[object, object]]]:
        stock = [an_item(f"A{number:02}") for number in range(25)]
        upstream = FakeCatalog(now=virtual_now, matches=lambda _: stock)
        catalog = a_replica(upstream).catalog
        books = SearchQuery("Books", "tea")
        pages = await asyncio.gather(
            *(catalog.search(TEA, number, SMALL) for number in (1, 2, 3)), catalog.search(books, 4, SMALL)
        )
        assert (await catalog.search(TEA, 2, SMALL)).value == pages[1].value
        asked: list[tuple[object, object]] = [(call.options["query"], call.options["pages"]) for call in upstream.calls]
        return [[item.asin for item in page.value.items] for page in pages], asked

    pages, asked = in_virtual_time(scenario())

    asins = [f"A{number:02}" for number in range(25)]
    assert pages == [asins[:10], asins[10:20], asins[20:], []]
    assert asked == [(TEA, (1, 2)), (TEA, (3,)), (SearchQuery("Books", "tea"), (4,))]


def test_pages_that_have_aged_are_read_anew_together() -> None:
    """In the background, and shown as they are until then."""

    async def scenario() -> tuple[list[object], list[str]]:
        upstream = a_catalog()
        catalog = a_replica(upstream).catalog
        for _ in range(2):
            shown = await asyncio.gather(*(catalog.search(TEA, number, SMALL) for number in (1, 2)))
            await asyncio.sleep(23 * 3600)
        return [call.options["pages"] for call in upstream.calls], [page.source for page in shown]

    asked, sources = in_virtual_time(scenario())

    assert asked == [(1, 2), (1, 2)]
    assert sources == ["cache", "cache"]


def test_a_list_is_answered_from_items_kept_one_by_one() -> None:
    """Each with the instant at which it was read; the list is as old as its oldest."""

    async def scenario() -> tuple[Seen[Any], list[tuple[str, ...]]]:
        upstream = a_catalog()
        catalog = a_replica(upstream).catalog
        await catalog.look_up(["B"], SMALL)
        return await catalog.look_up(["A", "X", "B"], SMALL), [call.ids for call in upstream.calls]

    answer, calls = in_virtual_time(scenario())

    assert isinstance(answer, SeenEach)
    assert [item.asin for item in answer.value] == ["A", "B"]
    assert [each.source for each in answer.each] == ["upstream", "cache"]
    assert (answer.as_of, answer.source, answer.is_stale) == (NOON, "cache", False)
    assert calls == [("B",), ("A", "X")]


def test_nodes_are_kept_one_by_one_too() -> None:
    """The browse tree is walked node by node; those asked for in one turn of the loop go out together."""

    async def scenario() -> list[tuple[str, ...]]:
        upstream = a_catalog()
        catalog = a_replica(upstream).catalog
        both = await catalog.browse(["18", "17", "19"], SMALL)
        assert [node.name for node in both.value] == ["Coffee", "Tea"]
        assert (await catalog.browse(["19"], SMALL)).value == ()
        return [call.ids for call in upstream.calls]

    assert in_virtual_time(scenario()) == [("18", "17", "19")]


def test_a_new_edition_of_the_catalog_is_seen_at_once() -> None:
    """Whoever loads a catalog into the embedded service sees it."""

    async def scenario() -> int:
        upstream, edition = a_catalog(), ["first"]
        catalog = a_replica(upstream, edition=edition).catalog
        for name in ("first", "first", "second", "second"):
            edition[0] = name
            await catalog.search(TEA, 1, SMALL)
        return len(upstream.calls)

    assert in_virtual_time(scenario()) == 2


def test_marketplaces_do_not_share_answers() -> None:
    """One memory serves all of them."""

    async def scenario() -> list[str]:
        memory = Memory(max_entries=10, max_bytes=10_000_000)

        def catalog_of(marketplace: str, total: int) -> CachedCatalog:
            upstream = FakeCatalog(now=virtual_now, matches=lambda _: [an_item(marketplace)] * total)
            guard = Guard(None, RetryBudget(), monotonic=lambda: 0.0, random=lambda: 1.0)
            answers = Answers(
                memory, None, now=virtual_now, monotonic=lambda: 0.0, random=lambda: 1.0, is_away=lambda: False
            )
            guarded = Guarded(cast("Upstream", upstream), guard)
            return CachedCatalog(marketplace, guarded, guarded, answers, edition=lambda: "1", now=virtual_now)

        pages: list[Seen[SearchPage]] = [await catalog_of(code, 1).search(TEA, 1, SMALL) for code in ("US", "DE")]
        return [page.value.items[0].asin for page in pages]

    assert in_virtual_time(scenario()) == ["US", "DE"]


def test_lists_and_sellers_are_cached() -> None:
    """Each kind of answer of the directory, once; nothing found is an answer too."""

    async def scenario() -> list[str]:
        directory = FakeDirectory(
            lists=[ProductList("L1", kind="WishList", owner="Ann")],
            known_sellers=[Seller("S1")],
            listings=[SellerListing("O1", "E1")],
        )
        guard = Guard(None, RetryBudget(), monotonic=lambda: 0.0, random=lambda: 1.0)
        memory = Memory(max_entries=10, max_bytes=10_000_000)
        answers = Answers(
            memory, None, now=lambda: NOON, monotonic=lambda: 0.0, random=lambda: 1.0, is_away=lambda: False
        )
        guarded = Guarded(cast("Upstream", directory), guard)
        catalog = CachedCatalog("US", guarded, guarded, answers, edition=lambda: "1", now=lambda: NOON)
        for _ in range(2):
            assert (await catalog.list_search(ListQuery("WishList", name="Ann"), 1, ("ListInfo",))).value.lists
            assert (await catalog.list_look_up("L1", "WishList", 1, ("ListInfo",))).value.lists
            assert not (await catalog.list_look_up("L2", "WishList", 1, ("ListInfo",))).value.lists
            assert (await catalog.sellers(["S1"], ("Seller",))).value.sellers
            assert (await catalog.seller_listings(ListingQuery("S1"), 1, ("SellerListing",))).value.listings
        return [str(call[0]) for call in directory.calls]

    assert in_virtual_time(scenario()) == ["list_search", "list_look_up", "list_look_up", "sellers", "seller_listings"]
