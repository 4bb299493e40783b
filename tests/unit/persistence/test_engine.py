"""A database is opened as promised, and what keeps it from working comes as one sentence that says what to do."""

import asyncio
import contextlib
import os
import socket
import sqlite3
import stat
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, literal_column, make_url, select, text

from persistence import faults
from persistence.cart_statements import DELETE_LINES
from persistence.engine import Database, open_database
from persistence.errors import StoreUnavailable
from persistence.journal import SqlJournal
from persistence.migrate import upgrade
from persistence.prepared import Rows, Statement
from persistence.programs import Program, Run
from persistence.revisions import HEAD
from persistence.sealing import KeyRing
from persistence.store import SqlCartStore
from tests.unit.persistence.carts import LEASE, NOTHING, a_cart, an_intent, changed, everything, keep, rows

NOBODY = 65534
only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder every user may enter, unlike pytest's own, and none but root may write."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def permit(path: Path, mode: int) -> None:
    """Change who may do what with a file or folder."""
    path.chmod(mode)


def size_of(path: Path) -> int:
    """In bytes."""
    return path.stat().st_size


@contextlib.contextmanager
def unprivileged() -> Iterator[None]:
    """Root may write anywhere; the body then runs as a user who may not."""
    user = os.geteuid()
    os.seteuid(NOBODY if user == 0 else user)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "cartograph.db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite://host/file.db",
        "sqlite:///file.db?mode=ro",
        "sqlite+pysqlite:///file.db",
        "mysql://user:hidden@host/name",
        "postgresql://",
        "postgresql://user:hidden@host",
        "postgresql:///name",
        "postgresql://user:hidden@host:port/name",
        "postgresql://user:hidden@host/name?timeout=1",
        "postgresql+psycopg://user:hidden@host/name",
    ],
)
def test_any_other_url_is_refused_without_repeating_it(url: str) -> None:
    """A slip in the settings stops the start, and the log does not see the password."""
    with pytest.raises(ValueError, match=r"^The (database|SQLite|PostgreSQL) URL ") as refused:
        open_database(url)

    assert "hidden" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+asyncpg"])
def test_a_database_prints_without_its_password(scheme: str) -> None:
    """A database in a log or a traceback gives nothing away."""
    database = open_database(f"{scheme}://user:hidden@host:5433/name?sslmode=require")

    assert repr(database) == "Database(postgresql+asyncpg://user:***@host:5433/name?sslmode=require)"
    assert database.dialect == "postgresql"


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+aiosqlite"])
async def test_an_sqlite_file_and_its_folder_are_made_for_the_owner_only(tmp_path: Path, scheme: str) -> None:
    """The first start needs no preparation, and other users of the machine read nothing."""
    path = tmp_path / "deep" / "folder" / "carts.db"
    database = open_database(f"{scheme}:///{path}")

    await upgrade(database)

    modes = {part.name: stat.S_IMODE(part.stat().st_mode) for part in path.parent.iterdir()}
    assert modes == {"carts.db": 0o600, "carts.db-wal": 0o600, "carts.db-shm": 0o600}
    await database.close()


def test_a_relative_sqlite_file_lies_in_the_working_folder(tmp_path: Path) -> None:
    """Three slashes are relative, four absolute."""
    with contextlib.chdir(tmp_path):
        database = open_database("sqlite:///data/carts.db")

    assert database.dialect == "sqlite"
    assert (tmp_path / "data" / "carts.db").exists()


@only_sqlite
async def test_sqlite_is_opened_durable(database: Database) -> None:
    """Every connection keeps commits through a power cut, keeps references, and wipes what is deleted."""
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000, "secure_delete": 1}

    async with database.reading() as reader, database.writing() as writer:
        found = [
            {name: await connection.scalar(text(f"PRAGMA {name}")) for name in wanted}
            for connection in (reader, writer)
        ]

    assert found == [wanted, wanted]


@only_postgresql
async def test_postgresql_is_opened_durable_and_bounded(database: Database) -> None:
    """A commit is on disk before it is answered; no statement or lock is waited for endlessly."""
    wanted = {"synchronous_commit": "on", "statement_timeout": "10s", "lock_timeout": "5s"}

    async with database.writing() as connection:
        found = {name: await connection.scalar(text(f"SHOW {name}")) for name in wanted}

    assert found == wanted


