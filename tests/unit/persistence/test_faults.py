"""Faults of the surroundings become sentences; bugs stay errors."""

import sqlite3
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy import exc

from persistence import faults
from persistence.errors import StoreUnavailable
from persistence.faults import translated


class Driver(Exception):
    """An error of a driver as SQLAlchemy wraps it."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("driver's words")
        self.sqlstate = sqlstate


def wrapped(driver_error: Exception) -> exc.DBAPIError:
    """As SQLAlchemy raises it, with the statement in its text."""
    return exc.OperationalError("UPDATE carts SET …", {}, driver_error)


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    """SQLite's own error, made by a file that may not grow."""
    connection = sqlite3.connect(tmp_path / "full.db")
    connection.execute("PRAGMA max_page_count = 2")
    connection.execute("CREATE TABLE t (x)")
    with pytest.raises(sqlite3.OperationalError) as full:
        connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    connection.close()

    for error in (full.value, wrapped(full.value)):
        with pytest.raises(StoreUnavailable) as told, translated():
            raise error

        assert str(told.value) == faults.FULL
        assert told.value.__cause__ is full.value


@pytest.mark.parametrize(
    ("sqlstate", "sentence"),
    [
        ("08006", faults.LOST),
        ("25006", faults.STANDBY),
        ("28P01", faults.REFUSED),
        ("3D000", faults.REFUSED),
        ("40P01", faults.BUSY),
        ("42501", faults.FORBIDDEN),
        ("42P01", faults.NOT_MIGRATED),
        ("53100", faults.FULL),
        ("53200", faults.BUSY),
        ("53300", faults.CROWDED),
        ("55P03", faults.BUSY),
        ("57014", faults.BUSY),
        ("57P01", faults.LOST),
        ("58030", faults.DISK_FAILED),
    ],
)
def test_each_state_of_a_server_has_its_sentence(sqlstate: str, sentence: str) -> None:
    """Different faults call for different hands; none of them is told in SQL."""
    with pytest.raises(StoreUnavailable) as told, translated():
        raise wrapped(Driver(sqlstate))

    assert str(told.value) == sentence


@pytest.mark.parametrize("sqlstate", ["23505", "42601", "22003"])
def test_a_bug_passes_through(sqlstate: str) -> None:
    """A broken constraint or wrong SQL must not be taken for an outage and tried again for ever."""
    bug = wrapped(Driver(sqlstate))

    with pytest.raises(exc.DBAPIError) as raised, translated():
        raise bug

    assert raised.value is bug


def test_wrong_sql_on_sqlite_passes_through() -> None:
    """The same on the other database."""
    connection = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.OperationalError) as wrong:
        connection.execute("SELEC 1")
    connection.close()

    with pytest.raises(exc.OperationalError), translated():
        raise wrapped(wrong.value)
    with pytest.raises(sqlite3.OperationalError), translated():
        raise wrong.value


def test_a_lost_connection_without_a_state_is_told() -> None:
    """Drivers do not always say why; SQLAlchemy knows that the connection is gone."""
    gone = exc.InterfaceError("SELECT …", {}, Exception("connection is closed"), connection_invalidated=True)

    with pytest.raises(StoreUnavailable) as told, translated():
        raise gone

    assert str(told.value) == faults.LOST


def test_an_error_while_connecting_is_told_or_passes_through() -> None:
    """asyncpg's errors come unwrapped when there is no connection yet."""
    with pytest.raises(StoreUnavailable) as told, translated():
        raise asyncpg.TooManyConnectionsError("sorry, too many clients already")
    with pytest.raises(asyncpg.SyntaxOrAccessError), translated():
        raise asyncpg.PostgresSyntaxError("not ours to explain")

    assert str(told.value) == faults.CROWDED


def test_errors_of_the_store_pass_through() -> None:
    """What was decided inside the transaction is not translated again."""
    refusal = StoreUnavailable("as it was")

    with pytest.raises(StoreUnavailable) as raised, translated():
        raise refusal

    assert raised.value is refusal


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (sqlite3.IntegrityError("UNIQUE constraint failed: carts.customer_id, carts.marketplace"), True),
        (sqlite3.IntegrityError("UNIQUE constraint failed: carts.id"), False),
        (sqlite3.OperationalError("UNIQUE constraint failed: carts.customer_id, carts.marketplace"), False),
        (ValueError(), False),
    ],
)
def test_only_a_second_cart_is_taken_for_one(error: Exception, expected: bool) -> None:
    """A repeated id is a bug of ours and must not look like a customer's double tap."""
    assert faults.takes_place_of(error) is expected


@pytest.mark.parametrize(("index", "expected"), [("ux_carts_open", True), ("pk_carts", False)])
def test_only_a_second_cart_is_taken_for_one_on_postgresql(index: str, expected: bool) -> None:
    """The server names the index."""
    error = asyncpg.UniqueViolationError("duplicate key value")
    error.constraint_name = index

    assert faults.takes_place_of(error) is expected
