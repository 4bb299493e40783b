"""
CPU time of the database's part of a request, in this process: ``python -m bench.persistence``.

A change of a cart is an opening, a record and a settlement; a read is one look-up. All threads of the process count,
the PostgreSQL server does not. The rows are real: a cart of five lines with a snapshot of 4 KB, sealed handles, a
request key, durable commits. Both databases take turns in every round.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Final, TypeVar

import pytest
from msgspec.structs import replace

from persistence.engine import open_database
from persistence.journal import SqlJournal
from persistence.records import CartRecord, RequestKey, Settlement, Snapshot
from persistence.sealing import KeyRing, new_key
from persistence.store import SqlCartStore
from tests.support.database import DatabaseMaker
from tests.unit.persistence.carts import LATER, LEASE, a_cart, a_line, an_intent, ended, keep

_ROUNDS: Final = 300
_LINES: Final = 5
_TOGETHER: Final = ("opening", "record", "settle")

T = TypeVar("T")
Times = dict[str, list[float]]


class _Shopper:
    """One customer's cart in one database, with the times that using it took."""

    def __init__(self, url: str) -> None:
        keys = KeyRing.parse(new_key())
        self.url = url
        self.database = open_database(url)
        self.times: Times = {}
        self._store = SqlCartStore(self.database, keys)
        self._journal = SqlJournal(self.database, keys)

    async def begin(self) -> None:
        """Fill the tables, and the caches of statements."""
        snapshot = Snapshot(body=bytes(4096), observed_at=LATER)
        await keep(self._journal, a_cart(lines=[a_line(number) for number in range(1, _LINES + 1)], snapshot=snapshot))
        for number in range(20):
            await self.turn(-number)
        self.times.clear()

    async def turn(self, number: int) -> None:
        """A read, and a change that sets a quantity."""
        key = RequestKey(key=f"key-{number}", fingerprint=bytes(32))
        await self._timed("read", self._store.active("customer-1", "US"))
        opening = await self._timed("opening", self._journal.opening("customer-1", "US", None, key.key))
        cart = opening.cart
        if cart is None:
            raise LookupError("the cart is gone")
        intent = an_intent(f"intent-{number}", cart, request_key=key, body=bytes(300))
        held = await self._timed("record", self._journal.record(intent, cart, LEASE))
        done = ended(intent, outcome=bytes(300))
        await self._timed("settle", self._journal.settle(Settlement(intent=done, before=held, after=_changed(held))))

    async def _timed(self, name: str, work: Awaitable[T]) -> T:
        begun = time.process_time_ns()
        result = await work
        self.times.setdefault(name, []).append((time.process_time_ns() - begun) / 1000)
        return result


def _changed(cart: CartRecord) -> CartRecord:
    first = replace(cart.lines[0], quantity=1 + cart.lines[0].quantity % 9)
    return replace(cart, lines=(first, *cart.lines[1:]), version=cart.version + 1, hold=None)


def _table(shoppers: dict[str, _Shopper]) -> str:
    lines = [f"Database's part, {_LINES} lines, CPU µs of this process, best / median of {_ROUNDS} rounds"]
    for kind, shopper in shoppers.items():
        times = shopper.times
        times["change"] = [sum(parts) for parts in zip(*(times[name] for name in _TOGETHER), strict=True)]
        for name, taken in times.items():
            lines.append(f"  {kind:11} {name:8} {min(taken):7.0f} / {statistics.median(taken):7.0f}")
    return "\n".join(lines) + "\n"


async def run(folder: Path) -> str:
    """The table; without PostgreSQL where no server can be had."""
    maker = DatabaseMaker(folder)
    shoppers = {}
    for kind in ("sqlite", "postgresql"):
        try:
            shoppers[kind] = _Shopper(await maker.migrated(kind))
        except pytest.skip.Exception as reason:
            sys.stdout.write(f"{reason}\n")
    for shopper in shoppers.values():
        await shopper.begin()
    for number in range(1, _ROUNDS + 1):
        for shopper in shoppers.values():
            await shopper.turn(number)
    for shopper in shoppers.values():
        await shopper.database.close()
    if "postgresql" in shoppers:
        await maker.give_back(shoppers["postgresql"].url)
    await maker.drop_idle()
    return _table(shoppers)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        sys.stdout.write(asyncio.run(run(Path(name))))


if __name__ == "__main__":
    main()
