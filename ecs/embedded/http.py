"""The little HTTP the service needs, straight on ASGI: it saves the in-process client a third of a call."""

import gzip
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MAX_BODY_BYTES: Final = 100_000
_GZIP_FROM_BYTES: Final = 500
_GZIP_LEVEL: Final = 4


class BodyTooLarge(Exception):
    """The request's body is larger than the service reads."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request; header names in lower case, the query as sent."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    root_path: str = ""
    """What the address has before ``path``: where the service was put, such as ``/uk``."""

    @property
    def accepts_gzip(self) -> bool:
        """True when the answer may be gzip."""
        offers = self.headers.get("accept-encoding", "").lower().split(",")
        return any(offer.strip() == "gzip" or offer.strip().startswith("gzip;") for offer in offers) and not any(
            offer.replace(" ", "") in ("gzip;q=0", "gzip;q=0.0") for offer in offers
        )


class Response(Struct, frozen=True):
    """An answer, not yet compressed."""

    body: bytes
    content_type: str
    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({})
    is_cut: bool = False
    """True when the connection is to end in the middle of the body."""


async def received(scope: Scope, receive: Receive) -> Request:
    """
    The whole request.

    Raises:
        BodyTooLarge: the body was not read to its end.
    """
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge
        more = message["type"] == "http.request" and message.get("more_body", False)
    return Request(
        scope["method"],
        scope["path"],
        scope["query_string"].decode("latin-1"),
        headers_of(scope),
        body,
        scope.get("root_path", ""),
    )


def headers_of(scope: Scope) -> dict[str, str]:
    """The request's headers; of repeated ones the last."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


async def sent(response: Response, request: Request | None, send: Send) -> None:
    """The response is on its way, gzip where the request takes it."""
    body = response.body
    headers = {"content-type": response.content_type, **response.headers}
    if request is not None:
        headers["vary"] = "Accept-Encoding"
        # A real client fails when an answer to an offer of gzip says nothing about its encoding.
        if request.accepts_gzip:
            headers["content-encoding"] = "gzip"
            level = _GZIP_LEVEL if len(body) >= _GZIP_FROM_BYTES else 1
            body = gzip.compress(body, level, mtime=0)
    headers["content-length"] = str(len(body))
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": raw})
    if response.is_cut:
        # The server closes a connection on which an answer was begun and not ended.
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        return
    without_body = request is not None and request.method == "HEAD"
    await send({"type": "http.response.body", "body": b"" if without_body else body})
