"""Everything that can be read."""

import pytest

from ecs.errors import NotSent
from ecs.model import BrowseNode, Item, SearchBin, SearchBinSet, SearchPage, SimilarProduct
from ecs.request import SearchQuery
from ecs.vocabulary import ResponseGroup
from schema.ids import to_id
from schema.paging import cursor
from tests.support.fakes import NOON, an_item, an_offer
from tests.unit.schema.conftest import Client

SMALL = frozenset({ResponseGroup.SMALL})


def messages(errors: list[Exception] | None) -> list[str]:
    """What the errors say."""
    return [str(getattr(error, "message", error)) for error in errors or ()]


@pytest.mark.parametrize(
    ("by", "found"),
    [
        ({"asin": "a"}, "A"),
        ({"asin": " B "}, "B"),
        ({"asin": "X"}, None),
        ({"id": to_id("Product", "US", "A")}, "A"),
        ({"id": to_id("Product", "DE", "A")}, None),
        ({"id": to_id("Cart", "US", "A")}, None),
        ({"id": "garbage"}, None),
        ({"ean": "123-4"}, "A"),
        ({"upc": "99"}, None),
        ({"isbn": "0-306-40615-2"}, "B"),
    ],
)
async def test_a_product_is_found_by_one_of_its_numbers(client: Client, by: dict[str, str], found: str | None) -> None:
    """Null when the catalog has none."""
    client.front.catalog.numbers = {("EAN", "1234"): "A", ("ISBN", "0306406152"): "B"}

    data = await client.ask("query ($by: ProductBy!) { product(by: $by) { asin } }", by=by)

    assert data == {"product": found and {"asin": found}}


@pytest.mark.parametrize("by", [{"asin": "  "}, {"ean": ""}])
async def test_an_empty_number_is_refused_unsent(client: Client, by: dict[str, str]) -> None:
    """The upstream would refuse it in words that a shopper would not understand."""
    result = await client.send("query ($by: ProductBy!) { product(by: $by) { asin } }", by=by)

    (name,) = by
    assert messages(result.errors) == [f"`by` names a product; its {name} is empty."]  # type: ignore[arg-type]
    assert client.front.catalog.calls == []


async def test_several_products_come_in_order_from_one_look_up(client: Client) -> None:
    """Null where not found; only what was selected is asked for."""
    data = await client.ask('{ products(asins: ["B", "X", "a"]) { asin title } }')

    assert data == {
        "products": [{"asin": "B", "title": "Title of B"}, None, {"asin": "A", "title": "Title of A"}],
    }
    assert [(call.ids, call.groups) for call in client.front.catalog.calls] == [(("B", "X", "A"), SMALL)]


async def test_variables_decide_what_is_asked_of_the_upstream(client: Client) -> None:
    """An ``@include`` that is off costs nothing."""
    document = 'query ($with: Boolean!) { product(by: {asin: "A"}) { asin rating @include(if: $with) { count } } }'

    await client.ask(document, **{"with": False})
    await client.ask(document, **{"with": True})

    assert [call.groups for call in client.front.catalog.calls] == [SMALL, SMALL | {ResponseGroup.REVIEWS}]


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("products(asins: $many) { asin }", "`asins` takes at most 50 numbers, not 51; split the call."),
        ("nodes(ids: $many) { id }", "`ids` takes at most 50 ids, not 51; split the call."),
    ],
)
async def test_a_fifty_first_is_refused_unsent(client: Client, field: str, message: str) -> None:
    """Lists are bounded before they cost."""
    kind = "ID" if "nodes" in field else "String"

    result = await client.send(f"query ($many: [{kind}!]!) {{ {field} }}", many=["A"] * 51)

    assert messages(result.errors) == [message]  # type: ignore[arg-type]
    assert client.front.catalog.calls == []


