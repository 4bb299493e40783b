"""Every database gets to the newest schema, once, however many ask; one that does not fit is named."""

import asyncio
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from persistence.engine import Database, open_database
from persistence.errors import SchemaMismatch
from persistence.journal import SqlJournal
from persistence.migrate import upgrade
from persistence.records import CartStatus
from persistence.revisions import HEAD, mismatch, require_head
from persistence.sealing import KeyRing, new_key
from persistence.store import SqlCartStore
from persistence.tables import metadata
from tests.unit.persistence.carts import NOTHING, a_cart, claim, everything, rows
from tests.unit.persistence.schema_0001 import contents_0001, make_0001, survived

# Everything there is, in the database's own words; the table of revisions belongs to Alembic.
OWN_WORDS = {
    # A table that was renamed has quotes around its name.
    "sqlite": """
        SELECT name, replace(sql, '"', '') FROM sqlite_schema WHERE tbl_name <> 'alembic_version' ORDER BY name
    """,
    "postgresql": """
        SELECT relname || '.' || attname, format_type(atttypid, atttypmod) || ' ' || attnotnull
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND relname NOT LIKE '%alembic%'
        UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conname NOT LIKE '%alembic%'
        UNION ALL SELECT indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND indexname NOT LIKE '%alembic%'
        ORDER BY 1, 2
    """,
}


async def test_the_migrated_schema_is_the_one_of_the_tables(database: Database) -> None:
    """Alembic finds nothing that the next step would have to change."""

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))

    async with database.writing() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrated_and_made_schema_agree_word_for_word(database: Database, empty_database_url: str) -> None:
    """Checks and conditions of indexes too, which Alembic does not compare."""
    made = open_database(empty_database_url)
    async with made.writing() as connection:
        await connection.run_sync(metadata.create_all)

    # SQLite keeps the text of a table as it was written, and puts a column that came later on the same line.
    ours, theirs = [
        [" ".join(" ".join(map(str, row)).split()) for row in await rows(one, OWN_WORDS[one.dialect])]
        for one in (database, made)
    ]

    await made.close()
    assert len(ours) >= 6
    assert ours == theirs


async def test_an_empty_database_is_brought_to_the_head(empty_database_url: str) -> None:
    """A first start needs no other preparation."""
    database = open_database(empty_database_url)
    before = await database.revision()

    reached = await upgrade(database)

    assert before is None
    assert reached == HEAD == await database.revision()
    assert await everything(database) == NOTHING
    await database.close()


async def test_an_older_database_is_brought_to_the_head_with_its_rows(empty_database: Database) -> None:
    """Carts of every status are there afterwards, open with the same keys, and can be changed."""
    key_ring = KeyRing.parse(new_key())
    await make_0001(empty_database, key_ring)
    before = await contents_0001(empty_database)

    assert await upgrade(empty_database) == HEAD

    assert await contents_0001(empty_database) == survived(before)
    new = "SELECT DISTINCT open_intent, lease_until, fence, made_with, notices FROM carts"
    assert await rows(empty_database, new) == [(None, None, 0, "", b"")]
    assert await rows(empty_database, "SELECT DISTINCT price_accepted_minor, price_moved_at FROM cart_lines") == [
        (None, None)
    ]
    store = SqlCartStore(empty_database, key_ring)
    carts, total = await store.carts("customer-1", "US", tuple(CartStatus), 0, 10)
    assert total == len(carts) == 4
    cart = await store.active("customer-1", "US")
    assert cart is not None
    assert cart.handle == a_cart().handle
    assert [line.id for line in cart.lines] == ["active-1-line-1", "active-1-line-2"]
    held = await claim(SqlJournal(empty_database, key_ring), cart)
    assert await SqlJournal(empty_database, key_ring).held("active-1") == held


