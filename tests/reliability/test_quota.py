"""R9 and I9: in no second do more requests reach the upstream than the quota allows, whoever sends them."""

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from ecs.errors import QuotaSpent, UpstreamError, UpstreamFault, UpstreamThrottled
from ecs.resilience import Guard, Lane, Quota, RetryBudget, spacing_of
from ecs.vocabulary import Operation
from persistence.engine import open_database
from persistence.lane import SqlQuota
from persistence.migrate import upgrade
from tests.support.virtual_time import in_virtual_time, monotonic, real_work, virtual_now

SEED = 20130801
OPERATIONS = [Operation.ITEM_SEARCH, Operation.ITEM_LOOKUP, Operation.CART_GET, Operation.CART_MODIFY]


class RealQuota:
    """A quota in a real database, for which virtual time stands still."""

    def __init__(self, quota: Quota) -> None:
        self._quota = quota

    async def reserve(self, spacing_s: float, within_s: float, ahead_s: float) -> float:
        with real_work():
            return await self._quota.reserve(spacing_s, within_s, ahead_s)

    async def hold(self, pause_s: float) -> None:
        with real_work():
            await self._quota.hold(pause_s)


class Upstream:
    """Notes when each request reaches it; one in ten fails, one in fifty is throttled."""

    def __init__(self, luck: random.Random) -> None:
        self._luck = luck
        self.reached_at: list[float] = []

    async def __call__(self) -> None:
        self.reached_at.append(monotonic())
        chance = self._luck.random()
        await asyncio.sleep(self._luck.uniform(0.05, 2.0))
        if chance < 0.02:
            raise UpstreamThrottled("too fast", retry_after_s=2.0)
        if chance < 0.1:
            error = UpstreamFault("500")
            error.belong_to(Operation.ITEM_LOOKUP)
            raise error


def most_in_a_second(instants: Sequence[float]) -> int:
    """The largest number of instants in any half-open window of one second."""
    ordered = sorted(instants)
    return max(sum(start <= each < start + 1.0 for each in ordered) for start in ordered)


def test_the_measure_finds_a_burst() -> None:
    """A test that cannot fail would prove nothing."""
    assert most_in_a_second([0.0, 0.999, 3.0]) == 2
    assert most_in_a_second([0.0, 1.0, 2.0]) == 1


@pytest.mark.parametrize("requests_per_s", [1.0, 3.0])
def test_two_processes_that_share_a_database_keep_the_quota(tmp_path: Path, requests_per_s: float) -> None:
    """Five times as much is wanted as may go, retries and throttling included; what goes is spread, the rest told."""
    luck = random.Random(SEED)

    async def scenario() -> tuple[list[float], int]:
        url = f"sqlite:///{tmp_path / 'shared.db'}"
        with real_work():
            databases = [open_database(url), open_database(url)]
            await upgrade(databases[0])
        upstream = Upstream(luck)
        guards = []
        for database in databases:
            quota = RealQuota(SqlQuota(database, "key", lambda: virtual_now().timestamp()))
            lane = Lane(quota, spacing_of(requests_per_s), monotonic)
            guards.append(Guard(lane, RetryBudget(), monotonic=monotonic, random=luck.random))
        refused = 0

        async def one() -> None:
            nonlocal refused
            try:
                await luck.choice(guards).run(luck.choice(OPERATIONS), upstream)
            except QuotaSpent:
                refused += 1
            except UpstreamError:
                pass

        async with asyncio.TaskGroup() as tasks:
            for _ in range(int(120 * requests_per_s)):
                tasks.create_task(one())
                await asyncio.sleep(luck.expovariate(requests_per_s * 5))
        with real_work():
            for database in databases:
                await database.close()
        return upstream.reached_at, refused

    reached_at, refused = in_virtual_time(scenario())

    assert most_in_a_second(reached_at) == int(requests_per_s), f"seed {SEED}"
    assert len(reached_at) > 15
    assert refused > 20