@only_sqlite
async def test_the_driver_opens_sqlite_durable(database: Database) -> None:
    """The connections of the daily work keep the same promises; in the event loop they wait for no lock."""
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "timeout": 0, "secure_delete": 1}
    table_of = {"timeout": "pragma_busy_timeout"}
    asked = [
        Statement(select(literal_column(name)).select_from(text(table_of.get(name, f"pragma_{name}"))))
        for name in wanted
    ]

    def program(statement: Statement) -> Program[object]:
        return (yield Run(statement, {})).rows[0][0]

    assert [await database.write(program(statement)) for statement in asked] == list(wanted.values())
    found = [(await database.read(statement, {}))[0][0] for statement in asked]
    assert found == list(wanted.values())


@only_postgresql
async def test_the_driver_opens_postgresql_durable_and_bounded(database: Database) -> None:
    """The connections of the daily work keep the same promises, whatever the server's own settings."""
    wanted = {
        "synchronous_commit": "on",
        "statement_timeout": "10s",
        "lock_timeout": "5s",
        "transaction_isolation": "read committed",
    }
    asked = Statement(select(*(func.current_setting(name) for name in wanted)))

    def program() -> Program[Rows]:
        return (yield Run(asked, {})).rows

    assert [tuple(row) for row in await database.write(program())] == [tuple(wanted.values())]
    assert [tuple(row) for row in await database.read(asked, {})] == [tuple(wanted.values())]


async def test_a_program_without_a_statement_returns(database: Database) -> None:
    """Nothing to do is no error."""

    def program() -> Program[str]:
        yield from ()
        return "nothing"

    assert await database.write(program()) == "nothing"


async def test_a_database_that_works_answers_the_ping(database: Database) -> None:
    """Readiness is asked of the database itself."""
    await database.ping()

    assert await database.revision() == HEAD


@only_sqlite
async def test_a_ping_writes_nothing(database_url: str) -> None:
    """Asking every second whether the shop is ready wears out no disk."""
    database = open_database(database_url)

    await database.ping()

    assert size_of(Path(f"{make_url(database_url).database}-wal")) == 0
    await database.close()


async def test_lines_go_with_their_cart(journal: SqlJournal, database: Database) -> None:
    """References are kept by the database, on SQLite too."""
    await keep(journal, a_cart())

    async with database.writing() as connection:
        await connection.execute(text("DELETE FROM carts"))

    assert await rows(database, "SELECT * FROM cart_lines") == []


async def test_tables_that_are_missing_ask_for_a_migration(empty_database_url: str, key_ring: KeyRing) -> None:
    """The operator reads the command, not SQL."""
    database = open_database(empty_database_url)

    with pytest.raises(StoreUnavailable) as refused:
        await SqlCartStore(database, key_ring).active("customer-1", "US")

    assert str(refused.value) == faults.NOT_MIGRATED
    assert "SELECT" not in "".join(traceback.format_exception(refused.value)).replace("single SELECT", "")
    await database.close()


