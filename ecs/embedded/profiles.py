"""Sellers in the catalog's database: those with a record in the feed, and all who offer something."""

import sqlite3
from collections.abc import Iterable
from typing import Final

import msgspec

from ecs.embedded.records import SellerProfile
from ecs.embedded.sellers import Seller, seller_id

SELLER_TABLES: Final = "CREATE TABLE seller (id TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;"
_DECODE: Final = msgspec.msgpack.Decoder(SellerProfile).decode
_ENCODE: Final = msgspec.msgpack.Encoder().encode


def add_profile(database: sqlite3.Connection, profile: SellerProfile) -> bool:
    """Store a seller the feed describes; False when there is one of the same id already."""
    key = (profile.id or seller_id(profile.name)).upper()
    cursor = database.execute("INSERT OR IGNORE INTO seller VALUES (?, ?)", (key, _ENCODE(profile)))
    return bool(cursor.rowcount)


def add_sellers(database: sqlite3.Connection, sellers: Iterable[Seller]) -> None:
    """Store who offers something; what a feed says of a seller stays."""
    for seller in sellers:
        profile = SellerProfile(seller.name, seller.id, rating=seller.rating, rating_count=seller.rating_count)
        add_profile(database, profile)


class Profiles:
    """The sellers of one catalog."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def find(self, key: str) -> tuple[str, SellerProfile] | None:
        """Id and profile of the seller of that id, whatever its case."""
        row = self._database.execute("SELECT id, data FROM seller WHERE id = ?", (key.upper(),)).fetchone()
        return (row[0], _DECODE(row[1])) if row else None
