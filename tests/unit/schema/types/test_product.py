"""Products of the catalog."""

from typing import Any

from ecs import model
from ecs.model import Item, OfferPage, SimilarProduct
from resolvers.prices import money
from schema.ids import to_id
from tests.support.fakes import an_item, an_offer
from tests.unit.schema.conftest import Client

FULL = Item(
    "Z",
    title="A lamp",
    detail_url="https://shop.example/dp/Z?tag=ours-20",
    parent_asin="A",
    group="Kitchen",
    binding="Kitchen",
    brand="Acme",
    manufacturer="Acme Inc",
    model="L-1",
    contributors=(model.Contributor("Ann Lee", "Author"),),
    identifiers=(model.Identifier("EAN", "123"),),
    release_date="2005-03",
    features=("Bright", "Cheap"),
    attributes=(model.Attribute("NumberOfItems", "2"),),
    list_price=money(1999, "USD"),
    sales_rank=7,
    rating=model.Rating(4.5, 12),
    editorial_reviews=(model.EditorialReview("Maker", "<p onclick=x>Good</p>"),),
    browse_nodes=(model.BrowseNode("17", "Lamps"),),
    accessories=(SimilarProduct("B", "B"), SimilarProduct("gone", "Gone"), SimilarProduct("C", "C")),
    variation_attributes=(model.VariationAttribute("Color", "Red"),),
)


async def test_every_fact_of_the_catalog_is_shown(client: Client) -> None:
    """Nothing of the record is lost on its way to the page."""
    client.front.catalog.stock(FULL)

    data = await client.ask("""{ product(by: {asin: "Z"}) {
      title url group binding brand manufacturer model contributors { name role } identifiers { kind value }
      releaseDate features attributes { name label value unit } listPrice { amount } salesRank
      rating { average count } editorialReviews { html source } browseNodes { nodeId name }
      variationAttributes { name value } parent { asin } accessories(first: 3) { asin }
    } }""")

    assert data["product"] == {
        "title": "A lamp",
        "url": "https://shop.example/dp/Z?tag=ours-20",
        "group": "Kitchen",
        "binding": "Kitchen",
        "brand": "Acme",
        "manufacturer": "Acme Inc",
        "model": "L-1",
        "contributors": [{"name": "Ann Lee", "role": "AUTHOR"}],
        "identifiers": [{"kind": "EAN", "value": "123"}],
        "releaseDate": "2005-03",
        "features": ["Bright", "Cheap"],
        "attributes": [{"name": "numberOfItems", "label": "Number of items", "value": "2", "unit": None}],
        "listPrice": {"amount": "19.99"},
        "salesRank": 7,
        "rating": {"average": 4.5, "count": 12},
        "editorialReviews": [{"html": "<p>Good</p>", "source": "Maker"}],
        "browseNodes": [{"nodeId": "17", "name": "Lamps"}],
        "variationAttributes": [{"name": "Color", "value": "Red"}],
        "parent": {"asin": "A"},
        "accessories": [{"asin": "B"}, {"asin": "C"}],
    }


async def test_a_product_that_is_its_own_parent_has_none(client: Client) -> None:
    """The wire names the item itself at times."""
    client.front.catalog.stock(an_item("P", parent_asin="P"))

    assert await client.ask('{ product(by: {asin: "P"}) { parent { asin } } }') == {"product": {"parent": None}}


async def test_similar_products_are_those_of_the_upstream(client: Client) -> None:
    """Without the product itself."""
    client.front.catalog.similar_to = {("A",): (an_item("A"), an_item("B"))}

    data = await client.ask('{ product(by: {asin: "A"}) { similar { asin } } }')

    assert data == {"product": {"similar": [{"asin": "B"}]}}


