"""Sharing a call under way."""

import asyncio

import pytest

from ecs.caching.flights import Flight


class Work:
    """A call that ends when it is let go."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.was_cancelled = False

    async def run(self) -> str:
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise
        return "answer"

    def flight(self) -> Flight[str]:
        return Flight(asyncio.create_task(self.run()), 0.0)


async def test_one_who_leaves_leaves_the_others_alone() -> None:
    """A shopper who closes the page does not take it from others."""
    work = Work()
    flight = work.flight()
    leaving = asyncio.create_task(flight.wait())
    staying = asyncio.create_task(flight.wait())
    await asyncio.sleep(0)

    leaving.cancel()
    await asyncio.wait([leaving])
    work.go.set()

    assert flight.can_be_joined
    assert await staying == "answer"
    assert leaving.cancelled()
    assert not work.was_cancelled


async def test_when_the_last_has_left_the_call_is_given_up() -> None:
    """Nobody's turn in the lane is spent on it, and nobody joins it any more."""
    work = Work()
    flight = work.flight()
    waiting = [asyncio.create_task(flight.wait()) for _ in range(2)]
    await asyncio.sleep(0)

    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)

    can_be_joined = flight.can_be_joined
    await asyncio.sleep(0)

    assert not can_be_joined
    assert work.was_cancelled


async def test_all_who_wait_get_the_error() -> None:
    """One failed call is one failure for each of them, and is not tried by each."""

    async def fail() -> str:
        raise LookupError("gone")

    flight = Flight(asyncio.create_task(fail()), 0.0)

    ends = await asyncio.gather(flight.wait(), flight.wait(), return_exceptions=True)

    assert [str(end) for end in ends] == ["gone", "gone"]
    assert not flight.can_be_joined


async def test_an_ended_flight_still_tells() -> None:
    """Whoever found it just before its end gets its answer."""
    work = Work()
    flight = work.flight()
    work.go.set()
    assert await flight.wait() == "answer"

    assert await flight.wait() == "answer"
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await Work().flight().wait()