@only_sqlite
async def test_a_locked_file_is_told_and_nothing_is_written(database_url: str, key_ring: KeyRing) -> None:
    """Another program that holds the file makes a change fail cleanly; reading goes on."""
    database = open_database(database_url, wait_s=0.01)
    store, cart = SqlCartStore(database, key_ring), await keep(SqlJournal(database, key_ring), a_cart())
    before = await everything(database)
    other = sqlite3.connect(str(make_url(database_url).database), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    with pytest.raises(StoreUnavailable) as refused:
        await store.observe(changed(cart), lines_before=cart.lines, expected_version=1)
    with pytest.raises(StoreUnavailable):
        await database.ping()

    assert str(refused.value) == faults.LOCKED
    assert await everything(database) == before
    assert await store.active("customer-1", "US") == cart
    other.close()
    await store.observe(changed(cart), lines_before=cart.lines, expected_version=1)
    await database.close()


@only_sqlite
async def test_a_file_locked_against_readers_does_not_stop_the_event_loop(database_url: str, key_ring: KeyRing) -> None:
    """A read that must wait does so in the thread, for as long as a write would."""
    database = open_database(database_url, wait_s=0.05)
    store = SqlCartStore(database, key_ring)
    other = sqlite3.connect(str(make_url(database_url).database), isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.ensure_future(count_turns())
    with pytest.raises(StoreUnavailable) as refused:
        await store.active("customer-1", "US")
    counting.cancel()

    assert str(refused.value) == faults.LOCKED
    assert turns > 10
    other.close()
    assert await store.active("customer-1", "US") is None
    await database.close()


async def test_writes_behind_one_that_waits_do_not_wait_endlessly(database_url: str, key_ring: KeyRing) -> None:
    """However many stand in line for a lock, the last is refused about as soon as the first."""
    database = open_database(database_url, wait_s=0.2)
    journal = SqlJournal(database, key_ring)
    cart = await keep(journal, a_cart())
    before = await everything(database)

    async with database.writing() as connection:
        await connection.execute(text("UPDATE carts SET version = version"))
        claims = [journal.record(an_intent(f"intent-{number}", cart), cart, LEASE) for number in range(8)]
        outcomes = await asyncio.gather(*claims, return_exceptions=True)

    told = faults.LOCKED if database.dialect == "sqlite" else faults.BUSY
    assert {str(outcome) for outcome in outcomes} <= {told, faults.BUSY}
    assert {type(outcome) for outcome in outcomes} == {StoreUnavailable}
    assert await everything(database) == before
    await database.close()


async def test_a_writer_that_holds_all_connections_is_not_waited_for_endlessly(database_url: str) -> None:
    """Waiting for our own connections is bounded too."""
    database = open_database(database_url, wait_s=0.05)
    held = [database.writing() for _ in range(5 if database.dialect == "postgresql" else 1)]
    for one in held:
        await one.__aenter__()

    with pytest.raises(StoreUnavailable) as refused:
        await database.ping()

    assert str(refused.value) == faults.BUSY
    for one in held:
        await one.__aexit__(None, None, None)
    await database.ping()
    await database.close()


@pytest.fixture
async def read_only_file(shared_folder: Path) -> Path:
    """A migrated database that may be read and not written, in a folder that may not be written either."""
    path = shared_folder / "carts.db"
    permit(shared_folder, 0o755)
    database = open_database(f"sqlite:///{path}")
    await upgrade(database)
    await database.close()
    permit(path, 0o444)
    permit(shared_folder, 0o555)
    return path


async def test_a_read_only_file_is_told(read_only_file: Path, shared_folder: Path, key_ring: KeyRing) -> None:
    """A database copied by root and served by another user says what right is missing."""
    permit(shared_folder, 0o777)
    with unprivileged():
        database = open_database(f"sqlite:///{read_only_file}")

        with pytest.raises(StoreUnavailable) as pinged:
            await database.ping()
        with pytest.raises(StoreUnavailable) as opened:
            await keep(SqlJournal(database, key_ring), a_cart())

        assert str(pinged.value) == str(opened.value) == faults.READ_ONLY
        assert await everything(database) == NOTHING
        await database.close()


async def test_a_read_only_folder_around_a_file_is_told(read_only_file: Path, shared_folder: Path) -> None:
    """The write-ahead log lies beside the file: that folder must be writable too."""
    permit(read_only_file, 0o666)
    with unprivileged():
        database = open_database(f"sqlite:///{read_only_file}")

        with pytest.raises(StoreUnavailable) as refused:
            await database.ping()

        assert str(refused.value) == faults.READ_ONLY
        await database.close()


@pytest.mark.parametrize("name", ["carts.db", "deeper/carts.db"])
def test_a_read_only_folder_is_told(shared_folder: Path, name: str) -> None:
    """Neither the file nor a folder for it can be made: the sentence says where to look."""
    with unprivileged(), pytest.raises(StoreUnavailable) as refused:
        open_database(f"sqlite:///{shared_folder}/{name}")

    assert str(refused.value) == faults.CANNOT_OPEN
    assert list(shared_folder.iterdir()) == []


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    """The same sentence, whatever keeps the folder from being made."""
    (tmp_path / "taken").write_text("")

    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        open_database(f"sqlite:///{tmp_path}/taken/carts.db")


async def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    """A wrong path does not destroy what lies there."""
    path = tmp_path / "notes.txt"
    path.write_text("not a database, " * 100)
    database = open_database(f"sqlite:///{path}")

    with pytest.raises(StoreUnavailable) as refused:
        await database.ping()

    assert str(refused.value) == faults.NO_DATABASE
    assert path.read_text() == "not a database, " * 100
    await database.close()


async def test_a_server_that_is_away_is_told_without_the_password() -> None:
    """The commonest fault of all names what to check."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    database = open_database(f"postgresql://user:hidden@127.0.0.1:{port}/name")

    with pytest.raises(StoreUnavailable) as refused:
        await database.ping()

    assert str(refused.value) == faults.AWAY
    assert "hidden" not in "".join(traceback.format_exception(refused.value))
    await database.close()


async def test_a_server_that_does_not_answer_is_not_waited_for_endlessly() -> None:
    """A port that accepts and stays silent counts as busy after the wait."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        database = open_database(f"postgresql://user@127.0.0.1:{silent.getsockname()[1]}/name", wait_s=0.05)

        with pytest.raises(StoreUnavailable) as refused:
            await database.ping()

        assert str(refused.value) == faults.BUSY
        await database.close()


@only_postgresql
async def test_a_database_the_server_does_not_have_is_told(database_url: str) -> None:
    """A slip in the name is told as such, not as an outage."""
    database = open_database(make_url(database_url).set(database="no_such_name").render_as_string(hide_password=False))

    with pytest.raises(StoreUnavailable) as refused:
        await database.ping()

    assert str(refused.value) == faults.REFUSED
    await database.close()


@only_postgresql
async def test_connections_the_server_has_ended_are_replaced(
    store: SqlCartStore, journal: SqlJournal, database: Database
) -> None:
    """A restart of the server between two requests costs nobody an error."""
    cart = await keep(journal, a_cart())
    # Two connections of each kind lie in the pools from here on.
    async with database.writing(), database.writing():
        pass
    await asyncio.gather(store.active("customer-1", "US"), store.active("customer-1", "US"))
    await _end_other_connections(database)

    async with database.writing() as first, database.writing() as second:
        assert await first.scalar(text("SELECT 1")) == await second.scalar(text("SELECT 1")) == 1
    found = await asyncio.gather(store.active("customer-1", "US"), store.active("customer-1", "US"))
    assert list(found) == [cart, cart]


@only_postgresql
async def test_a_connection_lost_in_a_change_is_told_and_nothing_is_written(
    journal: SqlJournal, database: Database
) -> None:
    """Half a change is no change."""
    await keep(journal, a_cart())
    before = await everything(database)

    async def half_a_change() -> None:
        async with database.writing() as connection:
            await connection.execute(text("DELETE FROM cart_lines"))
            await _end_other_connections(database)
            await connection.execute(text("DELETE FROM carts"))

    with pytest.raises(StoreUnavailable) as refused:
        await half_a_change()

    assert str(refused.value) == faults.LOST
    assert await everything(database) == before


@only_postgresql
@pytest.mark.parametrize("end", ["statement", "transaction"])
async def test_a_program_whose_connection_is_lost_is_told_and_nothing_is_written(
    journal: SqlJournal, database: Database, key_ring: KeyRing, end: str
) -> None:
    """The same on the drivers' own connections: lost before another statement, or before the commit."""
    cart = await keep(journal, a_cart())
    before = await everything(database)
    backend = Statement(select(func.pg_backend_pid()))
    finish = Statement(select(func.pg_terminate_backend(func.pg_backend_pid())))

    def half_a_change() -> Program[None]:
        yield Run(DELETE_LINES, {"the_cart": cart.id, "the_line": "line-1"})
        yield Run(finish, {})
        if end == "statement":
            yield Run(backend, {})

    with pytest.raises(StoreUnavailable) as refused:
        await database.write(half_a_change())

    assert str(refused.value) == faults.LOST
    assert await everything(database) == before
    assert await SqlCartStore(database, key_ring).active("customer-1", "US") == cart


@only_postgresql
async def test_a_standby_does_not_answer_the_ping(database: Database) -> None:
    """A server that refuses writes is not ready for a shop."""
    async with database.writing() as connection:
        name = await connection.scalar(text("SELECT current_database()"))
        await connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    await _end_other_connections(database)
    async with database.reading() as connection:
        await connection.invalidate()

    with pytest.raises(StoreUnavailable) as refused:
        await database.ping()

    assert str(refused.value) == faults.STANDBY


async def _end_other_connections(database: Database) -> None:
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    async with database.reading() as connection:
        await connection.execute(text(f"SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE {others}"))  # noqa: S608
