"""What must hold in the database itself, whoever was killed: nothing open for long, one cart a customer (I5, I13)."""

from typing import Final

from sqlalchemy import text

from persistence.engine import Database

_OPEN: Final = "SELECT count(*) FROM intents WHERE state = 'OPEN'"
_HELD: Final = "SELECT count(*) FROM carts WHERE open_intent IS NOT NULL"
_CROWDED: Final = (
    "SELECT count(*) FROM (SELECT customer_id FROM carts WHERE status IN ('ACTIVE', 'PENDING')"
    " GROUP BY customer_id, marketplace HAVING count(*) > 1) AS crowded"
)


async def open_intents(database: Database) -> int:
    """Changes whose outcome is not written down."""
    return await _number(database, _OPEN)


async def held_carts(database: Database) -> int:
    """Carts that a change has."""
    return await _number(database, _HELD)


async def crowded_customers(database: Database) -> int:
    """Customers with more than one active or pending cart in a marketplace."""
    return await _number(database, _CROWDED)


async def _number(database: Database, statement: str) -> int:
    async with database.reading() as connection:
        number: int = await connection.scalar(text(statement))
        return number
