"""
Where an issuer's keys come from: a shared secret, a file, or the issuer's address, remembered and asked again in time.

The keys of an address are five minutes old at most while it answers: then a key that was taken out verifies nothing
any more. While it does not answer, those it gave last serve for 24 hours. A key id that nobody has seen is asked for
too, but the address is never asked twice within 30 seconds, and never by two requests at once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

import httpx
import structlog

from server.keysets import MAX_SET_BYTES, Keys, key_set, knows

FRESH: Final = timedelta(minutes=5)
PAUSE: Final = timedelta(seconds=30)
KEPT: Final = timedelta(hours=24)
TIMEOUT_S: Final = 3.0
_log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]
Read = Callable[[str], Awaitable[bytes]]
"""Reads what an address answers; raises ``KeysUnreadable``."""


class KeysUnreadable(Exception):
    """A file or an address gave no key set; the text says why."""


class KeysUnavailable(Exception):
    """There are no keys to judge a token by just now; ``retry_after_s`` says when to try again."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(retry_after_s)
        self.retry_after_s = retry_after_s


class KeySource(Protocol):
    """The keys of one issuer."""

    async def keys(self, key_id: str | None = None) -> Keys:
        """
        The keys that are good now; ``key_id`` is the one that a token asks for, if it does.

        Raises:
            KeysUnavailable: they could not be had, or not the one asked for.
        """
        ...

    async def aclose(self) -> None:
        """End what still runs."""
        ...


class FixedKeys:
    """Keys that stay as they are."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    async def keys(self, key_id: str | None = None) -> Keys:
        """See ``KeySource``."""
        return self._keys

    async def aclose(self) -> None:
        """Nothing runs."""


class FileKeys:
    """The key set of a file, read again when the file has changed."""

    def __init__(self, path: Path) -> None:
        """
        Read the file.

        Raises:
            KeysUnreadable: it cannot be read, or holds no key set.
        """
        self._path = path
        self._seen = self._stamp()
        self._keys = self._read()

    async def keys(self, key_id: str | None = None) -> Keys:
        """See ``KeySource``; a file that has become unreadable leaves the keys as they were, and is told in the log."""
        self._follow()
        return self._keys

    async def aclose(self) -> None:
        """Nothing runs."""

    def _follow(self) -> None:
        stamp = self._stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            self._keys = self._read()
        except KeysUnreadable as error:
            _log.warning("keys.unreadable", source=str(self._path), reason=str(error))

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _read(self) -> Keys:
        try:
            with self._path.open("rb") as file:
                return key_set(file.read(MAX_SET_BYTES + 1))
        except OSError as error:
            raise KeysUnreadable(f"it cannot be read ({error.strerror})") from None
        except ValueError as error:
            raise KeysUnreadable(str(error)) from None


class AddressKeys:
    """The key set at an address. Whoever made it closes it."""

    def __init__(self, address: str, read: Read, now: Clock) -> None:
        self._address = address
        self._read = read
        self._now = now
        self._keys: Keys | None = None
        self._read_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._has_failed = False
        self._asking: asyncio.Task[None] | None = None

    async def keys(self, key_id: str | None = None) -> Keys:
        """
        See ``KeySource``.

        A request waits for the address only when there is a chance that it answers: while it is known to be away, the
        keys at hand serve and the address is asked beside.
        """
        if not self._is_within(FRESH, self._read_at):
            await self._renew(is_urgent=self._keys is None or not self._is_known_to_be_away())
        if key_id is not None and self._keys is not None and not knows(self._keys, key_id):
            await self._renew(is_urgent=True)
            if self._has_failed and not knows(self._keys, key_id):
                raise self._unavailable()
        if self._keys is None or not self._is_within(KEPT, self._read_at):
            raise self._unavailable()
        return self._keys

    async def aclose(self) -> None:
        """Let go of a question that is still open."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait([self._asking])

    async def _renew(self, *, is_urgent: bool) -> None:
        if self._asking is None and not self._is_within(PAUSE, self._asked_at):
            self._asked_at = self._now()
            self._asking = asyncio.create_task(self._ask(self._asked_at))
        if self._asking is not None and is_urgent:
            # Others wait for the same answer: one that leaves must not end it.
            await asyncio.shield(self._asking)

    async def _ask(self, asked_at: datetime) -> None:
        try:
            self._keys = key_set(await self._read(self._address))
        except (KeysUnreadable, ValueError) as error:
            self._has_failed = True
            _log.warning("keys.unreadable", source=self._address, reason=str(error))
        else:
            self._has_failed = False
            self._read_at = asked_at
        finally:
            self._asking = None

    def _is_known_to_be_away(self) -> bool:
        return self._has_failed and self._is_within(2 * PAUSE, self._asked_at)

    def _is_within(self, span: timedelta, since: datetime | None) -> bool:
        # A clock that was set back leaves an instant in the future: that is as good as none.
        return since is not None and timedelta(0) <= self._now() - since < span

    def _unavailable(self) -> KeysUnavailable:
        waited = self._now() - self._asked_at if self._asked_at else PAUSE
        return KeysUnavailable(max(1, round((PAUSE - waited).total_seconds())))


def http_client(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """A client for key servers, without redirects and without proxies from the environment. The caller closes it."""
    headers = {"Accept": "application/jwk-set+json, application/json", "Accept-Encoding": "identity"}
    return httpx.AsyncClient(
        headers=headers, follow_redirects=False, trust_env=False, timeout=TIMEOUT_S, transport=transport
    )


async def read_address(client: httpx.AsyncClient, address: str) -> bytes:
    """
    What the address answers, at most 64 KB within three seconds.

    Raises:
        KeysUnreadable: it does not answer with 200, in time, in full, or as it was asked to.
    """
    try:
        async with asyncio.timeout(TIMEOUT_S), client.stream("GET", address) as response:
            if response.status_code != 200:
                raise KeysUnreadable(f"it answers with status {response.status_code}")
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise KeysUnreadable("it answers in an encoding that was not asked for")
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MAX_SET_BYTES:
                    raise KeysUnreadable(f"the key set has more than {MAX_SET_BYTES} bytes")
            return bytes(body)
    except (httpx.HTTPError, TimeoutError) as error:
        raise KeysUnreadable(f"it does not answer ({type(error).__name__})") from None
