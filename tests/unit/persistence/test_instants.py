"""Instants survive every database: same moment, same microsecond, aware."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from sqlalchemy.exc import StatementError

from persistence.engine import Database
from persistence.store import SqlCartStore
from tests.unit.persistence.carts import NOON, a_cart, everything


async def test_an_instant_of_another_zone_comes_back_in_utc(store: SqlCartStore) -> None:
    """The same moment, whatever the clock on the wall said."""
    in_tokyo = NOON.astimezone(timezone(timedelta(hours=9)))

    await store.open(a_cart(created_at=in_tokyo), replace=False)

    cart = await store.active("customer-1", "US")
    assert cart is not None
    assert cart.created_at == NOON
    assert cart.created_at.tzinfo is UTC
    assert cart.lines[0].added_at.tzinfo is UTC


@pytest.mark.parametrize("microsecond", [0, 1, 999_999])
async def test_microseconds_are_kept(store: SqlCartStore, microsecond: int) -> None:
    """Neither rounded nor dropped."""
    instant = NOON.replace(microsecond=microsecond)

    await store.open(a_cart(updated_at=instant), replace=False)

    cart = await store.active("customer-1", "US")
    assert cart is not None
    assert cart.updated_at == instant


async def test_a_naive_instant_is_refused(store: SqlCartStore, database: Database) -> None:
    """Which moment it means cannot be known, so nothing is written."""
    naive = datetime(2024, 1, 1)  # noqa: DTZ001

    with pytest.raises(StatementError, match="An instant must be aware"):
        await store.open(msgspec.structs.replace(a_cart(), created_at=naive), replace=False)

    assert await everything(database) == [[], [], []]
