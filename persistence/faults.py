"""
What a database driver says when it cannot work, as one sentence for the operator.

Only conditions of the surroundings become ``StoreUnavailable``. Anything else (a broken constraint, wrong SQL) is a bug
of ours and passes through. No sentence holds SQL, an address or a password; the driver's own error is the cause.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from persistence.errors import StoreUnavailable
from persistence.tables import ONE_CART

LOCKED = "The database is locked by another program: end that program, or try again."
READ_ONLY = "The database cannot be written: give the server's user write access to the file and its folder."
CANNOT_OPEN = "The database file cannot be opened: check that its folder exists and the server's user may write there."
FULL = "The disk of the database is full: make room, then try again."
DISK_FAILED = "The disk of the database fails to read or write: check the disk, then try again."
NO_DATABASE = "The database file is damaged or is no database: put a copy back, or choose another file."
NOT_MIGRATED = "The database lacks a table this version needs: run `cartograph migrate`."
AWAY = "The database server cannot be reached: check that it runs, and the host and port of the database URL."
REFUSED = "The database server refuses the login: check the user, password and database name of the database URL."
FORBIDDEN = "The database user may not use the tables: grant it rights on them and on their schema."
CROWDED = "The database server has no connection left: raise its limit, or run fewer server processes."
STANDBY = "The database server is read-only: point the database URL at the primary server."
BUSY = "The database did not answer in time: it is overloaded or locked; try again."
LOST = "The connection to the database was lost: check that it still runs, then try again."

# Primary result codes of SQLite; an extended code begins with its primary one.
_SQLITE = {
    "SQLITE_BUSY": LOCKED,
    "SQLITE_LOCKED": LOCKED,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_PERM": READ_ONLY,
    "SQLITE_CANTOPEN": CANNOT_OPEN,
    "SQLITE_FULL": FULL,
    "SQLITE_IOERR": DISK_FAILED,
    "SQLITE_CORRUPT": NO_DATABASE,
    "SQLITE_NOTADB": NO_DATABASE,
}

_UNIQUE_VIOLATION = "23505"
# SQLSTATE codes and, where the whole class says the same, its first two characters.
_POSTGRESQL = {
    "08": LOST,
    "25006": STANDBY,
    "28": REFUSED,
    "3D000": REFUSED,
    "40": BUSY,
    "42P01": NOT_MIGRATED,
    "42501": FORBIDDEN,
    "53100": FULL,
    "53300": CROWDED,
    "53": BUSY,
    "55P03": BUSY,
    "57014": BUSY,
    "57": LOST,
    "58": DISK_FAILED,
}


@contextmanager
def translated() -> Iterator[None]:
    """Raises ``StoreUnavailable`` in place of a driver's error that tells of the surroundings."""
    try:
        yield
    except exc.TimeoutError as error:
        raise StoreUnavailable(BUSY) from error
    except exc.DBAPIError as error:
        sentence = _sentence(error.orig) or (LOST if error.connection_invalidated else None)
        if sentence is None:
            raise
        # The driver's error is the cause, not SQLAlchemy's, which holds the statement.
        raise StoreUnavailable(sentence) from error.orig
    except TimeoutError as error:
        raise StoreUnavailable(BUSY) from error
    except OSError as error:
        raise StoreUnavailable(AWAY) from error
    except Exception as error:
        # A driver's error bears its code; that of PostgreSQL is not read in for its class alone.
        sentence = _sentence(error)
        if sentence is None:
            raise
        raise StoreUnavailable(sentence) from error


def takes_place_of(error: Exception) -> bool:
    """Whether a write failed because the customer has a cart in the marketplace: no other clash is taken for that."""
    if isinstance(error, sqlite3.IntegrityError):
        return str(error) == "UNIQUE constraint failed: carts.customer_id, carts.marketplace"
    return getattr(error, "sqlstate", None) == _UNIQUE_VIOLATION and getattr(error, "constraint_name", "") == ONE_CART


def _sentence(error: BaseException | None) -> str | None:
    sqlite_name = getattr(error, "sqlite_errorname", None)
    if sqlite_name is not None:
        if sqlite_name == "SQLITE_ERROR" and str(error).startswith("no such table"):
            return NOT_MIGRATED
        return _SQLITE.get("_".join(sqlite_name.split("_")[:2]))
    state = getattr(error, "sqlstate", None)
    return None if state is None else _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
