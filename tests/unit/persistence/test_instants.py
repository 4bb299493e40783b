"""Instants survive every database: same moment, same microsecond, aware."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from msgspec.structs import replace
from sqlalchemy import insert
from sqlalchemy.exc import StatementError

from persistence.engine import Database
from persistence.journal import SqlJournal
from persistence.store import SqlCartStore
from persistence.tables import Customer
from tests.unit.persistence.carts import LEASE, NOON, NOTHING, a_cart, an_intent, everything, keep, pending


async def test_an_instant_of_another_zone_comes_back_in_utc(store: SqlCartStore, journal: SqlJournal) -> None:
    """The same moment, whatever the clock on the wall said."""
    in_tokyo = NOON.astimezone(timezone(timedelta(hours=9)))

    await keep(journal, a_cart(created_at=in_tokyo))

    cart = await store.active("customer-1", "US")
    assert cart is not None
    assert cart.created_at == NOON
    assert cart.created_at.tzinfo is UTC
    assert cart.lines[0].added_at.tzinfo is UTC


@pytest.mark.parametrize("microsecond", [0, 1, 999_999])
async def test_microseconds_are_kept(store: SqlCartStore, journal: SqlJournal, microsecond: int) -> None:
    """Neither rounded nor dropped."""
    instant = NOON.replace(microsecond=microsecond)

    await keep(journal, a_cart(updated_at=instant))

    cart = await store.active("customer-1", "US")
    assert cart is not None
    assert cart.updated_at == instant


async def test_a_naive_instant_is_refused(journal: SqlJournal, database: Database) -> None:
    """Which moment it means cannot be known, so nothing is written."""
    cart = pending(a_cart())
    naive = datetime(2024, 1, 1)  # noqa: DTZ001

    with pytest.raises(ValueError, match="An instant must be aware"):
        await journal.record(an_intent("intent-1", cart), replace(cart, created_at=naive), LEASE)
    with pytest.raises(ValueError, match="An instant must be aware"):
        await journal.record(an_intent("intent-1", cart), cart, naive)

    assert await everything(database) == NOTHING


async def test_a_naive_instant_is_refused_by_sqlalchemy_too(database: Database) -> None:
    """Rare work goes past the prepared statements."""
    naive = datetime(2024, 1, 1)  # noqa: DTZ001

    with pytest.raises(StatementError, match="An instant must be aware"):
        async with database.writing() as connection:
            await connection.execute(insert(Customer), {"id": "customer-1", "created_at": naive})

    assert await everything(database) == NOTHING
