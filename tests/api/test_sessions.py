"""How guests are known: a cookie in browsers, a header for clients without cookies."""

from tests.support.shopfront import Shopfront, Shopper

CREATE = 'mutation { createCart(input: {items: [{item: {asin: "0618260307"}}]}) { cart { id } } }'
CART = "{ cart { id } }"


async def test_reading_makes_nobody_a_guest(shopper: Shopper) -> None:
    """Public pages stay cacheable: no cookie before something has to be kept."""
    response = await shopper.post('{ product(by: {asin: "0618260307"}) { title } cart { id } }')

    assert response.json()["data"] == {"product": {"title": "The Hobbit"}, "cart": None}
    assert "set-cookie" not in response.headers


async def test_cookie_on_loopback(shopper: Shopper) -> None:
    """Plain HTTP on this machine: an HttpOnly cookie that curl, httpx and browsers all keep."""
    response = await shopper.post(CREATE)

    cookie = response.headers["set-cookie"]
    assert cookie.startswith("cartograph_session=")
    assert cookie.endswith("; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax")
    assert (await shopper.post(CART)).json() == {"data": {"cart": response.json()["data"]["createCart"]["cart"]}}


async def test_secure_cookie_behind_tls(shopfront: Shopfront) -> None:
    """Behind TLS the cookie is bound to this host and never travels in clear."""
    async with shopfront.shopper("https://shop.example") as shopper:
        response = await shopper.post(CREATE)

        cookie = response.headers["set-cookie"]
        assert cookie.startswith("__Host-cartograph_session=")
        assert cookie.endswith("; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax; Secure")
        assert (await shopper.post(CART)).json()["data"]["cart"] is not None


async def test_no_cookie_over_plain_http_from_elsewhere(shopfront: Shopfront) -> None:
    """Anybody on the way could take it."""
    async with shopfront.shopper("http://shop.example") as shopper:
        response = await shopper.post(CREATE)

        assert "set-cookie" not in response.headers


async def test_header_for_clients_without_cookies(shopfront: Shopfront) -> None:
    """`new` asks for a token; the token is the session from then on."""
    async with shopfront.shopper() as shopper:
        made = await shopper.post(CREATE, headers={"Cartograph-Session": "new"})
    token = made.headers["cartograph-session"]
    async with shopfront.shopper() as elsewhere:
        read = await elsewhere.post(CART, headers={"Cartograph-Session": token})

    assert "set-cookie" not in made.headers
    assert read.json()["data"]["cart"] == made.json()["data"]["createCart"]["cart"]
    assert "cartograph-session" not in read.headers


async def test_forged_header_is_refused(shopper: Shopper) -> None:
    """A client that would silently lose its cart is told instead."""
    response = await shopper.post(CART, headers={"Cartograph-Session": "somebody.else.signature"})

    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"] == {"code": "SESSION_INVALID"}


async def test_forged_cookie_is_nobody(shopper: Shopper) -> None:
    """A cookie that we did not sign opens nothing; the next change makes a new guest."""
    shopper.client.cookies.set("cartograph_session", "somebody.else.signature")

    assert (await shopper.post(CART)).json() == {"data": {"cart": None}}
    assert "set-cookie" in (await shopper.post(CREATE)).headers
