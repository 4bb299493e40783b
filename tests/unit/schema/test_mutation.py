"""Everything that can be changed."""

import asyncio
from typing import Any

import pytest

from ecs.errors import NotSent, UpstreamThrottled
from persistence.records import CartStatus
from schema.ids import to_id
from tests.unit.schema.conftest import Client

ADD = """
  mutation ($input: AddItemInput!) {
    addItem(input: $input) {
      outcome line { id asin quantity } cart { id version totalQuantity }
      userErrors {
        __typename code message field isRetryable
        ... on QuantityError { maxQuantity }
        ... on UnavailableError { alternatives { id isFeatured product { asin } } }
        ... on VersionConflictError { currentVersion }
        ... on UpstreamError { retryAfter upstreamCode }
      }
      notices {
        __typename id code message createdAt line { asin }
        ... on QuantityCappedNotice { requestedQuantity acceptedQuantity }
        ... on PriceChangeNotice { change { previous { amount } current { amount } difference { amount } isIncrease } }
      }
    }
  }
"""
ADD_MANY = """
  mutation ($input: AddItemsInput!) {
    addItems(input: $input) {
      results { index outcome line { asin quantity } userErrors { code field } }
      userErrors { code field } cart { totalQuantity }
    }
  }
"""
CREATE = """
  mutation ($input: CreateCartInput!) {
    createCart(input: $input) {
      results { index outcome userErrors { code field } }
      userErrors { code field } cart { id totalQuantity }
    }
  }
"""


async def added(client: Client, **item: Any) -> Any:
    """The payload of ``addItem``."""
    return (await client.ask(ADD, input=item))["addItem"]


async def line_ids(client: Client, *asins: str) -> list[str]:
    """Global ids of new lines with one unit each."""
    return [(await added(client, item={"asin": asin}))["line"]["id"] for asin in asins]


@pytest.mark.parametrize(
    "item",
    [
        {"asin": " a "},
        {"productId": to_id("Product", "US", "A")},
        {"offerId": to_id("Offer", "US", "A", "A-offer")},
    ],
)
async def test_an_item_is_added_by_any_of_its_names(client: Client, item: dict[str, str]) -> None:
    """The guest becomes known with his first item."""
    payload = await added(client, item=item, quantity=2)

    assert (payload["outcome"], payload["userErrors"], payload["notices"]) == ("ADDED", [], [])
    assert (payload["line"]["asin"], payload["line"]["quantity"]) == ("A", 2)
    assert (payload["cart"]["version"], payload["cart"]["totalQuantity"]) == (1, 2)
    assert client.session.customer_id == "ann"
    assert client.front.carts.held() == {"A-offer": 2}


@pytest.mark.parametrize(
    ("item", "code", "field"),
    [
        ({"productId": "garbage"}, "PRODUCT_NOT_FOUND", ["item", "productId"]),
        ({"productId": to_id("Offer", "US", "A", "A-offer")}, "PRODUCT_NOT_FOUND", ["item", "productId"]),
        ({"offerId": "garbage"}, "OFFER_NOT_FOUND", ["item", "offerId"]),
        ({"offerId": to_id("Offer", "US", "A")}, "OFFER_NOT_FOUND", ["item", "offerId"]),
        ({"offerId": to_id("Product", "US", "A")}, "OFFER_NOT_FOUND", ["item", "offerId"]),
        ({"productId": to_id("Product", "DE", "A")}, "MARKETPLACE_MISMATCH", ["item"]),
        ({"offerId": to_id("Offer", "DE", "A", "A-offer")}, "MARKETPLACE_MISMATCH", ["item"]),
    ],
)
async def test_an_id_of_something_else_is_refused_unsent(
    client: Client, item: dict[str, str], code: str, field: list[str]
) -> None:
    """Each with the field it stood in."""
    payload = await added(client, item=item)

    assert (payload["outcome"], payload["line"], payload["cart"]) == ("REJECTED", None, None)
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [(code, field)]
    assert client.front.carts.calls == []
    assert client.front.store.records == {}


async def test_a_bad_quantity_says_what_is_allowed(client: Client) -> None:
    """The limit is data, not only words."""
    payload = await added(client, item={"asin": "A"}, quantity=1000)

    assert payload["userErrors"] == [
        {
            "__typename": "QuantityError",
            "code": "QUANTITY_INVALID",
            "message": "A quantity is a whole number from 1 to 999; 1000 is not.",
            "field": ["quantity"],
            "isRetryable": False,
            "maxQuantity": 999,
        }
    ]
    assert client.front.carts.calls == []


