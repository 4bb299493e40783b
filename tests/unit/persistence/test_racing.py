"""Several processes on one database, SQLite's file included, lose no change of one cart and make none twice."""

import asyncio
import sys

from persistence.engine import Database
from persistence.journal import SqlJournal
from persistence.sealing import KeyRing, new_key
from persistence.store import SqlCartStore
from tests.unit.persistence.carts import a_cart, a_line, keep, rows

TASKS, CHANGES = 4, 5


async def test_two_processes_lose_no_change_of_one_cart(database: Database, database_url: str) -> None:
    """Every acknowledged change is in the cart, once: the quantity and the version say how many there were."""
    keys = new_key()
    key_ring = KeyRing.parse(keys)
    await keep(SqlJournal(database, key_ring), a_cart(lines=[a_line(1), a_line(2)]))
    command = ("-m", "tests.unit.persistence.racing", database_url, keys, str(TASKS), str(CHANGES))
    pipe = asyncio.subprocess.PIPE
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, *command, stdin=pipe, stdout=pipe) for _ in range(2)
    ]

    done = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))

    acknowledged = sum(int(out) for out, _ in done)
    assert acknowledged == 2 * TASKS * CHANGES
    cart = await SqlCartStore(database, key_ring).active("customer-1", "US")
    assert cart is not None
    assert (cart.lines[0].quantity, cart.version, cart.hold) == (1 + acknowledged, 1 + acknowledged, None)
    settled = "SELECT count(*) FROM intents WHERE state = 'SETTLED' AND id NOT LIKE 'opening%'"
    assert await rows(database, settled) == [(acknowledged,)]
