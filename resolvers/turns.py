"""
Turns: one change at a time for a cart, in the order they came, while carts do not wait for each other.

Up to eight changes wait for one cart; the next is refused at once, because whoever hammers one cart gains nothing by
a longer queue. Turns hold within a process; across processes the store's version guard holds.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from typing import Final

MAX_WAITING: Final = 8


class TooManyWaiting(Exception):
    """Eight changes wait for this cart already; nothing was done."""


class Turns:
    """Hands out turns by key. Keys without holder or waiter take no memory."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}

    def has_place(self, key: Hashable) -> bool:
        """True when ``take`` would not turn away who comes now."""
        return len(self._waiting.get(key, ())) < MAX_WAITING

    @asynccontextmanager
    async def take(self, key: Hashable) -> AsyncIterator[None]:
        """
        Wait for the turn of ``key`` and hold it while the block runs.

        Raises:
            TooManyWaiting: eight wait already.
        """
        await self._acquire(key)
        try:
            yield
        finally:
            self._release(key)

    async def _acquire(self, key: Hashable) -> None:
        queue = self._waiting.get(key)
        if queue is None:
            self._waiting[key] = deque()
            return
        if len(queue) >= MAX_WAITING:
            raise TooManyWaiting
        turn = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            # The turn may have been handed over in the same tick: pass it on, or it would be held for ever.
            if turn.done() and not turn.cancelled():
                self._release(key)
            # A holder who left in the same tick has thrown the cancelled turn out already.
            elif turn in queue:
                queue.remove(turn)
            raise

    def _release(self, key: Hashable) -> None:
        queue = self._waiting[key]
        while queue:
            turn = queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        del self._waiting[key]
