"""One thread beside the event loop that does one job after the other: a hop there and back, and nothing else."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")


class _Job(NamedTuple):
    work: Callable[[], Any]
    latest: float
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]


class Worker:
    """
    Does jobs in the order they came. Its thread begins with the first job and ends with ``stop``.

    A job that has begun is done to its end, whether or not anybody still waits for it; one that nobody waits for any
    more is not begun.
    """

    def __init__(self, name: str, wait_s: float) -> None:
        """``wait_s``: how long a job may wait for its turn."""
        self._name = name
        self._wait_s = wait_s
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: Thread | None = None

    async def do(self, work: Callable[[], T]) -> T:
        """
        What ``work`` returns, or raises.

        Raises:
            TimeoutError: the jobs before it took too long; it was not begun.
        """
        if self._thread is None:
            # A daemon: a server that is torn down must not hang on a lock; what is not committed is rolled back.
            self._thread = Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(work, time.monotonic() + self._wait_s, loop, future))
        return await future

    def stop(self) -> None:
        """End the thread once the jobs it has are done; no job may follow."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            if job.future.cancelled():
                continue
            outcome = _outcome(job)
            # The loop may be gone by now, with everybody who waited.
            with suppress(RuntimeError):
                job.loop.call_soon_threadsafe(_deliver, job.future, *outcome)
            del job, outcome


def _outcome(job: _Job) -> tuple[Any, BaseException | None]:
    if time.monotonic() > job.latest:
        return None, TimeoutError()
    try:
        return job.work(), None
    except BaseException as error:  # noqa: BLE001 (whoever waits gets it, whatever it is)
        return None, error


def _deliver(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.cancelled():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
