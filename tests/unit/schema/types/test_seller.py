"""Who sells."""

from ecs.model import Location, Seller
from tests.support.fakes import an_item, an_offer
from tests.unit.schema.conftest import Client

QUERY = """
{
  product(by: {asin: "A"}) {
    offers { edges { node { seller { name about location rating { average count } } } } }
  }
}
"""


async def test_sellers_are_looked_up_together_and_only_where_they_have_a_number(client: Client) -> None:
    """One call for all; a seller without a number has a name and no more, without an error."""
    place = Location(city="Anytown", state="OR", country="US")
    client.front.directory.known_sellers = [
        Seller("A1", about="Books.", location=place, rating=4.5, ratings=12),
        Seller("A2", location=Location(text="By the sea")),
    ]
    client.front.catalog.stock(
        an_item(
            "A",
            an_offer("1", merchant_id="A1", merchant_name="One"),
            an_offer("2", merchant_id="A2", merchant_name="Two"),
            an_offer("3", merchant_id=None, merchant_name="Three"),
        )
    )

    data = await client.ask(QUERY)

    nothing = {"about": None, "location": None, "rating": None}
    assert [edge["node"]["seller"] for edge in data["product"]["offers"]["edges"]] == [
        {"name": "One", "about": "Books.", "location": "Anytown, OR, US", "rating": {"average": 4.5, "count": 12}},
        {"name": "Two", **nothing, "location": "By the sea"},
        {"name": "Three", **nothing},
    ]
    assert client.front.directory.calls == [("sellers", ("A1", "A2"))]
