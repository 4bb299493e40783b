"""How many calls of the upstream a request costs: exact counts, so that a field asked once an entry is noticed."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.settings import Settings
from tests.support.shopfront import Shopper, document, serving, settings_for
from tests.support.upstreams import FaultyUpstream, faulty_upstream

EVERYTHING = """
    id asin marketplace title url group binding brand manufacturer model
    contributors { name role } identifiers { kind value } releaseDate features editorialReviews { source }
    attributes { name } image { url } images { image { url } } listPrice { amount }
    priceRange { min { amount } max { amount } }
    featuredOffer { id price { amount } product { title } seller { name about location rating { average } } }
    salesRank rating { average } browseNodes { name } variationAttributes { name } isAdultContent
    viewerState { quantityInCart } freshness { asOf }
"""
RELATED = {
    "offers": "offers(first: 2) { edges { node { price { amount } seller { name about } } } }",
    "parent": "parent { title brand image { url } }",
    "variations": "variations(first: 2) { edges { node { title } } }",
    "similar": "similar(first: 5) { title image { url } }",
    "similar without a number": "similar { title }",
    "accessories": "accessories(first: 2) { title }",
}


@pytest.fixture
async def upstream(tmp_path: Path) -> AsyncIterator[FaultyUpstream]:
    async with faulty_upstream(settings_for(tmp_path / "upstream").ecs_data_dir) as running:
        yield running


@pytest.fixture
async def shopper(upstream: FaultyUpstream, tmp_path: Path) -> AsyncIterator[Shopper]:
    """A guest at a server that counts; sellers are looked up as with the embedded service."""
    values = settings_for(tmp_path / "shop").model_dump() | {
        "ecs_endpoint": upstream.endpoint,
        "ecs_requests_per_s": 0,
        "ecs_version": "2010-12-01",
    }
    async with serving(Settings(**values)) as running, running.shopper() as somebody:
        yield somebody


async def calls(upstream: FaultyUpstream, shopper: Shopper, text: str, **variables: Any) -> tuple[Any, dict[str, int]]:
    """The data of a document, and the upstream's operations it cost."""
    upstream.operations.clear()
    data = await shopper.ask(text, **variables)
    return data, dict(Counter(upstream.operations))


def searching(fields: str, words: str = "the", first: int = 20) -> str:
    return f'{{ search(query: "{words}", first: {first}) {{ edges {{ node {{ {fields} }} }} }} }}'


async def test_a_search_of_twenty_costs_one_request(upstream: FaultyUpstream, shopper: Shopper) -> None:
    """Two pages of ten go together; the second time it costs nothing, and a third page is all that thirty cost more."""
    data, first = await calls(upstream, shopper, searching("asin"))
    _, again = await calls(upstream, shopper, searching("asin"))
    _, more = await calls(upstream, shopper, searching("asin", first=30))

    assert len(data["search"]["edges"]) == 20
    assert (first, again, more) == ({"ItemSearch": 1}, {}, {"ItemSearch": 1})


async def test_a_search_of_fifty_costs_three_requests(upstream: FaultyUpstream, shopper: Shopper) -> None:
    """The marketplace takes no more than two pages in one; each product comes once, in the order of the pages."""
    data, cost = await calls(upstream, shopper, searching("asin", words="a", first=50))
    tens = [await shopper.ask(searching("asin", words="a", first=number)) for number in (10, 20, 30)]

    asins = [edge["node"]["asin"] for edge in data["search"]["edges"]]
    assert (len(set(asins)), cost) == (50, {"ItemSearch": 3})
    assert [[edge["node"]["asin"] for edge in ten["search"]["edges"]] for ten in tens] == [
        asins[:10],
        asins[:20],
        asins[:30],
    ]


