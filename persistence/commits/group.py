"""
Many small transactions on one SQLite connection: their statements run in the event loop, their commits in a thread.

A statement takes ten microseconds, a tenth of the way to a thread and back; a commit waits for the disk. Whoever comes
while one is on its way waits, and all who wait then share the next: one look at the lock, one sync, one hop. Each has
a savepoint of its own, so that one who fails takes nothing from the others. Nobody is told before the commit.
"""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar

from persistence.commits.worker import Worker, deliver

T = TypeVar("T")
Unit = Callable[[sqlite3.Connection], Any]
"""Runs statements and returns at once. What it did is undone when it raises."""

MOST_TOGETHER: Final = 32
"""Units that share a commit: some two milliseconds of the event loop."""


class _Waiting(NamedTuple):
    unit: Unit
    latest: float
    future: asyncio.Future[Any]


class _Outcome(NamedTuple):
    future: asyncio.Future[Any]
    result: Any
    error: BaseException | None


class GroupCommit:
    """
    Takes units of work in the order they came.

    A unit that has begun is carried to its end, whether or not anybody still waits for it; one that nobody waits for
    any more is not begun.
    """

    def __init__(self, name: str, connect: Callable[[float], sqlite3.Connection], wait_s: float) -> None:
        """
        ``name`` is the thread's.

        ``connect`` opens the connection, in autocommit and for use by any thread, waiting for locks as long as it is
        told. ``wait_s`` bounds the wait for a lock, and for the units before.
        """
        self._connect = connect
        self._worker = Worker(name)
        self._wait_s = wait_s
        self._waiting: deque[_Waiting] = deque()
        self._outcomes: list[_Outcome] = []
        self._is_busy = False
        self._is_closed = False
        self._idle: asyncio.Future[None] | None = None
        self._connection: sqlite3.Connection | None = None

    async def run(self, unit: Callable[[sqlite3.Connection], T]) -> T:
        """
        What ``unit`` returns, once it is committed; or raises, once it is undone.

        Raises:
            TimeoutError: the turn did not come in time; the unit was not begun.
            sqlite3.Error: what the commit failed with.
        """
        if self._is_closed:
            raise sqlite3.ProgrammingError("the file was let go of")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.append(_Waiting(unit, time.monotonic() + self._wait_s, future))
        if not self._is_busy:
            self._is_busy = True
            # Not at once: who comes in this turn of the loop shares the commit.
            loop.call_soon(self._begin)
        return await future

    @property
    def idle(self) -> sqlite3.Connection | None:
        """
        The connection while nothing is under way on it, for statements that only read; None otherwise.

        After a commit of its own it still knows the pages; any other connection reads them again.
        """
        return None if self._is_busy else self._connection

    async def finished(self) -> None:
        """Return once every unit that came is committed or refused; no unit may follow."""
        if self._is_busy:
            self._idle = asyncio.get_running_loop().create_future()
            await self._idle

    def close(self) -> None:
        """End the thread after the commit it is at, and let go of the connection."""
        self._is_closed = True
        self._worker.stop()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _begin(self) -> None:
        """Run those who wait here and commit in the thread; where somebody must be waited for, all of it is there."""
        connection = self._connection
        if connection is None:
            self._begin_beside()
            return
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if is_busy(error):
                self._begin_beside()
            else:
                self._refused(len(self._waiting), error)
            return
        except sqlite3.Error as error:
            self._refused(len(self._waiting), error)
            return
        try:
            is_to_be_kept = self._run_all(connection)
            if not is_to_be_kept:
                connection.execute("ROLLBACK")
        except BaseException as error:  # noqa: BLE001 (those who shared the transaction get it, whatever it is)
            self._end(error)
            return
        if is_to_be_kept:
            self._worker.begin(lambda: connection.execute("COMMIT"), lambda _, error: self._end(error))
        else:
            self._end(None)

    def _begin_beside(self) -> None:
        there = len(self._waiting)

        def told(_: None, error: BaseException | None) -> None:
            if error is not None and not self._outcomes:
                self._refused(there, error)
            else:
                self._end(error)

        self._worker.begin(self._all_beside, told)

    def _all_beside(self) -> None:
        """The whole transaction in the thread: its lock must not be held until the event loop finds time."""
        if self._connection is None:
            self._connection = self._connect(self._wait_s)
        connection = self._connection
        connection.execute(f"PRAGMA busy_timeout = {round(self._wait_s * 1000)}")
        try:
            connection.execute("BEGIN IMMEDIATE")
        finally:
            # In the event loop nobody is waited for.
            connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("COMMIT" if self._run_all(connection) else "ROLLBACK")

    def _run_all(self, connection: sqlite3.Connection) -> bool:
        """
        Run those who wait; True when there is something to commit.

        Raises:
            BaseException: the transaction ended with it.
        """
        is_alone = len(self._waiting) == 1
        for _ in range(min(len(self._waiting), MOST_TOGETHER)):
            waiting = self._waiting.popleft()
            if waiting.future.cancelled():
                continue
            self._run(connection, waiting, is_alone=is_alone)
        return any(outcome.error is None for outcome in self._outcomes)

    def _run(self, connection: sqlite3.Connection, waiting: _Waiting, *, is_alone: bool) -> None:
        unit, latest, future = waiting
        if time.monotonic() > latest:
            self._outcomes.append(_Outcome(future, None, TimeoutError()))
            return
        if not is_alone:
            connection.execute("SAVEPOINT unit")
        try:
            self._outcomes.append(_Outcome(future, unit(connection), None))
        except BaseException as error:
            self._outcomes.append(_Outcome(future, None, error))
            # Some errors (a full disk) have ended the whole transaction already.
            if not connection.in_transaction:
                raise
            if not is_alone:
                connection.execute("ROLLBACK TO unit")
        if not connection.in_transaction:
            raise sqlite3.OperationalError("the transaction ended before its commit")
        if not is_alone:
            connection.execute("RELEASE unit")

    def _refused(self, number: int, error: BaseException) -> None:
        """No transaction could be begun for the first so many."""
        for _ in range(min(number, len(self._waiting))):
            deliver(self._waiting.popleft().future, None, error)
        self._next()

    def _end(self, error: BaseException | None) -> None:
        """The transaction is committed, or has failed for all who shared it."""
        outcomes, self._outcomes = self._outcomes, []
        for outcome in outcomes:
            deliver(outcome.future, outcome.result, outcome.error or error)
        if error is not None and self._connection is not None and self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        self._next()

    def _next(self) -> None:
        if self._waiting:
            self._begin()
            return
        self._is_busy = False
        if self._idle is not None:
            deliver(self._idle, None, None)


def is_busy(error: sqlite3.OperationalError) -> bool:
    """True when another process holds what was wanted."""
    # Errors of the module's own have no name.
    return getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY")
