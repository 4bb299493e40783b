"""
An event loop whose time is its own, whose order is a seed's, and whose processes can be killed.

Nothing waits: where no callback is ready, time jumps to the next timer. Which of several ready callbacks runs next is
drawn from the seed. Every callback belongs to the process that its context names; those of a killed process never run
again, so that not even a ``finally`` of its code does: as after SIGKILL.
"""

import asyncio
import heapq
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from random import Random
from typing import Any, Final, TypeVar

T = TypeVar("T")

PROCESS: Final[ContextVar[int]] = ContextVar("PROCESS", default=0)
"""The process that a callback belongs to; 0 is the world itself, which is never killed."""


class Stuck(AssertionError):
    """Nothing is ready and no timer runs, but the main task is not done: a deadlock."""


class TooLong(AssertionError):
    """More callbacks ran than any sound history needs: something goes round in circles."""


class _Handle:
    """What ``call_soon`` gives back; asyncio's own costs three times as much."""

    __slots__ = ("args", "callback", "context", "is_cancelled", "owner")

    def __init__(self, callback: Callable[..., object], args: tuple[Any, ...], context: Context) -> None:
        self.callback = callback
        self.args = args
        self.context = context
        self.owner = context.get(PROCESS, 0)
        self.is_cancelled = False

    def cancel(self) -> None:
        """Not to run any more."""
        self.is_cancelled = True

    def cancelled(self) -> bool:
        """As asyncio has it."""
        return self.is_cancelled


class _Timer(_Handle):
    __slots__ = ("_when",)

    def __init__(self, when: float, callback: Callable[..., object], args: tuple[Any, ...], context: Context) -> None:
        super().__init__(callback, args, context)
        self._when = when

    def when(self) -> float:
        """Its instant, as asyncio has it."""
        return self._when


# Sockets, processes and threads stay away, so most of the abstract methods are missing.
_Loop: Any = asyncio.AbstractEventLoop


class VirtualLoop(_Loop):  # type: ignore[misc]
    """
    The loop. ``mixing`` is the share of picks that are drawn rather than taken in order, 0 to 1.

    An exception that nobody took makes the run fail at its end, unless its process was killed.
    """

    def __init__(self, random: Random, *, mixing: float = 1.0, max_callbacks: int = 1_000_000) -> None:
        self._random = random.random
        self._mixing = mixing
        self._most = max_callbacks
        self._time = 0.0
        self._ready: list[_Handle] = []
        self._timers: list[tuple[float, int, _Timer]] = []
        self._timer_count = 0
        self._killed: set[int] = set()
        self._tasks: dict[int, list[asyncio.Task[Any]]] = {}
        self._complaints: list[str] = []
        self._alarm = max_callbacks + 1
        self._at_alarm: Callable[[], None] | None = None
        self.callbacks = 0
        """How many ran: the scheduler's steps."""

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """Run until ``main`` is done; what still runs then is dropped."""
        asyncio._set_running_loop(self)
        try:
            task: asyncio.Task[T] = self.create_task(main)
            self._run_until(task)
            return task.result()
        finally:
            for process in list(self._tasks):
                self.kill(process)
            self._ready.clear()
            self._timers.clear()
            asyncio._set_running_loop(None)
            if self._complaints:
                raise AssertionError("; ".join(self._complaints))

    def _run_until(self, main: asyncio.Task[Any]) -> None:
        ready, killed, random, mixing = self._ready, self._killed, self._random, self._mixing
        while not main.done():
            if not ready:
                self._next_instant()
                continue
            count = len(ready)
            if count > 1 and random() < mixing:
                # Order among the others is not kept either: any of them may be next.
                place = int(random() * count)
                handle, last = ready[place], ready.pop()
                if place < count - 1:
                    ready[place] = last
            else:
                handle = ready.pop(0)
            if handle.is_cancelled or handle.owner in killed:
                continue
            self.callbacks += 1
            handle.context.run(handle.callback, *handle.args)
            if self.callbacks >= self._alarm:
                self._ring()

    def _next_instant(self) -> None:
        timers = self._timers
        while timers and (timers[0][2].is_cancelled or timers[0][2].owner in self._killed):
            heapq.heappop(timers)
        if not timers:
            raise Stuck(f"nothing is left to run at {self._time:.1f} s")
        self._time = timers[0][0]
        while timers and timers[0][0] <= self._time:
            self._ready.append(heapq.heappop(timers)[2])

    def interrupt(self, after: int, act: Callable[[], None]) -> None:
        """Have ``act`` called once, between two callbacks, when ``after`` more have run; the last such wish holds."""
        self._alarm, self._at_alarm = min(self.callbacks + after, self._most + 1), act

    def _ring(self) -> None:
        if self.callbacks > self._most:
            raise TooLong(f"{self.callbacks} callbacks ran by {self._time:.1f} s")
        act, self._alarm, self._at_alarm = self._at_alarm, self._most + 1, None
        if act is not None:
            act()

    def kill(self, process: int) -> None:
        """
        End a process: none of its code runs again, what was in its memory is lost.

        Its coroutines are closed. What they do on the way out finds a loop that runs nothing for them any more.
        """
        self._killed.add(process)
        for task in self._tasks.pop(process, ()):
            if not task.done():
                _close(task)

    def spawn(self, process: int, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """A task of a process."""
        context = copy_context()
        context.run(PROCESS.set, process)
        task: asyncio.Task[T] = self.create_task(work, context=context)
        return task

    def time(self) -> float:
        """Seconds since the world began."""
        return self._time

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> _Handle:
        """As asyncio has it, but for the order."""
        handle = _Handle(callback, args, _copied(context))
        self._ready.append(handle)
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> _Timer:
        """As asyncio has it."""
        return self.call_at(self._time + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> _Timer:
        """As asyncio has it."""
        timer = _Timer(when, callback, args, _copied(context))
        self._timer_count += 1
        heapq.heappush(self._timers, (when, self._timer_count, timer))
        return timer

    def create_future(self) -> asyncio.Future[Any]:
        """As asyncio has it."""
        return asyncio.Future(loop=self)

    def create_task(self, coro: Any, *, name: str | None = None, context: Context | None = None, **_: Any) -> Any:
        """As asyncio has it; never begun eagerly."""
        context = _copied(context)
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=self, name=name or "", context=context)
        # A killed process leaves its tasks pending for good.
        task._log_destroy_pending = False  # type: ignore[attr-defined]
        self._tasks.setdefault(context.get(PROCESS, 0), []).append(task)
        return task

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Keep what nobody took for the end of the run."""
        self._complaints.append(f"{context.get('message')}: {context.get('exception')!r}")

    def get_debug(self) -> bool:
        """Never."""
        return False

    def is_running(self) -> bool:
        """While ``run`` runs."""
        return True

    def is_closed(self) -> bool:
        """Never."""
        return False


def _close(task: asyncio.Task[Any]) -> None:
    coroutine: Any = task.get_coro()
    while True:
        try:
            coroutine.close()
        except RuntimeError:
            # It awaited on its way out; nobody will wake it there, so it is closed from that point on.
            continue
        return


def _copied(context: Context | None) -> Context:
    # A context without variables is empty, and so false.
    return copy_context() if context is None else context
