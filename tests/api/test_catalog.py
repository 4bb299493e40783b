"""Searching and looking up over GraphQL, on the sample catalog."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.shopfront import Shopper

SEARCH = """
query (
  $q: String, $f: SearchFilter, $s: ProductSort! = RELEVANCE, $first: Int, $last: Int, $after: String, $before: String
) {
  search(query: $q, filter: $f, sort: $s, first: $first, last: $last, after: $after, before: $before) {
    totalCount
    reachableCount
    effectiveQuery
    suggestion { kind query }
    supportedSorts
    pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
    facets { key label kind values { label count isSelected token range { min { formatted } max { formatted } } } }
    edges { cursor node { asin title featuredOffer { price { amount } } } }
  }
}
"""
HOBBIT = "0618260307"
RINGS = "0395193958"
KING = "0345339738"


async def search(shopper: Shopper, **variables: Any) -> Any:
    return (await shopper.ask(SEARCH, **variables))["search"]


def asins(found: Any) -> list[str]:
    return [edge["node"]["asin"] for edge in found["edges"]]


async def test_words_in_all_departments(shopper: Shopper) -> None:
    """The plainest search; the order is the upstream's own."""
    found = await search(shopper, q="tolkien")

    assert sorted(asins(found)) == sorted([HOBBIT, RINGS, KING])
    assert (found["totalCount"], found["reachableCount"], found["suggestion"]) == (3, 3, None)
    assert found["effectiveQuery"] == "tolkien"
    assert found["supportedSorts"] == ["RELEVANCE"]


async def test_nothing_found(shopper: Shopper) -> None:
    """An empty page, not an error."""
    found = await search(shopper, q="zzzzqqqq")

    assert (found["totalCount"], found["edges"], found["facets"]) == (0, [], [])
    assert found["pageInfo"] == {
        "startCursor": None,
        "endCursor": None,
        "hasNextPage": False,
        "hasPreviousPage": False,
    }


async def test_misspelt_words_are_put_right(shopper: Shopper) -> None:
    """The likelier spelling is searched for and told."""
    found = await search(shopper, q="tolkein", f={"searchIndex": "BOOKS"})

    assert found["suggestion"] == {"kind": "SPELLING", "query": "tolkien"}
    assert found["totalCount"] == 3


@pytest.mark.parametrize(("sort", "is_descending"), [("PRICE_ASC", False), ("PRICE_DESC", True)])
async def test_orders_by_price(shopper: Shopper, sort: str, is_descending: bool) -> None:
    """A department's own order, over several of its pages."""
    found = await search(shopper, f={"searchIndex": "BOOKS", "browseNodeId": "1000"}, s=sort, first=25)

    prices = [
        float(edge["node"]["featuredOffer"]["price"]["amount"])
        for edge in found["edges"]
        if edge["node"]["featuredOffer"] and edge["node"]["featuredOffer"]["price"]
    ]
    assert len(found["edges"]) == 25
    assert prices == sorted(prices, reverse=is_descending)


async def test_price_band(shopper: Shopper) -> None:
    """Both ends are inclusive and in major units."""
    found = await search(
        shopper, q="usb", f={"searchIndex": "PC_HARDWARE", "minPrice": "20.00", "maxPrice": "60.00"}, first=50
    )
    all_of_them = await search(shopper, q="usb", f={"searchIndex": "PC_HARDWARE"}, first=50)

    assert 0 < found["totalCount"] < all_of_them["totalCount"]
    assert set(asins(found)) < set(asins(all_of_them))


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        ({"searchIndex": "BOOKS", "contributor": "Tolkien"}, [HOBBIT, RINGS, KING]),
        ({"contributor": "Tolkien"}, [HOBBIT, RINGS, KING]),
        ({"searchIndex": "BOOKS", "title": "hobbit"}, [HOBBIT]),
        ({"title": "hobbit"}, [HOBBIT]),
        ({"searchIndex": "DVD", "contributor": "Orson Welles"}, ["B00003CX9E", "B000056HEH"]),
    ],
)
async def test_filters(shopper: Shopper, narrowing: Any, expected: Sequence[str]) -> None:
    """Departments take different parameters; the shopper need not know."""
    found = await search(shopper, f=narrowing, first=50)

    assert set(expected) >= set(asins(found))
    assert asins(found)


