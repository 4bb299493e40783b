"""
What a request costs: CPU time of the server around bursts of them, in rounds that take turns with the bare route.

The machine is shared and drifts: figures are the best and the median round, and a ratio compares bursts of one round.
"""

import json
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import client
from bench.client import Connections
from bench.processes import ServerProcess
from bench.rows import Row, fields_of

_BURST_S: Final = 0.12
"""CPU time of a burst: long against the clock's steps, short against the machine's drift."""
_FEWEST: Final = 16
_MOST: Final = 2000


@dataclass(frozen=True)
class Figure:
    """What was measured of a row; times are microseconds of CPU a request."""

    name: str
    target_us: float | None
    ratio_target: float | None
    best_us: float
    median_us: float
    floor_best_us: float
    ratio: float
    """Median over the rounds of what the row costs against what the bare route costs."""
    bytes: int
    fields: int
    errors: int

    @property
    def is_met(self) -> bool:
        """True when the best round keeps to the target, and the ratio to its own."""
        is_cheap = self.target_us is None or self.best_us <= self.target_us
        return is_cheap and (self.ratio_target is None or self.ratio <= self.ratio_target) and self.errors == 0

    @property
    def per_second(self) -> int:
        """Requests a second that one core can answer."""
        return round(1e6 / self.best_us)


@dataclass
class _Series:
    row: Row
    number: int
    sample: bytes
    costs: list[float]
    floors: list[float]
    errors: int = 0


def measured(
    rows: list[Row],
    servers: Mapping[str, tuple[ServerProcess, Connections]],
    bare: tuple[ServerProcess, Connections],
    rounds: int,
    catalog: Path,
) -> list[Figure]:
    """Every row, in so many rounds; before each of them the files of the ``catalog`` are read once."""
    series = [_calibrated(row, *servers[row.server]) for row in rows]
    for _ in range(rounds):
        _read_through(catalog)
        for each in series:
            process, opened = servers[each.row.server]
            opened.reopen()
            requests = each.row.prepare(opened, each.number)
            cost, wrong = _cost(process, opened, requests, each.row.status)
            each.costs.append(cost)
            each.errors += wrong
            bare[1].reopen()
            bare[1].burst([client.put(each.sample)])
            same = [client.at_floor(request) for request in requests[:200]] * (_MOST // 200)
            each.floors.append(_cost(bare[0], bare[1], same[:_MOST], 200)[0])
    return [_figure(each) for each in series]


def _calibrated(row: Row, process: ServerProcess, opened: Connections) -> _Series:
    opened.reopen()
    _cost(process, opened, row.prepare(opened, _FEWEST), row.status)
    requests = row.prepare(opened, _FEWEST)
    cost, _ = _cost(process, opened, requests, row.status)
    (reply,) = opened.burst(requests[-1:])
    number = max(_FEWEST, min(_MOST, int(_BURST_S / (cost / 1e6))))
    return _Series(row, number - number % 8, reply.body, [], [])


def _cost(process: ServerProcess, opened: Connections, requests: list[bytes], status: int) -> tuple[float, int]:
    """Microseconds of CPU a request, and how many answers were not as they should be."""
    before = process.cpu_s()
    replies = opened.burst(requests)
    spent = process.cpu_s() - before
    wrong = sum(reply.status != status or b'"errors":[{' in reply.body[:20] for reply in replies)
    return spent / len(requests) * 1e6, wrong


def _figure(series: _Series) -> Figure:
    row = series.row
    return Figure(
        name=row.name,
        target_us=row.target_us,
        ratio_target=row.ratio,
        best_us=min(series.costs),
        median_us=statistics.median(series.costs),
        floor_best_us=min(series.floors),
        ratio=statistics.median(cost / floor for cost, floor in zip(series.costs, series.floors, strict=True)),
        bytes=len(series.sample),
        fields=fields_of(_data(series.sample)),
        errors=series.errors,
    )


def _data(body: bytes) -> object:
    return json.loads(body)["data"] if body else None


def _read_through(folder: Path) -> None:
    """Some machines take files out of memory that nobody used for a minute, and a disk is not what is measured."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.read_bytes()
