"""
A process that changes one cart again and again, beside others that do the same: ``python -m … URL KEYS TASKS CHANGES``.

Each change reads the cart, claims it, and settles it with one more of its first line. Who finds the cart claimed, or
changed since it was read, reads again. At the end it prints how many changes were acknowledged.
"""

import asyncio
import os
import sys

from msgspec.structs import replace

from persistence.engine import open_database
from persistence.errors import CartMoved
from persistence.journal import SqlJournal
from persistence.records import Settlement
from persistence.sealing import KeyRing
from tests.unit.persistence.carts import LATER, LEASE, an_intent, ended


async def one_more(journal: SqlJournal, name: str) -> int:
    """How often it was tried until it was acknowledged."""
    tries = 0
    while True:
        tries += 1
        cart = (await journal.opening("customer-1", "US", None, None)).cart
        if cart is None:
            raise LookupError(name)
        intent = an_intent(f"{name}-{tries}", cart)
        try:
            held = await journal.record(intent, cart, LEASE)
        except CartMoved:
            continue
        line = held.lines[0]
        lines = (replace(line, quantity=line.quantity + 1), *held.lines[1:])
        after = replace(held, lines=lines, version=held.version + 1, updated_at=LATER, hold=None)
        await journal.settle(Settlement(intent=ended(intent), before=held, after=after))
        return tries


async def main(url: str, keys: str, tasks: int, changes: int) -> None:
    """Begin when told to by a line of the input."""
    database = open_database(url)
    journal = SqlJournal(database, KeyRing.parse(keys))
    sys.stdin.readline()

    async def work(task: int) -> int:
        for number in range(changes):
            await one_more(journal, f"{os.getpid()}-{task}-{number}")
        return changes

    done = await asyncio.gather(*(work(task) for task in range(tasks)))
    await database.close()
    sys.stdout.write(f"{sum(done)}\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
