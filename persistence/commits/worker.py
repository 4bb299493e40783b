"""One thread beside the event loop that does one job after the other: a hop there and back, and nothing else."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")
Told = Callable[[Any, BaseException | None], None]
"""Takes what a job returned, or what it raised."""


class _Job(NamedTuple):
    work: Callable[[], Any]
    loop: asyncio.AbstractEventLoop
    told: Told


class Worker:
    """Does jobs in the order they came, each to its end. Its thread begins with the first and ends with ``stop``."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: Thread | None = None

    def begin(self, work: Callable[[], Any], told: Told) -> None:
        """Have ``work`` done; ``told`` is called in the running event loop once it is, whether or not that is late."""
        if self._thread is None:
            # A daemon: a server that is torn down must not hang on a lock; what is not committed is rolled back.
            self._thread = Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        self._jobs.put(_Job(work, asyncio.get_running_loop(), told))

    async def do(self, work: Callable[[], T]) -> T:
        """What ``work`` returns, or raises. It is done though nobody waits any more."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.begin(work, lambda result, error: deliver(future, result, error))
        return await future

    def stop(self) -> None:
        """End the thread once the jobs it has are done; no job may follow."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            outcome = _outcome(job)
            # The loop may be gone by now, with everybody who waited.
            with suppress(RuntimeError):
                job.loop.call_soon_threadsafe(job.told, *outcome)
            del job, outcome


def deliver(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    """Give a future its outcome, unless nobody waits for it any more."""
    if future.cancelled():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


def _outcome(job: _Job) -> tuple[Any, BaseException | None]:
    try:
        return job.work(), None
    except BaseException as error:  # noqa: BLE001 (whoever waits gets it, whatever it is)
        return None, error
