"""
SQLite driven directly, in the event loop but for what waits for the disk or for another process.

A read takes ten microseconds, a tenth of the way to a thread and back; with the write-ahead log it waits for no writer.
Where it would have to wait all the same (another process recovers the file after a crash), it goes the way of writes.
"""

import sqlite3
from pathlib import Path
from typing import TypeVar

from persistence.commits.group import GroupCommit, is_busy
from persistence.prepared import Parameters, Rows, Statement
from persistence.programs import Answer, Program, Run
from persistence.sqlite import PRAGMAS

T = TypeVar("T")


class SqliteDriver:
    """One connection that reads and one that writes; both are opened when first used."""

    def __init__(self, path: Path, wait_s: float) -> None:
        """``wait_s`` bounds the wait for a lock, and for the writes before."""
        self._path = path
        self._writes = GroupCommit(f"writer of {path.name}", self._connect, wait_s)
        self._reader: sqlite3.Connection | None = None

    async def read(self, statement: Statement, parameters: Parameters) -> Rows:
        """The rows of a single SELECT, in autocommit."""
        prepared = statement.sqlite
        values = prepared.values(parameters)
        try:
            connection = self._writes.idle or self._reading()
            # All rows at once: a statement that is not read to its end would keep the log from being checkpointed.
            found = connection.execute(prepared.text, values).fetchall()
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            found = await self._writes.run(lambda connection: connection.execute(prepared.text, values).fetchall())
        return prepared.rows(found)

    async def write(self, program: Program[T]) -> T:
        """
        Run the program in one transaction.

        Once begun it runs to its commit or its error, also when whoever waits for it is cancelled.
        """
        return await self._writes.run(lambda connection: _drive(connection, program))

    async def close(self) -> None:
        """Close both connections after the last write; the log is checkpointed."""
        await self._writes.finished()
        self._writes.close()
        if self._reader is not None:
            self._reader.close()

    def _reading(self) -> sqlite3.Connection:
        if self._reader is None:
            # Does not wait for a lock: the whole event loop would.
            self._reader = self._connect(wait_s=0)
        return self._reader

    def _connect(self, wait_s: float) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=wait_s, isolation_level=None, check_same_thread=False)
        try:
            for pragma in PRAGMAS:
                connection.execute(pragma)
        except BaseException:
            connection.close()
            raise
        return connection


def _drive(connection: sqlite3.Connection, program: Program[T]) -> T:
    try:
        run = next(program)
        while True:
            run = program.send(_answer(connection, run))
    except StopIteration as end:
        result: T = end.value
        return result


def _answer(connection: sqlite3.Connection, run: Run) -> Answer:
    prepared, parameters = run.statement.sqlite, run.parameters
    if not isinstance(parameters, dict):
        if len(parameters) > 1:
            connection.executemany(prepared.text, [prepared.values(each) for each in parameters])
            return Answer((), 0)
        parameters = parameters[0]
    cursor = connection.execute(prepared.text, prepared.values(parameters))
    if prepared.gives_rows:
        return Answer(prepared.rows(cursor.fetchall()), 0)
    return Answer((), cursor.rowcount)
