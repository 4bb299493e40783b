"""A lean HTTP client: raw sockets kept open, one request on each at a time, answers read by their length."""

import json
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

_HOST: Final = "127.0.0.1"
_TIMEOUT_S: Final = 30.0
_CHUNK: Final = 262_144


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of a header; None when it is not there."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.decode().lower() == name:
                return value.strip().decode()
        return None


class Connections:
    """Some connections to one server."""

    def __init__(self, port: int, count: int) -> None:
        self._port = port
        self._count = count
        self._sockets: list[socket.socket] = []
        self.reopen()

    def reopen(self) -> None:
        """Connect anew: the server closes what was idle for some seconds."""
        self.close()
        self._sockets = [socket.create_connection((_HOST, self._port), _TIMEOUT_S) for _ in range(self._count)]
        for each in self._sockets:
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def burst(self, requests: Sequence[bytes]) -> list[Reply]:
        """Send requests, as many at once as there are connections; the replies in order."""
        replies: list[Reply] = []
        width = len(self._sockets)
        for start in range(0, len(requests), width):
            batch = requests[start : start + width]
            for connection, request in zip(self._sockets, batch, strict=False):
                connection.sendall(request)
            replies += [_read(connection) for connection, _ in zip(self._sockets, batch, strict=False)]
        return replies

    def close(self) -> None:
        """Close them."""
        for each in self._sockets:
            each.close()


@contextmanager
def connections(port: int, count: int = 8) -> Iterator[Connections]:
    """Connections that are closed at the end."""
    opened = Connections(port, count)
    try:
        yield opened
    finally:
        opened.close()


def post(body: dict[str, Any], *, token: str | None = None) -> bytes:
    """A POST of a GraphQL request, as a frontend sends it."""
    content = json.dumps(body).encode()
    session = f"Cartograph-Session: {token}\r\n" if token else ""
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: {_HOST}\r\nAccept: application/graphql-response+json, application/json\r\n"
        f"Content-Type: application/json\r\n{session}User-Agent: bench\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def get(parameters: dict[str, str], *, etag: str | None = None) -> bytes:
    """A GET of a persisted document."""
    known = f"If-None-Match: {etag}\r\n" if etag else ""
    return (
        f"GET /graphql?{urlencode(parameters)} HTTP/1.1\r\nHost: {_HOST}\r\n"
        f"Accept: application/graphql-response+json, application/json\r\n{known}User-Agent: bench\r\n\r\n"
    ).encode()


def at_floor(request: bytes) -> bytes:
    """The same request to the bare route."""
    head, separator, body = request.partition(b"\r\n\r\n")
    first, rest = head.split(b"\r\n", 1)
    return first.split(b" ")[0] + b" /answer HTTP/1.1\r\n" + rest + separator + body


def put(content: bytes) -> bytes:
    """What the bare route shall answer from now on."""
    return f"PUT /answer HTTP/1.1\r\nHost: {_HOST}\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content


def _read(connection: socket.socket) -> Reply:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    length = 0
    for line in head.split(b"\r\n")[1:]:
        if line[:15].lower() == b"content-length:":
            length = int(line[15:])
    parts = [body]
    missing = length - len(body)
    while missing > 0:
        parts.append(_more(connection))
        missing -= len(parts[-1])
    return Reply(status, head, b"".join(parts))


def _more(connection: socket.socket) -> bytes:
    received = connection.recv(_CHUNK)
    if not received:
        raise ConnectionError("the server closed the connection")
    return received
