"""
What became of the mutants, module by module. Pure.

A mutant is dead when a test failed under it, or no test came to an end. One that no test runs, or of which nothing is
known, lives: what is counted is what the tests have shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

FLOOR_PERCENT: Final = 90.0
_DEAD: Final = frozenset({"killed", "timeout"})


class Tally(NamedTuple):
    """The mutants of one module, or of all."""

    module: str
    mutants: int
    alive: tuple[str, ...]
    """Their names, in the order of the module's text."""

    @property
    def killed(self) -> int:
        """How many a test has found."""
        return self.mutants - len(self.alive)

    @property
    def percent(self) -> float:
        """The share of those killed; 0 where there are none, so that an empty run is no good one."""
        return 100 * self.killed / self.mutants if self.mutants else 0.0


def read(results: str) -> dict[str, str]:
    """The status of each mutant by its name, from the lines of ``mutmut results --all true``."""
    lines = (line.strip().partition(": ") for line in results.splitlines())
    return {name: status for name, _, status in lines if "__mutmut_" in name}


def tallied(statuses: Mapping[str, str], modules: Iterable[str]) -> list[Tally]:
    """One tally for each of ``modules``, also for one of which there are no mutants."""
    made = []
    for module in modules:
        mine = {name: status for name, status in statuses.items() if name.rpartition(".")[0] == module}
        made.append(Tally(module, len(mine), tuple(name for name, status in mine.items() if status not in _DEAD)))
    return made


def summed(tallies: Sequence[Tally]) -> Tally:
    """All of them as one."""
    alive = tuple(name for tally in tallies for name in tally.alive)
    return Tally("all modules", sum(tally.mutants for tally in tallies), alive)


def is_good(tallies: Sequence[Tally]) -> bool:
    """True when enough of all mutants were killed, and every module had some."""
    return summed(tallies).percent >= FLOOR_PERCENT and all(tally.mutants for tally in tallies)


def row(tally: Tally) -> str:
    """A line of the table."""
    return f"{tally.module:28} {tally.mutants:5} mutants {tally.killed:5} killed {tally.percent:6.1f} %"
