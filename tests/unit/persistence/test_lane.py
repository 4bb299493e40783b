"""Slots that processes share by a database, on both kinds."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from persistence.engine import Database, open_database
from persistence.errors import StoreUnavailable
from persistence.lane import SqlQuota

NOON_S = 1_709_208_000.0


class Clock:
    def __init__(self) -> None:
        self.now = NOON_S

    def __call__(self) -> float:
        return self.now


async def next_free_at(database: Database, lane: str = "key") -> float:
    async with database.reading() as connection:
        return float(await connection.scalar(text("SELECT next_free_at FROM lanes WHERE name = :lane"), {"lane": lane}))


async def test_slots_of_two_processes_never_meet(database: Database) -> None:
    """Each reservation moves the slot on by its whole distance, whoever makes it."""
    first, second = SqlQuota(database, "key", Clock()), SqlQuota(database, "key", Clock())
    await first.reserve(1.1, 60.0, 0.0)
    began = await next_free_at(database)

    waits = await asyncio.gather(*(quota.reserve(1.1, 60.0, 0.0) for quota in (first, second) * 5))

    assert await next_free_at(database) == pytest.approx(began + 11.0, abs=1e-4)
    assert all(later - sooner > 1.0 for sooner, later in zip(sorted(waits), sorted(waits)[1:], strict=False))


async def test_credentials_have_lanes_of_their_own(database: Database) -> None:
    """One key's requests do not use up another's quota."""
    quota = SqlQuota(database, "key", Clock())

    waits = [
        await quota.reserve(60.0, 600.0, 0.0),
        await SqlQuota(database, "other", Clock()).reserve(60.0, 600.0, 0.0),
    ]

    assert waits == [pytest.approx(0.0, abs=0.5), pytest.approx(0.0, abs=0.5)]


async def test_a_slot_too_far_away_is_told_but_not_taken(database: Database) -> None:
    """Whoever will not wait for it leaves it to others."""
    quota = SqlQuota(database, "key", Clock())
    await quota.reserve(60.0, 600.0, 0.0)
    before = await next_free_at(database)

    wait_s = await quota.reserve(60.0, 30.0, 0.0)

    assert 55.0 < wait_s <= 60.0
    assert await next_free_at(database) == before


async def test_a_slot_can_be_asked_for_ahead_of_time(database: Database) -> None:
    """Also the very first one."""
    quota = SqlQuota(database, "key", Clock())

    first = await quota.reserve(1.0, 600.0, 20.0)
    second = await quota.reserve(1.0, 600.0, 40.0)

    assert first == pytest.approx(20.0, abs=0.5)
    assert second == pytest.approx(40.0, abs=0.5)


async def test_a_pause_holds_every_process(database: Database) -> None:
    """A longer one stands; so does one before anybody ever went."""
    quota = SqlQuota(database, "key", Clock())

    await quota.hold(60.0)
    await quota.hold(5.0)
    wait_s = await SqlQuota(database, "key", Clock()).reserve(1.0, 600.0, 0.0)

    assert 55.0 < wait_s <= 60.0


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_on_one_machine_its_own_clock_counts(database: Database) -> None:
    """To the last digit: a rest brings the next slot at once."""
    clock = Clock()
    quota = SqlQuota(database, "key", clock)

    waits = [await quota.reserve(1.25, 8.0, 0.0) for _ in range(3)]
    clock.now += 60
    waits.append(await quota.reserve(1.25, 8.0, 0.0))

    assert waits == [0.0, 1.25, 2.5, 0.0]
    assert await next_free_at(database) == NOON_S + 61.25


async def test_a_database_that_is_away_is_told(tmp_path: Path) -> None:
    """The caller decides how to go on without."""
    database = open_database(f"sqlite:///{tmp_path / 'empty.db'}")

    try:
        with pytest.raises(StoreUnavailable, match="lacks a table"):
            await SqlQuota(database, "key", Clock()).reserve(1.0, 8.0, 0.0)
        with pytest.raises(StoreUnavailable, match="lacks a table"):
            await SqlQuota(database, "key", Clock()).hold(1.0)
    finally:
        await database.close()
