"""The sweeper: what it settles, and that nothing stops it for good."""

import asyncio
from datetime import timedelta

from ecs.errors import OutcomeUnknown
from persistence.errors import StoreUnavailable
from resolvers.adding import AddRequest, add
from resolvers.lines import Addition
from resolvers.sweeping import EVERY_S
from server.sweeper import Sweeper
from tests.support.fake_carts import Goods
from tests.support.fakes import Storefront


class FakeResealer:
    """Has some rows that an older key sealed; fails first where a test wants it."""

    def __init__(self, old: int = 0, failures: tuple[Exception, ...] = ()) -> None:
        self.old = old
        self.calls = 0
        self._failures = list(failures)

    async def reseal(self, limit: int) -> int:
        """See ``server.sweeper.Resealer``."""
        self.calls += 1
        if self._failures:
            raise self._failures.pop(0)
        done = min(limit, self.old)
        self.old -= done
        return done


class Pauses:
    """Counts pauses, moves the clock by them, and lets the sweeper rest after the last one."""

    def __init__(self, front: Storefront, count: int) -> None:
        self.lasted: list[float] = []
        self.over = asyncio.Event()
        self._front = front
        self._count = count

    async def __call__(self, seconds: float) -> None:
        self.lasted.append(seconds)
        self._front.clock.advance(seconds=seconds)
        if len(self.lasted) == self._count:
            self.over.set()
            await asyncio.Event().wait()


async def _swept(front: Storefront, resealer: FakeResealer, times: int) -> Pauses:
    pauses = Pauses(front, times)
    sweeper = Sweeper({"US": front.shop}, resealer, pause=pauses)
    sweeper.start()
    await pauses.over.wait()
    await sweeper.stop()
    return pauses


async def test_a_lost_first_item_is_in_the_cart_after_the_quiet_time() -> None:
    """The shopper was told that nobody knows; two sweeps later it is settled."""
    front = Storefront.selling(Goods("A"))
    front.carts.fail(1, OutcomeUnknown("lost"))
    await add(front.shop, "ann", AddRequest(additions=[Addition(0, "A", 2)]))

    pauses = await _swept(front, FakeResealer(), 3)

    assert pauses.lasted == [EVERY_S] * 3
    assert front.store.open_intents() == []
    assert [line.quantity for cart in front.store.records.values() for line in cart.lines] == [2]


async def test_older_seals_are_replaced_until_none_is_left_then_looked_for_hourly() -> None:
    """Looking reads whole tables."""
    front = Storefront.selling(Goods("A"))
    resealer = FakeResealer(old=120)

    await _swept(front, resealer, 1 + 3 + round(timedelta(hours=1).total_seconds() / EVERY_S))

    assert (resealer.old, resealer.calls) == (0, 5)


async def test_a_database_that_is_away_and_a_fault_of_ours_only_delay_it() -> None:
    """The next sweep comes all the same."""
    front = Storefront.selling(Goods("A"))
    resealer = FakeResealer(failures=(StoreUnavailable("away"), RuntimeError("a fault of ours")))

    await _swept(front, resealer, 3)

    assert resealer.calls == 3


async def test_stopping_what_was_never_started_is_nothing() -> None:
    """A server that could not start stops too."""
    await Sweeper({}, FakeResealer()).stop()
