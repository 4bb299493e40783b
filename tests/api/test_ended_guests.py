"""A guest who has signed in: what his token, signed well for half a year, still opens. Nothing, in any hands."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.shopfront import Shopfront, Shopper, serving, settings_for
from tests.support.tokens import AUDIENCE, ISSUER, SHARED, claims, key_of, token

ADD = 'mutation { addItem(input: {item: {asin: "0618260307"}}) { cart { id totalQuantity } } }'
CHECKOUT = """
mutation { checkout(input: {idempotencyKey: "key-of-the-guest-1"}) {
    handover { url } cart { id } userErrors { code }
} }
"""
LOOK = "{ cart { id totalQuantity } viewer { carts(first: 5) { totalCount } } }"
NOTHING = {"cart": None, "viewer": {"carts": {"totalCount": 0}}}
SESSION = "cartograph-session"


def _ann() -> dict[str, str]:
    body = claims(datetime.now(UTC).timestamp(), sub="ann", iss=ISSUER)
    return {"Authorization": f"Bearer {token(body, key_of('HS256'), 'HS256')}"}


@pytest.fixture
async def shopfront(tmp_path: Path, database_url: str) -> AsyncIterator[Shopfront]:
    """A server on either database that knows an issuer."""
    issuer = {"issuer": ISSUER, "audience": AUDIENCE, "algorithms": ["HS256"], "secret": SHARED}
    settings = settings_for(tmp_path, database_url=database_url, token_issuers=json.dumps([issuer]))
    async with serving(settings) as running:
        yield running


def _data(response: httpx.Response) -> Any:
    answer = response.json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def _codes(response: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in response.json()["errors"]]


async def _guest(shopper: Shopper) -> str:
    """A guest with a cart he has paid for, and another one; his token."""
    token = (await shopper.post(ADD, headers={SESSION: "new"})).headers[SESSION]
    assert _data(await shopper.post(CHECKOUT, headers={SESSION: token}))["checkout"]["handover"]
    _data(await shopper.post(ADD, headers={SESSION: token}))
    return token


async def test_what_was_his_is_the_customers_and_his_token_opens_nothing(shopper: Shopper) -> None:
    """Neither the cart nor what he bought, nor the address told under his request key: a leaked token is worthless."""
    token = await _guest(shopper)

    signed_in = await shopper.post(LOOK, headers={SESSION: token, **_ann()})
    leaked = await shopper.post(LOOK, headers={SESSION: token})
    repeated = _data(await shopper.post(CHECKOUT, headers={SESSION: token}))["checkout"]

    assert signed_in.headers[SESSION] == ""
    anns = _data(signed_in)
    assert (anns["cart"]["totalQuantity"], anns["viewer"]["carts"]["totalCount"]) == (1, 2)
    assert _data(leaked) == NOTHING
    assert repeated == {"handover": None, "cart": None, "userErrors": [{"code": "CART_EMPTY"}]}


async def test_his_token_fills_no_cart_any_more(shopfront: Shopfront) -> None:
    """Else two who have it would share a cart, and its lines would go to the customer whose client still sends it."""
    async with shopfront.shopper() as shopper, shopfront.shopper() as stranger:
        token = await _guest(shopper)
        before = _data(await shopper.post(LOOK, headers={SESSION: token, **_ann()}))

        refused = await stranger.post(ADD, headers={SESSION: token})
        after = await shopper.post(LOOK, headers={SESSION: token, **_ann()})
        fresh = await stranger.post(ADD, headers={SESSION: "new"})

        assert _codes(refused) == ["SESSION_INVALID"]
        assert refused.headers[SESSION] == ""
        assert _data(after) == before
        assert after.headers[SESSION] == ""
        assert _data(fresh)["addItem"]["cart"]["totalQuantity"] == 1
        assert fresh.headers[SESSION] not in ("", token)


async def test_a_browser_that_kept_the_cookie_starts_anew(shopper: Shopper) -> None:
    """The first change loses the cookie, the next makes another guest: nothing of the old one is there."""
    await shopper.ask(ADD)
    kept = {"cookie": "cartograph_session=" + shopper.client.cookies["cartograph_session"]}
    await shopper.post(LOOK, headers=_ann())
    assert not shopper.client.cookies

    looked = await shopper.post(LOOK, headers=kept)
    refused = await shopper.post(ADD, headers=kept)
    again = await shopper.post(ADD)

    assert _data(looked) == NOTHING
    assert _codes(refused) == ["SESSION_INVALID"]
    assert refused.headers["set-cookie"] == "cartograph_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
    assert _data(again)["addItem"]["cart"]["totalQuantity"] == 1
    assert shopper.client.cookies["cartograph_session"] not in kept["cookie"]


async def test_a_guest_without_a_cart_comes_to_his_end_too(shopper: Shopper) -> None:
    """A token that somebody planted before the sign-in must not fill the customer's cart after it."""
    token = (await shopper.post("{ viewer { id } }", headers={SESSION: "new"})).headers[SESSION]
    await shopper.post(LOOK, headers={SESSION: token, **_ann()})

    planted = await shopper.post(ADD, headers={SESSION: token})
    anns = await shopper.post(LOOK, headers={SESSION: token, **_ann()})

    assert _codes(planted) == ["SESSION_INVALID"]
    assert _data(anns) == NOTHING