async def test_references_hold_after_the_migration(empty_database: Database) -> None:
    """Lines still go with their cart, whose table is another one now."""
    await make_0001(empty_database, KeyRing.parse(new_key()))
    await upgrade(empty_database)

    async with empty_database.writing() as connection:
        await connection.execute(text("DELETE FROM carts WHERE id = 'active-1'"))

    assert await rows(empty_database, "SELECT count(*) FROM cart_lines WHERE cart_id = 'active-1'") == [(0,)]
    assert await rows(empty_database, "SELECT count(*) FROM cart_lines") == [(14,)]


async def test_an_older_schema_is_refused_and_named(empty_database: Database) -> None:
    """The server does not start on a schema that lacks what it needs."""
    await make_0001(empty_database, KeyRing.parse(new_key()))

    with pytest.raises(SchemaMismatch, match=r"at revision 0001, this version needs .*: run `cartograph migrate`"):
        await require_head(empty_database)


async def test_upgrading_again_changes_nothing(database: Database) -> None:
    """Every start may migrate; what is kept stays."""
    async with database.writing() as connection:
        await connection.execute(
            text("INSERT INTO customers (id, created_at) VALUES ('customer-1', '2024-01-01 00:00:00+00')")
        )

    assert await upgrade(database) == HEAD

    assert await rows(database, "SELECT id FROM customers") == [("customer-1",)]


async def test_upgrades_at_once_wait_for_each_other(empty_database_url: str) -> None:
    """Servers started together find one schema and no error."""
    databases = [open_database(empty_database_url) for _ in range(4)]

    reached = await asyncio.gather(*(upgrade(database) for database in databases))

    assert reached == [HEAD] * 4
    assert await rows(databases[0], "SELECT version_num FROM alembic_version") == [(HEAD,)]
    for database in databases:
        await database.close()


async def test_upgrades_of_several_processes_wait_for_each_other(empty_database_url: str) -> None:
    """Two processes, each with a fresh file to switch to the write-ahead log, both succeed."""
    program = """
import asyncio, sys
from persistence.engine import open_database
from persistence.migrate import upgrade
async def main():
    database = open_database(sys.argv[1])
    sys.stdin.read(1)
    await upgrade(database)
    await database.close()
asyncio.run(main())
"""
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, empty_database_url, stdin=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]

    await asyncio.gather(*(process.communicate(b"x") for process in processes))

    assert [process.returncode for process in processes] == [0, 0]
    database = open_database(empty_database_url)
    assert await database.revision() == HEAD
    await database.close()


async def test_a_fitting_schema_is_let_pass(database: Database) -> None:
    """The server starts on what it has migrated."""
    await require_head(database)


async def test_no_schema_is_refused_with_what_to_do(empty_database_url: str) -> None:
    """The server does not start on a database nobody migrated."""
    database = open_database(empty_database_url)

    with pytest.raises(SchemaMismatch, match="The database has no schema yet"):
        await require_head(database)

    assert await database.revision() is None
    await database.close()


async def test_a_newer_schema_is_refused_and_left_alone(database: Database) -> None:
    """An older program neither serves nor migrates what a newer one has made."""
    await _pretend(database, "9999")

    with pytest.raises(SchemaMismatch, match="`cartograph migrate` does not go back"):
        await require_head(database)
    with pytest.raises(SchemaMismatch, match="`cartograph migrate` does not go back"):
        await upgrade(database)

    assert await database.revision() == "9999"


@pytest.mark.parametrize(
    ("current", "sentence"),
    [
        ("0002", None),
        (None, "The database has no schema yet: run `cartograph migrate`."),
        ("0001", "The database's schema is at revision 0001, this version needs 0002: run `cartograph migrate`."),
        (
            "0003",
            "The database's schema is at revision 0003, which is newer than this version knows (0002): "
            "install the version that made it; `cartograph migrate` does not go back.",
        ),
    ],
)
def test_a_mismatch_says_what_to_do(current: str | None, sentence: str | None) -> None:
    """Missing, older and newer schemas call for different steps."""
    assert mismatch(current, ["0001", "0002"]) == sentence


async def _pretend(database: Database, revision: str) -> None:
    async with database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
