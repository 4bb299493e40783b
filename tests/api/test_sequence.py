"""The shopping sequence over GraphQL, with the documents of graphql/operations, on the sample catalog."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.support.shopfront import OPERATIONS, Shopper, document, serving, settings_for

HOBBIT = "0618260307"
RINGS = "0395193958"


async def test_whole_sequence(tmp_path: Path, database_url: str) -> None:
    """Steps 1 to 9 of the design, over SQLite and over PostgreSQL."""
    settings = settings_for(tmp_path, database_url=SecretStr(database_url))
    async with serving(settings) as running, running.shopper() as shopper:
        await walk(shopper)


async def walk(shopper: Shopper) -> None:
    """From the first search to the hand-over and the next visit."""
    found = await shopper.run("search", query="tolkien", filter={"searchIndex": "BOOKS"}, first=5)
    assert found["totalCount"] == 3
    assert {edge["node"]["asin"] for edge in found["edges"]} == {HOBBIT, RINGS, "0345339738"}

    product = await shopper.run("product", by={"asin": HOBBIT})
    assert product["title"] == "The Hobbit"
    assert product["contributors"] == [{"name": "J.R.R. Tolkien", "role": "AUTHOR"}]
    offers = [edge["node"] for edge in product["offers"]["edges"]]
    assert [offer["isFeatured"] for offer in offers] == [False, True]
    used = offers[0]

    similar = await shopper.run("similar", to=[product["id"]], first=3)
    assert similar[0]["asin"] == RINGS

    made = await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}]})
    assert [result["outcome"] for result in made["results"]] == ["ADDED"]
    assert made["cart"]["version"] == 1

    read = await shopper.run("cart")
    assert read["id"] == made["cart"]["id"]
    assert read["freshness"]["source"] == "UPSTREAM"
    assert read["readiness"] == {"isReady": True, "blockers": []}

    added = await shopper.run("addItem", input={"item": {"offerId": used["id"]}, "quantity": 2})
    assert added["outcome"] == "ADDED"
    assert added["line"]["sellerName"] == used["seller"]["name"]
    assert added["cart"]["totalQuantity"] == 3

    line_id = added["cart"]["lines"]["edges"][0]["node"]["id"]
    changed = await shopper.run("modifyItem", input={"lineId": line_id, "quantity": 4})
    assert changed["line"]["quantity"] == 4
    assert changed["cart"]["version"] == 3

    saved = await shopper.run("saveForLater", input={"lineIds": [line_id]})
    assert [line["id"] for line in saved["lines"]] == [line_id]
    assert saved["cart"]["totalQuantity"] == 2
    assert saved["cart"]["savedForLater"]["edges"][0]["node"]["quantity"] == 4

    back = await shopper.run("moveToCart", input={"lineIds": [line_id]})
    assert back["cart"]["totalQuantity"] == 6

    gone = await shopper.run("modifyItem", input={"lineId": line_id, "quantity": 0})
    assert (gone["line"], gone["removedLineId"]) == (None, line_id)

    handed = await shopper.run("checkout", input={})
    assert handed["userErrors"] == []
    assert handed["cart"]["status"] == "HANDED_OVER"
    url = handed["handover"]["url"]
    assert url.startswith("http://127.0.0.1:8000/gp/cart/aws-merge.html?cart-id=")

    page = await shopper.client.get(url)
    assert page.status_code == 200
    assert "The Hobbit" in page.text
    assert handed["handover"]["subtotal"]["formatted"] in page.text

    assert await shopper.run("cart") is None
    again = await shopper.run("addItem", input={"item": {"asin": RINGS}})
    assert again["cart"]["id"] != made["cart"]["id"]
    assert again["cart"]["version"] == 1


async def test_cleared_cart_is_still_the_cart(shopper: Shopper) -> None:
    """Emptying takes saved lines too and keeps the cart; the next item goes into it."""
    made = await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}, {"item": {"asin": RINGS}}]})
    lines = [edge["node"]["id"] for edge in made["cart"]["lines"]["edges"]]
    await shopper.run("saveForLater", input={"lineIds": lines[:1]})

    cleared = await shopper.run("clearCart", input={})
    filled = await shopper.run("addItem", input={"item": {"asin": RINGS}})

    assert sorted(cleared["removedLineIds"]) == sorted(lines)
    assert (cleared["cart"]["totalQuantity"], cleared["cart"]["savedForLater"]["totalCount"]) == (0, 0)
    assert cleared["cart"]["subtotal"]["amount"] == "0.00"
    assert filled["cart"]["id"] == made["cart"]["id"]


@pytest.mark.parametrize("scope", ["ACTIVE_LINES", "SAVED_LINES"])
async def test_clearing_one_side_keeps_the_other(shopper: Shopper, scope: str) -> None:
    """What a shopper put aside survives emptying the cart, and the other way round."""
    made = await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}, {"item": {"asin": RINGS}}]})
    saved, active = (edge["node"]["id"] for edge in made["cart"]["lines"]["edges"])
    await shopper.run("saveForLater", input={"lineIds": [saved]})

    cleared = await shopper.run("clearCart", input={"scope": scope})

    doomed, kept = (active, "savedForLater") if scope == "ACTIVE_LINES" else (saved, "lines")
    assert cleared["removedLineIds"] == [doomed]
    assert cleared["cart"][kept]["totalCount"] == 1


@pytest.mark.parametrize("operation", sorted(path.stem for path in OPERATIONS.glob("*.graphql")))
async def test_every_document_runs(shopper: Shopper, operation: str) -> None:
    """Frontends copy these documents: each runs without an error on a cart with two lines."""
    made = await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}, {"item": {"asin": RINGS}}]})
    lines = [edge["node"]["id"] for edge in made["cart"]["lines"]["edges"]]
    product = await shopper.run("product", by={"asin": HOBBIT})
    await shopper.run("saveForLater", input={"lineIds": lines[1:]})
    inputs = {
        "createCart": {"items": [{"item": {"productId": product["id"]}}]},
        "addItem": {"item": {"asin": RINGS}},
        "addItems": {"items": [{"item": {"asin": RINGS}}, {"item": {"productId": product["id"]}}], "atomic": True},
        "modifyItem": {"lineId": lines[0], "quantity": 2},
        "saveForLater": {"lineIds": lines},
        "moveToCart": {"lineIds": lines},
        "clearCart": {},
        "checkout": {},
        "acknowledgeNotices": {},
        "mergeCarts": {"sourceCartId": made["cart"]["id"]},
        "restoreCart": {"fromCartId": made["cart"]["id"]},
    }
    if operation == "restoreCart":
        await shopper.run("createCart", input={"items": [{"item": {"asin": RINGS}}], "replaceActive": True})
    variables = {
        "browseNode": {"nodeId": product["browseNodes"][0]["id"] and "1000"},
        "node": {"id": product["id"]},
        "product": {"by": {"id": product["id"]}},
        "productLists": {"kind": "WISH_LIST", "owner": "Nobody"},
        "seller": {"sellerId": "A0UNKNOWN"},
        "products": {"asins": [HOBBIT, RINGS, "B000000000"]},
        "search": {"query": "tolkien"},
        "similar": {"to": [product["id"]]},
    }

    response = await shopper.post(
        document(operation), {"input": inputs[operation]} if operation in inputs else variables.get(operation, {})
    )

    answer = response.json()
    assert "errors" not in answer
    if operation in inputs:
        assert answer["data"][operation]["userErrors"] == []
