"""Waiting for a turn, in virtual time."""

import asyncio

import pytest

from ecs.errors import QuotaSpent
from ecs.resilience.lane import Lane
from ecs.resilience.operations import Rank
from ecs.resilience.quota import LocalQuota
from tests.support.virtual_time import in_virtual_time, monotonic

START = 1000.0


class SlowQuota(LocalQuota):
    """Answers after a while, as a busy database does."""

    def __init__(self, *delays_s: float) -> None:
        super().__init__(monotonic)
        self._delays_s = list(delays_s)
        self.asked: list[float] = []

    async def reserve(self, spacing_s: float, within_s: float, ahead_s: float) -> float:
        self.asked.append(ahead_s)
        wait_s = await super().reserve(spacing_s, within_s, ahead_s)
        await asyncio.sleep(self._delays_s.pop(0) if self._delays_s else 0)
        return max(0.0, wait_s)


class BrokenQuota(LocalQuota):
    async def reserve(self, spacing_s: float, within_s: float, ahead_s: float) -> float:
        raise LookupError("a fault of ours")


def a_lane(quota: LocalQuota | None = None) -> Lane:
    return Lane(quota or LocalQuota(monotonic), 1.0, monotonic)


async def turn(lane: Lane, rank: Rank = Rank.SEARCH, *, within_s: float = 100.0) -> float:
    """Seconds after the start at which the turn came."""
    await lane.turn(rank, monotonic() + within_s)
    return round(monotonic() - START, 6)


def test_turns_come_at_the_distance_of_slots() -> None:
    """Also when all ask at once."""

    async def scenario() -> list[float]:
        lane = a_lane()
        return list(await asyncio.gather(*(turn(lane) for _ in range(4))))

    assert in_virtual_time(scenario()) == [0.0, 1.0, 2.0, 3.0]


def test_the_more_important_go_first() -> None:
    """Whatever the order in which they came."""

    async def scenario() -> list[Rank]:
        lane = a_lane()
        order: list[Rank] = []

        async def go(rank: Rank) -> None:
            await lane.turn(rank, monotonic() + 100)
            order.append(rank)

        await asyncio.gather(*(go(rank) for rank in reversed(Rank)))
        return order

    assert in_virtual_time(scenario()) == list(Rank)


def test_hopeless_work_is_refused_at_once() -> None:
    """Three wait already: a fourth that must go within 2.5 s is told so now, and when to come back."""

    async def scenario() -> tuple[float, float | None]:
        lane = a_lane()
        others = [asyncio.create_task(turn(lane)) for _ in range(3)]
        await asyncio.sleep(0.5)
        began = monotonic()
        with pytest.raises(QuotaSpent) as refused:
            await turn(lane, within_s=1.4)
        waited = monotonic() - began
        await asyncio.gather(*others)
        return waited, refused.value.retry_after_s

    waited, retry_after_s = in_virtual_time(scenario())

    assert waited == 0.0
    assert retry_after_s == pytest.approx(2.5)


def test_important_work_turns_out_what_can_no_longer_be_served() -> None:
    """It is told as soon as it is known, not when its deadline comes."""

    async def scenario() -> float:
        lane = a_lane()
        await turn(lane)
        search = asyncio.create_task(turn(lane, within_s=1.5))
        await asyncio.sleep(0.1)
        cart = asyncio.create_task(turn(lane, Rank.CART_CHANGE))
        with pytest.raises(QuotaSpent):
            await search
        refused_at = monotonic() - START
        assert await cart == 1.0
        return refused_at

    assert in_virtual_time(scenario()) == pytest.approx(0.1)


def test_whoever_leaves_takes_nobodys_turn() -> None:
    """His turn goes to the next."""

    async def scenario() -> float:
        lane = a_lane()
        await turn(lane)
        leaving = asyncio.create_task(turn(lane))
        next_one = asyncio.create_task(turn(lane))
        await asyncio.sleep(0.5)
        leaving.cancel()
        return await next_one

    assert in_virtual_time(scenario()) == 1.0


def test_a_pause_and_then_half_the_rate() -> None:
    """What the upstream asked for, and a minute of restraint after it."""

    async def scenario() -> list[float]:
        lane = a_lane()
        first = await turn(lane)
        await lane.throttled(3.0)
        slow = [await turn(lane) for _ in range(3)]
        await asyncio.sleep(60)
        usual = [await turn(lane) for _ in range(2)]
        return [first, *slow, *usual]

    assert in_virtual_time(scenario()) == [0.0, 3.0, 5.0, 7.0, 67.0, 68.0]


def test_a_slot_that_comes_too_late_is_given_up() -> None:
    """Used late it could fall into one second with the next; the quota is asked further ahead until it keeps up."""

    async def scenario() -> tuple[float, list[float]]:
        quota = SlowQuota(0.3, 0.1)
        return await turn(a_lane(quota)), quota.asked

    went_at, asked = in_virtual_time(scenario())

    # Asked at 0 and answered at 0.3, too late; then asked 0.6 ahead, and answered in 0.1 that the slot is at 1.0. It
    # counts from the middle between question and answer.
    assert asked == [0.0, pytest.approx(0.6)]
    assert went_at == pytest.approx(1.05)


def test_a_slot_beyond_every_deadline_refuses_all_who_wait() -> None:
    """Other processes have taken the turns."""

    async def scenario() -> float | None:
        quota = LocalQuota(monotonic)
        await quota.hold(30.0)
        with pytest.raises(QuotaSpent) as refused:
            await turn(a_lane(quota), within_s=8.0)
        return refused.value.retry_after_s

    assert in_virtual_time(scenario()) == 30.0


def test_a_fault_reaches_those_who_wait() -> None:
    """Nobody waits for ever for a lane that has broken down, and the next one finds it up again."""

    async def scenario() -> None:
        lane = a_lane(BrokenQuota(monotonic))
        for _ in range(2):
            with pytest.raises(LookupError, match="a fault of ours"):
                await turn(lane)

    in_virtual_time(scenario())
