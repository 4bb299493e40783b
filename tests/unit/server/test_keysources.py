"""Where keys come from: files that change, and a key server over real sockets that answers, dawdles or goes away."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from server.keysets import MAX_SET_BYTES, Keys, key_set
from server.keysources import AddressKeys, FileKeys, KeysUnavailable, KeysUnreadable, http_client, read_address
from tests.support.tokens import key_of, public
from tests.unit.ecs.client.upstreams import Talk, loopback
from tests.unit.server.storefront import MovableClock

ONE = json.dumps(public(key_of("RS256"))).encode()
TWO = json.dumps(public(key_of("RS256"), key_of("ES256", 2))).encode()


def ids(keys: Keys) -> list[str | None]:
    """Their key ids."""
    return [key.key_id for key in keys]


def answering(status: str, body: bytes, *headers: str, length: int | None = None) -> Talk:
    """Answers every request so."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        size = len(body) if length is None else length
        head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {size}", *headers, "", ""])
        writer.write(head.encode() + body)
        await writer.drain()

    return talk


@asynccontextmanager
async def read_from(talk: Talk) -> AsyncIterator[bytes]:
    async with loopback(talk) as address, http_client() as client:
        yield await read_address(client, address)


async def test_a_key_set_is_read_over_the_network() -> None:
    """The whole body, as it was sent."""
    async with read_from(answering("200 OK", ONE)) as body:
        assert body == ONE


@pytest.mark.parametrize(
    ("talk", "sentence"),
    [
        (answering("302 Found", b"", "Location: http://127.0.0.1:9/"), "it answers with status 302"),
        (answering("500 No", ONE), "it answers with status 500"),
        (answering("200 OK", b"x", "Content-Encoding: gzip"), "it answers in an encoding that was not asked for"),
        (answering("200 OK", b"x" * (MAX_SET_BYTES + 1)), "the key set has more than 65536 bytes"),
        (answering("200 OK", b"{", length=9), "it does not answer (RemoteProtocolError)"),
        (answering("nonsense", b""), "it does not answer (RemoteProtocolError)"),
    ],
    ids=["redirect", "error", "encoded", "too large", "cut off", "no HTTP"],
)
async def test_answers_that_are_none(talk: Talk, sentence: str) -> None:
    """Each is told in its own words, and nothing else is fetched."""
    with pytest.raises(KeysUnreadable) as caught:
        async with read_from(talk):
            pass

    assert str(caught.value) == sentence


async def test_the_largest_set_is_read() -> None:
    """65,536 bytes."""
    async with read_from(answering("200 OK", b"x" * MAX_SET_BYTES)) as body:
        assert len(body) == MAX_SET_BYTES


async def test_a_server_that_takes_nobody() -> None:
    """Port 9 of this machine."""
    async with http_client() as client:
        with pytest.raises(KeysUnreadable, match=r"it does not answer \(ConnectError\)"):
            await read_address(client, "http://127.0.0.1:9/jwks.json")


def test_the_client_leaves_proxies_and_redirects_alone() -> None:
    """An environment variable must not send keys through somebody else."""
    client = http_client()

    assert (client.trust_env, client.follow_redirects) == (False, False)
    assert client.headers["accept-encoding"] == "identity"


class Gate:
    """A key server that answers when a test lets it."""

    def __init__(self, body: bytes = ONE) -> None:
        self.body = body
        self.opened = asyncio.Event()
        self.asked = 0

    async def read(self, _: str) -> bytes:
        """The set, once the gate is open."""
        self.asked += 1
        await self.opened.wait()
        if not self.body:
            raise KeysUnreadable("it is away")
        return self.body


async def _let_run() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_many_requests_share_one_question(clock: MovableClock) -> None:
    """A start under load must not storm the issuer."""
    gate = Gate()
    source = AddressKeys("https://id.example", gate.read, clock.now)
    waiting = [asyncio.create_task(source.keys(f"k{number}")) for number in (1, 1, 1)]
    await _let_run()
    gate.opened.set()

    assert [ids(keys) for keys in await asyncio.gather(*waiting)] == [["k1"]] * 3
    assert gate.asked == 1


async def test_a_request_that_leaves_does_not_end_the_question(clock: MovableClock) -> None:
    """The others still get their answer."""
    gate = Gate()
    source = AddressKeys("https://id.example", gate.read, clock.now)
    first, second = (asyncio.create_task(source.keys()) for _ in range(2))
    await _let_run()
    first.cancel()
    await _let_run()
    gate.opened.set()

    assert ids(await second) == ["k1"]
    assert first.cancelled()


