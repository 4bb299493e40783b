"""
A migrated database for a test, on SQLite and on PostgreSQL, real and the test's own.

Migrations run once for each kind and worker: SQLite's file is copied for each test, PostgreSQL's database is wiped
between two tests (to make one takes a tenth of a second and more). Where no PostgreSQL server answers, one is started
for the worker; its tests are skipped only where that cannot be. TEST_POSTGRES_URL names another server than the local
one; its user must be allowed to create databases.

A package of tests imports the fixtures it wants into its conftest.
"""

import asyncio
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy import make_url

from persistence.engine import Database, open_database
from persistence.migrate import upgrade
from persistence.revisions import HEAD
from persistence.tables import metadata
from tests.support.postgres_server import NoServer, PostgresServer

SERVER_URL = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


class DatabaseMaker:
    """Makes databases of both kinds, and migrates one of each kind only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._template: Path | None = None
        self._idle: list[str] = []
        self._server_url: str | None = None
        self._server: PostgresServer | None = None

    async def empty(self, kind: str) -> str:
        """The URL of a new database without any schema."""
        name = f"cartograph_test_{os.getpid()}_{next(self._numbers)}"
        if kind == "sqlite":
            return f"sqlite:///{self._folder / name}.db"
        await self._on_server(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
        return make_url(await self._reach_server()).set(database=name).render_as_string(hide_password=False)

    async def migrated(self, kind: str) -> str:
        """The URL of a database with the newest schema and no rows, for one test."""
        if kind == "postgresql":
            return self._idle.pop() if self._idle else await self._migrate_new(kind)
        if self._template is None:
            self._template = _file_of(await self._migrate_new(kind))
        url = await self.empty(kind)
        await asyncio.to_thread(shutil.copy, self._template, _file_of(url))
        return url

    async def give_back(self, url: str) -> None:
        """Wipe a migrated database for the next test; one that the test has altered is dropped."""
        if not url.startswith("postgresql"):
            return
        try:
            connection = await asyncpg.connect(url, timeout=5, server_settings={"lock_timeout": "1000"})
            try:
                for table in reversed(metadata.sorted_tables):
                    await connection.execute(f"DELETE FROM {table}")  # noqa: S608
                revision = await connection.fetchval("SELECT version_num FROM alembic_version")
            finally:
                await connection.close()
        except asyncpg.PostgresError:
            revision = None
        if revision == HEAD:
            self._idle.append(url)
        else:
            await self.drop(url)

    async def drop(self, url: str) -> None:
        """Forget a database, whoever is still connected to it."""
        if url.startswith("postgresql"):
            await self._on_server(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    async def drop_idle(self) -> None:
        """Leave nothing behind on the server."""
        for url in self._idle:
            await self.drop(url)
        if self._server is not None:
            await asyncio.to_thread(self._server.stop)

    async def _migrate_new(self, kind: str) -> str:
        url = await self.empty(kind)
        database = open_database(url)
        await upgrade(database)
        await database.close()
        return url

    async def _on_server(self, *statements: str) -> None:
        connection = await asyncpg.connect(await self._reach_server(), timeout=5)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def _reach_server(self) -> str:
        if self._server_url is None:
            self._server_url = SERVER_URL if await _answers(SERVER_URL) else await self._start_server()
        return self._server_url

    async def _start_server(self) -> str:
        server = PostgresServer()
        try:
            url = await asyncio.to_thread(server.start)
        except NoServer as error:
            pytest.skip(f"no PostgreSQL server answers, and none can be started ({error}); TEST_POSTGRES_URL names one")
        self._server = server
        return url


async def _answers(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except OSError:
        return False
    await connection.close()
    return True


def _file_of(url: str) -> Path:
    return Path(str(make_url(url).database))


@pytest.fixture(scope="session")
def database_maker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabaseMaker]:
    """One maker, and so one template of each kind, for the worker."""
    maker = DatabaseMaker(tmp_path_factory.mktemp("databases"))
    yield maker
    asyncio.run(maker.drop_idle())


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Both kinds in turn; a test for one of them parametrises it anew."""
    return str(request.param)


@pytest.fixture
async def empty_database_url(database_maker: DatabaseMaker, database_kind: str) -> AsyncIterator[str]:
    """A database no migration has seen."""
    url = await database_maker.empty(database_kind)
    yield url
    await database_maker.drop(url)


@pytest.fixture
async def empty_database(empty_database_url: str) -> AsyncIterator[Database]:
    """The same, open."""
    database = open_database(empty_database_url)
    yield database
    await database.close()


@pytest.fixture
async def database_url(database_maker: DatabaseMaker, database_kind: str) -> AsyncIterator[str]:
    """A migrated database without rows."""
    url = await database_maker.migrated(database_kind)
    yield url
    await database_maker.give_back(url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The same, open."""
    database = open_database(database_url)
    yield database
    await database.close()
