"""
Mutants of the pure cores: small changes of the code, each of which a unit test must notice.

Run by ``make test-deep`` after the tests: ``python -m tests.mutation``. mutmut makes the mutants and runs the tests;
which modules and which tests is said in ``pyproject.toml``. Prints every mutant that lives and a line for each module;
exits with 1 when more than one in ten lives. It all lies in ``.cartograph/mutation`` and is made anew by each run.
Arguments go to ``mutmut run``, such as ``--max-children 1`` for a machine that has other things to do.
"""

import contextlib
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

from mutmut.mutation.diff_apply import get_diff_for_mutant

from tests.mutation.verdicts import FLOOR_PERCENT, is_good, read, row, summed, tallied

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / ".cartograph" / "mutation"
PARTS: Final = ("schema", "resolvers", "ecs", "persistence", "server", "graphql", "tests", "pyproject.toml")


def mutated_files() -> list[str]:
    """The files whose code is mutated, as the configuration names them."""
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    files: list[str] = configuration["tool"]["mutmut"]["only_mutate"]
    return files


def make_folder() -> None:
    """An empty folder with links to what mutmut copies: results of an earlier run would hide what tests have lost."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for part in PARTS:
        (FOLDER / part).symlink_to(ROOT / part)


def mutmut(*arguments: str, is_shown: bool = False) -> str:
    """Run mutmut in the folder; what it wrote unless that ``is_shown``."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    ended = subprocess.run(command, cwd=FOLDER, stdout=None if is_shown else subprocess.PIPE, text=True, check=True)
    return ended.stdout or ""


def difference(name: str) -> str:
    """The lines that a mutant has otherwise than the code."""
    path = Path(name.rpartition(".")[0].replace(".", "/") + ".py")
    with contextlib.chdir(FOLDER):
        lines = get_diff_for_mutant(name, path=path).splitlines()
    return "\n".join(line for line in lines if line.startswith(("+", "-")) and not line.startswith(("+++", "---")))


def main() -> int:
    """Try all mutants and print what became of them; 0 when enough were killed."""
    make_folder()
    try:
        mutmut("run", *sys.argv[1:], is_shown=sys.stdout.isatty())
    except subprocess.CalledProcessError as error:
        sys.stdout.write(f"{error.stdout or ''}\nmutmut could not try the mutants; what it wrote above says why.\n")
        return 1
    modules = [name.removesuffix(".py").replace("/", ".") for name in mutated_files()]
    tallies = tallied(read(mutmut("results", "--all", "true")), modules)
    for name in summed(tallies).alive:
        sys.stdout.write(f"\n{name} lives\n{difference(name)}\n")
    sys.stdout.write("\n" + "".join(f"{row(tally)}\n" for tally in [*tallies, summed(tallies)]))
    verdict = "ok" if is_good(tallies) else "TOO FEW"
    sys.stdout.write(f"mutants killed: {summed(tallies).percent:.1f} % (floor {FLOOR_PERCENT:.0f} %)  {verdict}\n")
    return 0 if is_good(tallies) else 1


if __name__ == "__main__":
    sys.exit(main())
