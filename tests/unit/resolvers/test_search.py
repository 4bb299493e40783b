"""Searching the catalog: windows over the upstream's pages."""

import pytest

from ecs.errors import NotSent
from ecs.model import BrowseNode, Item, SearchBin, SearchBinSet, SearchPage, Seen
from ecs.request import SearchQuery
from ecs.vocabulary import ResponseGroup
from resolvers.errors import BadInput
from resolvers.search import SearchResult, Window, search
from resolvers.searching import SearchRequest, Sort
from tests.support.fakes import NOON, Storefront, an_item

SMALL = frozenset({ResponseGroup.SMALL})
TEA = SearchRequest(words="tea", search_index="Books")


def shelf(count: int) -> list[Item]:
    """Items ``0`` to ``count - 1``, in order."""
    return [an_item(str(number)) for number in range(count)]


def finding(count: int) -> Storefront:
    """A shop where every search has so many matches."""
    storefront = Storefront.selling()
    storefront.catalog.matches = lambda _: shelf(count)
    return storefront


def places(result: SearchResult) -> list[int]:
    """Which of the matches were given."""
    return [int(seen.value.asin) for seen in result.items]


def pages(storefront: Storefront) -> list[object]:
    """Which pages the upstream was asked for."""
    return [call.options["page"] for call in storefront.catalog.calls if call.operation == "search"]


async def test_a_first_page_is_one_call() -> None:
    """The usual search."""
    storefront = finding(25)

    result = await search(storefront.shop, TEA, Window(0, 10), SMALL)

    assert places(result) == list(range(10))
    assert (result.offset, result.total, result.reachable) == (0, 25, 25)
    assert (result.effective_query, result.corrected_query, result.search_index) == ("tea", None, "Books")
    assert Sort.PRICE_ASC in result.supported_sorts
    assert result.first.as_of == result.items[0].as_of == NOON
    assert [(call.options["query"], call.groups) for call in storefront.catalog.calls] == [
        (SearchQuery("Books", "tea"), SMALL)
    ]


async def test_a_window_over_several_pages_is_cut_from_them() -> None:
    """Cursors stand anywhere; upstream pages do not."""
    storefront = finding(60)

    result = await search(storefront.shop, TEA, Window(5, 22), SMALL)

    assert places(result) == list(range(5, 27))
    assert pages(storefront) == [1, 2, 3]


async def test_pages_at_hand_are_taken_and_the_others_asked_for() -> None:
    """Nothing is asked of anybody for what a cache has."""
    storefront = finding(60)
    kept = SearchPage(tuple(an_item(f"1{place}") for place in range(10)), 60, 6)
    storefront.catalog.at_hand[2] = Seen(kept, NOON, "cache")

    result = await search(storefront.shop, TEA, Window(5, 22), SMALL)

    assert places(result) == list(range(5, 27))
    assert [seen.source for seen in result.items] == ["upstream"] * 5 + ["cache"] * 10 + ["upstream"] * 7
    assert pages(storefront) == [1, 3]


async def test_a_window_deep_in_the_results_skips_the_first_page() -> None:
    """Its own page tells the totals as well."""
    storefront = finding(500)

    result = await search(storefront.shop, TEA, Window(95, 10), SMALL)

    assert places(result) == [95, 96, 97, 98, 99]
    assert (result.total, result.reachable) == (500, 100)
    assert pages(storefront) == [10]


async def test_a_window_past_the_upstreams_end_is_empty_and_knows_the_totals() -> None:
    """A forged cursor gives an empty page, not an upstream error."""
    storefront = finding(500)

    result = await search(storefront.shop, TEA, Window(100, 10), SMALL)

    assert (result.items, result.offset, result.total) == ((), 100, 500)
    assert pages(storefront) == [1]


async def test_an_empty_window_still_tells_the_totals() -> None:
    """``first: 0`` asks for the count."""
    storefront = finding(12)

    result = await search(storefront.shop, TEA, Window(0, 0), SMALL)

    assert (result.items, result.total) == ((), 12)
    assert pages(storefront) == [1]


@pytest.mark.parametrize(
    ("total", "expected", "asked"),
    [
        (25, [21, 22, 23, 24], [1, 3]),
        (23, [19, 20, 21, 22], [1, 2, 3]),
        (500, [96, 97, 98, 99], [1, 10]),
        (3, [0, 1, 2], [1]),
        (0, [], [1]),
    ],
)
async def test_the_last_results_are_those_that_paging_reaches(
    total: int, expected: list[int], asked: list[int]
) -> None:
    """``last`` counts from the end of the upstream's window, which the first page tells."""
    storefront = finding(total)

    result = await search(storefront.shop, TEA, Window(0, 4, is_from_end=True), SMALL)

    assert places(result) == expected
    assert pages(storefront) == asked
    assert result.offset == (expected[0] if expected else 0)


async def test_a_second_search_is_tried_when_the_first_finds_nothing() -> None:
    """A director is no actor; both are contributors."""
    storefront = Storefront.selling()
    storefront.catalog.matches = lambda query: shelf(12) if dict(query.parameters).get("Director") else []
    request = SearchRequest(search_index="DVD", contributor="Ann Lee")

    result = await search(storefront.shop, request, Window(0, 10), SMALL)

    assert (places(result), result.total) == (list(range(10)), 12)
    assert pages(storefront) == [1, 1]


