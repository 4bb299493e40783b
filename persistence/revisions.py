"""
Which schema a database has, and whether this version of the program fits it: told without the tool that migrates.

That tool (alembic) takes a twentieth of a start to read in, and a start seldom needs it.
"""

from collections.abc import Sequence
from typing import Final

from persistence.engine import Database
from persistence.errors import SchemaMismatch

REVISIONS: Final = ("0001", "0002", "0003", "0004")
"""The revisions this version of the program knows, the oldest first; those in ``persistence.migrations``."""
HEAD: Final = REVISIONS[-1]
"""The revision this version of the program works with."""


def mismatch(current: str | None, known: Sequence[str]) -> str | None:
    """Why a schema at revision ``current`` does not fit and what to do; None when it is the last of the known ones."""
    if current == known[-1]:
        return None
    if current is None:
        return "The database has no schema yet: run `cartograph migrate`."
    if current in known:
        return (
            f"The database's schema is at revision {current}, this version needs {known[-1]}: run `cartograph migrate`."
        )
    return (
        f"The database's schema is at revision {current}, which is newer than this version knows ({known[-1]}): "
        "install the version that made it; `cartograph migrate` does not go back."
    )


async def require_head(database: Database) -> None:
    """
    Return if the schema is the one this version works with.

    Raises:
        SchemaMismatch: it is missing, older or newer; says what to do.
        StoreUnavailable: the database cannot be reached.
    """
    if sentence := mismatch(await database.revision(), REVISIONS):
        raise SchemaMismatch(sentence)
