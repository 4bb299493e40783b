"""A database as the first version made it, with carts of every status in it."""

from datetime import datetime
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import Connection, MetaData, Table, insert, text

from persistence.engine import Database
from persistence.migrations.versions import m0001_customers_and_carts
from persistence.sealing import KeyRing, Place
from tests.unit.persistence.carts import CART_ID, HMAC, LATER, NOON, rows

STATUSES = ("ACTIVE", "EXPIRED", "HANDED_OVER", "MERGED")
CART_COLUMNS = (
    "id, customer_id, marketplace, currency, status, version, sealed_cart_id, sealed_hmac, observed_at, created_at, "
    "updated_at, handed_over_at, snapshot"
)
LINE_COLUMNS = (
    "id, cart_id, upstream_key, asin, listing_id, title, seller_name, quantity, placement, position, "
    "price_when_added_minor, added_at, updated_at"
)

Contents = list[list[tuple[Any, ...]]]


async def make_0001(database: Database, key_ring: KeyRing) -> None:
    """The schema of revision 0001; two customers, each with a cart in every status, with two lines each."""
    async with database.writing() as connection:
        await connection.run_sync(_schema)
        await connection.run_sync(_fill, key_ring)


async def contents_0001(database: Database) -> Contents:
    """What revision 0001 knows of all rows, whatever the schema has become."""
    return [
        await rows(database, "SELECT id, created_at FROM customers ORDER BY id"),
        await rows(database, f"SELECT {CART_COLUMNS} FROM carts ORDER BY id"),  # noqa: S608
        await rows(database, f"SELECT {LINE_COLUMNS} FROM cart_lines ORDER BY id"),  # noqa: S608
    ]


def survived(contents: Contents) -> Contents:
    """The same after the migration: everything, but the handles of merged carts."""
    customers, carts, lines = contents
    return [customers, [(*row[:6], None, None, *row[8:]) if row[4] == "MERGED" else row for row in carts], lines]


def _schema(connection: Connection) -> None:
    context = MigrationContext.configure(connection)
    with Operations.context(context):
        m0001_customers_and_carts.upgrade()
    context.stamp(ScriptDirectory("persistence/migrations"), "0001")


def _fill(connection: Connection, key_ring: KeyRing) -> None:
    instant = (lambda at: at.replace(tzinfo=None)) if connection.dialect.name == "sqlite" else (lambda at: at)
    connection.execute(
        text("INSERT INTO customers (id, created_at) VALUES ('customer-1', :now), ('customer-2', :now)"),
        {"now": str(NOON.replace(tzinfo=None)) if connection.dialect.name == "sqlite" else NOON},
    )
    old = MetaData()
    carts, lines = (Table(name, old, autoload_with=connection) for name in ("carts", "cart_lines"))
    for number in (1, 2):
        for status in STATUSES:
            cart_id = f"{status.lower()}-{number}"
            connection.execute(insert(carts), _cart(cart_id, f"customer-{number}", status, key_ring, instant))
            connection.execute(insert(lines), [_line(cart_id, index, instant) for index in (1, 2)])


def _cart(cart_id: str, customer_id: str, status: str, key_ring: KeyRing, instant: Any) -> dict[str, Any]:
    has_handle = status != "HANDED_OVER"
    return {
        "id": cart_id,
        "customer_id": customer_id,
        "marketplace": "US",
        "currency": "USD",
        "status": status,
        "version": 7,
        "sealed_cart_id": _sealed(SecretStr(CART_ID), "sealed_cart_id", cart_id, key_ring) if has_handle else None,
        "sealed_hmac": _sealed(SecretStr(HMAC), "sealed_hmac", cart_id, key_ring) if has_handle else None,
        "observed_at": instant(NOON),
        "created_at": instant(NOON),
        "updated_at": instant(LATER),
        "handed_over_at": None if has_handle else instant(LATER),
        "snapshot": b"\x00seen\xff" + cart_id.encode(),
    }


def _sealed(clear: SecretStr, column: str, cart_id: str, key_ring: KeyRing) -> bytes:
    return key_ring.seal(clear.get_secret_value().encode(), Place("carts", column, cart_id))


def _line(cart_id: str, number: int, instant: Any) -> dict[str, Any]:
    at: datetime = instant(NOON)
    return {
        "id": f"{cart_id}-line-{number}",
        "cart_id": cart_id,
        "upstream_key": f"U{number}",
        "asin": f"B{number:09}",
        "listing_id": f"listing%2F{number}",
        "title": f"Étude no. {number} 春",
        "seller_name": None,
        "quantity": number,
        "placement": "ACTIVE",
        "position": number,
        "price_when_added_minor": 1000 + number,
        "added_at": at,
        "updated_at": at,
    }
