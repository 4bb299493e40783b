"""One guest never sees another's cart, by whatever id he asks."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.support.shopfront import Shopfront, Shopper

HOBBIT = "0618260307"
RINGS = "0395193958"


@pytest.fixture
async def victim(shopfront: Shopfront) -> AsyncIterator[tuple[Shopper, Any]]:
    """A shopper with a cart."""
    async with shopfront.shopper() as somebody:
        made = await somebody.run("createCart", input={"items": [{"item": {"asin": HOBBIT}, "quantity": 2}]})
        yield somebody, made["cart"]


async def test_foreign_cart_reads_as_none(victim: tuple[Shopper, Any], shopper: Shopper) -> None:
    """A foreign id and an unknown id give the same answer."""
    _, cart = victim
    line_id = cart["lines"]["edges"][0]["node"]["id"]
    await shopper.run("createCart", input={"items": [{"item": {"asin": RINGS}}]})

    assert await shopper.run("cart", id=cart["id"]) is None
    assert await shopper.run("node", id=cart["id"]) is None
    assert await shopper.run("node", id=line_id) is None
    assert await shopper.run("cart", id="unknown") is None


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("addItem", {"item": {"asin": RINGS}}),
        ("addItems", {"items": [{"item": {"asin": RINGS}}]}),
        ("modifyItem", {"lineId": "LINE", "quantity": 9}),
        ("saveForLater", {"lineIds": ["LINE"]}),
        ("moveToCart", {"lineIds": ["LINE"]}),
        ("clearCart", {}),
        ("checkout", {}),
    ],
)
async def test_foreign_cart_cannot_be_changed(
    victim: tuple[Shopper, Any], shopper: Shopper, operation: str, more: Any
) -> None:
    """Every mutation answers CART_NOT_FOUND, and the owner's cart is as it was."""
    owner, cart = victim
    line_id = cart["lines"]["edges"][0]["node"]["id"]
    foreign = {"cartId": cart["id"], **more}
    foreign |= {"lineId": line_id} if "lineId" in more else {}
    foreign |= {"lineIds": [line_id]} if "lineIds" in more else {}

    payload = await shopper.run(operation, input=foreign)

    assert [error["code"] for error in payload["userErrors"]] == ["CART_NOT_FOUND"]
    assert payload["cart"] is None
    assert (await owner.run("cart"))["version"] == cart["version"]


@pytest.mark.parametrize(
    ("operation", "more"), [("modifyItem", {"quantity": 9}), ("saveForLater", {}), ("moveToCart", {})]
)
async def test_foreign_line_in_my_cart_is_unknown(
    victim: tuple[Shopper, Any], shopper: Shopper, operation: str, more: Any
) -> None:
    """A line of another customer is no line of this cart."""
    owner, cart = victim
    line_id = cart["lines"]["edges"][0]["node"]["id"]
    await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}]})
    named = {"lineId": line_id} if operation == "modifyItem" else {"lineIds": [line_id]}

    payload = await shopper.run(operation, input={**named, **more})

    assert [error["code"] for error in payload["userErrors"]] == ["LINE_NOT_FOUND"]
    assert (await owner.run("cart"))["totalQuantity"] == 2


async def test_upstream_secrets_never_reach_the_api(shopper: Shopper) -> None:
    """CartId and HMAC appear in the purchase address of checkout and nowhere else."""
    answers = [
        (await shopper.post(query)).text
        for query in (
            f'mutation {{ createCart(input: {{items: [{{item: {{asin: "{HOBBIT}"}}}}]}}) {{ cart {{ id }} }} }}',
            "{ cart { id version lines { edges { node { id title } } } } viewer { id } }",
        )
    ]
    handed = await shopper.run("checkout", input={})
    secrets = handed["handover"]["url"].split("cart-id=")[1].split("&")[0]

    assert len(secrets) == 19
    assert [answer for answer in answers if secrets in answer] == []
