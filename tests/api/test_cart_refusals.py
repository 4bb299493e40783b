"""What bad input gets from a cart: a typed error, a sentence that says what to do, and nothing lost."""

import asyncio
from typing import Any

import pytest

from ecs.embedded import SAMPLE_CATALOG
from schema.ids import to_id
from tests.support.shopfront import Shopfront, Shopper

HOBBIT = "0618260307"
RINGS = "0395193958"
MORE = ("0345339738", "0316769177", "0439064864")


def problems(payload: Any) -> list[tuple[str, list[str] | None]]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


async def contents(shopper: Shopper) -> list[tuple[str, int]]:
    """The active cart's lines as asin and units."""
    cart = await shopper.run("cart")
    return [(edge["node"]["asin"], edge["node"]["quantity"]) for edge in cart["lines"]["edges"]] if cart else []


@pytest.fixture
async def with_cart(shopper: Shopper) -> Shopper:
    """A shopper with one Hobbit in the cart."""
    await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}]})
    return shopper


@pytest.mark.parametrize(
    ("item", "code", "field"),
    [
        ({"asin": "B0NOSUCH00"}, "PRODUCT_NOT_FOUND", ["item"]),
        ({"asin": "  "}, "PRODUCT_NOT_FOUND", ["item", "asin"]),
        ({"productId": "nonsense"}, "PRODUCT_NOT_FOUND", ["item", "productId"]),
        ({"offerId": "nonsense"}, "OFFER_NOT_FOUND", ["item", "offerId"]),
        ({"offerId": to_id("Offer", "US", HOBBIT, "ended-offer")}, "OFFER_NOT_FOUND", ["item"]),
        ({"productId": to_id("Product", "JP", HOBBIT)}, "MARKETPLACE_MISMATCH", ["item"]),
    ],
)
async def test_item_that_cannot_be_bought(with_cart: Shopper, item: Any, code: str, field: list[str]) -> None:
    """Each refusal names its reason; the cart keeps what it had."""
    payload = await with_cart.run("addItem", input={"item": item})

    assert problems(payload) == [(code, field)]
    assert (payload["outcome"], payload["line"]) == ("REJECTED", None)
    assert await contents(with_cart) == [(HOBBIT, 1)]


async def test_ended_offer_comes_with_alternatives(with_cart: Shopper) -> None:
    """The shopper is shown what can be bought instead."""
    offer_id = to_id("Offer", "US", HOBBIT, "ended-offer")

    payload = await with_cart.run("addItem", input={"item": {"offerId": offer_id}})

    assert [offer["price"]["formatted"] for offer in payload["userErrors"][0]["alternatives"]] == ["$22.20", "$24.95"]


@pytest.mark.parametrize("quantity", [-1, 0, 1000])
async def test_quantity_out_of_range(with_cart: Shopper, quantity: int) -> None:
    """A cart line holds 1 to 999 units; the limit is told."""
    payload = await with_cart.run("addItem", input={"item": {"asin": RINGS}, "quantity": quantity})

    assert problems(payload) == [("QUANTITY_INVALID", ["quantity"])]
    assert await contents(with_cart) == [(HOBBIT, 1)]


@pytest.mark.parametrize("quantity", [-1, 1000])
async def test_line_set_out_of_range(with_cart: Shopper, quantity: int) -> None:
    """modifyItem takes 0 to 999."""
    cart = await with_cart.run("cart")
    line_id = cart["lines"]["edges"][0]["node"]["id"]

    payload = await with_cart.run("modifyItem", input={"lineId": line_id, "quantity": quantity})

    assert problems(payload) == [("QUANTITY_INVALID", ["quantity"])]
    assert await contents(with_cart) == [(HOBBIT, 1)]


async def test_more_units_than_there_are(with_cart: Shopper) -> None:
    """What the upstream silently caps is said aloud."""
    payload = await with_cart.run("addItem", input={"item": {"asin": HOBBIT}, "quantity": 998})

    assert (payload["outcome"], payload["userErrors"]) == ("CAPPED", [])
    assert [notice["code"] for notice in payload["notices"]] == ["QUANTITY_CAPPED"]
    assert await contents(with_cart) == [(HOBBIT, 16)]


