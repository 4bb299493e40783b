"""
The lane to an upstream: calls wait here for their turn under the quota, the most important first.

One task at a time takes slots from the quota and gives each to whoever is first in the queue when it comes. It ends
when nobody waits. Processes that share a quota each hold at most one slot ahead; order holds within a process.
"""

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Final

from ecs.errors import QuotaSpent
from ecs.resilience.operations import Rank
from ecs.resilience.quota import TOLERANCE_S, Quota
from ecs.resilience.waiting import Queue, Waiter, planned

SLOW_S: Final = 60.0
"""How long the rate is halved after the upstream said that it was too high."""
_Ticket = asyncio.Future[None]


class Lane:
    """The way to one upstream under one credential."""

    def __init__(self, quota: Quota, spacing_s: float, monotonic: Callable[[], float]) -> None:
        self._quota = quota
        self._usual_spacing_s = spacing_s
        self._monotonic = monotonic
        self._numbers = count()
        self._queue: tuple[Waiter[_Ticket], ...] = ()
        self._next_at = 0.0
        self._ahead_s = 0.0
        self._paused_until = float("-inf")
        self._slow_until = float("-inf")
        self._serving: asyncio.Task[None] | None = None

    async def turn(self, rank: Rank, deadline: float) -> None:
        """
        Return when the call may be sent, which it must be at once.

        Raises:
            QuotaSpent: its turn cannot come before ``deadline``, or more important calls took its place.
        """
        ticket: _Ticket = asyncio.get_running_loop().create_future()
        waiter = Waiter(rank, next(self._numbers), deadline, ticket)
        self._plan((*self._queue, waiter))
        if self._queue and self._serving is None:
            self._serving = asyncio.create_task(self._serve())
        try:
            await ticket
        finally:
            self._queue = tuple(each for each in self._queue if each is not waiter)

    async def throttled(self, pause_s: float) -> None:
        """The upstream found us too fast: nobody goes for ``pause_s``, and for a minute the rate is halved."""
        self._paused_until = self._monotonic() + pause_s
        self._slow_until = self._monotonic() + max(pause_s, SLOW_S)
        self._next_at = max(self._next_at, self._paused_until)
        await self._quota.hold(pause_s)

    @property
    def _spacing_s(self) -> float:
        return self._usual_spacing_s * (2 if self._monotonic() < self._slow_until else 1)

    def _plan(self, waiters: tuple[Waiter[_Ticket], ...]) -> None:
        """Set the queue, and refuse whoever cannot be served in it."""
        now = self._monotonic()
        queue: Queue[_Ticket] = planned(waiters, max(now, self._next_at), self._spacing_s)
        self._queue = queue.waiting
        for waiter in queue.refused:
            if not waiter.ticket.done():
                waiter.ticket.set_exception(
                    QuotaSpent("no turn before the deadline", retry_after_s=max(0.0, queue.free_at - now))
                )

    async def _serve(self) -> None:
        try:
            while self._queue:
                await self._serve_next()
        except Exception as error:  # noqa: BLE001 - a fault of ours must not leave them waiting for ever
            for waiter in self._queue:
                if not waiter.ticket.done():
                    waiter.ticket.set_exception(error)
        finally:
            self._serving = None

    async def _serve_next(self) -> None:
        asked_at = self._monotonic()
        within_s = max(0.0, max(waiter.deadline for waiter in self._queue) - asked_at)
        wait_s = await self._quota.reserve(self._spacing_s, within_s, self._ahead_s)
        # The slot counts from some moment between question and answer.
        slot_at = asked_at + (self._monotonic() - asked_at) / 2 + wait_s
        self._next_at = slot_at
        self._plan(self._queue)
        if wait_s > within_s:
            return
        await asyncio.sleep(max(0.0, slot_at - self._monotonic()))
        if self._monotonic() < self._paused_until:
            # The upstream asked for a pause after this slot was taken.
            return
        late_s = self._monotonic() - (asked_at + wait_s)
        self._next_at = slot_at + self._spacing_s
        if late_s > TOLERANCE_S:
            # Used now, it could fall into one second with the next one's: another is asked for, further ahead.
            self._ahead_s = min(1.0, late_s * 2)
            return
        self._ahead_s /= 2
        self._call_first()

    def _call_first(self) -> None:
        waiting = [waiter for waiter in self._queue if not waiter.ticket.done()]
        self._queue = tuple(waiting[1:])
        if waiting:
            waiting[0].ticket.set_result(None)