async def test_the_end_of_the_second_search_is_its_own() -> None:
    """The first search's empty end must not be cut out of the second's results."""
    storefront = Storefront.selling()
    storefront.catalog.matches = lambda query: shelf(12) if dict(query.parameters).get("Director") else []
    request = SearchRequest(search_index="DVD", contributor="Ann Lee")

    result = await search(storefront.shop, request, Window(0, 3, is_from_end=True), SMALL)

    assert (places(result), result.offset) == ([9, 10, 11], 9)


async def test_the_second_search_is_spared_when_the_first_finds_something() -> None:
    """Every call counts against the upstream's quota."""
    storefront = finding(3)

    await search(storefront.shop, SearchRequest(search_index="DVD", contributor="Ann Lee"), Window(0, 10), SMALL)

    assert pages(storefront) == [1]


async def test_facets_and_a_better_spelling_are_passed_on() -> None:
    """They come with the first page, and facets only when asked for."""
    storefront = finding(1)
    bins = (SearchBinSet("BrandName", (SearchBin("Acme", 1, (("Brand", "Acme"),)),)),)
    storefront.catalog.page = SearchPage((), 0, 0, bins, "green tea")

    result = await search(storefront.shop, TEA, Window(0, 10), SMALL, with_bins=True)

    assert (result.bins, result.corrected_query) == (bins, "green tea")
    assert storefront.catalog.calls[0].groups == {ResponseGroup.SMALL, ResponseGroup.SEARCH_BINS}


async def test_a_browse_node_alone_gets_its_department() -> None:
    """The upstream wants both; the node's ancestors tell."""
    storefront = finding(1)
    root = BrowseNode("1000", "Books", is_root=True)
    storefront.catalog.nodes = {"17": BrowseNode("17", "Tea", ancestors=(BrowseNode("16", "Drinks"), root))}

    result = await search(storefront.shop, SearchRequest(browse_node_id="17"), Window(0, 10), SMALL)

    assert result.search_index == "Books"
    assert storefront.catalog.calls[0].ids == ("17",)
    assert storefront.catalog.calls[1].options["query"] == SearchQuery("Books", None, None, (("BrowseNode", "17"),))


async def test_a_facet_of_a_browse_node_gets_its_department_too() -> None:
    """Facets of a search over everything hold nodes."""
    storefront = finding(1)
    storefront.catalog.nodes = {"1000": BrowseNode("1000", "Books", is_root=True)}
    request = SearchRequest(words="tea", facets=((("Brand", "Acme"),), (("BrowseNode", "1000"),)))

    assert (await search(storefront.shop, request, Window(0, 10), SMALL)).search_index == "Books"


async def test_a_node_shared_by_departments_is_searched_in_the_one_that_bears_its_name() -> None:
    """Music and Classical hang under one root; music is not all classical."""
    storefront = finding(1)
    storefront.catalog.nodes = {"301668": BrowseNode("301668", "Music", is_root=True)}

    result = await search(storefront.shop, SearchRequest(browse_node_id="301668"), Window(0, 10), SMALL)

    assert result.search_index == "Music"


async def test_a_department_beside_the_node_is_taken_at_its_word() -> None:
    """No look-up is needed then."""
    storefront = finding(1)

    await search(storefront.shop, SearchRequest(search_index="Books", browse_node_id="17"), Window(0, 10), SMALL)

    assert [call.operation for call in storefront.catalog.calls] == ["search"]


async def test_an_unknown_node_is_refused_without_a_search() -> None:
    """A typing mistake."""
    storefront = finding(1)

    with pytest.raises(BadInput, match="There is no browse node 17 in this marketplace"):
        await search(storefront.shop, SearchRequest(browse_node_id="17"), Window(0, 10), SMALL)

    assert pages(storefront) == []


async def test_a_node_of_no_department_is_refused_without_a_search() -> None:
    """Promotional nodes hang nowhere."""
    storefront = finding(1)
    storefront.catalog.nodes = {"17": BrowseNode("17", "Sale")}

    with pytest.raises(BadInput, match="This browse node needs its department"):
        await search(storefront.shop, SearchRequest(browse_node_id="17"), Window(0, 10), SMALL)

    assert pages(storefront) == []


async def test_an_upstream_that_does_not_answer_is_let_through() -> None:
    """The schema tells it as an error of its field."""
    storefront = finding(1)
    storefront.catalog.error = NotSent("down")

    with pytest.raises(NotSent):
        await search(storefront.shop, TEA, Window(0, 10), SMALL)


class Boast(list[Item]):
    """Matches of which the upstream counts more than it has."""

    def __len__(self) -> int:
        """Forty, whatever there is."""
        return 40


async def test_paging_ends_when_the_upstream_has_promised_too_much() -> None:
    """A client that walks on while there is a next page would never come to an end."""
    storefront = Storefront.selling()
    storefront.catalog.matches = lambda _: Boast(shelf(25))

    whole = await search(storefront.shop, TEA, Window(10, 10), SMALL)
    short = await search(storefront.shop, TEA, Window(20, 10), SMALL)

    assert (whole.total, whole.reachable) == (40, 40)
    assert places(short) == [20, 21, 22, 23, 24]
    assert (short.total, short.reachable) == (40, 25)
