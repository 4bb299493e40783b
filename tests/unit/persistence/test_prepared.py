"""Statements become text once, and their values come in the order and form each driver wants."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, select, update

from persistence import cart_statements, intent_statements
from persistence.cart_statements import carts
from persistence.engine import Database
from persistence.prepared import Statement
from tests.unit.persistence.carts import NOON, rows

TOUCH = Statement(
    update(carts)
    .where(carts.c.id == bindparam("the_cart"), carts.c.customer_id != bindparam("the_cart"))
    .values(status="EXPIRED", updated_at=bindparam("updated_at"))
)
EVERY_STATEMENT = {
    name: statement
    for module in (cart_statements, intent_statements)
    for name, statement in vars(module).items()
    if isinstance(statement, Statement)
}


def test_values_come_in_the_order_of_the_text() -> None:
    """SQLite counts each mark, PostgreSQL each name; what the statement was built with is among them."""
    given = {"the_cart": "cart-1", "updated_at": NOON, "not asked for": 1}

    assert TOUCH.sqlite.values(given) == ("EXPIRED", "2024-02-29 12:00:00.123456", "cart-1", "cart-1")
    assert TOUCH.postgresql.values(given) == ("EXPIRED", NOON, "cart-1")
    assert TOUCH.sqlite.text.count("?") == 4
    assert "$3::VARCHAR" in TOUCH.postgresql.text


def test_an_instant_is_utc_text_on_sqlite_and_comes_back_aware() -> None:
    """As the rest of the tables have it, so that text sorts as the instants do; NULL stays NULL."""
    statement = Statement(select(carts.c.id, carts.c.lease_until, carts.c.created_at))
    in_tokyo = NOON.astimezone(timezone(timedelta(hours=9)))

    assert TOUCH.sqlite.values({"updated_at": in_tokyo}) == ("EXPIRED", "2024-02-29 12:00:00.123456", None, None)
    assert TOUCH.sqlite.values({"updated_at": None}) == ("EXPIRED", None, None, None)
    assert statement.sqlite.rows([("cart-1", None, "2024-02-29 12:00:00.123456")]) == [["cart-1", None, NOON]]
    [[_, _, created_at]] = statement.sqlite.rows([("cart-1", None, "2024-02-29 12:00:00.000000")])
    assert created_at.tzinfo is UTC


def test_a_naive_instant_is_refused_for_both() -> None:
    """Which moment it means cannot be known."""
    naive = {"the_cart": "cart-1", "updated_at": datetime(2024, 1, 1)}  # noqa: DTZ001

    for prepared in (TOUCH.sqlite, TOUCH.postgresql):
        with pytest.raises(ValueError, match="An instant must be aware"):
            prepared.values(naive)


def test_a_statement_prints_as_its_first_line() -> None:
    """A traceback shows which it was."""
    assert (
        repr(TOUCH)
        == "Statement(UPDATE carts SET status=?, updated_at=? WHERE carts.id = ? AND carts.customer_id != ?)"
    )


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", sorted(EVERY_STATEMENT))
async def test_no_daily_statement_walks_through_a_table(database: Database, name: str) -> None:
    """With a million carts a look-up costs what it costs with one. Reaping and sealing anew are rare and walk."""
    statement = EVERY_STATEMENT[name].sqlite
    values = statement.values({"the_limit": 1, "the_offset": 0})
    async with database.reading() as connection:
        explained = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement.text}", values)
        plan: list[str] = [tuple(row)[-1] for row in explained]

    walks = [step for step in plan if step.startswith("SCAN") and step.split()[1] in ("carts", "cart_lines", "intents")]
    if name in ("SEALED_CARTS", "SEALED_ADDRESSES", "REAP_CROWDED"):
        assert len(walks) >= 1
    else:
        assert walks == []
    assert await rows(database, "SELECT count(*) FROM carts") == [(0,)]
