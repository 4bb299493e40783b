"""The way to an application in this process."""

import asyncio
from typing import Any

import httpx
import pytest

from ecs.client.in_process import App, InProcessTransport


async def _answer(app: App, method: str = "GET", body: bytes = b"") -> httpx.Response:
    request = httpx.Request(method, "http://shop.example:81/onca/xml?a=%20b", headers={"X-One": "1"}, content=body)
    response = await InProcessTransport(app).handle_async_request(request)
    await response.aread()
    return response


async def test_the_application_sees_the_request_and_is_heard() -> None:
    """It is the same application that a server runs."""
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.extend((scope, await receive()))
        await send({"type": "http.response.start", "status": 201, "headers": [(b"x-two", b"2")]})
        await send({"type": "http.response.body", "body": b"<a>", "more_body": True})
        await send({"type": "http.response.body", "body": b"</a>"})

    response = await _answer(app, "POST", b"a=b")

    assert (response.status_code, response.content, response.headers["X-Two"]) == (201, b"<a></a>", "2")
    scope, message = seen
    assert (scope["method"], scope["path"], scope["query_string"]) == ("POST", "/onca/xml", b"a=%20b")
    assert (scope["raw_path"], scope["server"], scope["root_path"]) == (b"/onca/xml", ("shop.example", 81), "")
    assert {(b"host", b"shop.example:81"), (b"x-one", b"1"), (b"content-length", b"3")} <= set(scope["headers"])
    assert message == {"type": "http.request", "body": b"a=b", "more_body": False}


async def test_a_crash_is_an_answer() -> None:
    """What went wrong stays in the service."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise LookupError("secret")

    response = await _answer(app)

    assert (response.status_code, response.content) == (500, b"")


@pytest.mark.parametrize("is_crash", [False, True])
async def test_half_an_answer_is_none(is_crash: bool) -> None:
    """A cart cut off would look like a smaller cart."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"<Cart>", "more_body": True})
        if is_crash:
            raise LookupError

    with pytest.raises(httpx.RemoteProtocolError):
        await _answer(app)


async def test_no_answer_at_all_is_none() -> None:
    """An application that returns without a word has not answered."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        return

    with pytest.raises(httpx.RemoteProtocolError):
        await _answer(app)


async def test_nobody_leaves_while_the_application_works() -> None:
    """One that waits for the client to leave, beside its work, must not be told so."""
    states = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        leaving = asyncio.create_task(receive())
        await asyncio.sleep(0)
        states.append(leaving.done())
        leaving.cancel()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    assert (await _answer(app)).status_code == 200
    assert states == [False]
