"""The way to an upstream, put together as the settings want it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from ecs.embedded import CatalogState, EcsService
from ecs.errors import CircuitOpen, QuotaSpent, UpstreamFault
from ecs.model import Seen
from ecs.request import CartHandle
from ecs.resilience import BreakerState, Upstream
from ecs.resilience.deadlines import answering_by
from ecs.vocabulary import ResponseGroup
from persistence.engine import open_database
from persistence.migrate import upgrade
from server.settings import Settings
from server.supply import PREFIX, Supplied, Supply
from server.upstream import Watch
from tests.support.fakes import NOON, FakeCatalog, an_item
from tests.support.redis_server import REDIS_URL, redis_for_test

SMALL = frozenset({ResponseGroup.SMALL})
REMOTE = {"ecs_endpoint": "http://127.0.0.1:9/onca/xml"}
HANDLE = cast("CartHandle", None)


class Clock:
    """Both of the supply's clocks; they stand still until a test moves them."""

    def __init__(self) -> None:
        self.passed_s = 0.0

    def monotonic(self) -> float:
        return 1000.0 + self.passed_s

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.passed_s)


class Loaded:
    """An embedded service whose catalog is loaded anew when a test says so."""

    def __init__(self) -> None:
        self.state: CatalogState | None = None

    def catalog_state(self) -> CatalogState | None:
        return self.state


class Broken:
    """Carts that never answer."""

    def __init__(self) -> None:
        self.calls = 0

    async def get(self, _: CartHandle) -> None:
        self.calls += 1
        raise UpstreamFault("500")


def a_catalog() -> FakeCatalog:
    catalog = FakeCatalog()
    catalog.stock(an_item("A"), an_item("B"))
    return catalog


@asynccontextmanager
async def supplying(folder: Path, clock: Clock, *, prefix: str = PREFIX, **more: Any) -> AsyncIterator[Supply]:
    """The supply of one process, over the database in ``folder``."""
    settings = Settings.model_validate({"data_dir": folder, **more})
    database = open_database(settings.database)
    await upgrade(database)
    supply = Supply(settings, database, clock.now, clock.monotonic, prefix=prefix)
    try:
        yield supply
    finally:
        await supply.aclose()
        await database.close()


def supplied(supply: Supply, upstream: object, service: Loaded | None = None) -> Supplied:
    return supply.of("US", cast("Upstream", upstream), cast("EcsService | None", service))


async def test_processes_that_share_a_database_share_the_quota_of_a_remote_upstream(tmp_path: Path) -> None:
    """One request a second by default: the second process has no slot within its second, and does not send."""
    clock, upstreams = Clock(), [a_catalog(), a_catalog()]
    async with supplying(tmp_path, clock, **REMOTE) as first, supplying(tmp_path, clock, **REMOTE) as second:
        await supplied(first, upstreams[0]).catalog.look_up(["A"], SMALL)

        with answering_by(clock.monotonic() + 1.0), pytest.raises(QuotaSpent) as refused:
            await supplied(second, upstreams[1]).catalog.look_up(["A"], SMALL)

    assert refused.value.retry_after_s == pytest.approx(1.2)
    assert [len(upstream.calls) for upstream in upstreams] == [1, 0]


@pytest.mark.parametrize("more", [{}, {**REMOTE, "ecs_requests_per_s": 0}], ids=["embedded", "no limit"])
async def test_without_a_quota_nobody_waits(tmp_path: Path, more: dict[str, Any]) -> None:
    """The embedded service has no limit, and an operator may lift the other's."""
    clock, upstream = Clock(), a_catalog()
    async with supplying(tmp_path, clock, **more) as supply:
        catalog = supplied(supply, upstream).catalog
        with answering_by(clock.monotonic() + 1.0):
            await catalog.look_up(["A"], SMALL)
            await catalog.look_up(["B"], SMALL)

    assert [call.ids for call in upstream.calls] == [("A",), ("B",)]