async def test_a_search_is_a_connection(client: Client) -> None:
    """Places are cursors; totals, facets, spelling and orders come with the page."""
    bins = (
        SearchBinSet(
            "BrandName", (SearchBin("Acme", 7, (("Brand", "Acme"),)), SearchBin("Zeta", 3, (("Brand", "Zeta"),)))
        ),
    )
    client.front.catalog.page = SearchPage((), 0, 0, bins, "green tea")
    client.front.catalog.matches = lambda _: [an_item(f"A{number}") for number in range(25)]
    document = """
      query ($after: String, $filter: SearchFilter) {
        search(query: "gren tea", filter: $filter, first: 2, after: $after) {
          edges { cursor node { asin } }
          pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
          totalCount reachableCount effectiveQuery supportedSorts
          suggestion { kind query searchIndex }
          facets { key label kind values { label count isSelected token } }
          freshness { asOf isStale source }
        }
      }
    """
    token = (await client.ask(document, filter={"searchIndex": "BOOKS"}))["search"]["facets"][0]["values"][1]["token"]

    data = await client.ask(document, after=cursor(3), filter={"searchIndex": "BOOKS", "facets": [token]})

    found = data["search"]
    assert found["edges"] == [
        {"cursor": cursor(4), "node": {"asin": "A4"}},
        {"cursor": cursor(5), "node": {"asin": "A5"}},
    ]
    assert found["pageInfo"] == {
        "startCursor": cursor(4), "endCursor": cursor(5), "hasNextPage": True, "hasPreviousPage": True,
    }  # fmt: skip
    assert (found["totalCount"], found["reachableCount"], found["effectiveQuery"]) == (25, 25, "gren tea")
    assert found["suggestion"] == {"kind": "SPELLING", "query": "green tea", "searchIndex": "BOOKS"}
    assert "TITLE_DESC" in found["supportedSorts"]
    (facet,) = found["facets"]
    assert (facet["key"], facet["label"], facet["kind"]) == ("brand", "Brand", "LIST")
    assert [(value["label"], value["count"], value["isSelected"]) for value in facet["values"]] == [
        ("Zeta", 3, True),
        ("Acme", 7, False),
    ]
    assert found["freshness"] == {"asOf": "2024-02-29T12:00:00.000Z", "isStale": False, "source": "UPSTREAM"}
    assert client.front.catalog.calls[-1].options["query"] == SearchQuery(
        "Books", "gren tea", None, (("Brand", "Zeta"),)
    )


async def test_a_search_without_facets_does_not_ask_for_them(client: Client) -> None:
    """They cost as much as the page."""
    await client.ask('{ search(query: "tea") { totalCount } }')

    assert [call.groups for call in client.front.catalog.calls] == [SMALL]


async def test_a_search_that_cannot_be_put_is_refused(client: Client) -> None:
    """The field is null and says why."""
    result = await client.send("{ search(sort: PRICE_ASC) { totalCount } }")

    assert result.data == {"search": None}
    assert len(messages(result.errors)) == 1  # type: ignore[arg-type]


async def test_similar_products_are_sought_by_id(client: Client) -> None:
    """Ids of other things are refused, and so is a list longer than a page."""
    client.front.catalog.similar_to = {("A",): (an_item("B"), an_item("C"))}
    document = "query ($to: [ID!]!, $first: Int! = 10) { similar(to: $to, first: $first) { asin } }"

    assert await client.ask(document, to=[to_id("Product", "US", "A")], first=1) == {"similar": [{"asin": "B"}]}
    wrong = await client.send(document, to=[to_id("Cart", "US", "A")])
    many = await client.send(document, to=[to_id("Product", "US", "A")], first=51)
    assert messages(wrong.errors) == [  # type: ignore[arg-type]
        "`to` takes ids of products of this marketplace; take them from `Product.id`."
    ]
    assert messages(many.errors) == ["`first` is a whole number from 0 to 50."]  # type: ignore[arg-type]