async def test_every_filter_is_understood(shopper: Shopper) -> None:
    """None of them alone or together is an error; the sample has no ratings, so that none is left."""
    query = '{ product(by: {asin: "0618260307"}) { offers { edges { node { seller { id } } } } } }'
    product = (await shopper.ask(query))["product"]
    seller_id = product["offers"]["edges"][0]["node"]["seller"]["id"]
    narrowing = {
        "searchIndex": "BOOKS",
        "browseNodeId": "1000",
        "minPrice": "1.00",
        "maxPrice": "500.00",
        "title": "hobbit",
        "contributor": "Tolkien",
        "manufacturer": "Houghton Mifflin",
        "condition": "USED",
        "availableOnly": True,
        "sellerId": seller_id,
    }

    found = await search(shopper, f=narrowing)
    rated = await search(shopper, f={**narrowing, "minRating": 1})

    assert asins(found) == [HOBBIT]
    assert asins(rated) == []


async def test_facets_narrow_and_stay_chosen(shopper: Shopper) -> None:
    """Sending a choice's token back leaves as many as it promised, and the choice is first and marked."""
    found = await search(shopper, q="harry potter")
    facet = found["facets"][0]
    choice = facet["values"][0]

    narrowed = await search(shopper, q="harry potter", f={"facets": [choice["token"]]})

    assert narrowed["totalCount"] == choice["count"]
    again = [each for each in narrowed["facets"] if each["key"] == facet["key"]]
    assert all(each["values"][0]["isSelected"] for each in again if each["values"][0]["token"] == choice["token"])


async def test_pages_follow_each_other_both_ways(shopper: Shopper) -> None:
    """Walking forwards by sevens and back gives the same list as one page of 35."""
    whole = asins(await search(shopper, f={"searchIndex": "BOOKS", "browseNodeId": "1000"}, first=35))
    forwards: list[str] = []
    after = None
    while len(forwards) < 35:
        page = await search(shopper, f={"searchIndex": "BOOKS", "browseNodeId": "1000"}, first=7, after=after)
        forwards += asins(page)
        after = page["pageInfo"]["endCursor"]
    back = await search(
        shopper, f={"searchIndex": "BOOKS", "browseNodeId": "1000"}, last=7, before=page["pageInfo"]["startCursor"]
    )

    assert forwards == whole
    assert asins(back) == whole[21:28]
    assert back["pageInfo"]["hasPreviousPage"] is True


async def test_paging_ends_where_the_upstream_ends(shopper: Shopper) -> None:
    """A hundred results of 141 can be had; the last page says so."""
    found = await search(shopper, f={"searchIndex": "BOOKS", "browseNodeId": "1000"}, last=5)

    assert (found["totalCount"], found["reachableCount"]) == (141, 100)
    assert found["pageInfo"]["hasNextPage"] is False
    assert len(found["edges"]) == 5


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({}, "Give words in `query` or a filter"),
        ({"f": {"searchIndex": "BOOKS", "maxPrice": "9"}}, "Give words in `query` or a filter"),
        ({"q": "   "}, "Give words in `query` or a filter"),
        ({"q": "a", "s": "PRICE_ASC"}, "choose a department in filter.searchIndex"),
        ({"q": "a", "first": 51}, "`first` is a whole number from 0 to 50"),
        ({"q": "a", "first": -1}, "`first` is a whole number from 0 to 50"),
        ({"q": "a", "first": 1, "last": 1}, "Give `first` or `last`, not both"),
        ({"q": "a", "after": "nonsense"}, "`after` is not a cursor"),
        ({"q": "a", "f": {"minPrice": "2", "maxPrice": "1"}}, "swap them"),
        ({"q": "a", "f": {"minPrice": "-1"}}, "zero or more"),
        ({"q": "a", "f": {"minPrice": "cheap"}}, 'such as "19.99"'),
        ({"q": "a", "f": {"minRating": 6}}, "from 1 to 5"),
        ({"q": "a", "f": {"facets": ["nonsense"]}}, "none of this server"),
        ({"q": "a", "f": {"browseNodeId": "424242"}}, "There is no browse node 424242"),
        ({"q": "a", "f": {"browseNodeId": "nonsense"}}, "no browse node of this marketplace"),
        ({"q": "a", "f": {"sellerId": "nonsense"}}, "no seller of this marketplace"),
    ],
)
async def test_search_that_cannot_be_made(shopper: Shopper, variables: Any, message: str) -> None:
    """A clear error that names the argument and what to do."""
    errors = await shopper.errors(SEARCH, **variables)

    assert [code for code, _ in errors] == ["BAD_USER_INPUT"]
    assert message in errors[0][1]


