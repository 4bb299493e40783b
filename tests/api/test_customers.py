"""Customers who sign in: the same one on every device, apart from guests, with a guest's session beside."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from resolvers.customers import customer_id_of
from schema.ids import to_id
from tests.support.shopfront import Shopfront, Shopper, serving, settings_for
from tests.support.tokens import AUDIENCE, ISSUER, SHARED, claims, key_of, public, token

ADD = 'mutation { addItem(input: {item: {asin: "0618260307"}}) { cart { id totalQuantity customer { id } } } }'
CART = "{ cart { id } }"
CART_LINES = "{ cart { id notices { code } lines { edges { node { asin quantity } } } } }"
HOBBIT, RINGS = "0618260307", "0395193958"
RSA = key_of("RS256")


def _bearer(subject: str, issuer: str = ISSUER) -> dict[str, str]:
    algorithm = "RS256" if issuer == ISSUER else "HS256"
    body = claims(datetime.now(UTC).timestamp(), sub=subject, iss=issuer, name=f"{subject.title()} Doe")
    return {"Authorization": f"Bearer {token(body, key_of(algorithm), algorithm)}"}


@pytest.fixture
async def shopfront(tmp_path: Path, database_url: str) -> AsyncIterator[Shopfront]:
    """A server on either database, with two issuers."""
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps(public(RSA)), "utf-8")
    issuers = [
        {"issuer": ISSUER, "audience": AUDIENCE, "algorithms": ["RS256"], "jwks_file": str(keys)},
        {"issuer": "backend", "audience": AUDIENCE, "algorithms": ["HS256"], "secret": SHARED},
    ]
    settings = settings_for(
        tmp_path, database_url=database_url, token_issuers=json.dumps(issuers), cors_origins="https://front.example"
    )
    async with serving(settings) as running:
        yield running


async def _data(shopper: Shopper, query: str, headers: dict[str, str]) -> Any:
    answer = (await shopper.post(query, headers=headers)).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


async def test_a_customer_is_the_same_on_every_device(shopfront: Shopfront) -> None:
    """Another browser, another token, the same cart."""
    async with shopfront.shopper() as phone, shopfront.shopper() as desk:
        made = await _data(phone, ADD, _bearer("ann"))
        read = await _data(desk, CART, _bearer("ann"))

        assert read["cart"] == {"id": made["addItem"]["cart"]["id"]}
        assert made["addItem"]["cart"]["customer"] == {"id": to_id("Customer", "US", customer_id_of(ISSUER, "ann"))}
        assert not phone.client.cookies
        assert not desk.client.cookies


async def test_customers_guests_and_issuers_are_strangers(shopfront: Shopfront, shopper: Shopper) -> None:
    """The same subject of another issuer, another subject, and the guest of the same browser see nothing."""
    cart_id = (await _data(shopper, ADD, _bearer("ann")))["addItem"]["cart"]["id"]
    query = f'{{ cart {{ id }} named: cart(id: "{cart_id}") {{ id }} node(id: "{cart_id}") {{ id }} }}'
    nothing = {"cart": None, "named": None, "node": None}

    assert await _data(shopper, query, _bearer("bob")) == nothing
    assert await _data(shopper, query, _bearer("ann", "backend")) == nothing
    assert await _data(shopper, query, {}) == nothing


async def test_the_viewer_document_tells_the_customer(shopper: Shopper) -> None:
    """First seen is now until there is something of his, then the instant of that."""
    query = "{ viewer { isAuthenticated customer { displayName createdAt } } }"
    before = (await _data(shopper, query, _bearer("ann")))["viewer"]
    await _data(shopper, ADD, _bearer("ann"))
    after = [(await _data(shopper, query, _bearer("ann")))["viewer"] for _ in range(2)]

    assert before["isAuthenticated"] is True
    assert before["customer"]["displayName"] == "Ann Doe"
    assert before["customer"]["createdAt"] <= after[0]["customer"]["createdAt"]
    assert after[0] == after[1]
    assert (await _data(shopper, query, {}))["viewer"] == {"isAuthenticated": False, "customer": None}


async def test_a_guest_stays_while_a_customer_only_looks_who_he_is(shopper: Shopper) -> None:
    """Nothing of a cart was asked, so nothing is joined: without the token the guest is there again."""
    guests = (await _data(shopper, ADD, {}))["addItem"]["cart"]
    cookie = dict(shopper.client.cookies)

    await _data(shopper, "{ viewer { id } }", _bearer("ann"))

    assert guests["customer"] is None
    assert dict(shopper.client.cookies) == cookie
    assert (await _data(shopper, CART, {}))["cart"] == {"id": guests["id"]}


async def test_a_guests_cart_becomes_the_customers_who_has_none(shopper: Shopper) -> None:
    """At sign-in, with the first look at the cart; the guest's session ends with it."""
    guests = await shopper.ask(ADD)

    response = await shopper.post(CART_LINES, headers=_bearer("ann"))

    cart = response.json()["data"]["cart"]
    assert (cart["id"], _contents(cart)) == (guests["addItem"]["cart"]["id"], {HOBBIT: 1})
    assert response.headers["set-cookie"] == "cartograph_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
    assert not shopper.client.cookies
    assert await shopper.ask("{ cart { id } }") == {"cart": None}