async def test_an_ended_offer_names_others_of_the_product(client: Client) -> None:
    """Those that can be bought, the featured one marked."""
    payload = await added(client, item={"offerId": to_id("Offer", "US", "A", "gone")})

    (error,) = payload["userErrors"]
    assert (error["__typename"], error["code"]) == ("UnavailableError", "OFFER_NOT_FOUND")
    assert error["alternatives"] == [
        {"id": to_id("Offer", "US", "A", "A-offer"), "isFeatured": True, "product": {"asin": "A"}},
        {"id": to_id("Offer", "US", "A", "A-second"), "isFeatured": False, "product": {"asin": "A"}},
    ]


async def test_an_offer_that_cannot_be_bought_is_no_alternative(client: Client) -> None:
    """Sold-out offers help nobody."""
    payload = await added(client, item={"offerId": to_id("Offer", "US", "D", "gone")})

    (error,) = payload["userErrors"]
    assert [offer["id"] for offer in error["alternatives"]] == [to_id("Offer", "US", "D", "D-other")]


async def test_a_conflict_of_versions_tells_the_present_one(client: Client) -> None:
    """The payload's cart is that version."""
    await added(client, item={"asin": "A"})

    payload = await added(client, item={"asin": "B"}, expectedVersion=7)

    assert payload["userErrors"] == [
        {
            "__typename": "VersionConflictError",
            "code": "VERSION_CONFLICT",
            "message": "The cart is at version 1, not 7; look at it again before changing it.",
            "field": ["expectedVersion"],
            "isRetryable": False,
            "currentVersion": 1,
        }
    ]
    assert payload["cart"]["version"] == 1


async def test_a_busy_upstream_tells_when_to_come_again(client: Client) -> None:
    """Clients wait as long as they are told."""
    client.front.carts.fail(1, UpstreamThrottled("busy", code="RequestThrottled", retry_after_s=2.4))

    payload = await added(client, item={"asin": "A"})

    assert payload["userErrors"] == [
        {
            "__typename": "UpstreamError",
            "code": "RATE_LIMITED",
            "message": "The marketplace is busy; try again in a moment.",
            "field": ["item"],
            "isRetryable": True,
            "retryAfter": 2,
            "upstreamCode": "RequestThrottled",
        }
    ]


async def test_surprises_are_told_as_notices(client: Client) -> None:
    """Fewer units, a moved price, a line put aside."""
    await added(client, item={"asin": "A"})
    client.front.carts.offer("A-offer").price_minor = 1250

    capped = await added(client, item={"asin": "C"}, quantity=9)
    aside = await added(client, item={"asin": "D"})

    moved, fewer = capped["notices"]
    assert {**moved, "id": None} == {
        "__typename": "PriceChangeNotice",
        "id": None,
        "code": "PRICE_ROSE",
        "message": "The price of Title of A rose from $10.00 to $12.50.",
        "createdAt": "2024-02-29T12:00:00.000Z",
        "line": {"asin": "A"},
        "change": {
            "previous": {"amount": "10.00"},
            "current": {"amount": "12.50"},
            "difference": {"amount": "2.50"},
            "isIncrease": True,
        },
    }
    assert (fewer["__typename"], fewer["requestedQuantity"], fewer["acceptedQuantity"]) == (
        "QuantityCappedNotice",
        9,
        5,
    )
    assert (aside["outcome"], aside["line"]["asin"]) == ("SAVED_FOR_LATER", "D")
    assert [(notice["__typename"], notice["code"]) for notice in aside["notices"]] == [
        ("LineChangeNotice", "MOVED_TO_SAVED")
    ]


async def test_entries_of_a_bulk_call_are_answered_one_by_one(client: Client) -> None:
    """Each error under the path of its entry, in the entry and in the call."""
    items = [
        {"item": {"asin": "A"}, "quantity": 2},
        {"item": {"productId": "garbage"}},
        {"item": {"asin": "X"}},
        {"item": {"asin": "B"}, "quantity": 0},
    ]

    payload = (await client.ask(ADD_MANY, input={"items": items}))["addItems"]

    errors = [
        {"code": "PRODUCT_NOT_FOUND", "field": ["items", "1", "item", "productId"]},
        {"code": "PRODUCT_NOT_FOUND", "field": ["items", "2", "item"]},
        {"code": "QUANTITY_INVALID", "field": ["items", "3", "quantity"]},
    ]
    assert payload["results"] == [
        {"index": 0, "outcome": "ADDED", "line": {"asin": "A", "quantity": 2}, "userErrors": []},
        {"index": 1, "outcome": "REJECTED", "line": None, "userErrors": [errors[0]]},
        {"index": 2, "outcome": "REJECTED", "line": None, "userErrors": [errors[1]]},
        {"index": 3, "outcome": "REJECTED", "line": None, "userErrors": [errors[2]]},
    ]
    assert payload["userErrors"] == errors
    assert payload["cart"] == {"totalQuantity": 2}


