"""Turning a shopper's search into the upstream's terms."""

from decimal import Decimal
from typing import Any

import pytest

from ecs.request import SearchQuery
from resolvers.errors import BadInput
from resolvers.searching import SearchRequest, Sort, pages_of, queries, reachable, sort_value, supported_sorts


def asked(**fields: Any) -> tuple[SearchQuery, ...]:
    """The searches for a request, in dollars, without the embedded service's own parameters."""
    return queries(SearchRequest(**fields), "USD", is_extended=False)


def test_words_go_to_every_department_by_themselves() -> None:
    """The plain case."""
    assert asked(words="  green   tea ") == (SearchQuery("All", "green tea"),)


def test_filters_of_a_department_become_its_parameters() -> None:
    """Each has its own parameter on the wire, prices in minor units."""
    found = asked(
        words="lamp",
        search_index="Kitchen",
        sort=Sort.PRICE_ASC,
        browse_node_id="284507",
        min_price=Decimal("19.99"),
        max_price=Decimal(20),
        brand="Acme",
        title="desk",
        manufacturer="Acme Inc",
        condition="Used",
        is_available_only=True,
    )

    assert found == (
        SearchQuery(
            "Kitchen",
            "lamp",
            "price",
            (
                ("Availability", "Available"),
                ("Brand", "Acme"),
                ("BrowseNode", "284507"),
                ("Condition", "Used"),
                ("Manufacturer", "Acme Inc"),
                ("MaximumPrice", "2000"),
                ("MinimumPrice", "1999"),
                ("Title", "desk"),
            ),
        ),
    )


def test_a_lowest_price_of_zero_is_sent() -> None:
    """Zero is a price, not an absent one."""
    assert asked(words="lamp", search_index="Kitchen", min_price=Decimal(0))[0].parameters == (("MinimumPrice", "0"),)


def test_prices_are_sent_in_the_units_of_their_currency() -> None:
    """A yen has no hundredths: a hundred times too much would find nothing."""
    request = SearchRequest(words="lamp", search_index="Kitchen", min_price=Decimal(1500), max_price=Decimal(3000))

    (found,) = queries(request, "JPY", is_extended=False)

    assert found.parameters == (("MaximumPrice", "3000"), ("MinimumPrice", "1500"))


def test_every_department_at_once_takes_titles_brands_and_people_as_words() -> None:
    """SearchIndex All knows key words only; a filter must not be lost silently."""
    found = asked(words="tea", title="pot", brand="Acme", manufacturer="Acme Inc", contributor="Ann Lee")

    assert found == (SearchQuery("All", "tea pot Acme Acme Inc Ann Lee"),)


@pytest.mark.parametrize(
    ("search_index", "names"),
    [
        ("Books", ["Author"]),
        ("ForeignBooks", ["Author"]),
        ("Music", ["Artist"]),
        ("Classical", ["Composer", "Artist"]),
        ("DVD", ["Actor", "Director"]),
        ("VHS", ["Actor", "Director"]),
        ("Video", ["Actor", "Director"]),
    ],
)
def test_a_contributor_is_sought_as_each_department_keeps_him(search_index: str, names: list[str]) -> None:
    """An actor who directs is found as one after the other."""
    found = asked(search_index=search_index, contributor="Ann Lee", title="Tea")

    assert found == tuple(
        SearchQuery(search_index, None, None, tuple(sorted([(name, "Ann Lee"), ("Title", "Tea")]))) for name in names
    )


def test_a_contributor_elsewhere_becomes_words() -> None:
    """A kitchen has no authors."""
    assert asked(search_index="Kitchen", contributor="Ann Lee") == (SearchQuery("Kitchen", "Ann Lee"),)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"words": "   "},
        {"search_index": "Books"},
        {"search_index": "Books", "condition": "New", "is_available_only": True},
    ],
)
def test_a_search_for_nothing_is_refused(fields: dict[str, Any]) -> None:
    """The upstream answers it with an error that a shopper would not understand."""
    with pytest.raises(BadInput) as refused:
        asked(**fields)

    assert str(refused.value) == (
        "Give words in `query` or a filter such as title, brand, contributor or browseNodeId."
    )