async def test_a_catalog_loaded_anew_is_seen_at_once(tmp_path: Path) -> None:
    """Whoever runs `cartograph catalog load` does not wait for ages."""
    clock, upstream, service = Clock(), a_catalog(), Loaded()
    async with supplying(tmp_path, clock) as supply:
        catalog = supplied(supply, upstream, service).catalog
        for state in (None, None, CatalogState(2, NOON, "feed"), CatalogState(2, NOON, "feed")):
            service.state = state
            await catalog.look_up(["A"], SMALL)

    assert len(upstream.calls) == 2


async def test_the_breaker_stands_before_carts_and_catalog_alike(tmp_path: Path) -> None:
    """Five lost cart reads and the catalog is left alone as well; the watch says that the upstream is down."""
    clock, carts = Clock(), Broken()
    async with supplying(tmp_path, clock) as supply:
        way = supplied(supply, carts)
        watch = Watch(clock.now)
        watch.guards = (way.guard,)
        for read in (way.carts.get, way.settling.get, way.carts.get, way.settling.get, way.carts.get):
            with pytest.raises(UpstreamFault):
                await read(HANDLE)

        with pytest.raises(CircuitOpen):
            await way.catalog.look_up(["A"], SMALL)
        states: list[object] = [way.guard.state, watch.state]
        clock.passed_s = 10.0
        states += [way.guard.state, watch.state]

    assert states == [BreakerState.OPEN, "DOWN", BreakerState.HALF_OPEN, "UP"]
    assert carts.calls == 5


async def test_marketplaces_have_breakers_of_their_own(tmp_path: Path) -> None:
    """Each is another host."""
    clock, upstream = Clock(), a_catalog()
    async with supplying(tmp_path, clock) as supply:
        failing, working = supplied(supply, Broken()), supplied(supply, upstream)
        for _ in range(5):
            with pytest.raises(UpstreamFault):
                await failing.carts.get(HANDLE)

        assert failing.guard.state is BreakerState.OPEN
        assert (await working.catalog.look_up(["A"], SMALL)).value == (an_item("A"),)


async def test_replicas_share_answers_and_quota_in_redis(tmp_path: Path) -> None:
    """Two machines with databases of their own: what one has asked the other knows, and its slot is a second away."""
    clock, upstreams = Clock(), [a_catalog(), a_catalog()]
    async with redis_for_test() as (client, prefix):
        more: dict[str, Any] = {"prefix": prefix, "cache_url": REDIS_URL, **REMOTE}
        async with (
            supplying(tmp_path / "1", clock, **more) as first,
            supplying(tmp_path / "2", clock, **more) as second,
        ):
            one, other = supplied(first, upstreams[0]).catalog, supplied(second, upstreams[1]).catalog
            await one.look_up(["A"], SMALL)
            # Writing to the shared cache keeps nobody waiting. Beside the answer there is the lane.
            async with asyncio.timeout(5):
                while len(await client.keys(f"{prefix}*")) < 2:
                    pass

            shared = await other.look_up(["A"], SMALL)
            with answering_by(clock.monotonic() + 1.0), pytest.raises(QuotaSpent):
                await other.look_up(["B"], SMALL)

    assert Seen(shared.value, shared.as_of, shared.source) == Seen((an_item("A"),), NOON, "cache")
    assert [len(upstream.calls) for upstream in upstreams] == [1, 0]


async def test_without_redis_the_server_goes_on(tmp_path: Path) -> None:
    """Memory and this process's own count do until it is back."""
    clock, upstream = Clock(), a_catalog()
    async with supplying(tmp_path, clock, cache_url="redis://127.0.0.1:9/0", **REMOTE) as supply:
        catalog = supplied(supply, upstream).catalog
        answers = [await catalog.look_up(["A"], SMALL) for _ in range(2)]
        with answering_by(clock.monotonic() + 1.0), pytest.raises(QuotaSpent):
            await catalog.look_up(["B"], SMALL)

    assert [answer.source for answer in answers] == ["upstream", "cache"]
    assert len(upstream.calls) == 1