async def test_an_atomic_call_with_an_unknown_item_is_not_sent(client: Client) -> None:
    """All or nothing."""
    items = [{"item": {"asin": "A"}}, {"item": {"productId": "garbage"}}]

    payload = (await client.ask(ADD_MANY, input={"items": items, "atomic": True}))["addItems"]

    assert [result["outcome"] for result in payload["results"]] == ["REJECTED", "REJECTED"]
    assert [error["code"] for error in payload["userErrors"]] == ["PRODUCT_NOT_FOUND"]
    assert client.front.carts.calls == []


async def test_an_eleventh_entry_refuses_the_call(client: Client) -> None:
    """One error for the whole call, a result for each entry."""
    payload = (await client.ask(ADD_MANY, input={"items": [{"item": {"asin": "A"}}] * 11}))["addItems"]

    assert payload["userErrors"] == [{"code": "TOO_MANY_ITEMS", "field": ["items"]}]
    assert [result["outcome"] for result in payload["results"]] == ["REJECTED"] * 11
    assert client.front.carts.calls == []


async def test_an_eleventh_entry_refuses_the_call_although_one_is_garbage(client: Client) -> None:
    """The limit is on entries, not on those that can be made out."""
    items = [{"item": {"asin": "A"}}] * 10 + [{"item": {"productId": "garbage"}}]

    payload = (await client.ask(ADD_MANY, input={"items": items}))["addItems"]

    assert "TOO_MANY_ITEMS" in [error["code"] for error in payload["userErrors"]]
    assert client.front.carts.calls == []


async def test_a_cart_is_created_with_its_items_and_given_back_when_there_is_one(client: Client) -> None:
    """Two calls make one cart, unless a fresh one is asked for."""
    first = (await client.ask(CREATE, input={"items": [{"item": {"asin": "A"}}]}))["createCart"]
    second = (await client.ask(CREATE, input={"marketplace": "US", "items": [{"item": {"asin": "B"}}]}))["createCart"]
    fresh = (await client.ask(CREATE, input={"items": [{"item": {"asin": "B"}}], "replaceActive": True}))["createCart"]

    assert first["cart"]["id"] == second["cart"]["id"] != fresh["cart"]["id"]
    assert [each["cart"]["totalQuantity"] for each in (first, second, fresh)] == [1, 2, 1]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"items": []}, {"code": "CART_EMPTY", "field": ["items"]}),
        (
            {"items": [{"item": {"asin": "A"}}], "marketplace": "DE"},
            {"code": "MARKETPLACE_MISMATCH", "field": ["marketplace"]},
        ),
    ],
)
async def test_a_cart_that_cannot_be_made_is_null(client: Client, given: dict[str, Any], error: dict[str, Any]) -> None:
    """With the reason, and nothing kept."""
    payload = (await client.ask(CREATE, input=given))["createCart"]

    assert (payload["cart"], payload["userErrors"]) == (None, [error])
    assert [result["outcome"] for result in payload["results"]] == ["REJECTED"] * len(given["items"])
    assert client.front.store.records == {}


async def test_two_created_at_once_are_one_cart(client: Client) -> None:
    """Two taps on the button."""
    client.session.establish()

    answers = await asyncio.gather(
        *(client.ask(CREATE, input={"items": [{"item": {"asin": asin}}]}) for asin in ("A", "B"))
    )

    assert len({answer["createCart"]["cart"]["id"] for answer in answers}) == 1
    assert client.front.carts.operations() == ["create", "add"]


async def test_a_quantity_is_set_and_a_line_taken_out(client: Client) -> None:
    """The removed line's id is told for the client's cache."""
    (line_id,) = await line_ids(client, "A")
    document = """mutation ($input: ModifyItemInput!) { modifyItem(input: $input) {
      line { quantity } removedLineId cart { totalQuantity } userErrors { code field } notices { code } } }"""

    more = (await client.ask(document, input={"lineId": line_id, "quantity": 4}))["modifyItem"]
    none = (await client.ask(document, input={"lineId": line_id, "quantity": 0}))["modifyItem"]
    gone = (await client.ask(document, input={"lineId": "garbage", "quantity": 1}))["modifyItem"]

    assert (more["line"], more["removedLineId"], more["cart"]) == ({"quantity": 4}, None, {"totalQuantity": 4})
    assert (none["line"], none["removedLineId"], none["cart"]) == (None, line_id, {"totalQuantity": 0})
    assert gone["userErrors"] == [{"code": "LINE_NOT_FOUND", "field": ["lineId"]}]