async def test_eleventh_item_in_one_call(with_cart: Shopper) -> None:
    """Ten entries a call; none of eleven is added."""
    items = [{"item": {"asin": RINGS}}] * 11

    payload = await with_cart.run("addItems", input={"items": items})

    assert problems(payload) == [("TOO_MANY_ITEMS", ["items"])]
    assert [result["outcome"] for result in payload["results"]] == ["REJECTED"] * 11
    assert await contents(with_cart) == [(HOBBIT, 1)]


async def test_fifty_first_line(shopper: Shopper) -> None:
    """Fifty lines a cart; the one too many is refused alone."""
    asins = [line.split('"')[3] for line in SAMPLE_CATALOG.read_text("utf-8").splitlines()]
    added = 0
    for start in range(0, len(asins), 10):
        chunk = asins[start : start + 10]
        payload = await shopper.run("addItems", input={"items": [{"item": {"asin": asin}} for asin in chunk]})
        added = payload["cart"]["lines"]["totalCount"] + payload["cart"]["savedForLater"]["totalCount"]
        full = [error["code"] for error in payload["userErrors"] if error["code"] == "CART_FULL"]
        if full:
            break

    assert added == 50
    assert full


async def test_empty_create_cart(shopper: Shopper) -> None:
    """The upstream knows no empty cart; nothing is made."""
    payload = await shopper.run("createCart", input={"items": []})

    assert problems(payload) == [("CART_EMPTY", ["items"])]
    assert payload["cart"] is None
    assert await shopper.run("cart") is None


@pytest.mark.parametrize("operation", ["checkout", "clearCart"])
async def test_without_a_cart(shopper: Shopper, operation: str) -> None:
    """Nothing to check out, nothing to clear."""
    payload = await shopper.run(operation, input={})

    assert problems(payload) in ([("CART_EMPTY", None)], [("CART_NOT_FOUND", ["cartId"])])
    assert payload["cart"] is None


async def test_checkout_of_a_cleared_cart(with_cart: Shopper) -> None:
    """A cart without lines is not handed over, and stays."""
    await with_cart.run("clearCart", input={})

    payload = await with_cart.run("checkout", input={})

    assert problems(payload) == [("CART_EMPTY", None)]
    assert (payload["handover"], payload["cart"]["status"]) == (None, "ACTIVE")


async def test_second_checkout(with_cart: Shopper) -> None:
    """The purchase address is given once."""
    handed = await with_cart.run("checkout", input={})

    again = await with_cart.run("checkout", input={"cartId": handed["cart"]["id"]})

    assert problems(again) == [("CART_CLOSED", ["cartId"])]
    assert again["handover"] is None


async def test_change_of_a_closed_cart(with_cart: Shopper) -> None:
    """A handed-over cart is never touched again."""
    handed = await with_cart.run("checkout", input={})

    payload = await with_cart.run("addItem", input={"cartId": handed["cart"]["id"], "item": {"asin": RINGS}})

    assert problems(payload) == [("CART_CLOSED", ["cartId"])]
    assert await contents(with_cart) == []


async def test_old_version_is_refused(with_cart: Shopper) -> None:
    """A frontend that has not seen the latest cart changes nothing, and is given it."""
    await with_cart.run("addItem", input={"item": {"asin": RINGS}, "expectedVersion": 1})

    query = """
    mutation ($input: AddItemInput!) {
      addItem(input: $input) {
        cart { version }
        userErrors { code field ... on VersionConflictError { currentVersion } }
      }
    }
    """
    late = await with_cart.ask(query, input={"item": {"asin": RINGS}, "expectedVersion": 1})

    assert late["addItem"] == {
        "cart": {"version": 2},
        "userErrors": [{"code": "VERSION_CONFLICT", "field": ["expectedVersion"], "currentVersion": 2}],
    }
    assert await contents(with_cart) == [(HOBBIT, 1), (RINGS, 1)]


