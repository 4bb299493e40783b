"""
The way to an ASGI application in this process, for httpx.

It does what ``httpx.ASGITransport`` does for a service that answers at once, in half the time: no event is made and no
library asked which loop runs. What the application lets escape is an answer of status 500.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import httpx

App = Callable[..., Awaitable[None]]
Message = MutableMapping[str, Any]
_VERSIONS: Final = {"version": "3.0"}


class InProcessTransport(httpx.AsyncBaseTransport):
    """Hands each request to ``app`` and its answer back, which is in memory as a whole."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """
        The answer of the application.

        Raises:
            httpx.RemoteProtocolError: the application ended within its answer.
        """
        exchange = _Exchange(await request.aread())
        try:
            await self._app(_scope(request), exchange.receive, exchange.send)
        except Exception:  # noqa: BLE001 - as a server does: the client learns no more than that it failed
            if not exchange.status:
                return httpx.Response(500, stream=httpx.ByteStream(b""))
        if not exchange.is_complete:
            raise httpx.RemoteProtocolError("the application ended within its answer", request=request)
        return httpx.Response(exchange.status, headers=exchange.headers, stream=httpx.ByteStream(exchange.body))


class _Exchange:
    """One request and its answer, as the application sees them."""

    def __init__(self, body: bytes) -> None:
        self._asked: bytes | None = body
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""
        self.is_complete = False

    async def receive(self) -> Message:
        if self._asked is None:
            # The caller stays until the answer is there: nothing more is to be told.
            await asyncio.Event().wait()
        body, self._asked = self._asked, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        else:
            part = message.get("body", b"")
            self.body = self.body + part if self.body else part
            self.is_complete = not message.get("more_body", False)


def _scope(request: httpx.Request) -> dict[str, Any]:
    url = request.url
    raw_path, _, query = url.raw_path.partition(b"?")
    return {
        "type": "http",
        "asgi": _VERSIONS,
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": raw_path,
        "query_string": query,
        "server": (url.host, url.port),
        "client": None,
        "root_path": "",
    }
