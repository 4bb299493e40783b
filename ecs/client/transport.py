"""
One HTTP call: bounded in time and size, never repeated, and every failure told apart by what may have happened.

Errors never chain httpx's own: those hold the request, whose address opens a cart.
"""

import asyncio
import logging
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any, Final

import httpx

from ecs.client.in_process import InProcessTransport
from ecs.errors import BadReply, NotSent, OutcomeUnknown, UpstreamError
from ecs.parse.document import MAX_BYTES

_LIMITS: Final = httpx.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=30)
_NOTHING_LEFT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_GZIP: Final = 16 + zlib.MAX_WBITS


Wrap = Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport]


def unwrapped(transport: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
    """The transport as it is."""
    return transport


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in full, whatever its status."""

    status: int
    body: bytes
    retry_after_s: float | None = None


def network_client(*, wrap: Wrap = unwrapped) -> httpx.AsyncClient:
    """
    A client for an upstream over the network, without proxies from the environment. The caller closes it.

    ``wrap`` may stand something before the transport, such as a watch over its answers.
    """
    return _client("gzip", wrap(httpx.AsyncHTTPTransport(limits=_LIMITS, trust_env=False)))


def in_process_client(app: Callable[..., Any], *, wrap: Wrap = unwrapped) -> httpx.AsyncClient:
    """A client for an ASGI app in this process; what the app lets escape is answered as 500. The caller closes it."""
    return _client("identity", wrap(InProcessTransport(app)))


async def exchange(client: httpx.AsyncClient, request: httpx.Request, *, timeout_s: float, now: datetime) -> Answer:
    """
    Send the request once and read its whole answer within ``timeout_s``.

    Raises:
        NotSent: no connection could be had.
        OutcomeUnknown: no answer, or not all of it, came.
        BadReply: the answer is too large, or encoded in a way that was not asked for.
    """
    failure: UpstreamError
    try:
        async with asyncio.timeout(timeout_s):
            response = await client.send(request, stream=True, follow_redirects=False)
            try:
                body = await _body(response)
            finally:
                await response.aclose()
            return Answer(response.status_code, body, _retry_after_s(response.headers.get("Retry-After"), now))
    except _NOTHING_LEFT as error:
        failure = NotSent(f"no connection to the upstream ({type(error).__name__})")
    except (httpx.RequestError, TimeoutError) as error:
        failure = OutcomeUnknown(f"no complete answer from the upstream ({type(error).__name__})")
    raise failure


def without_addresses(record: logging.LogRecord) -> bool:
    """Drops httpx's line for each request, which holds the whole signed address."""
    return record.levelno >= logging.WARNING


def _client(encoding: str, transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    headers = {
        "User-Agent": f"cartograph/{version('cartograph')}",
        "Accept": "text/xml",
        "Accept-Encoding": encoding,
    }
    return _PlainClient(headers, transport)


class _PlainClient(httpx.AsyncClient):
    """Sends each request as it is: no redirects, no cookies, no authentication, and no look for any of them."""

    def __init__(self, headers: Mapping[str, str], transport: httpx.AsyncBaseTransport) -> None:
        super().__init__(headers=headers, follow_redirects=False, trust_env=False, transport=transport)
        self._way = transport

    async def send(self, request: httpx.Request, *, stream: bool = False, **_: Any) -> httpx.Response:
        if self.is_closed:
            raise RuntimeError("the client is closed")
        response = await self._way.handle_async_request(request)
        response.request = request
        if not stream:
            await response.aread()
        return response


async def _body(response: httpx.Response) -> bytes:
    raw = await _raw(response)
    match response.headers.get("Content-Encoding", "identity").lower():
        case "identity":
            return raw
        case "gzip":
            return _inflated(raw)
        case _:
            raise BadReply("the answer has an encoding that was not asked for")


async def _raw(response: httpx.Response) -> bytes:
    raw = bytearray()
    if isinstance(response.stream, httpx.ByteStream):
        # In memory as a whole, as the answers of this process are.
        raw += b"".join(response.stream)
    else:
        # Read raw: httpx would inflate a chunk of any size before it could be measured.
        async for chunk in response.aiter_raw():
            raw += chunk
            if len(raw) > MAX_BYTES:
                break
    if len(raw) > MAX_BYTES:
        raise BadReply(f"the answer is larger than {MAX_BYTES} bytes")
    return bytes(raw)


def _inflated(raw: bytes) -> bytes:
    inflating = zlib.decompressobj(_GZIP)
    try:
        body = inflating.decompress(raw, MAX_BYTES + 1)
    except zlib.error as error:
        raise BadReply("the answer is not proper gzip") from error
    if len(body) > MAX_BYTES:
        raise BadReply(f"the answer is larger than {MAX_BYTES} bytes")
    if not inflating.eof:
        raise BadReply("the answer is cut off")
    return body


def _retry_after_s(header: str | None, now: datetime) -> float | None:
    """Seconds to wait, from a number or a date; None when the header is absent or neither."""
    if header is None:
        return None
    if header.isascii() and header.isdigit() and len(header) < 10:
        return float(header)
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return None
    # A date without an offset is UTC, as HTTP wants it.
    moment = date.replace(tzinfo=UTC) if date.tzinfo is None else date
    return max(0.0, (moment - now).total_seconds())
