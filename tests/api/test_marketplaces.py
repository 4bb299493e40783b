"""Several marketplaces in one server: each with its own catalog, currency and carts, none of which ever cross."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ecs.embedded import SAMPLE_CATALOG, load_catalog
from tests.support.shopfront import Shopper, serving, settings_for, system_now

HOBBIT = "0618260307"
ADD = """
mutation ($input: AddItemInput!) {
  addItem(input: $input) {
    cart { id marketplace currencyCode subtotal { formatted } totalQuantity }
    userErrors { code field }
  }
}
"""
IN_UK = ADD.replace("($input: AddItemInput!)", "($input: AddItemInput!) @inContext(marketplace: UK)")


@pytest.fixture
async def shopper(tmp_path: Path) -> AsyncIterator[Shopper]:
    """A guest at a server that sells in the United States, the United Kingdom and Japan."""
    settings = settings_for(tmp_path, marketplaces=("UK", "JP"))
    for code in ("UK", "JP"):
        load_catalog(SAMPLE_CATALOG, settings.ecs_dir(code), now=system_now())
    async with serving(settings) as running, running.shopper() as somebody:
        yield somebody


async def test_directive_and_header_choose(shopper: Shopper) -> None:
    """@inContext goes before the header, the header before the default; a variable does as well."""
    query = '{ product(by: {asin: "0618260307"}) { marketplace featuredOffer { price { currencyCode } } } }'

    default = await shopper.ask(query)
    by_directive = await shopper.ask(f"query @inContext(marketplace: UK) {query}")
    by_variable = await shopper.ask(f"query ($m: Marketplace!) @inContext(marketplace: $m) {query}", m="JP")
    by_header = (await shopper.post(query, headers={"Cartograph-Marketplace": "jp"})).json()["data"]

    found = [each["product"]["featuredOffer"]["price"]["currencyCode"] for each in (default, by_directive, by_header)]
    assert found == ["USD", "GBP", "JPY"]
    assert by_variable == by_header
    assert by_directive["product"]["marketplace"] == "UK"


async def test_each_marketplace_has_a_cart(shopper: Shopper) -> None:
    """One guest, three active carts, each in its money; the cart's id is enough to come back to it."""
    item = {"item": {"asin": HOBBIT}}

    home = (await shopper.ask(ADD, input=item))["addItem"]["cart"]
    abroad = (await shopper.ask(IN_UK, input=item))["addItem"]["cart"]
    again = (await shopper.ask(ADD, input={**item, "cartId": abroad["id"]}))["addItem"]["cart"]

    assert (home["currencyCode"], abroad["currencyCode"]) == ("USD", "GBP")
    assert abroad["subtotal"]["formatted"].startswith("£")
    assert (again["id"], again["totalQuantity"]) == (abroad["id"], 2)
    assert (await shopper.ask("{ cart { id totalQuantity } }"))["cart"] == {"id": home["id"], "totalQuantity": 1}
    assert (await shopper.ask("query ($id: ID) { cart(id: $id) { marketplace } }", id=abroad["id"])) == {
        "cart": {"marketplace": "UK"}
    }


async def test_items_do_not_cross(shopper: Shopper) -> None:
    """An offer of one marketplace cannot go in the cart of another; nothing is added."""
    query = '{ product(by: {asin: "0618260307"}) { id featuredOffer { id } } }'
    abroad = (await shopper.ask(f"query @inContext(marketplace: UK) {query}"))["product"]

    for item in ({"offerId": abroad["featuredOffer"]["id"]}, {"productId": abroad["id"]}):
        payload = (await shopper.ask(ADD, input={"item": item}))["addItem"]
        assert payload == {"cart": None, "userErrors": [{"code": "MARKETPLACE_MISMATCH", "field": ["item"]}]}


async def test_nodes_are_read_where_they_belong(shopper: Shopper) -> None:
    """An id says its marketplace; the operation's own does not matter, deep inside neither."""
    query = '{ product(by: {asin: "0618260307"}) { id } }'
    home = (await shopper.ask(query))["product"]["id"]
    abroad = (await shopper.ask(f"query @inContext(marketplace: JP) {query}"))["product"]["id"]
    nodes = """
    query ($ids: [ID!]!) {
      nodes(ids: $ids) {
        ... on Product { marketplace similar(first: 1) { marketplace featuredOffer { price { currencyCode } } } }
      }
    }
    """

    found = (await shopper.ask(nodes, ids=[home, abroad]))["nodes"]

    assert home != abroad
    assert [each["marketplace"] for each in found] == ["US", "JP"]
    assert [each["similar"][0]["featuredOffer"]["price"]["currencyCode"] for each in found] == ["USD", "JPY"]


async def test_create_cart_names_its_marketplace(shopper: Shopper) -> None:
    """createCart takes the marketplace in its input too; one that is not served is refused."""
    create = (
        "mutation ($input: CreateCartInput!) { createCart(input: $input) { cart { marketplace } userErrors { code } } }"
    )
    items = [{"item": {"asin": HOBBIT}}]

    made = await shopper.ask(create, input={"items": items, "marketplace": "JP"})
    refused = await shopper.ask(create, input={"items": items, "marketplace": "FR"})

    assert made["createCart"] == {"cart": {"marketplace": "JP"}, "userErrors": []}
    assert refused["createCart"] == {"cart": None, "userErrors": [{"code": "MARKETPLACE_MISMATCH"}]}


async def test_marketplace_that_is_not_served(shopper: Shopper) -> None:
    """The error says which ones are."""
    errors = await shopper.errors("query @inContext(marketplace: FR) { service { version } }")

    assert errors == [
        ("BAD_USER_INPUT", "This server does not sell in the marketplace asked for; it serves JP, UK, US.")
    ]


async def test_purchase_page_of_each(shopper: Shopper) -> None:
    """The hand-over leads to the pages of the cart's own marketplace."""
    item = {"item": {"asin": HOBBIT}}
    abroad = (await shopper.ask(IN_UK, input=item))["addItem"]["cart"]

    handed = await shopper.run("checkout", input={"cartId": abroad["id"]})
    page = await shopper.client.get(handed["handover"]["url"])

    assert handed["handover"]["url"].startswith("http://127.0.0.1:8000/uk/gp/cart/aws-merge.html?cart-id=")
    assert page.status_code == 200
    assert abroad["subtotal"]["formatted"] in page.text