@pytest.mark.parametrize(
    "by",
    [
        {"asin": HOBBIT},
        {"asin": " 0618260307 "},
        {"ean": "9780618260300"},
        {"isbn": HOBBIT},
        {"isbn": "978-0-618-26030-0"},
    ],
)
async def test_product_by_each_number(shopper: Shopper, by: Any) -> None:
    """A scanner knows the bar code, a reader the ISBN."""
    assert await shopper.ask("query ($by: ProductBy!) { product(by: $by) { asin title } }", by=by) == {
        "product": {"asin": HOBBIT, "title": "The Hobbit"}
    }


@pytest.mark.parametrize("by", [{"asin": "B000000000"}, {"ean": "9999999999999"}, {"id": "nonsense"}, {"upc": "1"}])
async def test_unknown_product_is_null(shopper: Shopper, by: Any) -> None:
    """Not found is no error."""
    assert await shopper.ask("query ($by: ProductBy!) { product(by: $by) { asin } }", by=by) == {"product": None}


async def test_several_products_in_order(shopper: Shopper) -> None:
    """Unknown numbers are null in their place; case does not matter."""
    found = await shopper.ask(
        "query ($asins: [String!]!) { products(asins: $asins) { asin } }", asins=["b00003cx9e", "B000000000", HOBBIT]
    )

    assert found["products"] == [{"asin": "B00003CX9E"}, None, {"asin": HOBBIT}]


async def test_nodes_of_every_kind(shopper: Shopper) -> None:
    """A client cache refetches whatever it holds an id of."""
    made = await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}]})
    product = await shopper.run("product", by={"asin": HOBBIT})
    offer = product["offers"]["edges"][0]["node"]
    viewer = await shopper.run("viewer")
    ids = [
        product["id"],
        offer["id"],
        offer["seller"]["id"],
        product["browseNodes"][0]["id"],
        made["cart"]["id"],
        made["cart"]["lines"]["edges"][0]["node"]["id"],
        viewer["id"],
        "nonsense",
    ]

    found = await shopper.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=ids)

    kinds = ["Product", "Offer", "Seller", "BrowseNode", "Cart", "CartLine", "Viewer"]
    expected = [{"__typename": kind, "id": each} for kind, each in zip(kinds, ids[:-1], strict=True)]
    assert found["nodes"] == [*expected, None]


async def test_similar_is_the_same_on_each_call(shopper: Shopper) -> None:
    """Best first, without those given, for one product, any of several, and all of them."""
    ids = [each["id"] for each in await shopper.run("products", asins=[HOBBIT, KING])]
    query = """
    query ($one: [ID!]!, $both: [ID!]!) {
      one: similar(to: $one, first: 3) { asin }
      any: similar(to: $both, first: 5) { asin }
      all: similar(to: $both, match: ALL, first: 5) { asin }
    }
    """

    first = await shopper.ask(query, one=ids[:1], both=ids)
    second = await shopper.ask(query, one=ids[:1], both=ids)

    assert first == second
    assert first["one"][0] == {"asin": RINGS}
    assert {HOBBIT, KING}.isdisjoint(each["asin"] for each in (*first["any"], *first["all"]))


