"""The world's own laws: time jumps, order is drawn, the dead do nothing."""

import asyncio
from random import Random

import pytest

from tests.reliability.simulation.loop import Stuck, TooLong, VirtualLoop


def a_loop(seed: int = 1, *, mixing: float = 1.0, max_callbacks: int = 10_000) -> VirtualLoop:
    """A world from a seed."""
    return VirtualLoop(Random(seed), mixing=mixing, max_callbacks=max_callbacks)


def test_time_jumps() -> None:
    """An hour costs nothing."""

    async def main() -> float:
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time()

    assert a_loop().run(main()) == 3600


def test_time_limit_ends_what_never_ends() -> None:
    """Deadlines of the product hold in virtual time."""

    async def main() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(8):
                await asyncio.Event().wait()
        return asyncio.get_running_loop().time()

    assert a_loop().run(main()) == 8


def _order(seed: int, mixing: float) -> list[int]:
    order: list[int] = []

    async def note(number: int) -> None:
        for _ in range(3):
            await asyncio.sleep(0)
            order.append(number)

    async def main() -> None:
        await asyncio.gather(*(note(number) for number in range(4)))

    a_loop(seed, mixing=mixing).run(main())
    return order


def test_order_is_the_seeds() -> None:
    """A failure is found again by its seed."""
    assert _order(1, 1.0) == _order(1, 1.0)
    assert _order(1, 1.0) != _order(2, 1.0)
    assert _order(1, 0.0) == [0, 1, 2, 3] * 3


def test_killed_process_runs_nothing_more() -> None:
    """SIGKILL runs no handler, and wakes nobody."""
    done: list[str] = []

    async def work(event: asyncio.Event) -> None:
        done.append("began")
        try:
            await event.wait()
            done.append("went on")
        finally:
            await asyncio.sleep(0)
            done.append("tidied up")

    async def main() -> None:
        event = asyncio.Event()
        loop.spawn(7, work(event))
        await asyncio.sleep(1)
        loop.kill(7)
        event.set()
        await asyncio.sleep(1)

    loop = a_loop()
    loop.run(main())

    assert done == ["began"]


def test_children_belong_to_the_process() -> None:
    """What a task starts dies with it; another process lives on."""
    done: list[str] = []

    async def child(name: str) -> None:
        await asyncio.sleep(2)
        done.append(name)

    async def parent(name: str) -> None:
        await asyncio.gather(child(name), child(name))

    async def main() -> None:
        loop.spawn(1, parent("one"))
        loop.spawn(2, parent("two"))
        await asyncio.sleep(1)
        loop.kill(1)
        await asyncio.sleep(5)

    loop = a_loop()
    loop.run(main())

    assert done == ["two", "two"]


def test_deadlock_is_found() -> None:
    """Waiting for ever is a finding, not a hang."""

    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Stuck):
        a_loop().run(main())


def test_circle_is_found() -> None:
    """So is never coming to an end."""

    async def main() -> None:
        await asyncio.gather(main_again(), main_again())

    async def main_again() -> None:
        for _ in range(1000):
            await asyncio.sleep(0)

    with pytest.raises(TooLong):
        a_loop(max_callbacks=100).run(main())


def test_forgotten_exception_is_found() -> None:
    """A background task must not fail unseen."""

    async def fail() -> None:
        raise LookupError("lost")

    async def main() -> None:
        task = asyncio.get_running_loop().create_task(fail())
        await asyncio.sleep(1)
        del task

    loop = a_loop()
    with pytest.raises(AssertionError, match="lost"):
        loop.run(main())


def test_answer_does_not_take_the_asker_into_the_process() -> None:
    """Whoever waits for a process stays outside of it, and outlives it."""
    done: list[str] = []

    async def answer(reply: asyncio.Future[None]) -> None:
        reply.set_result(None)

    async def main() -> None:
        reply = loop.create_future()
        loop.spawn(1, answer(reply))
        await reply
        loop.call_later(1, loop.kill, 1)
        await asyncio.sleep(2)
        done.append("outlived it")

    loop = a_loop()
    loop.run(main())

    assert done == ["outlived it"]
