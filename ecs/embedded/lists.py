"""Product lists in the catalog's database: written once by a load, found by id, by who keeps them, and by product."""

import sqlite3
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from ecs.embedded.records import SEARCHED_TYPES, ProductList
from ecs.embedded.words import folded, words

LIST_TABLES: Final = """
CREATE TABLE list (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, names TEXT NOT NULL, email TEXT NOT NULL, city TEXT NOT NULL,
    state TEXT NOT NULL, data BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE list_item (
    id TEXT PRIMARY KEY, list_id TEXT NOT NULL, type TEXT NOT NULL, asin TEXT NOT NULL, desired INTEGER NOT NULL,
    received INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX list_item_by_asin ON list_item (asin, type);
"""
_DECODE: Final = msgspec.msgpack.Decoder(ProductList).decode
_ENCODE: Final = msgspec.msgpack.Encoder().encode
_MOST_RANKED: Final = 500
"""How far a ranking of products by lists is followed."""


class ListSearch(NamedTuple):
    """What a list is searched by; ``names`` are words of its owner's or partner's name, all of them wanted."""

    type: str
    names: Sequence[str] = ()
    email: str | None = None
    city: str | None = None
    state: str | None = None


class ListOf(NamedTuple):
    """The list an entry belongs to: who keeps it, and its type."""

    owner: str
    type: str


def add_list(database: sqlite3.Connection, record: ProductList) -> bool:
    """Store a list; False when there is one of the same id already."""
    names = " ".join(words(f"{record.owner or ''} {record.partner or ''}"))
    texts = (folded(text or "") for text in (record.email, record.city, record.state))
    cursor = database.execute(
        "INSERT OR IGNORE INTO list VALUES (?, ?, ?, ?, ?, ?, ?)",
        (record.id.upper(), record.type, f" {names} ", *texts, _ENCODE(record)),
    )
    if not cursor.rowcount:
        return False
    rows = (
        (record.entry_id(entry), record.id, record.type, entry.asin.upper(), entry.desired, entry.received)
        for entry in record.items
    )
    database.executemany("INSERT OR IGNORE INTO list_item VALUES (?, ?, ?, ?, ?, ?)", rows)
    return True


class Lists:
    """The lists of one catalog."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def find(self, list_id: str, list_type: str | None) -> ProductList | None:
        """The list of that id, whatever its case; None when it is of another type."""
        row = self._database.execute("SELECT data FROM list WHERE id = ?", (list_id.upper(),)).fetchone()
        found = _DECODE(row[0]) if row else None
        return found if found and list_type in (None, found.type) else None

    def search(self, wanted: ListSearch, page: int, size: int) -> tuple[int, list[ProductList]]:
        """How many lists match, and those of one page, by id."""
        conditions, values = ["type = ?"], [wanted.type]
        for word in (word for name in wanted.names for word in words(name)):
            conditions.append("instr(names, ?)")
            values.append(f" {word} ")
        for column, text in (("email", wanted.email), ("city", wanted.city), ("state", wanted.state)):
            if text is not None:
                conditions.append(f"{column} = ?")
                values.append(folded(text))
        # The conditions are those above; what comes from outside travels as values.
        clause = f"FROM list WHERE {' AND '.join(conditions)}"
        (total,) = self._database.execute(f"SELECT count(*) {clause}", values).fetchone()
        rows = self._database.execute(
            f"SELECT data {clause} ORDER BY id LIMIT ? OFFSET ?", (*values, size, (page - 1) * size)
        )
        return total, [_DECODE(data) for (data,) in rows]

    def of_entry(self, item_id: str) -> ListOf | None:
        """The list on which the entry of that ListItemId stands."""
        row = self._database.execute(
            "SELECT list.data FROM list_item JOIN list ON list.id = upper(list_item.list_id) WHERE list_item.id = ?",
            (item_id,),
        ).fetchone()
        found = _DECODE(row[0]) if row else None
        return ListOf(found.owner or "", found.type) if found else None

    def recommending(self, asin: str) -> list[tuple[str, str]]:
        """Id and name of the Listmania lists that hold a product."""
        rows = self._database.execute(
            "SELECT list.data FROM list_item JOIN list ON list.id = upper(list_item.list_id)"
            " WHERE list_item.asin = ? AND list_item.type = 'Listmania' ORDER BY list.id",
            (asin,),
        )
        return [(found.id, found.name) for found in map(_DECODE, (data for (data,) in rows))]

    def most_wished(self) -> list[str]:
        """ASINs on wish lists, the one most wanted first."""
        return self._ranked("sum(desired)", ("WishList",))

    def most_gifted(self) -> list[str]:
        """ASINs bought from wish lists and registries, the one bought most first."""
        return self._ranked("sum(received)", SEARCHED_TYPES)

    def _ranked(self, measure: str, types: Sequence[str]) -> list[str]:
        marks = ",".join("?" * len(types))
        rows = self._database.execute(
            f"SELECT asin, {measure} AS measure FROM list_item WHERE type IN ({marks}) GROUP BY asin"  # noqa: S608
            " HAVING measure > 0 ORDER BY measure DESC, asin LIMIT ?",
            (*types, _MOST_RANKED),
        )
        return [asin for asin, _ in rows]