async def test_viewer_state(shopper: Shopper) -> None:
    """A product page shows what the guest has of it; nobody has a state without a session."""
    query = '{ product(by: {asin: "0618260307"}) { viewerState { quantityInCart isSavedForLater } } }'
    before = await shopper.ask(query)
    made = await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}, "quantity": 3}]})
    in_cart = await shopper.ask(query)
    await shopper.run("saveForLater", input={"lineIds": [made["cart"]["lines"]["edges"][0]["node"]["id"]]})
    saved = await shopper.ask(query)

    assert before == {"product": {"viewerState": None}}
    assert in_cart == {"product": {"viewerState": {"quantityInCart": 3, "isSavedForLater": False}}}
    assert saved == {"product": {"viewerState": {"quantityInCart": 0, "isSavedForLater": True}}}


async def test_seller_with_listings(shopper: Shopper) -> None:
    """From an offer to its seller, from there to what else he offers, and back by his number."""
    query = '{ product(by: {asin: "0618260307"}) { offers { edges { node { seller { id name } } } } } }'
    product = (await shopper.ask(query))["product"]
    named = product["offers"]["edges"][0]["node"]["seller"]
    query = """
    query ($id: ID!) {
      node(id: $id) {
        ... on Seller {
          name
          rating { average count }
          listings(query: "hobbit", first: 5) {
            totalCount
            edges { node { seller { id } product { asin } } }
          }
        }
      }
    }
    """

    found = (await shopper.ask(query, id=named["id"]))["node"]

    assert found["name"] == named["name"] == "Harbor Street Records"
    assert found["rating"] == {"average": 4.9, "count": 5342}
    assert found["listings"] == {
        "totalCount": 1,
        "edges": [{"node": {"seller": {"id": named["id"]}, "product": {"asin": HOBBIT}}}],
    }


async def test_unknown_seller_is_null(shopper: Shopper) -> None:
    """Not found is no error."""
    assert await shopper.run("seller", sellerId="A0UNKNOWN") is None


async def test_lists_need_an_owner(shopper: Shopper) -> None:
    """What the upstream cannot search for is refused with what to do instead."""
    query = (
        "query ($kind: ProductListKind!, $owner: String!) { productLists(kind: $kind, owner: $owner) { totalCount } }"
    )

    assert await shopper.ask(query, kind="WISH_LIST", owner="Nobody Here") == {"productLists": {"totalCount": 0}}
    assert await shopper.errors(query, kind="WISH_LIST", owner=" ") == [
        ("BAD_USER_INPUT", "`owner` is a name or a mail address.")
    ]
    assert await shopper.errors(query, kind="LISTMANIA", owner="Ann") == [
        ("BAD_USER_INPUT", "Listmania lists cannot be searched by owner; open one by its id.")
    ]


async def test_lists_of_a_shopper(shopper: Shopper) -> None:
    """A wish list is found by its owner's name and address alike, with its entries and their products."""
    by_name = await shopper.run("productLists", kind="WISH_LIST", owner="Robin Sample")
    by_address = await shopper.run("productLists", kind="WISH_LIST", owner="robin@example.com")

    (found,) = [edge["node"] for edge in by_name["edges"]]
    assert by_name == by_address
    assert (found["title"], found["ownerName"], found["createdAt"]) == (
        "Books for the winter",
        "Robin Sample",
        "2009-11-02",
    )
    entries = [edge["node"] for edge in found["items"]["edges"]]
    assert found["items"]["totalCount"] == len(entries) > 1
    assert HOBBIT in {entry["product"]["asin"] for entry in entries}


async def test_list_and_entry_are_refetched(shopper: Shopper) -> None:
    """By their ids, as every node."""
    lists = await shopper.run("productLists", kind="WEDDING_REGISTRY", owner="Robin Sample")
    registry = lists["edges"][0]["node"]
    entry = registry["items"]["edges"][0]["node"]
    query = """
    query ($ids: [ID!]!) {
      nodes(ids: $ids) {
        id
        ... on ProductList { title kind eventDate }
        ... on ProductListItem { quantityDesired product { asin } }
      }
    }
    """

    found = (await shopper.ask(query, ids=[registry["id"], entry["id"]]))["nodes"]

    assert found == [
        {"id": registry["id"], "title": "Robin and Sam", "kind": "WEDDING_REGISTRY", "eventDate": "2010-06-19"},
        {
            "id": entry["id"],
            "quantityDesired": entry["quantityDesired"],
            "product": {"asin": entry["product"]["asin"]},
        },
    ]