async def test_a_browse_node_knows_its_place_and_what_hangs_under_it(client: Client) -> None:
    """From the root down, its children, its best sellers and products."""
    catalog = client.front.catalog
    root, parent = BrowseNode("1000", "Books", is_root=True), BrowseNode("16", "Drinks")
    catalog.nodes = {
        "17": BrowseNode(
            "17", "Tea", ancestors=(parent, root), children=(BrowseNode("18", "Green tea"),),
            top_sellers=(SimilarProduct("B", "B"), SimilarProduct("X", "X"), SimilarProduct("A", "A")),
            new_releases=(SimilarProduct("C", "C"),),
        ),
        "16": BrowseNode("16", "Drinks", ancestors=(root,), children=(BrowseNode("17", "Tea"),)),
    }  # fmt: skip
    catalog.matches = lambda _: [an_item("A")]

    data = await client.ask("""{
      browseNode(nodeId: "17") {
        nodeId name isRoot
        ancestors { name isRoot children { name } }
        children { name }
        topSellers(first: 2) { asin }
        newReleases { asin }
        products { totalCount }
      }
      none: browseNode(nodeId: "99") { name }
    }""")

    assert data["none"] is None
    assert data["browseNode"] == {
        "nodeId": "17",
        "name": "Tea",
        "isRoot": False,
        "ancestors": [
            {"name": "Books", "isRoot": True, "children": []},
            {"name": "Drinks", "isRoot": False, "children": [{"name": "Tea"}]},
        ],
        "children": [{"name": "Green tea"}],
        "topSellers": [{"asin": "B"}],
        "newReleases": [{"asin": "C"}],
        "products": {"totalCount": 1},
    }


async def test_the_viewer_and_the_service_are_told(client: Client) -> None:
    """A guest becomes known by asking who he is."""
    data = await client.ask("""{
      viewer { isAuthenticated activeCart { id } }
      service {
        version schemaHash upstream { state lastSuccessAt }
        limits { maxAliases maxCost maxDepth maxPageSize maxTokens }
      }
    }""")

    assert data == {
        "viewer": {"isAuthenticated": False, "activeCart": None},
        "service": {
            "version": "1.2.3",
            "schemaHash": "abc",
            "upstream": {"state": "UP", "lastSuccessAt": "2024-02-29T12:00:00.000Z"},
            "limits": {"maxAliases": 15, "maxCost": 1000, "maxDepth": 10, "maxPageSize": 50, "maxTokens": 1000},
        },
    }
    assert client.session.customer_id == "ann"


async def test_a_guest_without_a_session_has_no_cart_and_gets_none(client: Client) -> None:
    """Looking keeps nothing."""
    data = await client.ask('{ cart { id } named: cart(id: "garbage") { id } }')

    assert data == {"cart": None, "named": None}
    assert client.session.customer_id is None


async def test_a_product_shows_all_it_has(client: Client) -> None:
    """The fields of the shopping pages, from one look-up."""
    item = Item("Z", title=None, offers=an_item("Z", an_offer("1"), an_offer("2", condition="Used")).offers)
    client.front.catalog.stock(item)

    data = await client.ask("""{ product(by: {asin: "Z"}) {
      id asin title url group marketplace isAdultContent listPrice { amount } image { url } images { category }
      priceRange(condition: USED) { min { amount formatted } max { amount currencyCode fractionDigits } }
      featuredOffer { id isFeatured condition price { amount } priceVisibility seller { name } product { asin }
        availability { status minHours maxHours message } maxQuantity freshness { asOf } }
      offers(condition: NEW) { totalCount edges { node { isFeatured } } }
      viewerState { quantityInCart } variations { totalCount } parent { asin } browseNodes { name } rating { count }
    } }""")

    assert data["product"] == {
        "id": to_id("Product", "US", "Z"),
        "asin": "Z",
        "title": "Z",
        "url": "https://www.amazon.com/dp/Z",
        "group": "Product",
        "marketplace": "US",
        "isAdultContent": False,
        "listPrice": None,
        "image": None,
        "images": [],
        "priceRange": {
            "min": {"amount": "10.00", "formatted": "$10.00"},
            "max": {"amount": "10.00", "currencyCode": "USD", "fractionDigits": 2},
        },
        "featuredOffer": {
            "id": to_id("Offer", "US", "Z", "1"),
            "isFeatured": True,
            "condition": "NEW",
            "price": {"amount": "10.00"},
            "priceVisibility": "VISIBLE",
            "seller": {"name": "Fair Books"},
            "product": {"asin": "Z"},
            "availability": {"status": "IN_STOCK", "minHours": 0, "maxHours": 24, "message": None},
            "maxQuantity": None,
            "freshness": {"asOf": "2024-02-29T12:00:00.000Z"},
        },
        "offers": {"totalCount": 1, "edges": [{"node": {"isFeatured": True}}]},
        "viewerState": None,
        "variations": {"totalCount": 0},
        "parent": None,
        "browseNodes": [],
        "rating": None,
    }
    assert len(client.front.catalog.calls) == 1


