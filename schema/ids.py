"""
Global ids: opaque to clients, cheap for us.

An id is the URL-safe base64 of a kind, a marketplace and what tells objects of the kind apart. Ids of carts and lines
hold random ids of our own, so they cannot be guessed; nobody sees a cart through its id alone.
"""

from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from binascii import b2a_base64
from functools import lru_cache
from typing import Final, NamedTuple

from strawberry import ID

_SEPARATOR: Final = "\x1f"
_MAX_LENGTH: Final = 1024
_IDS: Final = 2048
"""Ids that are kept; the same objects are shown again and again."""
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")


class GlobalId(NamedTuple):
    """What an id says: kind (a type of the schema), marketplace, and the parts that tell objects of the kind apart."""

    kind: str
    marketplace: str
    parts: tuple[str, ...]


@lru_cache(_IDS)
def to_id(kind: str, marketplace: str, *parts: str) -> ID:
    """The opaque id of an object."""
    text = _SEPARATOR.join((kind, marketplace, *parts))
    return ID(b2a_base64(text.encode(), newline=False).translate(_URL_SAFE, b"=").decode())


def from_id(text: str) -> GlobalId | None:
    """What an id says; None when it is none of ours."""
    if len(text) > _MAX_LENGTH:
        return None
    try:
        decoded = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (Base64Error, ValueError):
        return None
    kind, _, rest = decoded.partition(_SEPARATOR)
    marketplace, _, parts = rest.partition(_SEPARATOR)
    if not (kind and marketplace and parts):
        return None
    return GlobalId(kind, marketplace, tuple(parts.split(_SEPARATOR)))


def part_of(text: str | None, kind: str, marketplace: str) -> str | None:
    """The first part of an id of this kind and marketplace; None for every other text."""
    found = from_id(text) if text else None
    if found is None or (found.kind, found.marketplace) != (kind, marketplace):
        return None
    return found.parts[0]
