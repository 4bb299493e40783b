"""A catalog that counts its calls and fails when told, behind a guard and a cache, in virtual time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from ecs.caching import Answers, CachedCatalog, Memory, Shared
from ecs.resilience import BreakerState, Guard, Guarded, Lane, LocalQuota, Rank, RetryBudget, Upstream
from tests.support.fakes import FakeCatalog
from tests.support.virtual_time import monotonic, virtual_now


@dataclass
class MemoryShared:
    """A shared cache in memory."""

    values: dict[bytes, bytes] = field(default_factory=dict)
    ttls: list[float] = field(default_factory=list)

    async def get_many(self, names: Sequence[bytes]) -> list[bytes | None]:
        """See ``Shared``."""
        return [self.values.get(name) for name in names]

    async def put_many(self, values: Mapping[bytes, bytes], ttl_s: float) -> None:
        """See ``Shared``."""
        self.values.update(values)
        self.ttls.append(ttl_s)


@dataclass
class Replica:
    """One process: a cached catalog over an upstream it may share with others."""

    catalog: CachedCatalog
    answers: Answers
    guard: Guard
    memory: Memory


def a_replica(
    upstream: FakeCatalog, *, shared: Shared | None = None, lane: Lane | None = None, edition: list[str] | None = None
) -> Replica:
    """Chance always says 1: answers are read anew at their soft age exactly."""
    guard = Guard(lane, RetryBudget(), monotonic=monotonic, random=lambda: 1.0)
    memory = Memory(max_entries=1000, max_bytes=10_000_000)
    answers = Answers(
        memory,
        shared,
        now=virtual_now,
        monotonic=monotonic,
        random=lambda: 1.0,
        is_away=lambda: guard.state is BreakerState.OPEN,
    )
    source = cast("Upstream", upstream)
    named = edition or ["first"]
    catalog = CachedCatalog(
        "US",
        Guarded(source, guard),
        Guarded(source, guard, rank=Rank.REFRESH),
        answers,
        edition=lambda: named[0],
        now=virtual_now,
    )
    return Replica(catalog, answers, guard, memory)


def a_lane() -> Lane:
    """One call a second."""
    return Lane(LocalQuota(monotonic), 1.0, monotonic)
