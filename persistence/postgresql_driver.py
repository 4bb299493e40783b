"""
PostgreSQL driven directly, by asyncpg: a read is one round trip, a write one for each statement and two around them.

A write that is cancelled, or raises, is rolled back before its connection serves anybody else.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import URL

from persistence.errors import StoreUnavailable
from persistence.faults import LOST
from persistence.postgresql import POOL_SIZE, connect_arguments
from persistence.prepared import Parameters, Rows, Statement
from persistence.programs import Answer, Program, Run

T = TypeVar("T")


class PostgresqlDriver:
    """A pool that connects when first used, in the event loop that uses it."""

    def __init__(self, url: URL, wait_s: float) -> None:
        """``wait_s`` bounds the wait for a connection."""
        self._url = url
        self._wait_s = wait_s
        self._pool: Any = None

    async def read(self, statement: Statement, parameters: Parameters) -> Rows:
        """The rows of a single SELECT, in autocommit."""
        prepared = statement.postgresql
        values = prepared.values(parameters)
        async with self._connection() as connection:
            rows: Rows = await connection.fetch(prepared.text, *values)
        return prepared.rows(rows)

    async def write(self, program: Program[T]) -> T:
        """Run the program in one transaction."""
        async with self._connection() as connection, connection.transaction():
            return await _drive(connection, program)

    async def close(self) -> None:
        """Close every connection."""
        if self._pool is not None:
            await self._pool.close()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        if self._pool is None:
            self._pool = asyncpg.create_pool(
                host=self._url.host,
                port=self._url.port,
                user=self._url.username,
                password=self._url.password,
                database=self._url.database,
                min_size=0,
                max_size=POOL_SIZE,
                max_inactive_connection_lifetime=0,
                # Nothing of a session is ever changed: the usual reset would be a round trip for each use.
                reset=_leave,
                **connect_arguments(self._url, self._wait_s),
            )
            # Connects nowhere yet.
            await self._pool
        connection = await self._pool.acquire(timeout=self._wait_s)
        try:
            yield connection
        except asyncpg.InterfaceError as error:
            # The driver's word for a connection that has ended, and for wrong use of one that has not.
            if not _is_gone(connection):
                raise
            raise StoreUnavailable(LOST) from error
        finally:
            await self._pool.release(connection)


def _is_gone(connection: Any) -> bool:
    try:
        closed: bool = connection.is_closed()
    except asyncpg.InterfaceError:
        # The pool has thrown it away already.
        return True
    return closed


async def _leave(_connection: object) -> None:
    pass


async def _drive(connection: Any, program: Program[T]) -> T:
    try:
        run = next(program)
        while True:
            run = program.send(await _answer(connection, run))
    except StopIteration as end:
        result: T = end.value
        return result


async def _answer(connection: Any, run: Run) -> Answer:
    prepared, parameters = run.statement.postgresql, run.parameters
    if not isinstance(parameters, dict):
        if len(parameters) > 1:
            await connection.executemany(prepared.text, [prepared.values(each) for each in parameters])
            return Answer((), 0)
        parameters = parameters[0]
    values = prepared.values(parameters)
    if prepared.gives_rows:
        return Answer(prepared.rows(await connection.fetch(prepared.text, *values)), 0)
    # "UPDATE 1", "INSERT 0 1".
    status: str = await connection.execute(prepared.text, *values)
    return Answer((), int(status.rpartition(" ")[2]))