@pytest.mark.parametrize(
    ("search_index", "sort", "value"),
    [
        ("Books", Sort.RELEVANCE, None),
        ("Books", Sort.BEST_SELLING, "salesrank"),
        ("Books", Sort.NEWEST, "daterank"),
        ("Books", Sort.PRICE_ASC, "price"),
        ("Books", Sort.PRICE_DESC, "-price"),
        ("Books", Sort.RATING_DESC, "reviewrank"),
        ("Books", Sort.TITLE_ASC, "titlerank"),
        ("Books", Sort.TITLE_DESC, "-titlerank"),
        ("DVD", Sort.NEWEST, "-releasedate"),
        ("Jewelry", Sort.PRICE_ASC, "pricerank"),
        ("Jewelry", Sort.PRICE_DESC, "inverseprice"),
        ("Jewelry", Sort.NEWEST, "launch-date"),
        ("Wireless", Sort.PRICE_DESC, "inverse-pricerank"),
        ("Shoes", Sort.NEWEST, "-launch-date"),
        ("All", Sort.RELEVANCE, None),
    ],
)
def test_an_order_has_the_departments_own_word(search_index: str, sort: Sort, value: str | None) -> None:
    """Departments spell the same order differently."""
    assert sort_value(search_index, sort) == value


def test_an_order_the_department_does_not_know_is_refused_with_those_it_knows() -> None:
    """The shopper can correct himself at once."""
    with pytest.raises(BadInput) as refused:
        sort_value("Toys", Sort.RATING_DESC)

    assert str(refused.value) == (
        "`sort: RATING_DESC` is not known in this department; "
        "use one of BEST_SELLING, PRICE_ASC, PRICE_DESC, RELEVANCE, TITLE_ASC."
    )


def test_an_order_in_a_department_nobody_has_heard_of_is_refused_too() -> None:
    """It is the shopper's mistake, not the shop's fault."""
    with pytest.raises(BadInput) as refused:
        sort_value("Unheard", Sort.PRICE_ASC)

    assert str(refused.value) == "`sort: PRICE_ASC` is not known in this department; use one of RELEVANCE."


def test_all_departments_know_no_order_and_say_how_to_get_one() -> None:
    """Choosing a department is the way out."""
    with pytest.raises(BadInput) as refused:
        asked(words="tea", sort=Sort.PRICE_ASC)

    assert str(refused.value) == (
        "`sort: PRICE_ASC` is not known in this department; "
        "choose a department in filter.searchIndex, or use one of RELEVANCE."
    )


def test_a_department_names_the_orders_it_takes() -> None:
    """Clients draw the menu from it; an unknown department takes its own only."""
    assert supported_sorts("Baby") == (
        Sort.BEST_SELLING,
        Sort.PRICE_ASC,
        Sort.PRICE_DESC,
        Sort.RELEVANCE,
        Sort.TITLE_ASC,
    )
    assert supported_sorts("All") == supported_sorts("Unheard") == (Sort.RELEVANCE,)


def test_facet_choices_are_added_and_may_repeat_a_filter() -> None:
    """A choice already made by hand is no contradiction."""
    facets = ((("Brand", "Acme"),), (("MinimumPrice", "1000"), ("MaximumPrice", "1999")))

    found = asked(search_index="Kitchen", brand="Acme", facets=facets)

    assert found[0].parameters == (("Brand", "Acme"), ("MaximumPrice", "1999"), ("MinimumPrice", "1000"))


def test_two_choices_of_one_facet_are_refused() -> None:
    """The upstream takes one value; ignoring the second would show wrong results."""
    with pytest.raises(BadInput) as refused:
        asked(search_index="Kitchen", facets=((("Brand", "Acme"),), (("Brand", "Other"),)))

    assert str(refused.value) == (
        "The filter narrows by Brand twice with different values, which this marketplace cannot do; "
        "keep one choice of each facet."
    )


