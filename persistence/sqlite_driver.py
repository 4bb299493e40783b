"""
SQLite driven directly: reads in the event loop, each write in one hop to the thread that owns the writing connection.

A read takes ten microseconds, a tenth of the way to a thread and back; with the write-ahead log it waits for no writer.
Where it would have to wait all the same (another process recovers the file after a crash), it is done in the thread.
"""

import asyncio
import sqlite3
from pathlib import Path
from typing import TypeVar

from persistence.prepared import Parameters, Rows, Statement
from persistence.programs import Answer, Program, Run
from persistence.sqlite import PRAGMAS
from persistence.worker import Worker

T = TypeVar("T")


class SqliteDriver:
    """One connection that reads and one that writes; both are opened when first used."""

    def __init__(self, path: Path, wait_s: float) -> None:
        """``wait_s`` bounds the wait for a lock, and for the writes before."""
        self._path = path
        self._wait_s = wait_s
        self._worker = Worker(f"writer of {path.name}", wait_s)
        self._reader: sqlite3.Connection | None = None
        self._writer: sqlite3.Connection | None = None

    async def read(self, statement: Statement, parameters: Parameters) -> Rows:
        """The rows of a single SELECT, in autocommit."""
        prepared = statement.sqlite
        values = prepared.values(parameters)
        try:
            if self._reader is None:
                # Does not wait for a lock: the whole event loop would.
                self._reader = self._connect(wait_s=0)
            # All rows at once: a statement that is not read to its end would keep the log from being checkpointed.
            found = self._reader.execute(prepared.text, values).fetchall()
        except sqlite3.OperationalError as error:
            # Errors of the module's own have no name.
            if not getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
                raise
            found = await self._worker.do(lambda: self._writing().execute(prepared.text, values).fetchall())
        return prepared.rows(found)

    async def write(self, program: Program[T]) -> T:
        """
        Run the program in the thread, in one transaction.

        Once begun it runs to its commit or its error, also when whoever waits for it is cancelled.
        """
        return await self._worker.do(lambda: self._transact(program))

    async def close(self) -> None:
        """Close both connections after the last write; the log is checkpointed."""
        await asyncio.to_thread(self._worker.stop)
        for connection in (self._reader, self._writer):
            if connection is not None:
                connection.close()

    def _connect(self, wait_s: float) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=wait_s, isolation_level=None, check_same_thread=False)
        try:
            for pragma in PRAGMAS:
                connection.execute(pragma)
        except BaseException:
            connection.close()
            raise
        return connection

    def _writing(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = self._connect(self._wait_s)
        return self._writer

    def _transact(self, program: Program[T]) -> T:
        connection = self._writing()
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = _drive(connection, program)
            connection.execute("COMMIT")
        except BaseException:
            # Some errors (a full disk) have ended the transaction already.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result


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
