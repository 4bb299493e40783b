"""Memory of a server after many mixed requests, and how long a server takes from its start to its first answer."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bench import client
from bench.client import Connections, connections
from bench.mix import Mix
from bench.processes import ServerProcess
from bench.traffic import Traffic

_BATCH: Final = 400
_STARTS: Final = 3
_WARM_SHARE: Final = 0.5
"""Growth is told from here on: before it, caches fill up to their limits."""


@dataclass(frozen=True)
class Memory:
    """Resident megabytes of the server."""

    requests: int
    start_mb: float
    warm_mb: float
    end_mb: float
    errors: int

    @property
    def growth(self) -> float:
        """From when the caches were full to the end, as a share."""
        return self.end_mb / self.warm_mb - 1


def memory_after(process: ServerProcess, opened: Connections, traffic: Traffic, requests: int) -> Memory:
    """Send mixed requests, and read the memory before, half-way and after."""
    start_mb = process.resident_mb()
    mix = Mix(traffic, opened)
    warm_mb, sent, errors = start_mb, 0, 0
    while sent < requests:
        batch = mix.take(_BATCH)
        opened.reopen()
        errors += sum(reply.status != 200 for reply in opened.burst(batch))
        sent += len(batch)
        if sent <= requests * _WARM_SHARE:
            warm_mb = process.resident_mb()
    return Memory(sent, start_mb, warm_mb, process.resident_mb(), errors)


@dataclass(frozen=True)
class Start:
    """From the start of a process to its first answer, in seconds."""

    best_s: float
    median_s: float
    cpu_s: float
    """CPU time of the best start: what it takes on a machine with nothing else to do."""


def first_answer(make: Callable[[], ServerProcess]) -> Start:
    """Start a server some times."""
    spent: list[tuple[float, float]] = []
    for _ in range(_STARTS):
        server = make()
        started = time.perf_counter()
        server.start()
        try:
            with connections(server.port, 1) as opened:
                (reply,) = opened.burst([client.post({"query": "{ __typename }"})])
            if reply.status != 200:
                raise RuntimeError(f"the server answers {reply.status}")
            spent.append((time.perf_counter() - started, server.cpu_s()))
        finally:
            server.stop()
    return Start(min(spent)[0], statistics.median(each for each, _ in spent), min(cpu for _, cpu in spent))
