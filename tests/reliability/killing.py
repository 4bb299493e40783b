"""
A batch of kills on one database: lives of a server process, one after the other, each killed at a random instant (T6).

Each life begins a minute after the last one by its clock, so that every lease has run out: it sweeps, and serves some
of the shoppers, who may first ask again, under the same key, for what was cut off. The sweep and whatever settles on
the way are killed like everything else. At the end all is settled and judged: by the checker (I1, I2, I6, I7), by the
upstream's carts (I4), and by what is in the database (I5, I13).
"""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Final

import httpx
from msgspec import Struct, field
from sqlalchemy import make_url

from ecs.client.transport import network_client
from resolvers.customers import CUSTOMER_PREFIX
from resolvers.shop import Shop
from resolvers.sweeping import sweep
from tests.reliability.checker import check
from tests.reliability.chronicle import Chronicle
from tests.reliability.database_state import crowded_customers, held_carts, open_intents
from tests.reliability.histories import History
from tests.reliability.lives import Kill, Life, Visit, live
from tests.reliability.ordering import TooHard
from tests.reliability.points import At
from tests.reliability.process import process
from tests.reliability.scenes import guest_of
from tests.reliability.simulation.driver import Step, perform
from tests.reliability.whims import LIMITS, step

LATER_S: Final = 60.0
_SHOPPERS: Final = 40
_WITH_GUEST: Final = 4
"""So many of them were guests before, whose carts become theirs now and then."""
_AT_ONCE: Final = 4
_STEPS: Final = 5
_ASKS_AGAIN: Final = 0.8
_MOST_LINES: Final = 100
_MOST_DELAY_S: Final = 0.004
_LIVES_A_KILL: Final = 2
"""A life may come to its end before its kill; many more than this would be no test of kills."""


class Tally(Struct):
    """What a batch tried and found."""

    kills: int = 0
    lives: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    cut_off: Counter[str] = field(default_factory=Counter)
    """Changes cut off, by the last point they had passed."""
    left: int = 0
    """Intents that were open after the last kill."""
    checker_steps: int = 0
    unjudged: int = 0
    """Shoppers whose history the checker gave up: too many of their calls may or may not have happened."""

    def __str__(self) -> str:
        """In one line."""
        fates = ", ".join(f"{number} {fate}" for fate, number in sorted(self.fates.items()))
        where = ", ".join(f"{number} {point}" for point, number in self.cut_off.most_common())
        return (
            f"{self.kills} kills in {self.lives} lives, 0 violations; calls: {fates}; changes cut off: {where}; "
            f"{self.left} open at the end, settled; {self.checker_steps} steps of the checker, "
            f"{self.unjudged} shoppers given up"
        )


class Batch:
    """A seed's batch over a database and an upstream; ``run`` raises when something does not hold."""

    def __init__(self, database_url: str, endpoint: str, seed: int) -> None:
        self._url = database_url
        self._endpoint = endpoint
        self._random = Random(seed)
        customers = [f"{CUSTOMER_PREFIX}{seed}-{number}" for number in range(_SHOPPERS)]
        self._guests = {owner: guest_of(owner) for owner in customers[:_WITH_GUEST]}
        self._owners = customers + list(self._guests.values())
        self._chronicle = Chronicle()
        self._tally = Tally()

    def run(self, kills: int) -> Tally:
        """Kill so often, and judge."""
        client = network_client()
        while self._tally.kills < kills:
            self._tally.lives += 1
            assert self._tally.lives <= 20 + kills * _LIVES_A_KILL, f"only {self._tally.kills} kills struck"
            self._tally.kills += self._live(client)
        asyncio.run(self._look())
        self._judge()
        return self._tally

    def _live(self, client: httpx.AsyncClient) -> bool:
        random = self._random
        owners = random.sample(self._owners, _AT_ONCE)
        life = Life(f"life {self._tally.lives}", [self._visit(owner) for owner in owners])
        kill = Kill(random.randrange(1, _MOST_LINES), random.random() * _MOST_DELAY_S)
        later_s = LATER_S * self._tally.lives

        @asynccontextmanager
        async def shop(at: At) -> AsyncIterator[Shop]:
            async with process(self._url, self._endpoint, at=at, later_s=later_s, client=client) as (shop, _):
                yield shop

        lived = live(shop, [life], kill)
        self._chronicle.add([life], lived.told)
        return lived.was_killed

    def _visit(self, owner: str) -> Visit:
        steps = [step(self._random, owner, self._guests.get(owner)) for _ in range(_STEPS)]
        cut_off = self._chronicle.cut_off.pop(owner, None)
        if cut_off is not None and self._random.random() < _ASKS_AGAIN:
            steps.insert(0, cut_off)
        return Visit(steps, self._chronicle.line_ids.get(owner, {}))

    async def _look(self) -> None:
        """A minute after the last kill all is settled; every shopper looks at his cart as the upstream has it."""
        later_s = LATER_S * (self._tally.lives + 1)
        async with process(self._url, self._endpoint, later_s=later_s) as (shop, database):
            self._tally.left = await open_intents(database)
            while (await sweep({shop.marketplace: shop})).settled:
                pass
            assert await open_intents(database) == 0, "I13: intents are open"
            assert await held_carts(database) == 0, "I13: carts are held"
            assert await crowded_customers(database) == 0, "I5: somebody has two carts"
            for owner in self._owners:
                look = Step(owner)
                call = self._chronicle.history.invoke("at last", owner)
                answer = await perform(shop, look, {})
                assert not answer.is_stale, "I4: the upstream does not show a cart"
                self._chronicle.history.ok(call, answer.observed)

    def _judge(self) -> None:
        calls = self._chronicle.history.calls
        for owner in self._owners[:_SHOPPERS]:
            mine = {owner, self._guests.get(owner, owner)}
            try:
                self._tally.checker_steps += check(
                    History(calls=[call for call in calls if call.owner in mine]), LIMITS
                )
            except TooHard:
                self._tally.unjudged += 1
        self._tally.fates = self._chronicle.fates
        self._tally.cut_off = self._chronicle.kills
        url = make_url(self._url)
        if url.get_backend_name() == "sqlite":
            found = sqlite3.connect(str(url.database)).execute("PRAGMA integrity_check").fetchall()
            assert found == [("ok",)], found
