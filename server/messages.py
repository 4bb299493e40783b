"""ASGI messages read and written without a framework between: the head of a request, its body, an answer."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


class BodyTooLarge(Exception):
    """The body has more bytes than are taken."""


class BodyCutOff(Exception):
    """The client left before the body was complete."""


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """The headers by name in lower case; one that stands several times is joined (RFC 9110, section 5.3)."""
    pairs: Iterable[tuple[bytes, bytes]] = scope["headers"]
    found = dict(pairs)
    if len(found) == len(scope["headers"]):
        return found
    joined: dict[bytes, bytes] = {}
    for name, value in pairs:
        separator = b"; " if name == b"cookie" else b", "
        joined[name] = joined[name] + separator + value if name in joined else value
    return joined


async def body_of(receive: Receive, max_bytes: int) -> bytes:
    """
    The body of a request.

    Raises:
        BodyTooLarge: it has more than ``max_bytes``; the rest is not read.
        BodyCutOff: the client left.
    """
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body", False):
        # Nearly every body comes in one piece.
        body: bytes = message.get("body", b"")
        if len(body) > max_bytes:
            raise BodyTooLarge
        return body
    parts = bytearray()
    while message["type"] == "http.request":
        parts += message.get("body", b"")
        if len(parts) > max_bytes:
            raise BodyTooLarge
        if not message.get("more_body", False):
            return bytes(parts)
        message = await receive()
    raise BodyCutOff


async def answer(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Send a whole answer."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def encoded(headers: Mapping[str, str]) -> Headers:
    """Headers as ASGI wants them."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
