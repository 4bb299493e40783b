"""Carts to keep, with every column telling: no two values alike, instants with microseconds."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine, event, text

from persistence.engine import Database
from persistence.records import CartRecord, CartStatus, LineRecord, Placement, Snapshot, UpstreamHandle

NOON = datetime(2024, 2, 29, 12, 0, 0, 123456, tzinfo=UTC)
LATER = datetime(2024, 3, 1, 8, 30, 0, 654321, tzinfo=UTC)
CART_ID = "102-5557777-0001112"
HMAC = "wjUT2eVQ9lH5hmKxq1bT7w="


def a_line(number: int, **changes: Any) -> LineRecord:
    """Line ``number``: its id, key and position come from the number."""
    fields: dict[str, Any] = {
        "id": f"line-{number}",
        "upstream_key": f"U{number}",
        "asin": f"B{number:09}",
        "title": f"Étude no. {number} 春",
        "quantity": number,
        "placement": Placement.ACTIVE,
        "position": number,
        "added_at": NOON,
        "updated_at": NOON,
        "listing_id": f"listing%2F{number}",
        "seller_name": f"Seller {number}",
        "price_when_added_minor": 1000 + number,
    }
    return LineRecord(**fields | changes)


def a_cart(
    cart_id: str = "cart-1", *, lines: Sequence[LineRecord] = (a_line(1), a_line(2)), **changes: Any
) -> CartRecord:
    """An active cart of customer-1 in the US, version 1."""
    fields: dict[str, Any] = {
        "id": cart_id,
        "customer_id": "customer-1",
        "marketplace": "US",
        "currency": "USD",
        "status": CartStatus.ACTIVE,
        "version": 1,
        "created_at": NOON,
        "updated_at": NOON,
        "snapshot": Snapshot(body=b"\x00seen\xff", observed_at=NOON),
        "lines": tuple(lines),
        "handle": UpstreamHandle(cart_id=SecretStr(CART_ID), hmac=SecretStr(HMAC)),
    }
    return CartRecord(**fields | changes)


async def rows(database: Database, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """What lies in the tables, past the store."""
    async with database.reading() as connection:
        return [tuple(row) for row in await connection.execute(text(sql), parameters)]


async def everything(database: Database) -> list[list[tuple[Any, ...]]]:
    """All rows of all tables, to show that nothing changed."""
    return [
        await rows(database, "SELECT * FROM customers ORDER BY id"),
        await rows(database, "SELECT * FROM carts ORDER BY id"),
        await rows(database, "SELECT * FROM cart_lines ORDER BY id"),
    ]


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements sent meanwhile; a BEGIN is none, and many rows for one statement count once."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement.split()[0])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def after_statement(verb: str, act: Callable[[], object]) -> Iterator[None]:
    """Acts when a statement beginning with ``verb`` has been run."""

    def watch(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(verb):
            act()

    event.listen(Engine, "after_cursor_execute", watch)
    try:
        yield
    finally:
        event.remove(Engine, "after_cursor_execute", watch)
