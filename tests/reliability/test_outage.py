"""T22: an outage of ten minutes, a brown-out and a throttling storm, in virtual time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise

from ecs.errors import CircuitOpen, OutcomeUnknown, QuotaSpent, UpstreamError, UpstreamFault, UpstreamThrottled
from ecs.model import Item, Seen
from ecs.resilience import BreakerState
from ecs.resilience.deadlines import answering_by
from ecs.vocabulary import Operation, ResponseGroup
from tests.reliability.test_quota import most_in_a_second
from tests.support.fakes import FakeCatalog, an_item
from tests.support.virtual_time import in_virtual_time, monotonic, virtual_now
from tests.unit.ecs.caching.upstreams import Replica, a_lane, a_replica

OFFERS = frozenset({ResponseGroup.OFFER_FULL})
SEEN = [f"S{number}" for number in range(10)]
UNSEEN = [f"U{number:03}" for number in range(700)]
START = 1000.0


@dataclass
class Weather(FakeCatalog):
    """An upstream whose state changes with time; when each call reached it is noted."""

    reached_at: list[float] = field(default_factory=list)

    async def look_up(self, *arguments: object, **options: object) -> Seen[tuple[Item, ...]]:
        """See ``resolvers.ports.Catalog``."""
        self.reached_at.append(monotonic() - START)
        try:
            return await super().look_up(*arguments, **options)  # type: ignore[arg-type]
        except UpstreamError as error:
            error.belong_to(Operation.ITEM_LOOKUP)
            raise


@dataclass
class Diary:
    """What shoppers met, by second."""

    entries: list[tuple[float, str, Seen[Item] | UpstreamError, float]] = field(default_factory=list)

    def of(self, kind: str, start: float, end: float) -> list[Seen[Item] | UpstreamError]:
        return [answer for at, asked, answer, _ in self.entries if asked == kind and start <= at < end]

    def longest_s(self, *, since: float = 0.0) -> float:
        return max(took for at, *_, took in self.entries if at >= since)


def a_weather() -> Weather:
    weather = Weather(now=virtual_now, latency_s=0.1)
    weather.stock(*(an_item(asin) for asin in (*SEEN, *UNSEEN)))
    return weather


async def shop(replica: Replica, diary: Diary, kind: str, asin: str) -> None:
    """One shopper opens one product; his request has eight seconds."""
    began = monotonic()
    answer: Seen[Item] | UpstreamError
    with answering_by(began + 8.0):
        try:
            seen = await replica.catalog.look_up([asin], OFFERS)
            answer = Seen(seen.value[0], seen.as_of, seen.source, seen.is_stale)
        except UpstreamError as error:
            answer = error
    diary.entries.append((began - START, kind, answer, monotonic() - began))


@asynccontextmanager
async def traffic(replica: Replica, diary: Diary, *, every_s: float = 1.0) -> AsyncIterator[None]:
    """Each second somebody opens a product that was seen before, and somebody one that was not."""

    async def come() -> None:
        async with asyncio.TaskGroup() as shoppers:
            for number, asin in enumerate(UNSEEN):
                shoppers.create_task(shop(replica, diary, "seen", SEEN[number % len(SEEN)]))
                shoppers.create_task(shop(replica, diary, "unseen", asin))
                await asyncio.sleep(every_s)

    for asin in SEEN:
        await shop(replica, Diary(), "seen", asin)
    coming = asyncio.create_task(come())
    yield
    coming.cancel()
    await asyncio.wait([coming])
    await replica.answers.aclose()


def test_an_outage_of_ten_minutes() -> None:
    """Seen products are shown throughout, others refused at once; a trial each ten seconds; all well 15 s after it."""

    async def scenario() -> tuple[Diary, list[float], Weather]:
        weather, diary = a_weather(), Diary()
        replica = a_replica(weather)
        async with traffic(replica, diary):
            await asyncio.sleep(20)
            began = monotonic() - START
            weather.error = UpstreamFault("500")
            await asyncio.sleep(600)
            ended = monotonic() - START
            weather.error = None
            await asyncio.sleep(60)
        return diary, [began, ended], weather

    diary, (began, ended), weather = in_virtual_time(scenario())
    during = diary.of("seen", began, ended)
    refused = diary.of("unseen", began + 10, ended)
    trials = [at for at in weather.reached_at if began + 10 <= at < ended]

    assert not [answer for answer in during if isinstance(answer, UpstreamError)]
    assert {type(answer) for answer in refused} == {UpstreamFault, CircuitOpen}
    assert all(answer.retry_after_s for answer in refused if isinstance(answer, CircuitOpen))
    # One trial an opening of ten seconds.
    assert len(trials) <= 60
    assert all(later - sooner >= 10.0 for sooner, later in pairwise(trials))
    # The first failures are tried again, twice at most; then refusals are immediate.
    assert diary.longest_s() <= 1.1
    assert diary.longest_s(since=began + 10) <= 0.1 + 1e-9
    # Whatever is older than its soft age says so, with its instant.
    old = [answer for answer in diary.of("seen", 612.0, ended) if isinstance(answer, Seen)]
    assert len(old) >= 9
    assert all(answer.is_stale and answer.source == "cache" for answer in old)
    assert {type(answer) for answer in diary.of("unseen", ended + 15, ended + 60)} == {Seen}
    # Each seen product is opened every ten seconds, and the first look sets off its refresh.
    assert not [answer for answer in diary.of("seen", ended + 25, ended + 60) if _is_stale(answer)]


def _is_stale(answer: Seen[Item] | UpstreamError) -> bool:
    return isinstance(answer, UpstreamError) or answer.is_stale


def test_an_outage_longer_than_the_hard_age() -> None:
    """A price of an hour ago is not shown: the error is told instead, and the stale mark before it."""

    async def scenario() -> list[tuple[int, str]]:
        weather, diary = a_weather(), Diary()
        replica = a_replica(weather)
        await shop(replica, Diary(), "seen", "S0")
        weather.error = UpstreamFault("500")
        seen = []
        for minute in range(0, 75, 5):
            # Two looks: the first one after the soft age sets off the refresh whose failure the second one shows.
            for _ in range(2):
                diary.entries.clear()
                await shop(replica, diary, "seen", "S0")
                await asyncio.sleep(1)
            answer = diary.entries[0][2]
            seen.append((minute, "stale" if isinstance(answer, Seen) and answer.is_stale else type(answer).__name__))
            await asyncio.sleep(298)
        await replica.answers.aclose()
        return seen

    seen = dict(in_virtual_time(scenario()))

    assert [minute for minute, what in seen.items() if what == "Seen"] == [0, 5]
    assert [minute for minute, what in seen.items() if what == "stale"] == list(range(10, 60, 5))
    assert {what for minute, what in seen.items() if minute >= 60} == {"CircuitOpen"}


def test_a_brown_out() -> None:
    """Every answer takes five seconds: nobody waits longer than his request may, and the quota holds."""

    async def scenario() -> tuple[Diary, Weather, BreakerState]:
        weather, diary = a_weather(), Diary()
        replica = a_replica(weather, lane=a_lane())
        async with traffic(replica, diary):
            await asyncio.sleep(20)
            weather.latency_s = 5.0
            await asyncio.sleep(120)
            weather.latency_s = 0.1
            await asyncio.sleep(30)
            state = replica.guard.state
        return diary, weather, state

    diary, weather, state = in_virtual_time(scenario())
    slow = Counter(type(answer) for answer in diary.of("unseen", 40.0, 140.0))

    assert diary.longest_s() <= 8.0
    assert not [answer for answer in diary.of("seen", 0, 200) if isinstance(answer, UpstreamError)]
    assert slow[Seen] > 50
    assert set(slow) <= {Seen, OutcomeUnknown, QuotaSpent, CircuitOpen}
    assert most_in_a_second(weather.reached_at) == 1
    assert state is BreakerState.CLOSED
    assert {type(answer) for answer in diary.of("unseen", 160.0, 190.0)} == {Seen}


def test_a_throttling_storm() -> None:
    """Every request is answered with "too fast" for a minute: pauses are kept, then half the rate, then all is well."""

    async def scenario() -> tuple[Diary, Weather, BreakerState]:
        weather, diary = a_weather(), Diary()
        replica = a_replica(weather, lane=a_lane())
        async with traffic(replica, diary):
            await asyncio.sleep(20)
            weather.error = UpstreamThrottled("too fast", retry_after_s=4.0)
            await asyncio.sleep(60)
            weather.error = None
            state = replica.guard.state
            await asyncio.sleep(150)
        return diary, weather, state

    diary, weather, state = in_virtual_time(scenario())
    storm = [at for at in weather.reached_at if 31.0 < at < 90.0]

    assert all(later - sooner >= 4.0 for sooner, later in pairwise(storm))
    assert state is BreakerState.CLOSED
    assert most_in_a_second(weather.reached_at) == 1
    assert not [answer for answer in diary.of("seen", 0, 300) if isinstance(answer, UpstreamError)]
    slow = [at for at in weather.reached_at if 95.0 < at < 140.0]
    assert all(later - sooner >= 2.0 for sooner, later in pairwise(slow))
    assert {type(answer) for answer in diary.of("unseen", 170.0, 230.0)} == {Seen}
