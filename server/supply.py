"""
The way from the storefront to its upstreams: cache, coalescing, quota, breaker and retries, put together.

    Catalog, Directory     CachedCatalog > Guarded > EcsGateway
    Carts                  Guarded > EcsGateway

Memory, shared cache, lane and retry budget are common to all marketplaces; each has a guard (and so a breaker) and
answers of its own.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from ecs.caching import Answers, CachedCatalog, Memory
from ecs.embedded import EcsService
from ecs.resilience import (
    BreakerState,
    Guard,
    Guarded,
    Lane,
    LocalQuota,
    Quota,
    Rank,
    RetryBudget,
    Upstream,
    spacing_of,
)
from persistence.engine import Database
from persistence.errors import StoreUnavailable
from persistence.lane import SqlQuota
from server import VERSION
from server.settings import Settings
from server.shared_quota import SharedQuota
from server.shelter import Shelter
from server.upstream import made_with

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from server.redis_store import RedisStore

MEMORY_BYTES: Final = 16_000_000
MEMORY_ENTRIES: Final = 20_000
PREFIX: Final = f"cartograph:{VERSION}:"
"""Releases do not read what others wrote."""


@dataclass(frozen=True, slots=True)
class Supplied:
    """One marketplace's upstream as the storefront reaches it."""

    catalog: CachedCatalog
    """Satisfies ``Catalog`` and ``Directory``."""
    carts: Guarded
    settling: Guarded
    """The same carts, before everything else in the lane: for finding out what became of a change."""
    guard: Guard
    answers: Answers


class Supply:
    """Makes the way to each upstream. ``aclose`` ends what runs and lets go of the shared cache."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        *,
        prefix: str = PREFIX,
    ) -> None:
        """``prefix`` begins every name in the shared cache."""
        self._settings = settings
        self._now = now
        self._monotonic = monotonic
        self._prefix = prefix
        self._client: Redis | None = None
        self.store: RedisStore | None = None
        """Bytes that replicas share; None without CACHE_URL."""
        if settings.cache_url is not None:
            # Read in where it is used: most servers run without Redis.
            from server import redis_store

            self._client = redis_store.redis_client(settings.cache_url.get_secret_value())
            self.store = redis_store.RedisStore(self._client, prefix, monotonic)
        self._memory = Memory(max_entries=MEMORY_ENTRIES, max_bytes=MEMORY_BYTES)
        self._lane = self._lane_over(database)
        self._budget = RetryBudget()
        self._answers: list[Answers] = []
        self._editions: dict[str, Callable[[], str]] = {}

    def of(self, marketplace: str, upstream: Upstream, service: EcsService | None) -> Supplied:
        """The way to one upstream; ``service`` is the embedded one behind it, if it is that."""
        guard = Guard(self._lane, self._budget, monotonic=self._monotonic, random=random.random)
        answers = Answers(
            self._memory,
            self.store,
            now=self._now,
            monotonic=self._monotonic,
            random=random.random,
            is_away=lambda: guard.state is BreakerState.OPEN,
        )
        self._answers.append(answers)
        self._editions[marketplace] = edition = _edition_of(service, self._settings, marketplace)
        catalog = CachedCatalog(
            marketplace,
            Guarded(upstream, guard),
            Guarded(upstream, guard, rank=Rank.REFRESH),
            answers,
            edition=edition,
            now=self._now,
        )
        return Supplied(catalog, Guarded(upstream, guard), Guarded(upstream, guard, rank=Rank.SETTLE), guard, answers)

    def edition(self) -> str:
        """Names what all answers depend on beside their questions, over every marketplace."""
        return " ".join(f"{marketplace} {edition()}" for marketplace, edition in self._editions.items())

    async def aclose(self) -> None:
        """End what runs in the background; afterwards nothing may be asked."""
        for answers in self._answers:
            await answers.aclose()
        if self._client is not None:
            await self._client.aclose()

    def _lane_over(self, database: Database) -> Lane | None:
        requests_per_s = self._settings.quota_per_s
        if requests_per_s is None:
            return None
        quota, shelter = self._shared_quota(database)
        shared = SharedQuota(quota, LocalQuota(self._monotonic), shelter)
        return Lane(shared, spacing_of(requests_per_s), self._monotonic)

    def _shared_quota(self, database: Database) -> tuple[Quota, Shelter]:
        # The key id is no secret, but nobody needs to read it in a table either.
        credential = sha256(self._settings.ecs_access_key_id.encode()).hexdigest()[:16]
        advice = "each process counts its own requests to the upstream until it is back"
        if self._client is not None:
            from server.redis_store import FAILURES, RedisQuota

            quota = RedisQuota(self._client, self._prefix, credential)
            return quota, Shelter("redis quota", FAILURES, advice, self._monotonic)
        shelter = Shelter("database quota", (StoreUnavailable,), advice, self._monotonic)
        return SqlQuota(database, credential, lambda: self._now().timestamp()), shelter


def _edition_of(service: EcsService | None, settings: Settings, marketplace: str) -> Callable[[], str]:
    """
    Names what an answer depends on beside its request.

    The wire's version, the service and the associate tag, which is in links; the catalog where that is known.
    """
    version = f"{settings.wire_version} {made_with(settings, marketplace)}"
    if service is None:
        return lambda: version

    def edition() -> str:
        state = service.catalog_state()
        return f"{version} {state.loaded_at.isoformat()}" if state else version

    return edition
