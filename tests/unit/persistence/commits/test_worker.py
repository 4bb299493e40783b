"""One thread does one job after another, to its end, and tells whoever still waits."""

import asyncio
import threading
from functools import partial

import pytest

from persistence.commits.worker import Worker


async def test_what_a_job_returns_or_raises_comes_back() -> None:
    """As if it had been done here, but in a thread of its own."""
    worker = Worker("a worker")

    def fail() -> None:
        raise ArithmeticError("as it was")

    assert await worker.do(lambda: threading.current_thread().name) == "a worker"
    with pytest.raises(ArithmeticError, match="as it was"):
        await worker.do(fail)
    assert await worker.do(lambda: 7) == 7
    worker.stop()


async def test_jobs_are_done_in_the_order_they_came() -> None:
    """Nobody overtakes."""
    worker = Worker("a worker")
    done: list[int] = []

    await asyncio.gather(*(worker.do(partial(done.append, number)) for number in range(20)))

    assert done == list(range(20))
    worker.stop()


async def test_a_job_is_done_though_nobody_waits_any_more() -> None:
    """A commit is not abandoned half-way."""
    worker = Worker("a worker")
    began, go_on = threading.Event(), threading.Event()
    done: list[str] = []

    def first() -> None:
        began.set()
        go_on.wait()
        done.append("first")

    running = asyncio.ensure_future(worker.do(first))
    await asyncio.to_thread(began.wait)
    running.cancel()
    await asyncio.wait([running])
    go_on.set()

    assert await worker.do(lambda: list(done)) == ["first"]
    assert running.cancelled()
    worker.stop()


def test_stopping_a_worker_that_never_worked_is_nothing() -> None:
    """A database that was opened and closed again has no thread."""
    Worker("idle").stop()


def test_a_loop_that_has_gone_is_not_told() -> None:
    """A server torn down in the middle of a write leaves the thread to finish in peace."""
    worker = Worker("a worker")
    began, go_on = threading.Event(), threading.Event()
    done: list[str] = []

    def job() -> None:
        began.set()
        go_on.wait()
        done.append("done")

    async def leave() -> None:
        running = asyncio.ensure_future(worker.do(job))
        await asyncio.to_thread(began.wait)
        running.cancel()

    asyncio.run(leave())
    go_on.set()
    worker.stop()

    assert done == ["done"]