def test_a_browse_node_without_its_department_is_refused() -> None:
    """SearchIndex All forbids BrowseNode."""
    with pytest.raises(BadInput) as refused:
        asked(words="tea", browse_node_id="1000")

    assert str(refused.value) == "A browse node needs its department: give filter.searchIndex beside it."


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"min_rating": 0}, "`filter.minRating` is a whole number from 1 to 5."),
        ({"min_rating": 6}, "`filter.minRating` is a whole number from 1 to 5."),
        ({"min_price": Decimal(-1)}, "Prices in `filter` are zero or more."),
        ({"max_price": Decimal(-1)}, "Prices in `filter` are zero or more."),
        (
            {"min_price": Decimal(2), "max_price": Decimal(1)},
            "`filter.minPrice` is above `filter.maxPrice`; swap them.",
        ),
    ],
)
def test_numbers_that_make_no_sense_are_refused(fields: dict[str, Any], sentence: str) -> None:
    """Each with the name of the field and what is allowed."""
    with pytest.raises(BadInput) as refused:
        queries(SearchRequest(words="tea", **fields), "USD", is_extended=True)

    assert str(refused.value) == sentence


def test_equal_prices_and_open_ends_are_allowed() -> None:
    """A band may be a single price, or open."""
    assert asked(words="tea", min_price=Decimal(2), max_price=Decimal(2))
    assert asked(words="tea", min_price=Decimal(2))
    assert asked(words="tea", max_price=Decimal(2))
    assert asked(words="tea", max_price=Decimal(0))


@pytest.mark.parametrize("fields", [{"min_rating": 4}, {"merchant_id": "A1"}])
def test_rating_and_seller_are_for_upstreams_that_know_them(fields: dict[str, Any]) -> None:
    """The real upstream would ignore them silently."""
    with pytest.raises(BadInput) as refused:
        asked(words="tea", **fields)

    assert str(refused.value) == (
        "This marketplace cannot search by rating or seller; leave minRating and sellerId out."
    )


@pytest.mark.parametrize("rating", [1, 4, 5])
def test_an_upstream_that_knows_them_gets_rating_and_seller(rating: int) -> None:
    """The embedded service does; one star and five are ratings too."""
    request = SearchRequest(words="tea", min_rating=rating, merchant_id="A1")

    (found,) = queries(request, "USD", is_extended=True)

    assert found.parameters == (("MerchantId", "A1"), ("MinRating", str(rating)))


@pytest.mark.parametrize(
    ("search_index", "total", "expected"), [("All", 49, 49), ("All", 51, 50), ("Books", 99, 99), ("Books", 5000, 100)]
)
def test_paging_reaches_fifty_or_a_hundred(search_index: str, total: int, expected: int) -> None:
    """The upstream's window: five pages of All, ten of a department."""
    assert reachable(search_index, total) == expected


@pytest.mark.parametrize(
    ("search_index", "offset", "count", "pages"),
    [
        ("Books", 0, 10, [1]),
        ("Books", 0, 1, [1]),
        ("Books", 9, 1, [1]),
        ("Books", 9, 2, [1, 2]),
        ("Books", 10, 10, [2]),
        ("Books", 5, 30, [1, 2, 3, 4]),
        ("Books", 95, 10, [10]),
        ("Books", 100, 10, []),
        ("Books", 0, 0, []),
        ("Books", 5, 0, []),
        ("All", 45, 10, [5]),
        ("All", 40, 50, [5]),
        ("All", 50, 10, []),
        ("All", 60, 10, []),
    ],
)
def test_a_window_needs_these_pages(search_index: str, offset: int, count: int, pages: list[int]) -> None:
    """Pages past the upstream's window would be refused."""
    assert list(pages_of(search_index, offset, count)) == pages
