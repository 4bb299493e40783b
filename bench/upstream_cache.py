"""
CPU time of the way to the upstream when it need not, or must, be gone: ``python -m bench.upstream_cache``.

``hit`` is a page of a search, or look-ups of products, out of memory; ``encode`` and ``decode`` are what a page of ten
costs on its way to and from a shared cache; ``guard`` is what a call costs over calling the upstream itself. ``memory``
compares the bytes that pages take with what the cache reckons for them.
"""

import asyncio
import random
import statistics
import sys
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final, cast

from bench.ecs_parse import large_answer
from ecs import parse
from ecs.caching import Answers, CachedCatalog, Memory
from ecs.caching.ageing import PRICES
from ecs.caching.memory import Entry
from ecs.caching.shared import Codec
from ecs.model import Item, SearchPage, Seen
from ecs.request import SearchQuery
from ecs.resilience import Guard, Guarded, RetryBudget, Upstream
from ecs.vocabulary import Operation, ResponseGroup

_TURNS: Final = 1_000
_ROUNDS: Final = 15
_GROUPS: Final = frozenset({ResponseGroup.ITEM_ATTRIBUTES, ResponseGroup.IMAGES, ResponseGroup.OFFER_FULL})
_QUERY: Final = SearchQuery("Books", "tea", "salesrank", (("MinimumPrice", "100"),))
_PAGES: Final = 200


class _Shelf:
    """An upstream that knows one page, and any product."""

    def __init__(self, page: SearchPage) -> None:
        self._page = page

    async def search_pages(self, *_: object) -> Seen[tuple[SearchPage, ...]]:
        return Seen((self._page,), datetime.now(UTC))

    async def look_up(self, ids: tuple[str, ...], *_: object, **__: object) -> Seen[tuple[Item, ...]]:
        return Seen(tuple(Item(asin) for asin in ids), datetime.now(UTC))


async def _measured(work: Callable[[], Awaitable[Any]]) -> tuple[float, float]:
    """Best and median CPU time of a call, in microseconds."""
    rounds = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        for _ in range(_TURNS):
            await work()
        rounds.append((time.process_time() - began) / _TURNS * 1e6)
    return min(rounds), statistics.median(rounds)


def _now() -> datetime:
    return datetime.now(UTC)


async def _bench() -> list[tuple[str, float, float]]:
    page = parse.search_page(large_answer())
    upstream = cast("Upstream", _Shelf(page))
    guard = Guard(None, RetryBudget(), monotonic=time.monotonic, random=random.random)
    memory = Memory(max_entries=1_000, max_bytes=10_000_000)
    answers = Answers(memory, None, now=_now, monotonic=time.monotonic, random=random.random, is_away=lambda: False)
    guarded = Guarded(upstream, guard)
    catalog = CachedCatalog("US", guarded, guarded, answers, edition=lambda: "1", now=_now)
    codec = Codec(SearchPage)
    seen = Seen(page, _now())
    data = codec.encode(seen)
    ten, one = [f"B{number:09}" for number in range(10)], ["B000000001"]

    async def encode() -> None:
        codec.encode(seen)

    async def decode() -> None:
        codec.decode(data)

    cases: dict[str, Callable[[], Awaitable[Any]]] = {
        "hit: search, page of ten": lambda: catalog.search(_QUERY, 1, _GROUPS),
        "hit: look-up of one": lambda: catalog.look_up(one, _GROUPS),
        "hit: look-up of ten": lambda: catalog.look_up(ten, _GROUPS),
        "encode a page": encode,
        "decode a page": decode,
        "upstream itself": lambda: upstream.search_pages(_QUERY, [1], _GROUPS),
        "guard, upstream below it": lambda: guard.run(
            Operation.ITEM_SEARCH, lambda: upstream.search_pages(_QUERY, [1], _GROUPS)
        ),
    }
    return [(name, *await _measured(work)) for name, work in cases.items()]


def _bytes_of_a_page() -> tuple[float, int]:
    """What a page takes, and what the cache reckons, in bytes."""
    body = large_answer()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    pages = [parse.search_page(body) for _ in range(_PAGES)]
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / _PAGES, Entry.of(Seen(pages[0], _now(), received=len(body)), PRICES, 0.5).size


def main() -> None:
    """Print the table."""
    for name, best, median in asyncio.run(_bench()):
        sys.stdout.write(f"{name:28} {best:8.1f} µs best {median:8.1f} µs median\n")
    taken, reckoned = _bytes_of_a_page()
    sys.stdout.write(f"memory of a page of ten      {taken:8.0f} bytes taken, {reckoned} reckoned\n")


if __name__ == "__main__":
    main()
