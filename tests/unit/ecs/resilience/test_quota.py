"""Slots, and how far apart they stand."""

import pytest

from ecs.resilience.quota import ON_THE_WAY_S, TOLERANCE_S, LocalQuota, spacing_of


class Clock:
    def __init__(self, now: float = 100.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("requests_per_s", [0.5, 1.0, 2.0, 10.0, 100.0])
def test_no_second_sees_more_than_the_quota_even_when_slots_are_used_late(requests_per_s: float) -> None:
    """One more than the quota spans a second, though the first is as late and slow as it may be and the last is not."""
    quota = max(1, int(requests_per_s))

    span_s = quota * spacing_of(requests_per_s) - TOLERANCE_S - ON_THE_WAY_S

    assert span_s >= 1 / min(1.0, requests_per_s) - 1e-9


@pytest.mark.parametrize(("requests_per_s", "spacing_s"), [(0.5, 2.2), (1.0, 1.2), (2.0, 0.6), (10.0, 0.12)])
def test_slots_stand_no_further_apart_than_they_must(requests_per_s: float, spacing_s: float) -> None:
    """A quota that is left unused makes shoppers wait for nothing."""
    assert spacing_of(requests_per_s) == pytest.approx(spacing_s)


async def test_slots_follow_each_other() -> None:
    """The first at once, the others at their distance, and at once again after a rest."""
    clock = Clock()
    quota = LocalQuota(clock)

    waits = [await quota.reserve(1.1, 8.0, 0.0) for _ in range(3)]
    clock.now += 60
    rested = await quota.reserve(1.1, 8.0, 0.0)

    assert waits == [0.0, pytest.approx(1.1), pytest.approx(2.2)]
    assert rested == 0.0


async def test_the_first_slot_is_free_however_long_the_machine_has_run() -> None:
    """The clock may begin at nothing."""
    assert await LocalQuota(Clock(0.0)).reserve(1.1, 8.0, 0.0) == 0.0


async def test_a_slot_too_far_away_is_told_but_not_taken() -> None:
    """Nobody's turn is used up by one who will not wait for it."""
    quota = LocalQuota(Clock())
    await quota.reserve(5.0, 8.0, 0.0)

    refused = await quota.reserve(5.0, 4.9, 0.0)
    taken = await quota.reserve(5.0, 5.0, 0.0)
    next_one = await quota.reserve(5.0, 8.0, 0.0)

    assert (refused, taken, next_one) == (5.0, 5.0, 10.0)


async def test_a_slot_can_be_asked_for_ahead_of_time() -> None:
    """Where answers of the quota take long, a slot at once would come too late."""
    quota = LocalQuota(Clock())

    ahead = await quota.reserve(1.0, 8.0, 0.5)
    after = await quota.reserve(1.0, 8.0, 0.5)

    assert (ahead, after) == (0.5, 1.5)


async def test_a_pause_moves_the_next_slot() -> None:
    """A shorter one afterwards does not bring it back."""
    quota = LocalQuota(Clock())

    await quota.hold(7.0)
    await quota.hold(2.0)

    assert await quota.reserve(1.0, 8.0, 0.0) == 7.0
