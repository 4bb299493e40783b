"""The sweeper: settles what crashed processes and lost answers left open, from the start on and every few seconds."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Protocol

import structlog

from persistence.errors import SealBroken, StoreUnavailable
from resolvers.shop import Shop
from resolvers.sweeping import EVERY_S, sweep

_RESEALED_AT_ONCE: Final = 50
_SWEEPS_AN_HOUR: Final = round(3600 / EVERY_S)
_log = structlog.get_logger("cartograph.sweeper")


class Resealer(Protocol):
    """Seals anew what an older key has sealed."""

    async def reseal(self, limit: int) -> int:
        """Reseal at most ``limit`` rows; how many were."""
        ...


class Sweeper:
    """Runs beside the requests of one process; a fault of the store or the upstream only delays it."""

    def __init__(
        self,
        shops: Mapping[str, Shop],
        resealer: Resealer,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._shops = shops
        self._resealer = resealer
        self._pause = pause
        self._until_reseal = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Sweep at once, then again and again until ``stop``."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End; an intent that is being settled stays open for the next one to come."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def once(self) -> None:
        """One sweep; what cannot be settled now is left for the next."""
        resealed = 0
        try:
            swept = await sweep(self._shops)
            if self._until_reseal == 0:
                resealed = await self._resealer.reseal(_RESEALED_AT_ONCE)
            # Looking for older seals reads whole tables: once at start and hourly, and on while there are some.
            self._until_reseal = 0 if resealed else (self._until_reseal or _SWEEPS_AN_HOUR) - 1
        except (StoreUnavailable, SealBroken) as error:
            _log.warning("sweep_failed", reason=str(error))
            return
        if swept.settled or swept.left or resealed:
            _log.info("swept", settled=swept.settled, left=swept.left, resealed=resealed)

    async def _run(self) -> None:
        while True:
            await self.once()
            await self._pause(EVERY_S)