async def test_good_entries_are_added_beside_bad_ones(shopper: Shopper) -> None:
    """A bulk call does what it can and says of each entry what became of it."""
    items = [{"item": {"asin": HOBBIT}}, {"item": {"asin": "B0NOSUCH00"}}, {"item": {"asin": RINGS}, "quantity": 0}]

    payload = await shopper.run("createCart", input={"items": items})

    assert [result["outcome"] for result in payload["results"]] == ["ADDED", "REJECTED", "REJECTED"]
    assert problems(payload) == [
        ("PRODUCT_NOT_FOUND", ["items", "1", "item"]),
        ("QUANTITY_INVALID", ["items", "2", "quantity"]),
    ]
    assert await contents(shopper) == [(HOBBIT, 1)]


async def test_atomic_call_leaves_nothing_behind(with_cart: Shopper) -> None:
    """All or nothing: units added to a line are taken back, a new line is taken out."""
    items = [{"item": {"asin": HOBBIT}}, {"item": {"asin": RINGS}}, {"item": {"asin": "B0NOSUCH00"}}]

    payload = await with_cart.run("addItems", input={"items": items, "atomic": True})

    assert [result["outcome"] for result in payload["results"]] == ["REJECTED"] * 3
    assert problems(payload) == [("PRODUCT_NOT_FOUND", ["items", "2", "item"])]
    assert await contents(with_cart) == [(HOBBIT, 1)]


async def test_the_same_item_twice_in_one_call_is_one_line(shopper: Shopper) -> None:
    """Two entries of one offer are summed up."""
    items = [{"item": {"asin": HOBBIT}}, {"item": {"asin": HOBBIT}, "quantity": 2}]

    payload = await shopper.run("createCart", input={"items": items})

    assert await contents(shopper) == [(HOBBIT, 3)]
    assert len({result["line"]["id"] for result in payload["results"]}) == 1


async def test_two_creates_at_once_make_one_cart(shopfront: Shopfront) -> None:
    """Two taps on the button give the guest one cart with both items."""
    async with shopfront.shopper() as shopper:
        await shopper.run("viewer")
        first, second = await asyncio.gather(
            shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}]}),
            shopper.run("createCart", input={"items": [{"item": {"asin": RINGS}}]}),
        )

        assert first["cart"]["id"] == second["cart"]["id"]
        assert sorted(await contents(shopper)) == sorted([(HOBBIT, 1), (RINGS, 1)])


async def test_many_adds_at_once_are_all_there(shopfront: Shopfront) -> None:
    """Eight parallel adds of one item make eight units in one line of one cart."""
    async with shopfront.shopper() as shopper:
        await shopper.run("viewer")
        payloads = await asyncio.gather(
            *(shopper.run("addItem", input={"item": {"asin": HOBBIT}}) for _ in range(8)),
        )

        assert {payload["cart"]["id"] for payload in payloads} == {payloads[0]["cart"]["id"]}
        assert await contents(shopper) == [(HOBBIT, 8)]


async def test_new_cart_beside_the_old_one(with_cart: Shopper) -> None:
    """replaceActive starts afresh; the old cart stays in the history as it was."""
    old = await with_cart.run("cart")

    made = await with_cart.run("createCart", input={"items": [{"item": {"asin": RINGS}}], "replaceActive": True})
    archived = await with_cart.run("cart", id=old["id"])

    assert made["cart"]["id"] != old["id"]
    assert (archived["status"], archived["totalQuantity"]) == ("EXPIRED", 1)
    assert await contents(with_cart) == [(RINGS, 1)]


@pytest.mark.parametrize("operation", ["saveForLater", "moveToCart"])
async def test_unknown_lines_beside_known_ones(with_cart: Shopper, operation: str) -> None:
    """Each unknown line is named; the known ones move."""
    cart = await with_cart.run("cart")
    line_id = cart["lines"]["edges"][0]["node"]["id"]
    if operation == "moveToCart":
        await with_cart.run("saveForLater", input={"lineIds": [line_id]})

    payload = await with_cart.run(operation, input={"lineIds": ["nonsense", line_id]})

    assert problems(payload) == [("LINE_NOT_FOUND", ["lineIds", "0"])]
    assert [line["id"] for line in payload["lines"]] == [line_id]


async def test_no_lines_to_move(with_cart: Shopper) -> None:
    """An empty list is a mistake that is told."""
    payload = await with_cart.run("saveForLater", input={"lineIds": []})

    assert problems(payload) == [("LINE_NOT_FOUND", ["lineIds"])]
