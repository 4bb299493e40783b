"""
How answers travel to a cache that several processes share, and what such a cache must do.

A name is the digest of the canonical request, so that equal requests of all processes meet; a value is msgpack, with
the instant at which the upstream gave it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, Protocol

import msgspec

from ecs.model import Seen

_encoder: Final = msgspec.msgpack.Encoder()


class Shared(Protocol):
    """A cache beside this process. It never fails: when it is away there is nothing in it."""

    async def get_many(self, names: Sequence[bytes]) -> list[bytes | None]:
        """The values of several names, in their order."""
        ...

    async def put_many(self, values: Mapping[bytes, bytes], ttl_s: float) -> None:
        """Keep values for a while."""
        ...


class Codec:
    """Encodes answers of one type. None, for what is not known upstream, is a value too."""

    def __init__(self, kind: Any) -> None:
        self._decoder = msgspec.msgpack.Decoder(tuple[datetime, kind | None])

    def encode(self, seen: Seen[Any]) -> bytes:
        """The answer in bytes."""
        return _encoder.encode((seen.as_of, seen.value))

    def decode(self, data: bytes) -> Seen[Any] | None:
        """The answer, as it comes out of a cache; None for bytes that are none, such as another version's."""
        try:
            as_of, value = self._decoder.decode(data)
        except msgspec.MsgspecError:
            return None
        return Seen(value, as_of, "cache")


def name_of(scope: str, parameters: Mapping[str, str]) -> bytes:
    """The name of a request's answer: operation and parameters sorted, within a scope such as a marketplace."""
    text = "\n".join([scope, *sorted(f"{name}={value}" for name, value in parameters.items())])
    return blake2b(text.encode(), digest_size=16).digest()
