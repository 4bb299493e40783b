"""
The schema's steps, taken from code: bring a database up to this version, or tell why it does not fit.

Steps only lead forward. All of them are taken in one transaction under one lock, so processes that start together
wait for the first and find nothing left to do.
"""

from collections.abc import Sequence
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from persistence.engine import Database
from persistence.errors import SchemaMismatch

_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
# Any number will do as long as nothing else in the database locks by it: the bytes of "cart".
_LOCK_KEY = 0x63617274


@cache
def revisions() -> tuple[str, ...]:
    """The revisions this version of the program knows, the oldest first."""
    steps = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(reversed([step.revision for step in steps]))


def head() -> str:
    """The revision this version of the program works with."""
    return revisions()[-1]


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


async def upgrade(database: Database) -> str:
    """
    Bring the schema to ``head``, from any older revision or none, and return that revision.

    Raises:
        SchemaMismatch: the schema is newer than this version knows; nothing was changed.
        StoreUnavailable: the database cannot be reached or written; nothing was changed.
    """
    async with database.writing() as connection:
        if database.dialect == "postgresql":
            await connection.execute(_LOCK, {"key": _LOCK_KEY})
        await connection.run_sync(_upgrade)
    return head()


async def require_head(database: Database) -> None:
    """
    Return if the schema is the one this version works with.

    Raises:
        SchemaMismatch: it is missing, older or newer; says what to do.
        StoreUnavailable: the database cannot be reached.
    """
    if sentence := mismatch(await database.revision(), revisions()):
        raise SchemaMismatch(sentence)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "persistence:migrations")
    return config


def _upgrade(connection: Connection) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in revisions():
        raise SchemaMismatch(mismatch(current, revisions()))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
