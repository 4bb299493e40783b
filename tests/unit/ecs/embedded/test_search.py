"""Words, filters, orders and pages of a search."""

from typing import Any

import pytest

from ecs.embedded.catalog import Catalog
from ecs.embedded.hits import Ahead
from ecs.embedded.search import Wanted, search
from ecs.embedded.sellers import seller_id
from ecs.embedded.sorts import accepted, order_of
from ecs.search_indexes import SORTS
from tests.unit.ecs.embedded.feeds import CABLE, HARBOR, HEADPHONES, KETTLE, LANTERN, PREORDER, SOLD_OUT, SPEAKER


def _asins(catalog: Catalog, search_index: str = "All", **wanted: Any) -> list[str]:
    found = search(catalog, Wanted(currency="USD", search_index=search_index, **wanted))
    return [product.asin for product in catalog.by_rows(found.rows)]


def _corrected(catalog: Catalog, keywords: str) -> str | None:
    return search(catalog, Wanted(currency="USD", search_index="All", keywords=keywords)).corrected


@pytest.mark.parametrize(
    ("keywords", "asins"),
    [
        ("red lantern", [LANTERN]),
        ("LANTERNS RED", [LANTERN]),
        ("ann writer", [HARBOR, LANTERN]),
        ("storm lighthouse", [LANTERN]),
        ("9780306406157", [LANTERN]),
        ("b000000003", [KETTLE]),
        ("sonder", [CABLE]),
        ("philips headphone", [HEADPHONES]),
        ("!!!", None),
        ("xyzzy", []),
    ],
)
def test_all_words_must_match_somewhere(catalog: Catalog, keywords: str, asins: list[str] | None) -> None:
    """Case, accents and plurals do not count; numbers of the product are words as well."""
    found = _asins(catalog, keywords=keywords)

    # Without a single word in it a query is no restriction: the most popular come first.
    assert found == asins if asins is not None else len(found) == 10


def test_title_counts_more_than_other_texts(catalog: Catalog) -> None:
    """Who searches for fiction by name does not mean the whole department."""
    found = _asins(catalog, keywords="cooking")

    assert found[0] == KETTLE


def test_misspelt_words_are_corrected_and_said(catalog: Catalog) -> None:
    """A slip of the finger must not end the visit."""
    assert _asins(catalog, keywords="hesdphones") == [HEADPHONES]
    assert _corrected(catalog, "philips hesdphones") == "philips headphones"
    assert _corrected(catalog, "haror ligths") == "harbor lights"
    assert _corrected(catalog, "headphones") is None


def test_combination_that_titles_hold_wins(catalog: Catalog) -> None:
    """Each word alone has likelier corrections than the pair."""
    assert _corrected(catalog, "ketle cokking") == "kettle cooking"


def test_when_no_product_has_all_words_most_of_them_do(catalog: Catalog) -> None:
    """One odd word must not hide what the others find."""
    assert _asins(catalog, keywords="harbor lights zzzz") == [HARBOR]
    assert _asins(catalog, keywords="kettle qqqq zzzz") == [KETTLE]


def test_filters_never_loosen_the_words(catalog: Catalog) -> None:
    """A price bound that leaves nothing leaves nothing, instead of something else."""
    assert _asins(catalog, keywords="red lantern", max_price=100) == []
    assert _asins(catalog, "Electronics", keywords="red lantern") == []