async def test_a_guests_cart_joins_the_customers_own(shopfront: Shopfront) -> None:
    """Both quantities together, the guest's other lines beside; a second look finds nothing left to join."""
    async with shopfront.shopper() as phone, shopfront.shopper() as desk:
        own = await _data(phone, ADD, _bearer("ann"))
        await desk.ask(ADD)
        await desk.ask('mutation { addItem(input: {item: {asin: "0395193958"}, quantity: 2}) { outcome } }')

        joined = (await _data(desk, CART_LINES, _bearer("ann")))["cart"]
        again = (await _data(desk, CART_LINES, _bearer("ann")))["cart"]

        assert joined["id"] == own["addItem"]["cart"]["id"]
        assert _contents(joined) == _contents(again) == {HOBBIT: 2, RINGS: 2}
        assert [notice["code"] for notice in joined["notices"]] == ["LINES_MERGED"]


async def test_a_change_joins_first(shopfront: Shopfront) -> None:
    """The item goes to the cart that has everything."""
    async with shopfront.shopper() as desk:
        await desk.ask(ADD)

        added = await _data(desk, ADD, _bearer("ann"))

        assert added["addItem"]["cart"]["totalQuantity"] == 2


async def test_a_cart_is_taken_over_by_its_id(shopfront: Shopfront) -> None:
    """By a customer, once; nobody takes a customer's, and a guest none at all."""
    merge = "mutation($id: ID!) { mergeCarts(input: {sourceCartId: $id}) { cart { id } userErrors { code } } }"
    async with shopfront.shopper() as guest, shopfront.shopper() as desk:
        cart_id = (await guest.ask(ADD))["addItem"]["cart"]["id"]

        async def taken(headers: dict[str, str]) -> Any:
            answer = await desk.post(merge, {"id": cart_id}, headers=headers)
            return answer.json()["data"]["mergeCarts"]

        as_guest, anns = await taken({}), await taken(_bearer("ann"))
        bobs = await taken(_bearer("bob"))

        assert as_guest == {"cart": None, "userErrors": [{"code": "NOT_AUTHENTICATED"}]}
        assert anns == {"cart": {"id": cart_id}, "userErrors": []}
        assert bobs == {"cart": None, "userErrors": [{"code": "CART_NOT_FOUND"}]}


def _contents(cart: Any) -> dict[str, int]:
    return {edge["node"]["asin"]: edge["node"]["quantity"] for edge in cart["lines"]["edges"]}


async def test_a_token_of_nobody_runs_nothing(shopper: Shopper) -> None:
    """A client whose token has expired must not fill a guest's cart by mistake."""
    expired = token(claims(0), RSA, "RS256")
    answer = await shopper.post(ADD, headers={"Authorization": f"Bearer {expired}"})

    assert answer.status_code == 401
    assert answer.json() == {
        "errors": [{"message": "The token has expired; sign in again.", "extensions": {"code": "UNAUTHENTICATED"}}]
    }
    assert not shopper.client.cookies
    assert (await _data(shopper, CART, {}))["cart"] is None


async def test_a_frontend_elsewhere_may_send_a_token(shopper: Shopper) -> None:
    """The browser asks first; the header is among those allowed."""
    answer = await shopper.client.options(
        "/graphql",
        headers={
            "Origin": "https://front.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )

    assert answer.status_code == 200
    allowed = {name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert {"authorization", "content-type", "cartograph-session"} <= allowed


async def test_two_customers_at_once(shopfront: Shopfront) -> None:
    """Tokens that come together are not mixed up."""
    async with shopfront.shopper() as shopper:
        await asyncio.gather(*(_data(shopper, ADD, _bearer(f"c{number}")) for number in range(8)))
        query = "{ viewer { customer { id displayName } activeCart { customer { id } } } }"
        seen = await asyncio.gather(*(_data(shopper, query, _bearer(f"c{number}")) for number in range(8)))

    for number, data in enumerate(seen):
        own = to_id("Customer", "US", customer_id_of(ISSUER, f"c{number}"))
        assert data["viewer"] == {
            "customer": {"id": own, "displayName": f"C{number} Doe"},
            "activeCart": {"customer": {"id": own}},
        }