async def test_offers_are_narrowed_by_seller_and_condition(client: Client) -> None:
    """By the seller's id, or by his name where the upstream gives no id; a foreign id finds nothing."""
    nameless = an_offer("3", merchant_id=None, merchant_name="Second Books", condition="Used")
    client.front.catalog.stock(an_item("Z", an_offer("1"), an_offer("2", condition="Used"), nameless))
    document = """query ($seller: ID, $condition: ItemCondition) { product(by: {asin: "Z"}) {
      offers(sellerId: $seller, condition: $condition) { edges { node { id } } } } }"""

    async def found(**given: str) -> list[str]:
        data = await client.ask(document, **given)
        return [edge["node"]["id"] for edge in data["product"]["offers"]["edges"]]

    first, second, third = (to_id("Offer", "US", "Z", listing_id) for listing_id in "123")
    assert await found() == [first, second, third]
    assert await found(seller=to_id("Seller", "US", "A1", "Fair Books")) == [first, second]
    assert await found(seller=to_id("Seller", "US", "Second Books", "Second Books")) == [third]
    assert await found(condition="USED") == [second, third]
    assert await found(seller="garbage") == []


async def test_the_first_of_many_offers_need_no_further_page(client: Client) -> None:
    """A search shows three offers of each product: those that came with it are enough, and nobody is asked again."""
    catalog = client.front.catalog
    first = tuple(an_offer(f"{number}") for number in range(1, 11))
    catalog.stock(an_item("Z", offers=OfferPage(12, 2, first)))
    catalog.offer_pages["Z", 2] = an_item("Z", an_offer("11"), an_offer("12"))
    document = """query ($first: Int, $after: String) { product(by: {asin: "Z"}) {
      offers(first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } edges { node { id } } } } }"""

    async def page(first: int, after: str | None = None) -> tuple[dict[str, Any], int]:
        catalog.calls.clear()
        data = await client.ask(document, first=first, after=after)
        return data["product"]["offers"], len([call for call in catalog.calls if call.options["offer_page"] != 1])

    ten, calls_for_ten = await page(10)
    rest, calls_for_rest = await page(3, ten["pageInfo"]["endCursor"])

    assert (ten["totalCount"], ten["pageInfo"]["hasNextPage"], calls_for_ten) == (12, True, 0)
    assert [edge["node"]["id"] for edge in ten["edges"]] == [to_id("Offer", "US", "Z", f"{n}") for n in range(1, 11)]
    assert (rest["totalCount"], rest["pageInfo"]["hasNextPage"], calls_for_rest) == (12, False, 1)
    assert [edge["node"]["id"] for edge in rest["edges"]] == [to_id("Offer", "US", "Z", f"{n}") for n in (11, 12)]


async def test_a_hidden_price_is_hidden_everywhere(client: Client) -> None:
    """The maker forbids showing it: neither the savings nor the range may give it away."""
    hidden = an_offer("1", is_price_hidden=True, saved=money(500, "USD"), percent_saved=33)
    unpriced = an_offer("2", price=None, merchant_name=None, merchant_id=None)
    client.front.catalog.stock(an_item("Z", offers=OfferPage(2, 1, (hidden, unpriced))))

    data = await client.ask("""{ product(by: {asin: "Z"}) { priceRange { min { amount } } offers { edges { node {
      price { amount } priceVisibility savings { amount } savingsPercent seller { name } subCondition conditionNote
      isFulfilledByMarketplace isFreeShippingEligible
    } } } } }""")

    rest = {
        "price": None,
        "savings": None,
        "savingsPercent": None,
        "subCondition": None,
        "conditionNote": None,
        "isFulfilledByMarketplace": False,
        "isFreeShippingEligible": False,
    }
    assert data["product"]["priceRange"] is None
    assert [edge["node"] for edge in data["product"]["offers"]["edges"]] == [
        {**rest, "priceVisibility": "IN_CART_ONLY", "seller": {"name": "Fair Books"}},
        {**rest, "priceVisibility": "UNKNOWN", "seller": None},
    ]
