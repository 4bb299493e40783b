"""
Whole answers that replicas share: what one server has made, the next one gives.

Only answers of public operations get here, as into a server's own memory (``server.cache_policy``). Their names hold
what an answer depends on beside its question: the scope, such as the catalog it was read from and the address it was
made for. Ages go by the makers' clocks.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Final, Protocol

import msgspec

from server.answers import Answer

_KIND: Final = b"answer:"


class Store(Protocol):
    """Bytes by name for every replica; never fails."""

    async def get(self, key: bytes) -> bytes | None:
        """The value of a name; None when there is none."""
        ...

    async def put(self, key: bytes, value: bytes, ttl_s: float) -> None:
        """Keep a value for ``ttl_s`` seconds."""
        ...


class StoredAnswers:
    """Satisfies ``server.answers.SharedAnswers`` over a store of bytes."""

    def __init__(self, store: Store, scope: Callable[[], str], now: Callable[[], float]) -> None:
        """``scope`` names what all answers depend on just now; ``now`` is in seconds since 1970."""
        self._store = store
        self._scope = scope
        self._now = now

    async def get(self, key: bytes) -> Answer | None:
        """The answer, while it may be given; None too for bytes that are none, such as another version's."""
        data = await self._store.get(self._name(key))
        if data is None:
            return None
        try:
            body, media_type, made_at, ttl_s = _decode(data)
        except msgspec.MsgspecError:
            return None
        answer = Answer(body, media_type, made_at, ttl_s)
        return answer if answer.expires_at > self._now() else None

    async def put(self, key: bytes, answer: Answer) -> None:
        """Keep an answer until it expires."""
        data = _encode((answer.body, answer.media_type, answer.made_at, answer.ttl_s))
        await self._store.put(self._name(key), data, answer.expires_at - self._now())

    def _name(self, key: bytes) -> bytes:
        return _KIND + blake2b(key + self._scope().encode(), digest_size=16).digest()


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(tuple[bytes, str, float, int]).decode
