"""
Carts in a SQLite file of their own. Several processes may use it at once; what was answered is on the disk.

A change that comes alone is committed by itself; within ``together`` changes that come at the same time share a commit.

A cart is found only by its CartId together with its HMAC and the associate tag it was made with. It ends ninety days
after it was last used, seven days when it is empty.
"""

import asyncio
import hmac
import sqlite3
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from secrets import randbelow, token_bytes
from threading import Lock
from typing import Final, Protocol, TypeVar

import msgspec
from msgspec import Struct

from ecs.embedded.cart_rules import Line, Outcome
from ecs.embedded.faults import Fault

T = TypeVar("T")
LIFETIME: Final = timedelta(days=90)
LIFETIME_EMPTY: Final = timedelta(days=7)
_TOUCH_EVERY: Final = timedelta(hours=1)
"""Reading a cart renews it, but writes so at most this often."""
_BUSY_TIMEOUT_MS: Final = 5000
_TRIES: Final = 20
_OPENING_TRIES: Final = 100
_OPENING_PAUSE_S: Final = 0.05

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cart (
    id TEXT PRIMARY KEY, tag TEXT NOT NULL, used_at REAL NOT NULL, lines INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS cart_by_use ON cart (used_at);
CREATE TABLE IF NOT EXISTS line (
    cart_id TEXT NOT NULL REFERENCES cart ON DELETE CASCADE, position INTEGER NOT NULL,
    key TEXT NOT NULL, asin TEXT NOT NULL, offer_key TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 999), is_saved INTEGER NOT NULL,
    title TEXT NOT NULL, product_group TEXT NOT NULL, seller_id TEXT NOT NULL, seller_name TEXT NOT NULL,
    amount INTEGER NOT NULL, metadata TEXT NOT NULL DEFAULT '[]', list_owner TEXT NOT NULL DEFAULT '',
    list_type TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (cart_id, key)
) WITHOUT ROWID;
"""
_LINE_COLUMNS: Final = (
    "key, asin, offer_key, quantity, is_saved, title, product_group, seller_id, seller_name, amount,"
    " metadata, list_owner, list_type"
)
_LATER_COLUMNS: Final = (("metadata", "[]"), ("list_owner", ""), ("list_type", ""))
"""Columns that files of the first version lack, and what they hold then."""
# The columns are those of this module.
_USED_AT: Final = "SELECT used_at, lines FROM cart WHERE id = ? AND tag = ?"
_SHOW_LINES: Final = f"SELECT {_LINE_COLUMNS} FROM line WHERE cart_id = ? ORDER BY position"  # noqa: S608
_ADD_LINE: Final = (
    f"INSERT INTO line (cart_id, position, {_LINE_COLUMNS}) VALUES"  # noqa: S608
    f" (?, (SELECT coalesce(min(position), 0) - 1 FROM line WHERE cart_id = ?){', ?' * 13})"
)
_CHANGE_LINE: Final = f"UPDATE line SET ({_LINE_COLUMNS}) = (?{', ?' * 12}) WHERE cart_id = ? AND key = ?"  # noqa: S608
_DELETE_LINE: Final = "DELETE FROM line WHERE cart_id = ? AND key = ?"
_NO_METADATA: Final = "[]"
_METADATA: Final = msgspec.json.Decoder(tuple[tuple[str, str], ...]).decode


class Handle(Struct, frozen=True, gc=False):
    """What a request names a cart by."""

    cart_id: str
    hmac: str
    tag: str


class Cart(Struct, frozen=True):
    """A cart as it is, and what the last request did not do as asked."""

    cart_id: str
    hmac: str
    tag: str
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...] = ()


class Commits(Protocol):
    """Lets changes that come at the same time share a commit."""

    async def run(self, unit: Callable[[sqlite3.Connection], T]) -> T:
        """What ``unit`` returns, once it is committed; or raises, once it is undone."""
        ...

    def close(self) -> None:
        """Let go of the connection, after the commit that is on its way."""
        ...


OpenCommits = Callable[[str, Callable[[float], sqlite3.Connection], float], Commits]
"""Makes ``Commits`` of a name, what opens a connection that waits for locks so many seconds, and that wait."""


class Carts:
    """
    The carts in ``path``. Safe to use from several threads. ``lifetime`` takes the place of both lifetimes.

    Without ``open_commits`` each change is committed by itself, in a thread.
    """

    def __init__(self, path: Path, lifetime: timedelta | None = None, open_commits: OpenCommits | None = None) -> None:
        self._lifetime = lifetime or LIFETIME
        self._lifetime_empty = lifetime or LIFETIME_EMPTY
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = Lock()
        self._commits: Commits | None = None
        if open_commits is not None:
            self._commits = open_commits(f"writer of {path.name}", self._connect, _BUSY_TIMEOUT_MS / 1000)
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._secret = self._prepare()
            self._shown = _Shown(path)
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        if self._commits is not None:
            self._commits.close()
        with self._lock:
            self._database.close()
        self._shown.close()

    async def together(self, work: Callable[["Carts"], T]) -> T:
        """
        What ``work`` returns, once what it did with the carts it is given is committed.

        With shared commits ``work`` runs in the event loop, and others that come while a commit is on its way share
        the next one; else it runs in a thread.

        Raises:
            sqlite3.Error, TimeoutError: nothing was written.
        """
        if self._commits is None:
            return await asyncio.to_thread(work, self)
        return await self._commits.run(lambda connection: work(_Within(self, connection)))

    def _connect(self, wait_s: float) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=wait_s, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        return connection

    def _prepare(self) -> bytes:
        """Make the file ready to be used, by several processes at once, and give its secret."""
        self._database.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
        self._write_ahead()
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute("PRAGMA foreign_keys=ON")
        self._database.executescript(_TABLES)
        self._add_columns()
        return self._make_secret()

    def create(self, tag: str, change: Callable[[Sequence[Line]], Outcome], now: datetime) -> Cart:
        """A new cart, filled by ``change``, which is given no lines."""
        outcome = change(())
        with self._transaction():
            self._database.execute("DELETE FROM cart WHERE used_at < ?", ((now - self._lifetime).timestamp(),))
            cart_id = self._insert(tag, now)
            self._write(cart_id, (), outcome.lines, now)
        return Cart(cart_id, self._hmac(cart_id, tag), tag, outcome.lines, outcome.faults)

    def find(self, handle: Handle, now: datetime, *, renew: bool = True) -> Cart | None:
        """
        The cart as it is; None when there is none under this handle. ``renew`` counts as use.

        It waits for nobody: neither for a change of another cart, nor (but once an hour a cart) for the disk.
        """
        if not self._is_genuine(handle):
            return None
        row, lines = self._shown.of(handle)
        used_at = self._in_use(row, now)
        if used_at is None:
            return None
        if renew and now - used_at > min(_TOUCH_EVERY, self._lifetime_empty / 10):
            self._shown.touch(handle.cart_id, now)
        return Cart(handle.cart_id, handle.hmac, handle.tag, lines)

    def change(self, handle: Handle, change: Callable[[Sequence[Line]], Outcome], now: datetime) -> Cart | None:
        """The cart after ``change`` was applied to its lines; None when there is none under this handle."""
        if not self._is_genuine(handle):
            return None
        with self._transaction():
            if self._in_use(self._database.execute(_USED_AT, (handle.cart_id, handle.tag)).fetchone(), now) is None:
                return None
            before = _lines(self._database, handle.cart_id)
            outcome = change(before)
            self._write(handle.cart_id, before, outcome.lines, now)
        return Cart(handle.cart_id, handle.hmac, handle.tag, outcome.lines, outcome.faults)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            finally:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")

    def _write_ahead(self) -> None:
        # SQLite does not wait for others when the mode of a fresh file is changed, so workers that start together
        # may find it locked for a moment.
        for _ in range(_OPENING_TRIES):
            try:
                self._database.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as error:
                failure = error
                time.sleep(_OPENING_PAUSE_S)
            else:
                return
        raise failure

    def _add_columns(self) -> None:
        with self._transaction():
            present = {name for _, name, *_ in self._database.execute("PRAGMA table_info(line)")}
            for name, default in _LATER_COLUMNS:
                if name not in present:
                    self._database.execute(f"ALTER TABLE line ADD COLUMN {name} TEXT NOT NULL DEFAULT '{default}'")

    def _make_secret(self) -> bytes:
        with self._transaction():
            self._database.execute("INSERT OR IGNORE INTO fact VALUES ('hmac-secret', ?)", (token_bytes(32),))
            (secret,) = self._database.execute("SELECT value FROM fact WHERE name = 'hmac-secret'").fetchone()
        return bytes(secret)

    def _hmac(self, cart_id: str, tag: str) -> str:
        return b64encode(hmac.digest(self._secret, f"{cart_id}\n{tag}".encode(), "sha1")).decode()

    def _is_genuine(self, handle: Handle) -> bool:
        expected = self._hmac(handle.cart_id, handle.tag)
        return hmac.compare_digest(expected.encode(), handle.hmac.encode())

    def _insert(self, tag: str, now: datetime) -> str:
        for _ in range(_TRIES):
            cart_id = f"{randbelow(1000):03}-{randbelow(10**7):07}-{randbelow(10**7):07}"
            inserted = self._database.execute(
                "INSERT OR IGNORE INTO cart VALUES (?, ?, ?, 0)", (cart_id, tag, now.timestamp())
            )
            if inserted.rowcount:
                return cart_id
        raise RuntimeError("no free cart id was found")

    def _in_use(self, row: tuple[float, int] | None, now: datetime) -> datetime | None:
        """When a cart was used last; None when there is none, or it has ended since."""
        if row is None:
            return None
        used_at = datetime.fromtimestamp(row[0], now.tzinfo)
        return used_at if now - used_at <= (self._lifetime if row[1] else self._lifetime_empty) else None

    def _write(self, cart_id: str, before: Sequence[Line], lines: Sequence[Line], now: datetime) -> None:
        known = {line.key: line for line in before}
        kept = [line for line in lines if line.key in known]
        new = lines[: len(lines) - len(kept)]
        gone = known.keys() - {line.key for line in kept}
        if [line.key for line in kept] != [key for key in known if key not in gone] or [*new, *kept] != [*lines]:
            # In another order.
            gone, new, kept = set(known), lines, []
        self._database.executemany(_DELETE_LINE, [(cart_id, key) for key in gone])
        self._database.executemany(
            _CHANGE_LINE, [(*_values(line), cart_id, line.key) for line in kept if line != known[line.key]]
        )
        # The last of the new ones goes before what is there, each other one before it.
        self._database.executemany(_ADD_LINE, [(cart_id, cart_id, *_values(line)) for line in reversed(new)])
        self._database.execute(
            "UPDATE cart SET used_at = ?, lines = ? WHERE id = ?", (now.timestamp(), len(lines), cart_id)
        )


class _Within(Carts):
    """The carts within a transaction that somebody else commits; a change that fails is undone by itself."""

    def __init__(self, carts: Carts, database: sqlite3.Connection) -> None:
        self._lifetime = carts._lifetime
        self._lifetime_empty = carts._lifetime_empty
        self._database = database
        self._secret = carts._secret
        self._shown = carts._shown

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("SAVEPOINT change")
        try:
            yield
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK TO change")
            raise
        finally:
            if self._database.in_transaction:
                self._database.execute("RELEASE change")


class _Shown:
    """Carts as they were committed, on a connection of its own: WAL lets it read while another one writes."""

    def __init__(self, path: Path) -> None:
        self._lock = Lock()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA synchronous=FULL")
        # Who finds the file locked does without what it wanted to write.
        self._database.execute("PRAGMA busy_timeout=0")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._database.close()

    def of(self, handle: Handle) -> tuple[tuple[float, int] | None, tuple[Line, ...]]:
        """When the cart was last used and how many lines it has, and the lines, as of one moment."""
        with self._lock:
            self._database.execute("BEGIN")
            try:
                row = self._database.execute(_USED_AT, (handle.cart_id, handle.tag)).fetchone()
                return row, _lines(self._database, handle.cart_id) if row else ()
            finally:
                self._database.execute("COMMIT")

    def touch(self, cart_id: str, now: datetime) -> None:
        """Write down that the cart was used; while somebody else writes, the next look does it."""
        with self._lock, suppress(sqlite3.OperationalError):
            self._database.execute("UPDATE cart SET used_at = ? WHERE id = ?", (now.timestamp(), cart_id))


def _lines(database: sqlite3.Connection, cart_id: str) -> tuple[Line, ...]:
    return tuple([_line(*row) for row in database.execute(_SHOW_LINES, (cart_id,))])


def _values(line: Line) -> tuple[object, ...]:
    return (
        *(line.key, line.asin, line.offer_key, line.quantity, line.is_saved, line.title, line.product_group),
        *(line.seller_id, line.seller_name, line.amount),
        *(_metadata_text(line.metadata), line.list_owner, line.list_type),
    )


def _metadata_text(metadata: tuple[tuple[str, str], ...]) -> str:
    return msgspec.json.encode(metadata).decode() if metadata else _NO_METADATA


def _line(
    key: str,
    asin: str,
    offer_key: str,
    quantity: int,
    is_saved: int,
    title: str,
    product_group: str,
    seller_id: str,
    seller_name: str,
    amount: int,
    metadata: str,
    list_owner: str,
    list_type: str,
) -> Line:
    return Line(
        *(key, asin, offer_key, quantity, bool(is_saved), title, product_group, seller_id, seller_name, amount),
        metadata=() if metadata == _NO_METADATA else _METADATA(metadata),
        list_owner=list_owner,
        list_type=list_type,
    )
