"""A process that is killed at any statement leaves all of a transaction or nothing of it, and nobody waiting."""

import itertools
from collections.abc import Awaitable, Callable

import pytest
from msgspec.structs import replace

from persistence.engine import Database
from persistence.journal import SqlJournal
from persistence.records import Hold
from persistence.revisions import require_head
from persistence.sealing import KeyRing, new_key
from persistence.store import SqlCartStore
from tests.unit.persistence.carts import (
    LEASE,
    NOTHING,
    a_cart,
    an_intent,
    changed,
    everything,
    pending,
    rows,
)
from tests.unit.persistence.schema_0001 import contents_0001, make_0001, survived

RunKilled = Callable[..., Awaitable[str]]


@pytest.fixture
def keys() -> str:
    """A key ring that two processes share."""
    return new_key()


async def test_a_process_killed_while_it_records_has_recorded_all_or_nothing(
    database: Database, database_url: str, keys: str, run_killed: RunKilled
) -> None:
    """Either the sweeper finds the intent with its cart, or nobody ever heard of either."""
    for number in (1, 2, 3):
        assert await run_killed(database_url, do="record", keys=keys, after=number) == "died"
        assert await everything(database) == NOTHING

    assert await run_killed(database_url, do="record", keys=keys, after="commit") == "died"

    cart = replace(pending(a_cart()), hold=Hold(intent_id="intent-1", lease_until=LEASE), fence=1)
    held = await SqlJournal(database, KeyRing.parse(keys)).held("cart-1")
    assert held is not None
    assert (held.cart, held.intent) == (cart, an_intent("intent-1", cart))


async def test_a_process_killed_while_it_settles_has_settled_all_or_nothing(
    database: Database, database_url: str, keys: str, run_killed: RunKilled
) -> None:
    """Before the commit the cart is still held, for the sweeper; after it, the change is there for good."""
    journal = SqlJournal(database, KeyRing.parse(keys))
    cart = pending(a_cart())
    await journal.record(an_intent("intent-1", cart), cart, LEASE)
    before = await everything(database)

    for number in (1, 2, 3):
        assert await run_killed(database_url, do="settle", keys=keys, after=number) == "died"
        assert await everything(database) == before

    assert await run_killed(database_url, do="settle", keys=keys, after="commit") == "died"
    settled = replace(changed(a_cart()), fence=1)
    assert await SqlCartStore(database, KeyRing.parse(keys)).active("customer-1", "US") == settled
    assert await rows(database, "SELECT state FROM intents") == [("SETTLED",)]


async def test_a_migration_killed_at_any_statement_leaves_the_old_schema_whole(
    empty_database: Database, empty_database_url: str, run_killed: RunKilled
) -> None:
    """The old version serves what it served; the next try brings it all to the new one."""
    key_ring = KeyRing.parse(new_key())
    await make_0001(empty_database, key_ring)
    before = await contents_0001(empty_database)

    for number in itertools.count(1):
        outcome = await run_killed(empty_database_url, do="migrate", after=number)
        if outcome != "died":
            break
        assert await empty_database.revision() == "0001"
        assert await contents_0001(empty_database) == before

    assert outcome == "0"
    assert number > 15
    await require_head(empty_database)
    assert await contents_0001(empty_database) == survived(before)