@pytest.mark.parametrize(
    ("wanted", "asins"),
    [
        ({"title": "lanterns"}, {LANTERN, SOLD_OUT, PREORDER}),
        ({"names": {"Author": "Ann Writer"}}, {LANTERN, HARBOR}),
        ({"names": {"Author": "writer"}}, {LANTERN, HARBOR}),
        ({"names": {"Author": "ann second"}}, {HARBOR}),
        ({"names": {"Brand": "philips"}}, {HEADPHONES, SPEAKER}),
        ({"names": {"Brand": "sonder"}}, {CABLE}),
        ({"names": {"Publisher": "north press"}}, {LANTERN}),
        ({"names": {"Artist": "Ann Writer"}}, set()),
        ({"names": {"Author": "!!"}}, set()),
        ({"node": "9000000012"}, {LANTERN, HARBOR}),
        ({"node": "200"}, {HEADPHONES, SPEAKER, CABLE}),
        ({"node": "404"}, set()),
        ({"condition": "Used"}, {LANTERN}),
        ({"condition": "Refurbished"}, {SPEAKER}),
        ({"merchant": "Paper Moon"}, {LANTERN}),
        ({"merchant": seller_id("Paper Moon").lower()}, {LANTERN}),
        ({"merchant": "Nobody"}, set()),
        ({"min_rating": 4}, {LANTERN, KETTLE}),
        ({"min_rating": 5}, {KETTLE}),
        ({"min_price": 3000, "max_price": 4500}, {KETTLE, HEADPHONES}),
        ({"min_price": 9900}, {SPEAKER}),
        ({"keywords": "lantern", "is_available": True}, {LANTERN, PREORDER}),
    ],
    # A set prints differently in every process; only the filter names the case.
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_filters(catalog: Catalog, wanted: dict[str, Any], asins: set[str]) -> None:
    """Each filter keeps exactly what it names."""
    found = [asin for asin in _asins(catalog, **wanted) if not asin.startswith("B00000000A")]

    assert set(found) == asins


def test_merchant_amazon_is_the_house(catalog: Catalog) -> None:
    """The wire's word for the marketplace's own shop."""
    found = search(catalog, Wanted(currency="USD", search_index="Books", merchant="Amazon"))

    assert found.total == 65


@pytest.mark.parametrize(
    ("sort", "asins"),
    [
        ("price", [HARBOR, LANTERN, KETTLE]),
        ("-price", [KETTLE, LANTERN, HARBOR]),
        ("titlerank", [HARBOR, KETTLE, LANTERN]),
        ("-titlerank", [LANTERN, KETTLE, HARBOR]),
        ("salesrank", [HARBOR, KETTLE, LANTERN]),
        ("reviewrank", [KETTLE, LANTERN, HARBOR]),
        ("daterank", [HARBOR, LANTERN, KETTLE]),
    ],
)
def test_orders(catalog: Catalog, sort: str, asins: list[str]) -> None:
    """Each order is what its name says."""
    found = _asins(catalog, "Books", min_rating=1, order=order_of(sort))

    assert found == asins


def test_what_lacks_the_value_comes_last_in_both_directions(catalog: Catalog) -> None:
    """Products without a price must not head the cheapest or the dearest."""
    by_price = _asins(catalog, "Books", title="lantern", order=order_of("price"))
    by_price_down = _asins(catalog, "Books", title="lantern", order=order_of("-price"))

    assert by_price == [LANTERN, PREORDER, SOLD_OUT]
    assert by_price_down == [PREORDER, LANTERN, SOLD_OUT]


def test_pages_of_ten(catalog: Catalog) -> None:
    """Every match is on exactly one page."""
    pages = [_asins(catalog, "Books", keywords="filler", page=page) for page in range(1, 8)]

    assert [len(page) for page in pages] == [10, 10, 10, 10, 10, 10, 0]
    assert len({asin for page in pages for asin in page}) == 60


def test_a_page_is_the_same_whatever_was_asked_before(catalog: Catalog) -> None:
    """The second of two pages is found with the first one, and kept until somebody takes it."""
    alone = {page: _asins(catalog, "Books", keywords="filler", page=page) for page in (4, 3, 2, 1)}

    in_turn = [_asins(catalog, "Books", keywords="filler", page=page) for page in (1, 2, 2, 3, 1, 4)]
    dear = _asins(catalog, "Books", keywords="filler", page=2, min_price=10**8)

    assert in_turn == [alone[page] for page in (1, 2, 2, 3, 1, 4)]
    assert dear == []


def test_pages_that_nobody_takes_are_let_go_of() -> None:
    """A robot may ask for first pages only."""
    ahead = Ahead()
    for number in range(65):
        ahead.keep(number, f"page {number}")

    assert [ahead.take(number) for number in (0, 63, 64, 64)] == [None, None, "page 64", None]


def test_every_sort_value_has_a_meaning_or_is_relevance() -> None:
    """An accepted value must not fail."""
    values = {value for values in SORTS.values() for value in values}

    relevance = {value for value in values if order_of(value) is None}
    assert relevance == {
        *("-age-min", "pmrank", "relevance", "relevance-fs-rank", "relevancerank", "sale-flag"),
        "songtitlerank",
    }
    assert order_of(None) is None
    assert accepted("Books") == SORTS["Books"]
    assert "price" in accepted("OnlyInAFeed")


def test_other_currency_bounds_are_compared_at_the_rate(catalog: Catalog) -> None:
    """A shop in yen filters in yen."""
    found = search(catalog, Wanted(currency="JPY", search_index="Electronics", min_price=6000, max_price=7000))

    assert [product.asin for product in catalog.by_rows(found.rows)] == [HEADPHONES]
