"""One HTTP call: what each failure says of what may have happened."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from ecs.client import in_process_client, network_client
from ecs.client.transport import Answer, exchange
from ecs.errors import BadReply, NotSent, OutcomeUnknown, UpstreamError
from ecs.parse.document import MAX_BYTES
from tests.unit.ecs.client.upstreams import NOW, Upstream, loopback

URL = "http://upstream.example/onca/xml?HMAC=c2VjcmV0"


async def _answer(client: httpx.AsyncClient, url: str = URL, timeout_s: float = 5.0, **options: Any) -> Answer:
    async with client:
        return await exchange(client, client.build_request("GET", url, **options), timeout_s=timeout_s, now=NOW)


async def _failure(client: httpx.AsyncClient, url: str = URL, timeout_s: float = 5.0, **options: Any) -> UpstreamError:
    with pytest.raises(UpstreamError) as caught:
        await _answer(client, url, timeout_s, **options)
    return caught.value


async def test_an_answer_comes_whole_whatever_its_status() -> None:
    """What a status means is decided elsewhere."""
    upstream = Upstream(b"<a/>", 503, {"Retry-After": "7"})

    assert await _answer(upstream.client()) == Answer(503, b"<a/>", 7.0)
    assert upstream.requests[0].headers["User-Agent"].startswith("cartograph/")
    assert upstream.requests[0].headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        ("Wed, 04 Mar 2026 05:06:37 GMT", 30.0),
        ("Wed, 04 Mar 2026 05:06:37 -0000", 30.0),
        ("Wed, 04 Mar 2026 05:00:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        ("9" * 400, None),
    ],
)
async def test_retry_after_is_a_number_or_a_date(header: str, seconds: float | None) -> None:
    """HTTP allows both."""
    answer = await _answer(Upstream(b"", 503, {"Retry-After": header}).client())

    assert answer.retry_after_s == seconds


async def test_redirects_are_not_followed() -> None:
    """A redirect could lead the signed request anywhere."""
    upstream = Upstream(b"", 302, {"Location": "http://elsewhere.example/"})

    assert (await _answer(upstream.client())).status == 302
    assert len(upstream.requests) == 1


async def test_a_compressed_answer_is_inflated() -> None:
    """The real service compresses when asked."""
    upstream = Upstream(gzip.compress(b"<a/>", mtime=0), headers={"Content-Encoding": "gzip"})

    assert (await _answer(upstream.client())).body == b"<a/>"


@pytest.mark.parametrize(
    ("body", "encoding", "reason"),
    [
        (b"x" * (MAX_BYTES + 1), "identity", "larger"),
        (gzip.compress(b"x" * (MAX_BYTES + 1), mtime=0), "gzip", "larger"),
        (gzip.compress(b"<a/>", mtime=0)[:-9], "gzip", "cut off"),
        (b"<a/>", "gzip", "gzip"),
        (b"<a/>", "br", "not asked for"),
    ],
)
async def test_an_answer_too_large_or_badly_encoded(body: bytes, encoding: str, reason: str) -> None:
    """Four thousand bytes of gzip can hold four million."""
    error = await _failure(Upstream(body, headers={"Content-Encoding": encoding}).client())

    assert type(error) is BadReply
    assert reason in str(error)


async def test_an_endless_answer_is_left() -> None:
    """Reading stops at the bound; the upstream could send for ever."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 65_536

    client = network_client(wrap=lambda _: httpx.MockTransport(lambda _: httpx.Response(200, content=endless())))

    assert type(await _failure(client)) is BadReply
    assert sent == MAX_BYTES // 65_536 + 1


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (httpx.ConnectError("c2VjcmV0"), NotSent),
        (httpx.ConnectTimeout("c2VjcmV0"), NotSent),
        (httpx.PoolTimeout("c2VjcmV0"), NotSent),
        (httpx.ReadTimeout("c2VjcmV0"), OutcomeUnknown),
        (httpx.WriteTimeout("c2VjcmV0"), OutcomeUnknown),
        (httpx.ReadError("c2VjcmV0"), OutcomeUnknown),
        (httpx.WriteError("c2VjcmV0"), OutcomeUnknown),
        (httpx.RemoteProtocolError("c2VjcmV0"), OutcomeUnknown),
    ],
)
async def test_whether_it_was_sent(raised: httpx.RequestError, kind: type[UpstreamError]) -> None:
    """Only what never left may be sent again. No error holds the request, whose address opens a cart."""

    def fail(request: httpx.Request) -> httpx.Response:
        raised.request = request
        raise raised

    error = await _failure(network_client(wrap=lambda _: httpx.MockTransport(fail)))

    assert type(error) is kind
    assert error.__cause__ is error.__context__ is None
    assert "c2VjcmV0" not in str(error)


async def test_nobody_listens() -> None:
    """A refused connection took nothing along."""
    with socket.socket() as taken:
        # Bound but not listening: the port stays ours and refuses.
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/onca/xml"

        assert type(await _failure(network_client(), url)) is NotSent


async def _silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")


async def _broken_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<CartGetResponse>")


async def _garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"EHLO\r\n\r\n")


async def test_a_closed_connection_leaves_it_open_what_happened() -> None:
    """Before the answer, within it, or in place of one."""
    kinds = []
    for talk in (_deaf, _broken_off, _garbage):
        async with loopback(talk) as url:
            kinds.append(type(await _failure(network_client(), url)))

    assert kinds == [OutcomeUnknown] * 3


async def test_a_slow_upstream_is_left() -> None:
    """By the limit on reading and by that on the whole call."""
    async with loopback(_silent) as url:
        by_read = await _failure(network_client(), url, timeout=httpx.Timeout(0.05))
        by_deadline = await _failure(network_client(), url, 0.05, timeout=None)

    assert (type(by_read), str(by_read)) == (OutcomeUnknown, "no complete answer from the upstream (ReadTimeout)")
    assert (type(by_deadline), str(by_deadline)) == (
        OutcomeUnknown,
        "no complete answer from the upstream (TimeoutError)",
    )


async def test_an_upstream_in_this_process() -> None:
    """The same way, without a socket; a crash there is an answer of status 500 here."""
    encodings = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        encodings.append(dict(scope["headers"])[b"accept-encoding"])
        if scope["path"] == "/crash":
            raise LookupError
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"<a/>"})

    assert await _answer(in_process_client(app)) == Answer(200, b"<a/>")
    assert (await _answer(in_process_client(app), "http://upstream.example/crash")).status == 500
    assert encodings == [b"identity", b"identity"]
