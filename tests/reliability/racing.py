"""
Rounds of a race: two processes, sixteen tasks each, on one customer's cart, all at once (T8).

In every third round there is no cart yet, so that the first additions race to make it. After the rounds the checker
looks for an order of each, which a lost update would not have, and the database is asked for second carts (I5).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Final

from msgspec import Struct

from ecs.client.transport import network_client
from resolvers.customers import CUSTOMER_PREFIX
from resolvers.shop import Shop
from tests.reliability.checker import check
from tests.reliability.chronicle import Chronicle
from tests.reliability.database_state import crowded_customers, held_carts, open_intents
from tests.reliability.histories import Outcome, Put, effects_of
from tests.reliability.lives import Life, Visit, live
from tests.reliability.points import At
from tests.reliability.process import HOBBIT, RINGS, process
from tests.reliability.simulation.driver import Step, perform
from tests.reliability.wishes import LIMITS, race_step

PROCESSES: Final = 2
TASKS: Final = 16
_WITHOUT_CART: Final = 3


class Raced(Struct):
    """What some rounds tried and found."""

    rounds: int
    fates: dict[str, int]
    codes: dict[str, int]
    checker_steps: int

    def __str__(self) -> str:
        """In one line."""
        return (
            f"{self.rounds} rounds of {PROCESSES} × {TASKS}, 0 violations; calls: {self.fates}, refused: {self.codes}; "
            f"{self.checker_steps} steps of the checker"
        )


class Race:
    """A seed's rounds over a database and an upstream; ``run`` raises when something does not hold."""

    def __init__(self, database_url: str, endpoint: str, seed: int) -> None:
        self._url = database_url
        self._endpoint = endpoint
        self._random = Random(seed)
        self._prefix = f"{CUSTOMER_PREFIX}{seed}-"
        self._chronicle = Chronicle()

    def run(self, rounds: int) -> Raced:
        """Race so often, and judge."""
        owners = [f"{self._prefix}{number}" for number in range(rounds)]
        asyncio.run(self._prepare(owners))
        client = network_client()

        @asynccontextmanager
        async def shop(_: At) -> AsyncIterator[Shop]:
            async with process(self._url, self._endpoint, client=client) as (shop, _database):
                yield shop

        for owner in owners:
            lives = [self._life(name, owner) for name in ("p1", "p2")]
            self._chronicle.add(lives, live(shop, lives).told)
        asyncio.run(self._look(owners))
        steps = check(self._chronicle.history, LIMITS)
        return Raced(rounds, dict(self._chronicle.fates), dict(self._chronicle.codes), steps)

    def _life(self, name: str, owner: str) -> Life:
        line_ids = self._chronicle.line_ids.get(owner, {})
        visits = [Visit([race_step(self._random, owner, line_ids)], line_ids) for _ in range(TASKS)]
        return Life(name, visits, sweeps=False)

    async def _prepare(self, owners: list[str]) -> None:
        async with process(self._url, self._endpoint) as (shop, _):
            for number, owner in enumerate(owners):
                if number % _WITHOUT_CART:
                    for effect in (Put(owner, HOBBIT, 2), Put(owner, RINGS, 1)):
                        await self._do(shop, Step(owner, effect))

    async def _look(self, owners: list[str]) -> None:
        async with process(self._url, self._endpoint) as (shop, database):
            assert await open_intents(database) == 0, "a change is open"
            assert await held_carts(database) == 0, "a cart is held"
            assert await crowded_customers(database) == 0, "I5: somebody has two carts"
            for owner in owners:
                await self._do(shop, Step(owner))

    async def _do(self, shop: Shop, step: Step) -> None:
        call = self._chronicle.history.invoke("alone", step.owner, *effects_of(step.effect))
        answer = await perform(shop, step, {})
        assert (answer.outcome, answer.is_stale) == (Outcome.OK, False), answer
        self._chronicle.history.ok(call, answer.observed)
        self._chronicle.line_ids[step.owner] = answer.line_ids or {}
