"""
The upstream's quota over all processes that share a database: each lane's next free slot, moved on in one statement.

Instants are the database's own on PostgreSQL, where processes may run on machines whose clocks differ, and this
machine's on SQLite.
"""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import TextClause, text

from persistence.engine import Database

_CLOCKS: Final = {"sqlite": ":now", "postgresql": "extract(epoch FROM clock_timestamp())::float8"}
_LATER: Final = {"sqlite": "max", "postgresql": "greatest"}


class SqlQuota:
    """The slots of one lane. Satisfies ``ecs.resilience.Quota``."""

    def __init__(self, database: Database, lane: str, now: Callable[[], float]) -> None:
        """``lane`` names the credential; ``now`` is in seconds since 1970."""
        self._database = database
        self._lane = lane
        self._now = now
        self._reserve, self._look, self._hold = _statements(database.dialect)

    async def reserve(self, spacing_s: float, within_s: float, ahead_s: float) -> float:
        """
        See ``Quota``.

        Raises:
            StoreUnavailable: the database does not answer; whether a slot was taken is not known.
        """
        values = {"spacing": spacing_s, "within": within_s, "ahead": ahead_s, **self._names()}
        async with self._database.writing() as connection:
            wait_s = await connection.scalar(self._reserve, values)
            if wait_s is None:
                wait_s = await connection.scalar(self._look, self._names())
        return float(wait_s or 0.0)

    async def hold(self, pause_s: float) -> None:
        """
        See ``Quota``.

        Raises:
            StoreUnavailable: the database does not answer.
        """
        async with self._database.writing() as connection:
            await connection.execute(self._hold, {"pause": pause_s, **self._names()})

    def _names(self) -> dict[str, Any]:
        names: dict[str, Any] = {"lane": self._lane}
        return names | {"now": self._now()} if self._database.dialect == "sqlite" else names


def _statements(dialect: str) -> tuple[TextClause, TextClause, TextClause]:
    now, later = _CLOCKS[dialect], _LATER[dialect]
    # Only words of this module are put in; values are bound.
    reserve = (
        "INSERT INTO lanes (name, next_free_at)"  # noqa: S608
        f" VALUES (:lane, {now} + CAST(:ahead AS float) + CAST(:spacing AS float))"
        f" ON CONFLICT (name) DO UPDATE SET next_free_at = {later}(lanes.next_free_at, {now} + CAST(:ahead AS float))"
        " + CAST(:spacing AS float)"
        f" WHERE {later}(lanes.next_free_at, {now} + CAST(:ahead AS float)) <= {now} + CAST(:within AS float)"
        f" RETURNING next_free_at - CAST(:spacing AS float) - {now}"
    )
    look = f"SELECT next_free_at - {now} FROM lanes WHERE name = :lane"  # noqa: S608
    hold = (
        f"INSERT INTO lanes (name, next_free_at) VALUES (:lane, {now} + CAST(:pause AS float))"  # noqa: S608
        f" ON CONFLICT (name) DO UPDATE SET next_free_at = {later}(lanes.next_free_at, excluded.next_free_at)"
    )
    return text(reserve), text(look), text(hold)
