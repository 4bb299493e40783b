"""A shared quota, and the time without it."""

from ecs.resilience import LocalQuota
from server.shared_quota import SharedQuota
from server.shelter import Shelter


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Shared(LocalQuota):
    """Fails when told."""

    is_away = False

    async def reserve(self, spacing_s: float, within_s: float, ahead_s: float) -> float:
        if self.is_away:
            raise ConnectionRefusedError
        return await super().reserve(spacing_s, within_s, ahead_s)


def a_quota(clock: Clock) -> tuple[SharedQuota, Shared]:
    shared = Shared(clock)
    return SharedQuota(shared, LocalQuota(clock), Shelter("quota", (OSError,), "look", clock)), shared


async def test_while_it_is_there_the_shared_one_counts() -> None:
    """What others have taken is taken."""
    quota, shared = a_quota(Clock())
    await shared.reserve(1.0, 8.0, 0.0)

    assert await quota.reserve(1.0, 8.0, 0.0) == 1.0


async def test_when_it_goes_away_our_own_keeps_the_distance() -> None:
    """The first slot without it does not meet the last one with it."""
    quota, shared = a_quota(Clock())
    await quota.reserve(1.0, 8.0, 0.0)
    shared.is_away = True

    assert [await quota.reserve(1.0, 8.0, 0.0) for _ in range(2)] == [1.0, 2.0]


async def test_a_slot_not_taken_holds_nothing() -> None:
    """The shared one said it is too far away."""
    clock = Clock()
    quota, shared = a_quota(clock)
    await shared.hold(60.0)
    assert await quota.reserve(1.0, 8.0, 0.0) == 60.0
    shared.is_away = True

    assert await quota.reserve(1.0, 8.0, 0.0) == 0.0


async def test_a_pause_holds_both() -> None:
    """Whichever is asked next."""
    quota, shared = a_quota(Clock())

    await quota.hold(5.0)

    assert await quota.reserve(1.0, 8.0, 0.0) == 5.0
    shared.is_away = True
    assert await quota.reserve(1.0, 8.0, 0.0) == 6.0