async def test_pages_of_variations_end(client: Client) -> None:
    """A variation gone from the catalog must not leave a page that promises a next one for ever."""
    client.front.catalog.stock(an_item("P", variations=(an_item("A"), an_item("B"), an_item("gone"))))
    document = """query ($after: String) { product(by: {asin: "P"}) { variations(first: 2, after: $after) {
      edges { cursor node { asin } } pageInfo { endCursor hasNextPage } } } }"""

    first = (await client.ask(document))["product"]["variations"]
    second = (await client.ask(document, after=first["pageInfo"]["endCursor"]))["product"]["variations"]

    assert [edge["node"]["asin"] for edge in first["edges"]] == ["A", "B"]
    assert first["pageInfo"] == {"endCursor": cursor(1), "hasNextPage": True}
    assert second["edges"] == []
    assert second["pageInfo"]["hasNextPage"] is False


async def test_an_upstream_that_does_not_answer_is_an_error_of_the_field(client: Client) -> None:
    """Other fields of the operation are answered."""
    client.front.catalog.error = NotSent("down")

    result = await client.send('{ product(by: {asin: "A"}) { asin } service { version } }')

    assert result.data == {"product": None, "service": {"version": "1.2.3"}}
    assert [error.path for error in result.errors or ()] == [["product"]]


async def test_everything_with_an_id_can_be_refetched_by_its_owner(client: Client) -> None:
    """And by nobody else."""
    made = await client.ask("""mutation { addItem(input: {item: {asin: "A"}}) {
      cart { id lines { edges { node { id } } } } } }""")
    cart = made["addItem"]["cart"]
    client.front.catalog.nodes = {"17": BrowseNode("17", "Tea", is_root=True)}
    ids = [
        to_id("Product", "US", "A"),
        to_id("Offer", "US", "A", "A-second"),
        to_id("Seller", "US", "A1", "Fair Books"),
        to_id("BrowseNode", "US", "17"),
        cart["id"],
        cart["lines"]["edges"][0]["node"]["id"],
        to_id("Viewer", "US", "ann"),
        to_id("Product", "US", "X"),
        to_id("Product", "DE", "A"),
        to_id("Offer", "US", "A", "gone"),
        to_id("Offer", "US", "X", "gone"),
        to_id("BrowseNode", "US", "99"),
        to_id("Nothing", "US", "A"),
        to_id("Viewer", "US", "bob"),
        "garbage",
    ]
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    names = ["Product", "Offer", "Seller", "BrowseNode", "Cart", "CartLine", "Viewer"]

    own = (await client.ask(document, ids=ids))["nodes"]
    foreign = (await client.of("bob").ask(document, ids=ids[4:6]))["nodes"]
    nobodys = (await client.of(None).ask(document, ids=ids[4:6]))["nodes"]

    assert own == [{"__typename": name, "id": ids[place]} for place, name in enumerate(names)] + [None] * 8
    assert foreign == nobodys == [None, None]
    assert (await client.ask("query ($id: ID!) { node(id: $id) { id } }", id=ids[0]))["node"] == {"id": ids[0]}


async def test_what_a_session_has_done_with_a_product_is_shown(client: Client) -> None:
    """Units in the cart, and whether it lies aside."""
    await client.ask(
        'mutation { addItems(input: {items: [{item: {asin: "A"}, quantity: 3}, {item: {asin: "D"}}]}) { cart { id } } }'
    )

    data = await client.ask("""{ products(asins: ["A", "D", "B"]) {
      viewerState { quantityInCart isSavedForLater } } }""")

    assert [product["viewerState"] for product in data["products"]] == [
        {"quantityInCart": 3, "isSavedForLater": False},
        {"quantityInCart": 0, "isSavedForLater": True},
        {"quantityInCart": 0, "isSavedForLater": False},
    ]


def test_the_clock_of_these_tests_is_noon() -> None:
    """Exact instants above rest on it."""
    assert NOON.isoformat() == "2024-02-29T12:00:00+00:00"
