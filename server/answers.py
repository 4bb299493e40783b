"""
Whole answers of public operations, kept for as long as the shortest-lived part of them allows.

What may come in here is decided elsewhere (``server.cache_policy``); this module keeps bytes. One question is worked on
once at a time: whoever asks the same meanwhile waits for the same answer. Memory is bounded by bytes.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Protocol

from server.messages import Headers

_OVERHEAD: Final = 1000
"""Bytes an entry takes beside its body."""
_ETAG_DIGITS: Final = 32
_LARGEST_SHARE: Final = 8
"""No answer takes more than this part of the memory."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that any caller of the marketplace may be given."""

    body: bytes
    media_type: str
    made_at: float
    """Seconds since 1970."""
    ttl_s: int
    """How long after it was made it may be given."""
    etag: bytes = field(init=False)
    """Strong: it changes with every byte of the body, and with the media type."""
    validators: Headers = field(init=False, repr=False)
    """What a client is told that has the answer already."""
    headers: Headers = field(init=False, repr=False)
    """What a client is told with the answer; only its age is missing."""

    def __post_init__(self) -> None:
        # Of the digests that cannot be forged, the one that processors have instructions for.
        digest = sha256(self.media_type.encode())
        digest.update(self.body)
        etag = b'"%s"' % digest.hexdigest()[:_ETAG_DIGITS].encode()
        validators = [
            (b"etag", etag),
            (b"cache-control", b"public, max-age=%d" % self.ttl_s),
            (b"vary", b"accept, origin, cartograph-marketplace"),
        ]
        head = [(b"content-type", self.media_type.encode()), (b"content-length", b"%d" % len(self.body))]
        object.__setattr__(self, "etag", etag)
        object.__setattr__(self, "validators", validators)
        object.__setattr__(self, "headers", [*head, *validators, (b"x-content-type-options", b"nosniff")])

    @property
    def expires_at(self) -> float:
        """Seconds since 1970."""
        return self.made_at + self.ttl_s


class AnswerStore(Protocol):
    """Keeps answers in this process."""

    def get(self, key: bytes) -> Answer | None:
        """The answer, while it may be given."""
        ...

    def put(self, key: bytes, answer: Answer) -> None:
        """Keep an answer until it expires or others need its room."""
        ...


class SharedAnswers(Protocol):
    """Keeps answers for every process of the shop. Never raises: a cache that fails is a cache that is empty."""

    async def get(self, key: bytes) -> Answer | None:
        """The answer, while it may be given."""
        ...

    async def put(self, key: bytes, answer: Answer) -> None:
        """Keep an answer until it expires."""
        ...


class MemoryAnswers:
    """Answers in memory; those used longest ago go first."""

    def __init__(self, max_bytes: int, now: Callable[[], float]) -> None:
        self._max_bytes = max_bytes
        self._now = now
        self._kept: OrderedDict[bytes, Answer] = OrderedDict()
        self._size = 0

    def get(self, key: bytes) -> Answer | None:
        """The answer, while it may be given."""
        answer = self._kept.get(key)
        if answer is None:
            return None
        if answer.expires_at <= self._now():
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return answer

    def put(self, key: bytes, answer: Answer) -> None:
        """Keep an answer, unless it is larger than its share of the room."""
        if key in self._kept:
            self._drop(key)
        size = len(answer.body) + _OVERHEAD
        if size > self._max_bytes // _LARGEST_SHARE:
            return
        self._kept[key] = answer
        self._size += size
        while self._size > self._max_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: bytes) -> None:
        self._size -= len(self._kept.pop(key).body) + _OVERHEAD


@dataclass(frozen=True, slots=True)
class Made:
    """What came of running an operation; ``ttl_s`` is 0 when the answer must not be kept."""

    status: int
    body: bytes
    ttl_s: int


class Answers:
    """Answers kept, and answers in the making."""

    def __init__(self, store: AnswerStore, now: Callable[[], float], shared: SharedAnswers | None = None) -> None:
        self._store = store
        self._now = now
        self._shared = shared
        self._making: dict[bytes, asyncio.Task[Answer | Made]] = {}

    def kept(self, key: bytes) -> Answer | None:
        """The answer, if this process has it."""
        return self._store.get(key)

    def now(self) -> float:
        """Seconds since 1970, by the clock that the answers' ages go by."""
        return self._now()

    async def get_or_make(self, key: bytes, media_type: str, make: Callable[[], Awaitable[Made]]) -> Answer | Made:
        """
        The answer of a question, made at most once at a time.

        Whoever waits for an answer that turns out not to be kept gets it all the same: it is as public.
        Leaving does not stop the making, since others may wait for it.
        """
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.create_task(self._make(key, media_type, make))
            making.add_done_callback(lambda done: self._made(key, done))
        return await asyncio.shield(making)

    async def _make(self, key: bytes, media_type: str, make: Callable[[], Awaitable[Made]]) -> Answer | Made:
        answer = await self._shared.get(key) if self._shared else None
        if answer is None:
            made = await make()
            if made.ttl_s <= 0:
                return made
            answer = Answer(made.body, media_type, self._now(), made.ttl_s)
            if self._shared:
                await self._shared.put(key, answer)
        self._store.put(key, answer)
        return answer

    def _made(self, key: bytes, done: asyncio.Task[Answer | Made]) -> None:
        del self._making[key]
        if not done.cancelled():
            # Everybody who waited may have left; then nobody else looks at the failure.
            done.exception()


class Aliases:
    """
    Requests as they came, byte for byte, and the key of what they ask.

    A request that was read once need not be read again: its bytes mean the same for as long as the process lives.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._known: OrderedDict[tuple[bytes, ...], tuple[bytes, str | None]] = OrderedDict()
        self._size = 0

    def get(self, request: tuple[bytes, ...]) -> tuple[bytes, str | None] | None:
        """Key and operation name."""
        found = self._known.get(request)
        if found is not None:
            self._known.move_to_end(request)
        return found

    def put(self, request: tuple[bytes, ...], key: bytes, operation: str | None) -> None:
        """Note what a request asks."""
        if request in self._known:
            return
        self._known[request] = (key, operation)
        self._size += _room(request)
        while self._size > self._max_bytes:
            self._size -= _room(self._known.popitem(last=False)[0])


def _room(request: tuple[bytes, ...]) -> int:
    return sum(map(len, request)) + _OVERHEAD
