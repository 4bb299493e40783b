"""
The schema's steps, taken from code: bring a database up to this version.

Steps only lead forward. All of them are taken in one transaction under one lock, so processes that start together
wait for the first and find nothing left to do.
"""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from persistence.engine import Database
from persistence.errors import SchemaMismatch
from persistence.revisions import HEAD, REVISIONS, mismatch

_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
# Any number will do as long as nothing else in the database locks by it: the bytes of "cart".
_LOCK_KEY = 0x63617274


async def upgrade(database: Database) -> str:
    """
    Bring the schema to ``HEAD``, from any older revision or none, and return that revision.

    Raises:
        SchemaMismatch: the schema is newer than this version knows; nothing was changed.
        StoreUnavailable: the database cannot be reached or written; nothing was changed.
    """
    async with database.writing() as connection:
        if database.dialect == "postgresql":
            await connection.execute(_LOCK, {"key": _LOCK_KEY})
        await connection.run_sync(_upgrade)
    return HEAD


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "persistence:migrations")
    return config


def _upgrade(connection: Connection) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in REVISIONS:
        raise SchemaMismatch(mismatch(current, REVISIONS))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
