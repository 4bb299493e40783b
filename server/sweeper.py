"""The sweeper: settles what crashed processes and lost answers left open, from the start on and every few seconds."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Protocol

import structlog

from persistence.errors import SealBroken, StoreUnavailable
from persistence.records import Held
from resolvers.shop import Shop
from resolvers.sweeping import EVERY_S, forget, sweep

_RESEALED_AT_ONCE: Final = 50
_SWEEPS_TO_FORGET: Final = round(300 / EVERY_S)
_SWEEPS_TO_RESEAL: Final = round(3600 / EVERY_S)
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
        self._pause = pause
        shop = next(iter(shops.values()), None)
        self._forgetting = _Rarely(_SWEEPS_TO_FORGET, (lambda: forget(shop)) if shop else None)
        self._resealing = _Rarely(_SWEEPS_TO_RESEAL, lambda: resealer.reseal(_RESEALED_AT_ONCE))
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
        try:
            swept = await sweep(self._shops, _report)
            forgotten = await self._forgetting.turn()
            resealed = await self._resealing.turn()
        except (StoreUnavailable, SealBroken) as error:
            _log.warning("sweep_failed", reason=str(error))
            return
        if swept.settled or swept.left or forgotten or resealed:
            _log.info("swept", settled=swept.settled, left=swept.left, forgotten=forgotten, resealed=resealed)

    async def _run(self) -> None:
        while True:
            try:
                await self.once()
            except Exception:  # noqa: BLE001  A fault of ours in one cart must not leave all others unsettled.
                _log.exception("sweep_failed")
            await self._pause(EVERY_S)


def _report(held: Held, error: Exception) -> None:
    _log.error("intent_not_settled", kind=held.intent.kind, marketplace=held.cart.marketplace, exc_info=error)


class _Rarely:
    """Work that reads whole tables: at the first turn, then at every so many, and at each while there is some left."""

    def __init__(self, every: int, work: Callable[[], Awaitable[int]] | None) -> None:
        self._every = every
        self._work = work
        self._until = 0

    async def turn(self) -> int:
        """How much was done in this turn."""
        done = 0
        if self._until == 0 and self._work is not None:
            done = await self._work()
        self._until = 0 if done else (self._until or self._every) - 1
        return done
