"""Databases of both kinds, a key ring, and a store over them."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from persistence.engine import Database
from persistence.journal import SqlJournal
from persistence.sealing import KeyRing, new_key
from persistence.store import SqlCartStore
from tests.support.database import database as database
from tests.support.database import database_kind as database_kind
from tests.support.database import database_maker as database_maker
from tests.support.database import database_url as database_url
from tests.support.database import empty_database as empty_database
from tests.support.database import empty_database_url as empty_database_url


@pytest.fixture
def key_ring() -> KeyRing:
    """A ring of one fresh key."""
    return KeyRing.parse(new_key())


@pytest.fixture
def store(database: Database, key_ring: KeyRing) -> SqlCartStore:
    """The store under test."""
    return SqlCartStore(database, key_ring)


@pytest.fixture
def journal(database: Database, key_ring: KeyRing) -> SqlJournal:
    """The journal under test, and the way by which carts come into the tables."""
    return SqlJournal(database, key_ring)


@pytest.fixture
async def run_killed() -> AsyncIterator[Callable[..., Awaitable[str]]]:
    """Runs something in a process that kills itself on the way: see ``killed``. Answers "died", or its exit code."""
    processes: dict[str, asyncio.subprocess.Process] = {}

    async def run(url: str, **what: object) -> str:
        if url not in processes:
            processes[url] = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.unit.persistence.killed", url),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        process = processes[url]
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{json.dumps(what)}\n".encode())
        return (await process.stdout.readline()).decode().strip()

    yield run
    for process in processes.values():
        await process.communicate(b"")
