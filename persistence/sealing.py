"""
Sealed columns: a database alone, without the key ring, opens no cart at the upstream.

AES-256-GCM with a random nonce. What is sealed for one place (table, column, row) opens nowhere else, so a value copied
into another row is worth nothing. The first key of the ring seals, every key opens: to change keys, put the new one
first and leave the old one behind it as long as rows sealed with it live.

Layout: version (1 byte), length of the key id (1), key id (ASCII), nonce (12), ciphertext with tag (16).
"""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Mapping
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from persistence.errors import SealBroken

VERSION = 1
KEY_BYTES = 32
NONCE_BYTES = 12
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class Place(NamedTuple):
    """Where a sealed value lives."""

    table: str
    column: str
    row_id: str


class KeyRing:
    """Keys by id. Prints as its ids only."""

    __slots__ = ("_first", "_keys")

    def __init__(self, keys: Mapping[str, AESGCM]) -> None:
        """The first of the (one or more) keys seals."""
        self._keys = dict(keys)
        self._first = next(iter(self._keys))

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """
        The ring written as ``id:base64`` entries separated by commas, each key 32 bytes long.

        Raises:
            ValueError: says which entry is wrong and why, and never repeats a key.
        """
        keys: dict[str, AESGCM] = {}
        for number, entry in enumerate(text.split(","), start=1):
            key_id, key = _parse_entry(entry.strip(), number)
            if key_id in keys:
                raise ValueError(f"Entry {number} of the key ring repeats the id {key_id!r}: ids must differ.")
            keys[key_id] = key
        return cls(keys)

    @property
    def header(self) -> bytes:
        """What everything sealed by the first key begins with, and nothing else does."""
        return bytes((VERSION, len(self._first))) + self._first.encode()

    def seal(self, clear: bytes, place: Place) -> bytes:
        """``clear`` so that only this ring opens it, and only in ``place``."""
        header = self.header
        nonce = os.urandom(NONCE_BYTES)
        return header + nonce + self._keys[self._first].encrypt(nonce, clear, _bound_to(header, place))

    def open(self, sealed: bytes, place: Place) -> bytes:
        """
        What was sealed for ``place``.

        Raises:
            SealBroken: another place, a key that is not in the ring, or bytes that were changed.
        """
        header_end = 2 + sealed[1] if len(sealed) > 1 else 0
        header, nonce = sealed[:header_end], sealed[header_end : header_end + NONCE_BYTES]
        if not header or header[0] != VERSION or len(nonce) < NONCE_BYTES:
            raise SealBroken(f"{place.table}.{place.column} holds bytes that this version did not seal.")
        key = self._keys.get(header[2:].decode("ascii", "replace"))
        if key is None:
            raise SealBroken(
                f"{place.table}.{place.column} was sealed with a key that is not in the key ring: put that key back."
            )
        try:
            return key.decrypt(nonce, sealed[header_end + NONCE_BYTES :], _bound_to(header, place))
        except InvalidTag as error:
            raise SealBroken(
                f"{place.table}.{place.column} does not open: its key, or the row, is not the one it was sealed with."
            ) from error

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(self._keys)})"


def new_key() -> str:
    """A fresh entry for a key ring, with an id of its own. It is a secret."""
    return f"k{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def _parse_entry(entry: str, number: int) -> tuple[str, AESGCM]:
    key_id, colon, encoded = entry.partition(":")
    if not colon or not _KEY_ID.fullmatch(key_id):
        # The entry may be a bare key: not even its first part may be repeated.
        raise ValueError(
            f"Entry {number} of the key ring is not id:key, the id being 1 to 32 letters, digits, '-' or '_'."
        )
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"The key of entry {number} of the key ring is not base64.") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"The key of entry {number} of the key ring is {len(key)} bytes long and must be {KEY_BYTES}.")
    return key_id, AESGCM(key)


def _bound_to(header: bytes, place: Place) -> bytes:
    """Associated data: each part with its length, so that no two places give the same bytes."""
    parts = (header, *(part.encode() for part in place))
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
