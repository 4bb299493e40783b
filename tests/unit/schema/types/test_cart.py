"""Carts and their lines."""

from typing import Any

from ecs.errors import NotSent
from ecs.model import Image
from schema.ids import to_id
from schema.paging import cursor
from tests.support.fakes import an_item, an_offer
from tests.unit.schema.conftest import Client

LINE = """
  id asin title quantity maxQuantity placement sellerName availability addedAt updatedAt
  unitPrice { amount } unitPriceWhenAdded { amount } lineTotal { amount }
  priceChange { previous { amount } current { amount } difference { amount formatted } isIncrease detectedAt }
  product { title } offer { id isFeatured } image { url altText }
"""


async def fill(client: Client, *items: dict[str, Any]) -> None:
    """Put things in the session's cart."""
    document = "mutation ($input: AddItemsInput!) { addItems(input: $input) { userErrors { code } } }"
    entries = [
        {"item": {key: value for key, value in item.items() if key != "quantity"}, "quantity": item.get("quantity", 1)}
        for item in items
    ]
    await client.ask(document, input={"items": entries})


async def test_a_cart_shows_its_lines_and_sums(client: Client) -> None:
    """What a cart page needs, in one answer."""
    await fill(client, {"asin": "A", "quantity": 2}, {"asin": "B"}, {"asin": "D"})

    data = await client.ask("""{ cart {
      version status marketplace currencyCode totalQuantity subtotal { amount formatted }
      lines { totalCount edges { cursor node { asin } } pageInfo { hasNextPage } }
      savedForLater { totalCount edges { node { asin placement } } }
      readiness { isReady blockers } limits { maxLines maxQuantityPerLine maxItemsPerCall }
      createdAt updatedAt expiresAt freshness { source isStale asOf }
    } }""")

    assert data["cart"] == {
        "version": 1,
        "status": "ACTIVE",
        "marketplace": "US",
        "currencyCode": "USD",
        "totalQuantity": 3,
        "subtotal": {"amount": "40.00", "formatted": "$40.00"},
        "lines": {
            "totalCount": 2,
            "edges": [{"cursor": cursor(0), "node": {"asin": "A"}}, {"cursor": cursor(1), "node": {"asin": "B"}}],
            "pageInfo": {"hasNextPage": False},
        },
        "savedForLater": {"totalCount": 1, "edges": [{"node": {"asin": "D", "placement": "SAVED_FOR_LATER"}}]},
        "readiness": {"isReady": True, "blockers": []},
        "limits": {"maxLines": 50, "maxQuantityPerLine": 999, "maxItemsPerCall": 10},
        "createdAt": "2024-02-29T12:00:00.000Z",
        "updatedAt": "2024-02-29T12:00:00.000Z",
        "expiresAt": "2024-05-29T12:00:00.000Z",
        "freshness": {"source": "UPSTREAM", "isStale": False, "asOf": "2024-02-29T12:00:00.000Z"},
    }


async def test_lines_are_paged(client: Client) -> None:
    """Fifty unless told otherwise; cursors go both ways."""
    await fill(client, {"asin": "A"}, {"asin": "B"}, {"asin": "C"})
    document = """query ($first: Int, $after: String, $last: Int) { cart {
      lines(first: $first, after: $after, last: $last) {
        edges { node { asin } } pageInfo { hasNextPage hasPreviousPage }
      } } }"""

    second = (await client.ask(document, first=1, after=cursor(0)))["cart"]["lines"]
    last = (await client.ask(document, last=1))["cart"]["lines"]

    assert [edge["node"]["asin"] for edge in second["edges"]] == ["B"]
    assert second["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": True}
    assert [edge["node"]["asin"] for edge in last["edges"]] == ["C"]


