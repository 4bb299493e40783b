"""
The real server, killed by SIGKILL under load: shoppers over HTTP, the database and the ECS service go on (T6).

The next server is started while the last one serves, so that there is one to be killed all the time; with several
workers every other kill takes one worker only, which its server replaces. Time is real here, and every wait bounded.
"""

import asyncio
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

import httpx
import pytest
from sqlalchemy import make_url

from persistence.engine import open_database
from tests.reliability.checker import check
from tests.reliability.database_state import crowded_customers, open_intents
from tests.reliability.http_shoppers import Shoppers
from tests.reliability.simulation import seeds
from tests.reliability.wishes import LIMITS
from tests.support.database import DatabaseMaker
from tests.support.server_process import Program, ecs_service, server, until_ready

KILLS = 125 if seeds.IS_DEEP else 10
"""For each of four: two databases, one worker and two."""
SHOPPERS = 16
SETTLED_WITHIN_S = 30.0
_LONGEST_DELAY_S = 0.3
_HELD_UP_S = 7.0

Record = Callable[[str, object], None]


@dataclass
class Servers:
    """Starts servers over one database, and kills them."""

    folder: Path
    database_url: str
    ecs_url: str
    workers: int
    current: Program
    whole: int = 0
    single: int = 0
    """Kills of a server with all it has, and of one worker of it."""

    def start(self) -> Program:
        """Another one."""
        return server(self.folder, self.database_url, self.ecs_url, workers=self.workers)

    async def kill(self, random: Random, *, one_worker: bool) -> None:
        """End the current one, or a worker of it, at a random instant; the shoppers go on with what is there then."""
        if one_worker:
            victims = self.current.workers()
            assert len(victims) == self.workers, victims
            await asyncio.sleep(random.random() * _LONGEST_DELAY_S)
            self.current.kill_worker(random.choice(victims))
            await self.current.until_workers(self.workers)
            self.single += 1
            return
        following = self.start()
        try:
            await until_ready(following)
            await asyncio.sleep(random.random() * _LONGEST_DELAY_S)
        finally:
            self.current.kill()
            self.current = following
        self.whole += 1


@pytest.mark.timeout(7200 if seeds.IS_DEEP else 900)
@pytest.mark.parametrize("workers", [1, 2])
async def test_server_killed_under_load(
    tmp_path: Path, database_maker: DatabaseMaker, database_kind: str, workers: int, record_property: Record
) -> None:
    """Every acknowledged change is there, once, and what was cut off is settled within 30 s of the last restart."""
    seed = next(seeds.fresh(1), None) or seeds.to_replay()[0]
    random = Random(seed)
    url = await database_maker.migrated(database_kind)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database_maker.give_back, url)
        ecs_url = await stack.enter_async_context(ecs_service(tmp_path / "ecs"))
        first = server(tmp_path, url, ecs_url, workers=workers)
        servers = Servers(tmp_path, url, ecs_url, workers, first)
        stack.callback(lambda: servers.current.kill())
        await until_ready(first)
        shoppers = Shoppers(lambda: servers.current.url, random)
        client = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
        async with asyncio.TaskGroup() as group:
            for number in range(SHOPPERS):
                group.create_task(shoppers.shop(client, f"shopper-{number}"))
            for number in range(KILLS):
                await servers.kill(random, one_worker=workers > 1 and number % 2 == 0)
            shoppers.is_open = False
            settled_s = await _settled(url)

        database = open_database(url)
        stack.push_async_callback(database.close)
        assert await crowded_customers(database) == 0
        steps = check(shoppers.history, LIMITS)
        servers.current.kill()
    if database_kind == "sqlite":
        found = sqlite3.connect(str(make_url(url).database)).execute("PRAGMA integrity_check").fetchall()
        assert found == [("ok",)]
    assert servers.whole + servers.single == KILLS
    record_property(
        "tried",
        f"kills of the server, {database_kind}, {workers} workers: {servers.whole} of all it has, "
        f"{servers.single} of one worker, {len(shoppers.history.calls)} calls, {shoppers.repeats} repeats; "
        f"lost: {dict(shoppers.errors)}; refused: {dict(shoppers.codes)}; "
        f"settled {settled_s:.0f} s after the last, {steps} steps of the checker",
    )


async def test_worker_that_is_held_up_is_not_replaced(tmp_path: Path, database_maker: DatabaseMaker) -> None:
    """On a busy machine a worker takes long to begin; one replaced for that would never be ready."""
    url = await database_maker.migrated("sqlite")
    program = server(tmp_path, url, "http://127.0.0.1:9", workers=2)
    try:
        await until_ready(program)
        before = program.workers()

        os.kill(before[0], signal.SIGSTOP)
        await asyncio.sleep(_HELD_UP_S)
        os.kill(before[0], signal.SIGCONT)
        await until_ready(program)

        assert program.workers() == before
    finally:
        program.kill()


async def _settled(url: str) -> float:
    """
    How long it takes until no intent is open.

    Raises:
        TimeoutError: longer than it may.
    """
    began = time.monotonic()
    database = open_database(url)
    try:
        async with asyncio.timeout(SETTLED_WITHIN_S):
            while await open_intents(database):  # noqa: ASYNC110 - what is waited for is in another process
                await asyncio.sleep(0.2)
    finally:
        await database.close()
    return time.monotonic() - began
