"""Carts to keep, with every column telling: no two values alike, instants with microseconds."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from msgspec.structs import replace
from pydantic import SecretStr
from sqlalchemy import text

from persistence.engine import Database
from persistence.journal import SqlJournal
from persistence.prepared import Parameters, Rows, Statement
from persistence.programs import Program, Runner
from persistence.records import (
    CartRecord,
    CartStatus,
    Held,
    IntentRecord,
    IntentState,
    LineRecord,
    Placement,
    Settlement,
    Snapshot,
    UpstreamHandle,
)

T = TypeVar("T")
NOON = datetime(2024, 2, 29, 12, 0, 0, 123456, tzinfo=UTC)
LATER = datetime(2024, 3, 1, 8, 30, 0, 654321, tzinfo=UTC)
LEASE = datetime(2024, 3, 1, 8, 30, 7, 111213, tzinfo=UTC)
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
        "price_accepted_minor": 2000 + number,
        "price_moved_at": NOON,
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
        "notices": b"\x00told\xff",
        "made_with": "upstream-1",
    }
    return CartRecord(**fields | changes)


async def rows(database: Database, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """What lies in the tables, past the store."""
    async with database.reading() as connection:
        return [tuple(row) for row in await connection.execute(text(sql), parameters)]


NOTHING: list[list[tuple[Any, ...]]] = [[], [], [], []]
"""``everything`` of a database without rows."""


async def everything(database: Database) -> list[list[tuple[Any, ...]]]:
    """All rows of all tables, to show that nothing changed."""
    return [
        await rows(database, "SELECT * FROM customers ORDER BY id"),
        await rows(database, "SELECT * FROM carts ORDER BY id"),
        await rows(database, "SELECT * FROM cart_lines ORDER BY id"),
        await rows(database, "SELECT * FROM intents ORDER BY id"),
    ]


class Watched:
    """A database that notes each statement, and acts when one has been run: its number counts from 1."""

    def __init__(self, database: Runner, act: Callable[[int], object] = lambda _: None) -> None:
        self._database = database
        self._act = act
        self.sent: list[str] = []

    async def read(self, statement: Statement, parameters: Parameters) -> Rows:
        """Noted, then read."""
        self.sent.append(_verb(statement))
        return await self._database.read(statement, parameters)

    async def write(self, program: Program[T]) -> T:
        """Run statement by statement."""
        return await self._database.write(self._watched(program))

    def _watched(self, program: Program[T]) -> Program[T]:
        try:
            run = next(program)
            while True:
                self.sent.append(_verb(run.statement))
                answer = yield run
                self._act(len(self.sent))
                run = program.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result


def _verb(statement: Statement) -> str:
    words = statement.sqlite.text.split()
    return " ".join(words[:1] if words[0] == "SELECT" else words[: 2 if words[0] == "UPDATE" else 3])


def an_intent(intent_id: str, cart: CartRecord, **changes: Any) -> IntentRecord:
    """An open intent on a cart, of its customer."""
    fields: dict[str, Any] = {
        "id": intent_id,
        "cart_id": cart.id,
        "customer_id": cart.customer_id,
        "kind": "ADD",
        "body": b"\x00wanted\xff",
        "created_at": NOON,
    }
    return IntentRecord(**fields | changes)


def ended(intent: IntentRecord, **changes: Any) -> IntentRecord:
    """The intent as it is settled, with an outcome."""
    fields = {"state": IntentState.SETTLED, "outcome": b"\x00done\xff", "settled_at": LATER}
    return replace(intent, **fields | changes)


def pending(cart: CartRecord) -> CartRecord:
    """The cart before its first items reached the upstream."""
    return replace(cart, status=CartStatus.PENDING, handle=None, lines=(), hold=None)


async def keep(journal: SqlJournal, cart: CartRecord) -> CartRecord:
    """Bring a cart into the tables as every cart comes there, by an intent; as it is stored afterwards."""
    intent = an_intent(f"opening-of-{cart.id}", cart)
    held = await journal.record(intent, pending(cart), LEASE)
    after = replace(cart, fence=held.fence)
    await journal.settle(Settlement(intent=ended(intent), before=held, after=after))
    return after


async def claim(journal: SqlJournal, cart: CartRecord, intent_id: str = "intent-1", **changes: Any) -> Held:
    """Record an intent on a cart that is there."""
    intent = an_intent(intent_id, cart, **changes)
    return Held(cart=await journal.record(intent, cart, LEASE), intent=intent)


def settlement(held: Held, after: CartRecord | None, **more: Any) -> Settlement:
    """The end of a held intent: ``after`` is let go, under the fence it was held with."""
    if after is not None:
        after = replace(after, hold=None, fence=held.cart.fence)
    return Settlement(intent=ended(held.intent), before=held.cart, after=after, **more)


def changed(cart: CartRecord, **changes: Any) -> CartRecord:
    """The cart one version on, seen again later."""
    fresh = Snapshot(body=b"seen again", observed_at=LATER)
    return replace(cart, **{"version": cart.version + 1, "updated_at": LATER, "snapshot": fresh} | changes)
