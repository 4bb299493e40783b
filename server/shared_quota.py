"""A quota that processes share, with one of this process's own for the time when what they share it by is away."""

from ecs.resilience import LocalQuota, Quota
from server.shelter import Shelter


class SharedQuota:
    """Satisfies ``ecs.resilience.Quota`` and never fails. While the shared one is away, each process counts alone."""

    def __init__(self, shared: Quota, own: LocalQuota, shelter: Shelter) -> None:
        self._shared = shared
        self._own = own
        self._shelter = shelter

    async def reserve(self, spacing_s: float, within_s: float, ahead_s: float) -> float:
        """See ``Quota``."""
        wait_s = await self._shelter.run(lambda: self._reserved(spacing_s, within_s, ahead_s), None)
        if wait_s is None:
            return await self._own.reserve(spacing_s, within_s, ahead_s)
        if wait_s <= within_s:
            # Should the shared one go away now, the next slot of our own still keeps its distance.
            await self._own.hold(wait_s + spacing_s)
        return wait_s

    async def hold(self, pause_s: float) -> None:
        """See ``Quota``."""
        await self._own.hold(pause_s)
        await self._shelter.run(lambda: self._shared.hold(pause_s), None)

    async def _reserved(self, spacing_s: float, within_s: float, ahead_s: float) -> float | None:
        return await self._shared.reserve(spacing_s, within_s, ahead_s)
