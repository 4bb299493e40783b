"""Status: what the server says of itself, and what keeps it from serving."""

from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from persistence.engine import open_database
from persistence.migrate import upgrade
from server import VERSION
from server.limits import LIMITS
from server.settings import Settings
from server.status import ServerStatus
from server.upstream import Watch, embedded_service
from tests.unit.server.storefront import NOW, MovableClock

NO_CATALOG = "The embedded service has no catalog for US: run `cartograph catalog load FILE`."


@pytest.fixture
async def status(tmp_path: Path, clock: MovableClock) -> AsyncIterator[ServerStatus]:
    """A server with a remote upstream and a database no migration has seen."""
    database = open_database(f"sqlite:///{tmp_path}/shop.sqlite3")
    yield ServerStatus(database, Watch(clock.now), {}, "type Query { a: Int }\n")
    await database.close()


def test_the_schema_is_known_by_its_hash(status: ServerStatus) -> None:
    """Clients pin it."""
    assert status.schema_hash == sha256(b"type Query { a: Int }\n").hexdigest()
    assert len(status.schema_hash) == 64


def test_version_and_limits_are_those_in_force(status: ServerStatus) -> None:
    """What `service` tells is what is checked."""
    assert status.version == VERSION
    assert status.limits is LIMITS


def test_the_upstream_is_as_watched(status: ServerStatus, clock: MovableClock) -> None:
    """State and last good answer."""
    assert (status.upstream_state, status.last_success_at) == ("UP", None)

    status.watch.saw(is_good=True)
    clock.move(timedelta(seconds=5))
    for _ in range(5):
        status.watch.saw(is_good=False)

    assert (status.upstream_state, status.last_success_at) == ("DOWN", NOW)


async def test_a_database_without_schema_is_a_problem(status: ServerStatus) -> None:
    """The sentence says what to run; after that there is none."""
    before = await status.problems()
    await upgrade(status.database)

    assert before == ["The database has no schema yet: run `cartograph migrate`."]
    assert await status.problems() == []


async def test_a_database_that_is_no_database_is_a_problem(tmp_path: Path, status: ServerStatus) -> None:
    """It is told, not raised."""
    (tmp_path / "shop.sqlite3").write_bytes(b"junk" * 5000)

    assert await status.problems() == [
        "The database file is damaged or is no database: put a copy back, or choose another file."
    ]


async def test_every_problem_is_told(status: ServerStatus, settings: Settings) -> None:
    """Database and catalog in one look."""
    service = embedded_service(settings, "http://127.0.0.1:8000")
    both = ServerStatus(status.database, status.watch, {"US": service}, "")

    try:
        assert await both.problems() == ["The database has no schema yet: run `cartograph migrate`.", NO_CATALOG]
        assert both.catalog is None
    finally:
        service.close()


def test_a_remote_upstream_has_no_catalog_here(status: ServerStatus) -> None:
    """And that is no problem."""
    assert status.catalog is None
