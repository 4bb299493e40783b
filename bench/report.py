"""The table, for people and as JSON."""

import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final

from bench.endurance import Memory, Start
from bench.load import Load
from bench.measure import Figure

_MEMORY_MB: Final = 200
_GROWTH: Final = 0.02
_START_S: Final = 1.5
_LIBRARIES: Final = ("graphql-core", "strawberry-graphql", "starlette", "uvicorn", "uvloop", "httptools", "orjson")


@dataclass
class Report:
    """Everything that a run found."""

    products: int
    rounds: int
    figures: list[Figure]
    memory: Memory
    start: Start
    loads: list[Load] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def bare_us(self) -> float:
        """The cheapest burst of the bare route, by which runs on machines of different speed can be compared."""
        return min(each.floor_best_us for each in self.figures)

    def text(self) -> str:
        """The table in Markdown."""
        return "\n".join([
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, Python {platform.python_version()} "
            f"({platform.python_compiler()}), {self.products:,} products, {self.rounds} rounds; µs of CPU a request, "
            f"best (median). The bare route took {self.bare_us:,.0f} at its best.",
            "",
            *_table(
                ("request", "target", "measured", "× bare route", "requests/s a core", "answer", "verdict"),
                [*map(_row, self.figures), *self._whole_process()],
            ),
            *(["", *self._load_table()] if self.loads else []),
            *(["", *self.notes] if self.notes else []),
            "",
        ])  # fmt: skip

    def json(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "at": datetime.now(UTC).isoformat(),
            "python": platform.python_version(),
            "compiler": platform.python_compiler(),
            "bare_us": self.bare_us,
            "libraries": {name: version(name) for name in _LIBRARIES},
            "products": self.products,
            "rounds": self.rounds,
            "rows": [{**asdict(each), "is_met": each.is_met, "per_second": each.per_second} for each in self.figures],
            "memory": {**asdict(self.memory), "growth": self.memory.growth},
            "start": asdict(self.start),
            "loads": [asdict(each) for each in self.loads],
            "notes": self.notes,
        }

    def _whole_process(self) -> list[tuple[str, ...]]:
        memory, start = self.memory, self.start
        is_small = memory.end_mb <= _MEMORY_MB and memory.growth < _GROWTH and not memory.errors
        asked = f"memory after {memory.requests:,} mixed requests"
        size = f"{memory.end_mb:.0f} MB, growth {memory.growth:+.1%} (at start {memory.start_mb:.0f} MB)"
        return [
            (asked, f"{_MEMORY_MB} MB, growth < {_GROWTH:.0%}", size, "", "", "", _verdict(is_small)),
            (
                "start to first answer",
                f"{_START_S} s",
                f"{start.best_s:.2f} s ({start.median_s:.2f}), CPU {start.cpu_s:.2f} s",
                "",
                "",
                "",
                _verdict(start.best_s <= _START_S),
            ),
        ]

    def _load_table(self) -> list[str]:
        return _table(
            ("load (wrk)", "workers", "connections", "requests/s", "p50 ms", "p90 ms", "p99 ms", "errors"),
            [
                (
                    each.what,
                    str(each.workers),
                    str(each.connections),
                    f"{each.per_second:,.0f}",
                    f"{each.p50_ms:.2f}",
                    f"{each.p90_ms:.2f}",
                    f"{each.p99_ms:.2f}",
                    str(each.errors),
                )
                for each in self.loads
            ],
        )


def _row(figure: Figure) -> tuple[str, ...]:
    target = f"{figure.target_us:,.0f}" if figure.target_us else ""
    if figure.ratio_target:
        target += f", × {figure.ratio_target}"
    answer = f"{figure.bytes / 1000:.1f} KB, {figure.fields} fields" if figure.bytes else "no body"
    wrong = f", {figure.errors} errors" if figure.errors else ""
    return (
        figure.name,
        target,
        f"{figure.best_us:,.0f} ({figure.median_us:,.0f})",
        f"{figure.ratio:.2f}",
        f"{figure.per_second:,}",
        answer,
        (_verdict(figure.is_met) if figure.target_us else "") + wrong,
    )


def _verdict(is_met: bool) -> str:
    return "met" if is_met else "**missed**"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [list(head), ["---"] * len(head), *map(list, rows)]
    return ["| " + " | ".join(line) + " |" for line in lines]