async def test_lines_are_saved_for_later_and_moved_back(client: Client) -> None:
    """Both payloads name the lines that moved; each unknown line has its own place."""
    line_a, line_b = await line_ids(client, "A", "B")
    save = """mutation ($input: SaveForLaterInput!) { saveForLater(input: $input) {
      lines { asin placement } cart { totalQuantity savedForLater { totalCount } } userErrors { code field } } }"""
    back = """mutation ($input: MoveToCartInput!) { moveToCart(input: $input) {
      lines { asin placement } cart { totalQuantity savedForLater { totalCount } } userErrors { code field } } }"""

    saved = (await client.ask(save, input={"lineIds": ["garbage", line_a, line_b, "rubbish"]}))["saveForLater"]
    moved = (await client.ask(back, input={"lineIds": [line_b]}))["moveToCart"]

    assert [line["asin"] for line in saved["lines"]] == ["A", "B"]
    assert saved["cart"] == {"totalQuantity": 0, "savedForLater": {"totalCount": 2}}
    assert saved["userErrors"] == [
        {"code": "LINE_NOT_FOUND", "field": ["lineIds", "0"]},
        {"code": "LINE_NOT_FOUND", "field": ["lineIds", "3"]},
    ]
    assert moved == {
        "lines": [{"asin": "B", "placement": "ACTIVE"}],
        "cart": {"totalQuantity": 1, "savedForLater": {"totalCount": 1}},
        "userErrors": [],
    }


async def test_a_cart_is_cleared_within_a_scope(client: Client) -> None:
    """Everything unless told otherwise."""
    line_a, line_d = await line_ids(client, "A", "D")
    document = """mutation ($input: ClearCartInput!) { clearCart(input: $input) {
      removedLineIds cart { totalQuantity } userErrors { code } } }"""

    some = (await client.ask(document, input={"scope": "SAVED_LINES"}))["clearCart"]
    rest = (await client.ask(document, input={}))["clearCart"]
    nobodys = (await client.of("bob").ask(document, input={}))["clearCart"]

    assert some == {"removedLineIds": [line_d], "cart": {"totalQuantity": 1}, "userErrors": []}
    assert rest == {"removedLineIds": [line_a], "cart": {"totalQuantity": 0}, "userErrors": []}
    assert nobodys == {"removedLineIds": [], "cart": None, "userErrors": [{"code": "CART_NOT_FOUND"}]}


async def test_a_checkout_gives_the_address_once(client: Client) -> None:
    """To the owner, in this answer alone."""
    await line_ids(client, "A")
    cart_id = (await client.ask("{ cart { id } }"))["cart"]["id"]
    document = """mutation ($input: CheckoutInput!) { checkout(input: $input) {
      handover { url expiresAt createdAt subtotal { amount } } cart { status version }
      userErrors { code } notices { code } } }"""

    done = (await client.ask(document, input={}))["checkout"]
    again = (await client.ask(document, input={"cartId": cart_id}))["checkout"]
    foreign = (await client.of("bob").ask(document, input={"cartId": cart_id}))["checkout"]
    garbage = (await client.ask(document, input={"cartId": "garbage"}))["checkout"]

    assert done == {
        "handover": {
            "url": "https://www.amazon.com/gp/cart/aws-merge.html?cart-id=100-1&hmac=hmac-1",
            "expiresAt": "2024-05-29T12:00:00.000Z",
            "createdAt": "2024-02-29T12:00:00.000Z",
            "subtotal": {"amount": "10.00"},
        },
        "cart": {"status": "HANDED_OVER", "version": 2},
        "userErrors": [],
        "notices": [],
    }
    assert (again["handover"], again["userErrors"]) == (None, [{"code": "CART_CLOSED"}])
    assert (foreign["cart"], foreign["userErrors"]) == (None, [{"code": "CART_NOT_FOUND"}])
    assert garbage["userErrors"] == [{"code": "CART_NOT_FOUND"}]
    (kept,) = client.front.store.records.values()
    assert (kept.status, kept.handle) == (CartStatus.HANDED_OVER, None)


async def test_an_upstream_that_is_down_is_told_in_the_payload(client: Client) -> None:
    """It is no fault of the client's, and the operation goes on."""
    await line_ids(client, "A")
    client.front.carts.fail(2, NotSent("down"))

    payload = await added(client, item={"asin": "B"})

    assert [error["code"] for error in payload["userErrors"]] == ["UPSTREAM_UNAVAILABLE"]
    assert payload["cart"]["totalQuantity"] == 1
