"""Units that come together share a commit, and nothing else."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from persistence.commits.group import MOST_TOGETHER, GroupCommit


class Disk:
    """Opens the file, and tells what was run on it; holds commits up while it is told to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ran: list[str] = []
        self.is_committing = threading.Event()
        self.may_commit = threading.Event()
        self.may_commit.set()

    def connect(self, wait_s: float) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=wait_s, isolation_level=None, check_same_thread=False)
        connection.set_trace_callback(self._run)
        return connection

    def count(self, text: str) -> int:
        return sum(line == text for line in self.ran)

    def rows(self) -> list[int]:
        """What is committed."""
        with closing(sqlite3.connect(self.path)) as connection:
            return [number for (number,) in connection.execute("SELECT number FROM kept ORDER BY number")]

    def _run(self, text: str) -> None:
        self.ran.append(text)
        if text == "COMMIT":
            self.is_committing.set()
            self.may_commit.wait()


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    path = tmp_path / "file.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE kept (number INTEGER PRIMARY KEY)")
    return Disk(path)


@pytest.fixture
async def commits(disk: Disk) -> AsyncIterator[GroupCommit]:
    group = GroupCommit("a writer", disk.connect, 5)
    yield group
    await group.finished()
    group.close()


def put(number: int) -> Callable[[sqlite3.Connection], int]:
    def unit(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO kept VALUES (?)", (number,))
        return number

    return unit


def put_and_fail(number: int) -> Callable[[sqlite3.Connection], int]:
    def unit(connection: sqlite3.Connection) -> int:
        put(number)(connection)
        raise ArithmeticError(number)

    return unit


async def test_what_comes_together_shares_one_commit(commits: GroupCommit, disk: Disk) -> None:
    """Eight shoppers at once cost one wait for the disk."""
    assert await asyncio.gather(*(commits.run(put(number)) for number in range(8))) == list(range(8))

    assert disk.rows() == list(range(8))
    assert (disk.count("BEGIN IMMEDIATE"), disk.count("COMMIT")) == (1, 1)


async def test_one_alone_needs_no_savepoint(commits: GroupCommit, disk: Disk) -> None:
    """The usual case costs what it did."""
    await commits.run(put(1))

    assert [line.partition(" ")[0] for line in disk.ran if "PRAGMA" not in line] == ["BEGIN", "INSERT", "COMMIT"]


async def test_a_large_crowd_is_taken_in_parts(commits: GroupCommit, disk: Disk) -> None:
    """The event loop is not held for longer than some units take."""
    await asyncio.gather(*(commits.run(put(number)) for number in range(MOST_TOGETHER + 1)))

    assert disk.rows() == list(range(MOST_TOGETHER + 1))
    assert disk.count("COMMIT") == 2


async def test_who_fails_takes_nothing_from_the_others(commits: GroupCommit, disk: Disk) -> None:
    """A lost claim of one shopper undoes no other shopper's change."""
    units = [put(1), put_and_fail(2), put(3)]
    outcomes = await asyncio.gather(*map(commits.run, units), return_exceptions=True)

    assert outcomes[0] == 1
    assert isinstance(outcomes[1], ArithmeticError)
    assert outcomes[2] == 3
    assert disk.rows() == [1, 3]


async def test_one_that_fails_alone_leaves_nothing(commits: GroupCommit, disk: Disk) -> None:
    """It is undone before it is told, and the next finds no transaction open."""
    with pytest.raises(ArithmeticError):
        await commits.run(put_and_fail(1))

    assert disk.rows() == []
    assert await commits.run(put(2)) == 2


async def test_nobody_is_told_before_the_commit(commits: GroupCommit, disk: Disk) -> None:
    """What was answered is on the disk."""
    disk.may_commit.clear()
    first = asyncio.ensure_future(commits.run(put(1)))
    await asyncio.to_thread(disk.is_committing.wait)
    later = [asyncio.ensure_future(commits.run(put(number))) for number in (2, 3)]
    await asyncio.sleep(0)

    assert (first.done(), disk.rows()) == (False, [])
    disk.may_commit.set()
    assert [await first, *await asyncio.gather(*later)] == [1, 2, 3]
    assert disk.count("COMMIT") == 2


async def test_what_began_is_committed_though_nobody_waits(commits: GroupCommit, disk: Disk) -> None:
    """A change is never half done; what nobody waits for any more is not begun."""
    disk.may_commit.clear()
    first = asyncio.ensure_future(commits.run(put(1)))
    await asyncio.to_thread(disk.is_committing.wait)
    second = asyncio.ensure_future(commits.run(put(2)))
    await asyncio.sleep(0)
    first.cancel()
    second.cancel()
    await asyncio.wait([first, second])
    disk.may_commit.set()
    await commits.finished()

    assert disk.rows() == [1]


async def test_a_transaction_that_ended_by_itself_fails_all_who_shared_it(commits: GroupCommit, disk: Disk) -> None:
    """A full disk ends the whole of it: nobody is told that his change is kept."""

    def end(connection: sqlite3.Connection) -> None:
        connection.execute("ROLLBACK")

    outcomes = await asyncio.gather(commits.run(put(1)), commits.run(end), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [sqlite3.OperationalError] * 2
    assert disk.rows() == []
    assert await commits.run(put(2)) == 2


async def test_a_lock_of_another_process_is_waited_for_beside_the_loop(disk: Disk) -> None:
    """Only so long; then the change was not begun."""
    commits = GroupCommit("a writer", disk.connect, 0.05)
    await commits.run(put(1))
    other = sqlite3.connect(disk.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    outcomes = await asyncio.gather(commits.run(put(2)), commits.run(put(3)), return_exceptions=True)

    assert [str(outcome) for outcome in outcomes] == ["database is locked"] * 2
    other.execute("COMMIT")
    other.close()
    assert await commits.run(put(4)) == 4
    assert disk.rows() == [1, 4]
    commits.close()


async def test_the_wait_for_a_turn_is_bounded(disk: Disk) -> None:
    """What was refused was not begun."""
    commits = GroupCommit("a writer", disk.connect, -1)
    with pytest.raises(TimeoutError):
        await commits.run(put(1))

    assert disk.rows() == []
    commits.close()


async def test_nothing_is_taken_after_the_end(disk: Disk) -> None:
    """Who comes too late is told, not left waiting."""
    commits = GroupCommit("a writer", disk.connect, 5)
    commits.close()

    with pytest.raises(sqlite3.ProgrammingError):
        await commits.run(put(1))


async def test_the_connection_reads_only_while_nothing_is_under_way(commits: GroupCommit, disk: Disk) -> None:
    """What is not committed yet is seen by nobody."""

    def seen() -> list[int] | None:
        connection = commits.idle
        if connection is None:
            return None
        return [number for (number,) in connection.execute("SELECT number FROM kept")]

    assert seen() is None
    disk.may_commit.clear()
    writing = asyncio.ensure_future(commits.run(put(1)))
    await asyncio.to_thread(disk.is_committing.wait)

    assert seen() is None
    disk.may_commit.set()
    await writing
    await commits.finished()
    assert seen() == [1]


async def test_a_lock_that_was_waited_for_is_not_held_for_the_loop(disk: Disk) -> None:
    """Another process gets its turn although our event loop is at something else."""
    commits = GroupCommit("a writer", disk.connect, 5)
    writing = asyncio.ensure_future(commits.run(put(1)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    with closing(sqlite3.connect(disk.path, timeout=5, isolation_level=None)) as other:
        # Here the loop stands still.
        while disk.rows() != [1]:
            other.execute("INSERT OR IGNORE INTO kept VALUES (0)")
            other.execute("DELETE FROM kept WHERE number = 0")

    assert await writing == 1
    commits.close()
