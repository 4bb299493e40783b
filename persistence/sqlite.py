"""
How SQLite is opened so that a committed change survives a power cut and nobody waits for a reader.

Readers never open a transaction: each statement sees the last commit. Writers share a single connection and begin
IMMEDIATE: a transaction that read first could not be upgraded while another process writes, and would fail at once.
"""

import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from persistence.errors import StoreUnavailable
from persistence.faults import CANNOT_OPEN

READERS = 4
PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_mode = WAL",
    # WAL with NORMAL may lose the last commits at a power cut.
    "PRAGMA synchronous = FULL",
    # Forgotten handles are overwritten with zeros, not left in free pages.
    "PRAGMA secure_delete = ON",
)


def open_engines(url: URL, wait_s: float) -> tuple[AsyncEngine, AsyncEngine]:
    """Engines for reading and for writing: for migrations and the like, the daily work goes past them."""
    common: dict[str, Any] = {
        "connect_args": {"timeout": wait_s},
        "pool_timeout": wait_s,
        "max_overflow": 0,
        "hide_parameters": True,
    }
    # Neither a BEGIN nor a ROLLBACK around a single SELECT: each costs a trip to the connection's thread.
    reader = create_async_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        skip_autocommit_rollback=True,
        pool_size=READERS,
        **common,
    )
    writer = create_async_engine(url, pool_size=1, **common)
    for engine in (reader, writer):
        event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(writer.sync_engine, "begin", _begin_immediate)
    return reader, writer


def make_file(path: Path) -> None:
    """
    A file that is not there is made, with its folder, readable by its owner only.

    Raises:
        StoreUnavailable: the folder or the file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make_empty_database(path)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(CANNOT_OPEN) from error


def _make_empty_database(path: Path) -> None:
    """
    A file that appears with its write-ahead log switched on already.

    Two processes that switch the same file at once do not wait for each other: one of them fails.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as folder:
        new = Path(folder) / path.name
        # SQLite gives the companion files (-wal, -shm) the same mode.
        new.touch(0o600)
        with closing(sqlite3.connect(new)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        # Appears whole, and never in place of one that another process has made meanwhile.
        with suppress(FileExistsError):
            path.hardlink_to(new)


def _prepare(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