async def test_a_line_joins_our_record_the_upstreams_price_and_the_catalog(client: Client) -> None:
    """A price that moved since is told with its move."""
    picture = Image("https://images.example/a.jpg", 75, 75)
    offers = (an_offer("A-offer"), an_offer("A-second", max_quantity=0))
    client.front.catalog.stock(an_item("A", *offers, small_image=picture))
    await fill(client, {"asin": "A", "quantity": 2})
    client.front.carts.offer("A-offer").price_minor = 800
    client.front.clock.advance(hours=1)

    data = await client.ask(f"{{ cart {{ lines {{ edges {{ node {{ {LINE} }} }} }} }} }}")

    (edge,) = data["cart"]["lines"]["edges"]
    (cart,) = client.front.store.records.values()
    assert edge["node"] == {
        "id": to_id("CartLine", "US", cart.lines[0].id),
        "asin": "A",
        "title": "Title of A",
        "quantity": 2,
        "maxQuantity": 999,
        "placement": "ACTIVE",
        "sellerName": "Fair Books",
        "availability": "IN_STOCK",
        "addedAt": "2024-02-29T12:00:00.000Z",
        "updatedAt": "2024-02-29T12:00:00.000Z",
        "unitPrice": {"amount": "8.00"},
        "unitPriceWhenAdded": {"amount": "10.00"},
        "lineTotal": {"amount": "16.00"},
        "priceChange": {
            "previous": {"amount": "10.00"},
            "current": {"amount": "8.00"},
            "difference": {"amount": "-2.00", "formatted": "-$2.00"},
            "isIncrease": False,
            "detectedAt": "2024-02-29T13:00:00.000Z",
        },
        "product": {"title": "Title of A"},
        "offer": {"id": to_id("Offer", "US", "A", "A-offer"), "isFeatured": True},
        "image": {"url": "https://images.example/a.jpg", "altText": "Title of A"},
    }


async def test_a_line_of_an_offer_stays_with_that_offer(client: Client) -> None:
    """Also when another one is featured, sold out, or the offer is gone."""
    await fill(client, {"offerId": to_id("Offer", "US", "A", "A-second")})
    document = (
        "{ cart { lines { edges { node { availability priceChange { isIncrease } offer { id isFeatured } } } } } }"
    )

    there = await client.ask(document)
    client.front.catalog.stock(an_item("A", an_offer("A-offer"), an_offer("A-second", max_quantity=0)))
    sold_out = await client.ask(document)
    client.front.catalog.stock(an_item("A", an_offer("A-offer")))
    gone = await client.ask(document)
    del client.front.catalog.items["A"]
    unknown = await client.ask(document)

    offer = {"id": to_id("Offer", "US", "A", "A-second"), "isFeatured": False}
    nodes = [each["cart"]["lines"]["edges"][0]["node"] for each in (there, sold_out, gone, unknown)]
    assert nodes == [
        {"availability": "IN_STOCK", "priceChange": None, "offer": offer},
        {"availability": "OUT_OF_STOCK", "priceChange": None, "offer": offer},
        {"availability": "OUT_OF_STOCK", "priceChange": None, "offer": None},
        {"availability": "UNKNOWN", "priceChange": None, "offer": None},
    ]


async def test_a_cart_is_shown_whole_when_nothing_upstream_answers(client: Client) -> None:
    """As last seen, marked stale; what only the catalog knows is unknown, and nothing else is lost."""
    await fill(client, {"asin": "A", "quantity": 2})
    client.front.carts.fail(2, NotSent("down"))
    client.front.catalog.error = NotSent("down")

    result = await client.send("""{ cart {
      subtotal { amount } freshness { isStale source } readiness { isReady blockers }
      lines { edges { node { title quantity availability product { title } offer { id } image { url } } } }
    } }""")

    assert result.data
    assert result.data["cart"] == {
        "subtotal": {"amount": "20.00"},
        "freshness": {"isStale": True, "source": "SNAPSHOT"},
        "readiness": {"isReady": False, "blockers": ["UPSTREAM_UNAVAILABLE"]},
        "lines": {
            "edges": [
                {
                    "node": {
                        "title": "Title of A",
                        "quantity": 2,
                        "availability": "UNKNOWN",
                        "product": None,
                        "offer": None,
                        "image": None,
                    }
                }
            ]
        },
    }
    assert {tuple(error.path or ())[-1] for error in result.errors or ()} <= {"product", "offer", "image"}
