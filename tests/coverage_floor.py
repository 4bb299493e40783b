"""
The floor under branch coverage, per package: reads coverage's JSON report, prints a table, exits with 1 below it.

Run by ``make test`` after the tests: ``python -m tests.coverage_floor .cartograph/coverage.json``.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Final

FLOOR_PERCENT: Final = {
    "ecs": 90.0,
    "resolvers": 90.0,
    "persistence": 90.0,
    "commits": 90.0,
    "schema": 80.0,
    "server": 80.0,
}


def branch_percent(report: Path) -> dict[str, float]:
    """Covered branches of all branches, by top-level package, in percent."""
    covered: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    for name, entry in json.loads(report.read_text("utf-8"))["files"].items():
        package = Path(name).parts[0]
        covered[package] += entry["summary"]["covered_branches"]
        total[package] += entry["summary"]["num_branches"]
    return {package: 100 * covered[package] / total[package] for package in total if total[package]}


def main() -> int:
    """Print the table; 0 when every package is above its floor."""
    found = branch_percent(Path(sys.argv[1]))
    below = [package for package, floor in FLOOR_PERCENT.items() if found.get(package, 0) < floor]
    for package, floor in FLOOR_PERCENT.items():
        verdict = "BELOW" if package in below else "ok"
        sys.stdout.write(
            f"branch coverage {package:12} {found.get(package, 0):5.1f} %  (floor {floor:.0f} %)  {verdict}\n"
        )
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
