"""
An event loop whose clock jumps to the next timer as soon as nothing else is to be done: an hour passes in no time.

Real work, such as a statement that runs in a database's thread, holds the clock while it is marked by ``real_work``.
"""

import asyncio
import selectors
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from tests.support.fakes import NOON

T = TypeVar("T")
_REAL_WAIT_S = 5.0


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Its time begins at 1000 s and moves only when everybody waits."""

    def __init__(self) -> None:
        self.virtual_s = 1000.0
        self.real_work = 0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        return self.virtual_s


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self._loop.real_work and timeout != 0:
            return super().select(_REAL_WAIT_S)
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("nothing will ever happen again: everybody waits, and nobody for a timer")
        if not ready and timeout:
            self._loop.virtual_s += timeout
        return ready


def in_virtual_time(work: Coroutine[Any, Any, T]) -> T:
    """What ``work`` gives, run to its end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(work)


def virtual_now() -> datetime:
    """The wall clock that goes with the loop's: noon when it began."""
    return NOON + timedelta(seconds=monotonic() - 1000.0)


def monotonic() -> float:
    """The running loop's time."""
    return asyncio.get_running_loop().time()


@contextmanager
def real_work() -> Iterator[None]:
    """Time stands still meanwhile: what is waited for happens outside of the loop."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualTimeLoop)
    loop.real_work += 1
    try:
        yield
    finally:
        loop.real_work -= 1
