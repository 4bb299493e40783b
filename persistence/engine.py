"""
The database, opened: where reads and writes get their connection, and where a driver's errors get a plain sentence.

Which database it is shows in the URL alone; the rest of the package writes SQL that both understand. The daily work
(``read``, ``write``) goes straight to the driver with prepared text; SQLAlchemy's connections (``reading``,
``writing``) are for migrations, readiness and other rare work.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar, Union

from sqlalchemy import URL, column, func, literal_column, make_url, select, table, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from persistence import sqlite
from persistence.errors import StoreUnavailable
from persistence.faults import STANDBY, translated
from persistence.prepared import Parameters, Rows, Statement
from persistence.programs import Program
from persistence.sqlite_driver import SqliteDriver

if TYPE_CHECKING:
    from persistence.postgresql_driver import PostgresqlDriver

T = TypeVar("T")
Driver: TypeAlias = Union[SqliteDriver, "PostgresqlDriver"]
Engines: TypeAlias = tuple[AsyncEngine, AsyncEngine]
"""For reading and for writing."""

WAIT_S = 5.0
_IS_STANDBY = text("SELECT current_setting('transaction_read_only') = 'on'")
# On a read-only file BEGIN IMMEDIATE quietly begins to read. This asks to write, and in our files writes nothing.
_TOUCH = text("PRAGMA incremental_vacuum(1)")
_REVISION = Statement(select(column("version_num")).select_from(table("alembic_version")))
_HAS_REVISION = Statement(
    select(column("name")).select_from(table("sqlite_schema")).where(column("name") == "alembic_version"),
    select(literal_column("1")).where(func.to_regclass(literal_column("'alembic_version'")).is_not(None)),
)


class Database:
    """An open database. Whoever opened it closes it, in the event loop that used it. Prints without its password."""

    def __init__(self, url: URL, driver: Driver, open_engines: Callable[[], Engines]) -> None:
        self.dialect = url.get_backend_name()
        """``sqlite`` or ``postgresql``."""
        self._url = url
        self._driver = driver
        self._open_engines = open_engines
        self._engines: Engines | None = None

    async def read(self, statement: Statement, parameters: Parameters) -> Rows:
        """
        The rows of a single SELECT, which sees what is committed.

        Raises:
            StoreUnavailable: the database cannot be reached or read.
        """
        with translated():
            return await self._driver.read(statement, parameters)

    async def write(self, program: Program[T]) -> T:
        """
        Run a program in one transaction: committed when it returns, rolled back when it raises.

        When the caller is cancelled, the program is either rolled back or run to its end: only a read can tell.

        Raises:
            StoreUnavailable: the database cannot be reached or written. Nothing was written, unless the connection was
                lost during the commit: then only a read can tell.
        """
        with translated():
            return await self._driver.write(program)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """
        A connection of SQLAlchemy's for a single SELECT, which sees what is committed.

        Raises:
            StoreUnavailable: the database cannot be reached or read.
        """
        with translated():
            async with self._engine_pair()[0].connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """
        One transaction on a connection of SQLAlchemy's: committed at the end, rolled back when the body raises.

        Raises:
            StoreUnavailable: the database cannot be reached or written. Nothing was written, unless the connection was
                lost during the commit: then only a read can tell.
        """
        with translated():
            async with self._engine_pair()[1].begin() as connection:
                yield connection

    async def ping(self) -> None:
        """
        Return if the database can be reached and written.

        Raises:
            StoreUnavailable: it cannot.
        """
        async with self.writing() as connection:
            if self.dialect == "sqlite":
                await connection.execute(_TOUCH)
            elif await connection.scalar(_IS_STANDBY):
                raise StoreUnavailable(STANDBY)

    async def revision(self) -> str | None:
        """The schema's revision; None when the database was never migrated."""
        if not await self.read(_HAS_REVISION, {}):
            return None
        found = await self.read(_REVISION, {})
        return str(found[0][0]) if found else None

    async def close(self) -> None:
        """Close every connection. The database may not be used any more."""
        await self._driver.close()
        for engine in self._engines or ():
            await engine.dispose()

    def _engine_pair(self) -> Engines:
        # Made when first used: they cost a few milliseconds, and the daily work does without.
        if self._engines is None:
            self._engines = self._open_engines()
        return self._engines

    def __repr__(self) -> str:
        return f"Database({self._url.render_as_string(hide_password=True)})"


def open_database(url: str, *, wait_s: float = WAIT_S) -> Database:
    """
    The database at ``url``, not connected yet; the file and folder of an SQLite database are made.

    ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or ``postgresql://user:password@host:port/name``, the latter
    with libpq's ``sslmode`` if wanted. ``wait_s`` bounds each wait for a lock, a connection or the server.

    Raises:
        ValueError: the URL is none of these.
        StoreUnavailable: the SQLite file or its folder cannot be made.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        path = Path(str(parsed.database))
        sqlite.make_file(path)
        return Database(parsed, SqliteDriver(path, wait_s), lambda: sqlite.open_engines(parsed, wait_s))
    # Read in where they are used: most servers run without PostgreSQL.
    from persistence import postgresql
    from persistence.postgresql_driver import PostgresqlDriver

    return Database(parsed, PostgresqlDriver(parsed, wait_s), lambda: postgresql.open_engines(parsed, wait_s))


def _parse(url: str) -> URL:
    # The URL is not repeated in any sentence: it may hold a password.
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError("The database URL is not a URL: write sqlite:///file.db or postgresql://….") from None
    match parsed.drivername:
        case "sqlite" | "sqlite+aiosqlite":
            if parsed.host or parsed.query or not parsed.database or ":memory:" in parsed.database:
                raise ValueError("The SQLite URL must name a file and nothing else: write sqlite:///folder/file.db.")
            return parsed.set(drivername="sqlite+aiosqlite")
        case "postgresql" | "postgresql+asyncpg":
            if not parsed.host or not parsed.database or parsed.query.keys() - {"sslmode"}:
                raise ValueError(
                    "The PostgreSQL URL must name a host and a database, and may set sslmode only: "
                    "write postgresql://user:password@host:port/name."
                )
            return parsed.set(drivername="postgresql+asyncpg")
        case _:
            raise ValueError("The database URL must begin with sqlite: or postgresql:.")