async def test_twenty_products_with_everything_selected(upstream: FaultyUpstream, shopper: Shopper) -> None:
    """One request for two pages, and the sellers of all offers by fives: nothing is asked once a product."""
    data, cost = await calls(upstream, shopper, searching(EVERYTHING))
    sellers = {
        edge["node"]["featuredOffer"]["seller"]["name"]
        for edge in data["search"]["edges"]
        if edge["node"]["featuredOffer"] and edge["node"]["featuredOffer"]["seller"]
    }

    assert len(data["search"]["edges"]) == 20
    assert cost == {"ItemSearch": 1, "SellerLookup": -(-len(sellers) // 5)}


@pytest.mark.parametrize(
    ("related", "cost"),
    [
        # Everybody's sellers, by fives.
        ("offers", {"ItemSearch": 1, "SellerLookup": 3}),
        # In the sample catalog no book of the search is one size of another, or has accessories.
        ("parent", {"ItemSearch": 1}),
        ("variations", {"ItemSearch": 1}),
        ("accessories", {"ItemSearch": 1}),
        # Up to five similar ones of each of twenty, 71 to 80 in all: looked up together by tens.
        ("similar", {"ItemSearch": 1, "ItemLookup": 8}),
        ("similar without a number", {"ItemSearch": 1, "ItemLookup": 8}),
    ],
)
async def test_what_is_related_to_twenty_products(
    upstream: FaultyUpstream, shopper: Shopper, related: str, cost: dict[str, int]
) -> None:
    """Related products are asked for by tens, not once for each product."""
    _, found = await calls(upstream, shopper, searching(f"asin {RELATED[related]}"))

    assert found == cost


async def test_fifty_products_by_number(upstream: FaultyUpstream, shopper: Shopper) -> None:
    """Five calls, whatever is selected of them; and one for ten new ones among forty known."""
    found = await shopper.ask(searching("asin", words="a", first=50))
    asins = [edge["node"]["asin"] for edge in found["search"]["edges"]]
    text = "query ($asins: [String!]!) { products(asins: $asins) { title brand image { url } featuredOffer { id } } }"

    _, forty = await calls(upstream, shopper, text, asins=asins[:40])
    _, fifty = await calls(upstream, shopper, text, asins=asins)
    _, again = await calls(upstream, shopper, text, asins=asins)

    assert len(asins) == 50
    assert (forty, fifty, again) == ({"ItemLookup": 4}, {"ItemLookup": 1}, {})


async def test_nodes_of_the_browse_tree(upstream: FaultyUpstream, shopper: Shopper) -> None:
    """The nodes of ten products are read by tens, and only when more than their names is wanted."""
    _, names = await calls(upstream, shopper, searching("browseNodes { name ancestors { name } }", first=10))
    _, children = await calls(upstream, shopper, searching("browseNodes { children { name } }", first=10))

    assert (names, children) == ({"ItemSearch": 1}, {"BrowseNodeLookup": 1})


async def test_twenty_objects_by_id(upstream: FaultyUpstream, shopper: Shopper) -> None:
    """`nodes` asks for its products by tens."""
    found = await shopper.ask(searching("id"))
    ids = [edge["node"]["id"] for edge in found["search"]["edges"]]
    text = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Product { title brand image { url } } } }"

    _, cost = await calls(upstream, shopper, text, ids=ids)

    assert cost == {"ItemLookup": 2}


async def test_a_cart_of_fifty_lines(upstream: FaultyUpstream, shopper: Shopper) -> None:
    """The cart, and its products and offers by tens, though four fields of each line want different groups."""
    found = await shopper.ask(searching("asin featuredOffer { id }", words="a", first=50))
    more = await shopper.ask(searching("asin featuredOffer { id }", words="book", first=50))
    edges = [*found["search"]["edges"], *more["search"]["edges"]]
    asins = list(dict.fromkeys(edge["node"]["asin"] for edge in edges if edge["node"]["featuredOffer"]))[:50]
    for start in range(0, 50, 10):
        items = [{"item": {"asin": asin}} for asin in asins[start : start + 10]]
        await shopper.run("addItems", input={"items": items})
    text = """{
      cart { lines(first: 50) { edges { node {
        image { url } availability
        product { title brand images { image { url } } }
        offer { id price { amount } availability { status } seller { name } }
      } } } }
    }"""

    data, cost = await calls(upstream, shopper, text)
    _, again = await calls(upstream, shopper, text)

    assert len(data["cart"]["lines"]["edges"]) == 50
    assert all(edge["node"]["product"]["title"] for edge in data["cart"]["lines"]["edges"])
    assert cost == {"CartGet": 1, "ItemLookup": 5}
    assert again == {"CartGet": 1}


@pytest.mark.parametrize(
    ("operation", "variables", "cost"),
    [
        ("product", {"by": {"asin": "0618260307"}}, {"ItemLookup": 1}),
        ("products", {"asins": ["0618260307", "0395193958"]}, {"ItemLookup": 1}),
        ("search", {"query": "tolkien"}, {"ItemSearch": 1}),
    ],
)
async def test_documents_of_the_shop(
    upstream: FaultyUpstream, shopper: Shopper, operation: str, variables: dict[str, Any], cost: dict[str, int]
) -> None:
    """The first sight costs what it must, the second nothing."""
    _, first = await calls(upstream, shopper, document(operation), **variables)
    _, again = await calls(upstream, shopper, document(operation), **variables)

    assert (first, again) == (cost, {})