async def test_while_the_address_is_away_nobody_waits_for_it(clock: MovableClock) -> None:
    """A key server that hangs must not hang the shop; it is asked beside, and its answer is taken when it comes."""
    gate = Gate()
    gate.opened.set()
    source = AddressKeys("https://id.example", gate.read, clock.now)
    await source.keys()
    gate.body = b""
    clock.move(timedelta(minutes=5))
    with structlog.testing.capture_logs() as log:
        assert ids(await source.keys()) == ["k1"]
    assert log == [
        {
            "event": "keys.unreadable",
            "log_level": "warning",
            "source": "https://id.example",
            "reason": "it is away",
        }
    ]

    gate.opened.clear()
    gate.body = TWO
    clock.move(timedelta(seconds=31))
    assert ids(await source.keys()) == ["k1"]
    gate.opened.set()
    await _let_run()
    assert ids(await source.keys()) == ["k1", "k2"]
    assert gate.asked == 3


async def test_after_a_long_silence_the_address_is_waited_for(clock: MovableClock) -> None:
    """That it was away hours ago says nothing about now, and keys may have been withdrawn since."""
    gate = Gate()
    gate.opened.set()
    source = AddressKeys("https://id.example", gate.read, clock.now)
    await source.keys()
    gate.body = b""
    clock.move(timedelta(minutes=5))
    await source.keys()
    gate.body = TWO
    clock.move(timedelta(hours=3))

    assert ids(await source.keys()) == ["k1", "k2"]


async def test_a_clock_set_back_asks_again(clock: MovableClock) -> None:
    """Keys of the future are of unknown age."""
    gate = Gate()
    gate.opened.set()
    source = AddressKeys("https://id.example", gate.read, clock.now)
    await source.keys()
    gate.body = TWO
    clock.move(-timedelta(hours=1))

    assert ids(await source.keys()) == ["k1", "k2"]


async def test_an_empty_set_is_taken_at_its_word(clock: MovableClock) -> None:
    """An issuer that withdraws every key is not overruled by what we remember."""
    gate = Gate()
    gate.opened.set()
    source = AddressKeys("https://id.example", gate.read, clock.now)
    await source.keys()
    gate.body = b'{"keys": []}'
    clock.move(timedelta(minutes=5))

    assert await source.keys() == ()


async def test_closing_ends_a_question_that_is_open(clock: MovableClock) -> None:
    """The server shuts down although the issuer hangs."""
    gate = Gate()
    source = AddressKeys("https://id.example", gate.read, clock.now)
    waiting = asyncio.create_task(source.keys())
    await _let_run()
    await source.aclose()

    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_closing_without_a_question(clock: MovableClock) -> None:
    """Nothing was asked, nothing is to be ended."""
    gate = Gate()
    await AddressKeys("https://id.example", gate.read, clock.now).aclose()

    assert gate.asked == 0


async def test_an_address_that_never_answered(clock: MovableClock) -> None:
    """The wait is what is left of the pause."""
    gate = Gate(b"")
    gate.opened.set()
    source = AddressKeys("https://id.example", gate.read, clock.now)

    waits = []
    for seconds in (0, 10, 19.9):
        clock.move(timedelta(seconds=seconds))
        with pytest.raises(KeysUnavailable) as caught:
            await source.keys()
        waits.append(caught.value.retry_after_s)

    assert waits == [30, 20, 1]
    assert gate.asked == 1


def _written(path: Path, body: bytes, mtime_s: int) -> None:
    path.write_bytes(body)
    os.utime(path, (mtime_s, mtime_s))


async def test_a_file_is_read_again_when_it_changed(tmp_path: Path) -> None:
    """Rotation without a restart; a file that went bad changes nothing and is told once."""
    path = tmp_path / "jwks.json"
    _written(path, ONE, 1)
    source = FileKeys(path)
    assert ids(await source.keys()) == ["k1"]

    _written(path, TWO, 2)
    assert ids(await source.keys()) == ["k1", "k2"]

    with structlog.testing.capture_logs() as log:
        _written(path, b"oops", 3)
        assert [ids(await source.keys()) for _ in range(3)] == [["k1", "k2"]] * 3
        path.unlink()
        assert ids(await source.keys()) == ["k1", "k2"]
    assert [line["reason"] for line in log] == [
        "it is no JWK set",
        "it cannot be read (No such file or directory)",
    ]

    _written(path, ONE, 4)
    assert ids(await source.keys()) == ["k1"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (None, "it cannot be read (No such file or directory)"),
        (b"", "it is no JWK set"),
        (b"\xff", "it is no JWK set"),
        (ONE + b" " * MAX_SET_BYTES, "the key set has more than 65536 bytes"),
    ],
    ids=["missing", "empty", "no text", "too large"],
)
def test_a_file_that_is_none_stops_the_start(tmp_path: Path, body: bytes | None, sentence: str) -> None:
    """Better now than at the first customer."""
    path = tmp_path / "jwks.json"
    if body is not None:
        path.write_bytes(body)

    with pytest.raises(KeysUnreadable) as caught:
        FileKeys(path)

    assert str(caught.value) == sentence


def test_keys_do_not_print() -> None:
    """A log line about a key tells which, not what."""
    (key,) = key_set(ONE)

    assert repr(key) == "VerificationKey(key_id='k1', family='RSA', algorithm=None)"
