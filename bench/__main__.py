"""
Everything that has a target, measured on the real server: ``python -m bench``, or ``make bench``.

Needs nothing but the checkout. The 58,869-product catalog is taken where it lies beside the checkout, else the sample;
rows for PostgreSQL and the load by wrk are left out, with a sentence, where there is none.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import asyncpg  # type: ignore[import-untyped]

from bench import ecs_answer, ecs_parse, load, token_verify
from bench.client import Connections, connections, post
from bench.endurance import first_answer, memory_after
from bench.load import Load
from bench.measure import measured
from bench.processes import ServerProcess, cartograph, floor
from bench.report import Report
from bench.rows import Rows
from bench.traffic import Catalog, Traffic
from ecs.embedded import SAMPLE_CATALOG, has_catalog, load_catalog

_ROOT: Final = Path(__file__).parents[1]
_WHOLE_CATALOG: Final = _ROOT.parent / "shared" / "catalog" / "catalog.jsonl.gz"
_FOLDER: Final = _ROOT / ".cartograph" / "bench"
_POSTGRES: Final = "postgresql://postgres@127.0.0.1:5432"
_DATABASE: Final = "cartograph_bench"


def main() -> None:
    """Run it all and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds and requests: a minute instead of several")
    parser.add_argument("--rounds", type=int, help="rounds of each row (11; 3 when quick)")
    parser.add_argument("--requests", type=int, help="mixed requests for the memory row (100,000; 5,000 when quick)")
    given = parser.parse_args()
    rounds = given.rounds or (3 if given.quick else 11)
    requests = given.requests or (5_000 if given.quick else 100_000)
    report = run(rounds, requests, seconds=1 if given.quick else 5)
    text = report.text()
    (_FOLDER.parent / "bench.json").write_text(json.dumps(report.json(), indent=2), "utf-8")
    (_FOLDER.parent / "bench.md").write_text(text, "utf-8")
    sys.stdout.write(text + "\n")
    ecs_answer.main()
    ecs_parse.main()
    token_verify.main()


def run(rounds: int, requests: int, seconds: int) -> Report:
    """Every figure of one run."""
    feed = _WHOLE_CATALOG if _WHOLE_CATALOG.is_file() else SAMPLE_CATALOG
    folder = _FOLDER / feed.name.split(".")[0]
    _load_once(feed, folder)
    traffic = Traffic(Catalog.read(feed))
    has_postgres, notes = _postgres()
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(_serving(cartograph(folder, _FOLDER / f"{name}.log", settings=settings)))
            for name, settings in _servers(has_postgres).items()
        }
        bare = stack.enter_context(_serving(floor(_FOLDER / "floor.log")))
        figures = measured(Rows(traffic).all(with_postgres=has_postgres), servers, bare, rounds, folder / "ecs")
    with _serving(cartograph(folder, _FOLDER / "memory.log")) as (process, opened):
        memory = memory_after(process, opened, traffic, requests)
    start = first_answer(lambda: cartograph(folder, _FOLDER / "start.log"))
    loads: list[Load] = []
    if load.is_there():
        loads = _loads(folder, traffic, seconds)
    else:
        notes.append("No load was run: wrk is not installed (Debian: apt-get install wrk).")
    return Report(len(traffic.catalog.asins), rounds, figures, memory, start, loads, notes)


def _servers(has_postgres: bool) -> dict[str, dict[str, str]]:
    """Settings by the name that rows have for their server; all but one keep no whole answers."""
    found: dict[str, dict[str, str]] = {"cached": {}, "sqlite": {"answer_cache_mb": "0"}}
    if has_postgres:
        found["postgres"] = {"answer_cache_mb": "0", "database_url": f"{_POSTGRES}/{_DATABASE}"}
    return found


@contextmanager
def _serving(server: ServerProcess) -> Iterator[tuple[ServerProcess, Connections]]:
    server.start()
    try:
        with connections(server.port) as opened:
            yield server, opened
    finally:
        server.stop()


def _load_once(feed: Path, folder: Path) -> None:
    data = folder / "ecs"
    data.mkdir(parents=True, exist_ok=True)
    if not has_catalog(data):
        sys.stdout.write(f"Loading {feed.name}, once ...\n")
        sys.stdout.flush()
        load_catalog(feed, data, now=datetime.now(UTC))


def _postgres() -> tuple[bool, list[str]]:
    """Whether there is a PostgreSQL to use, and a sentence when there is none."""

    async def make() -> None:
        connection = await asyncpg.connect(f"{_POSTGRES}/postgres", timeout=3)
        try:
            with suppress(asyncpg.DuplicateDatabaseError):
                await connection.execute(f"CREATE DATABASE {_DATABASE}")
        finally:
            await connection.close()

    try:
        asyncio.run(make())
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        return False, [f"Rows for PostgreSQL are left out: none answers on 127.0.0.1:5432 ({type(error).__name__})."]
    return True, []


def _loads(folder: Path, traffic: Traffic, seconds: int) -> list[Load]:
    seen = [traffic.search(word) for word in traffic.catalog.words[:20]]
    new = [traffic.search(word) for word in traffic.catalog.words[20:]]
    found = []
    for workers in (1, 2):
        for what, bodies in (("search, seen before", seen), ("search, new each time", new)):
            server = cartograph(folder, _FOLDER / "load.log", workers=workers)
            with _serving(server) as (_, opened):
                for _ in range(workers * 4):
                    opened.burst([post(body) for body in seen])
                found += [loaded_at(server, what, bodies, workers, width, seconds) for width in load.WIDTHS]
    return found


def loaded_at(
    server: ServerProcess, what: str, bodies: list[dict[str, object]], workers: int, width: int, seconds: int
) -> Load:
    """One run of wrk against a server."""
    return load.loaded(what, server.port, bodies, workers, width, seconds)


if __name__ == "__main__":
    main()
