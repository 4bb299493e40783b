"""
Bundles the explorer, GraphiQL with the shopping tour, into the data folder: `python -m server.explorer.build`.

It does nothing when nothing it is made of has changed. Whatever goes wrong is said in one sentence and is no reason to
stop: the server runs without an explorer, and an earlier bundle stays until a newer one is complete.
"""

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from server.explorer.node import Machine, Node, NodeMissing, StepFailed, find_node

SOURCES = Path(__file__).parent
PROJECT = SOURCES.parent.parent
STAMP = ".inputs.sha256"
NPM_CI = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1", "--loglevel=error"]
VITE = ["node_modules/vite/bin/vite.js", "build", "--logLevel", "error", "--outDir", "dist", "--emptyOutDir"]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the build reads and writes. Only folders below `data` are written."""

    sources: Path
    operations: Path
    requirements: Path
    data: Path

    @property
    def bundle(self) -> Path:
        return self.data / "explorer"

    @property
    def working_copy(self) -> Path:
        return self.data / "build" / "explorer"

    @property
    def node(self) -> Path:
        return self.data / "build" / "node"


def build(places: Places, machine: Machine, say: Callable[[str], None], clock: Callable[[], float]) -> bool:
    """Make the bundle what its sources say, and say in one line what was done. True when it is there and current."""
    stamp = stamp_of(places)
    if _is_current(places.bundle, stamp):
        say("Explorer: up to date.")
        return True
    started = clock()
    try:
        node = find_node(machine, places.node, places.requirements)
        _lay_out(places)
        _install_packages(places.working_copy, node, machine)
        machine.step([node.node, *VITE], cwd=places.working_copy, path_first=node.folder)
        size_bytes = _put_in_place(places, stamp)
    except (NodeMissing, StepFailed) as problem:
        say(f"Explorer not built, the server runs without it: {problem}.")
        return False
    except OSError as error:
        say(f"Explorer not built, the server runs without it: {error.filename}: {error.strerror}.")
        return False
    say(f"Explorer: bundled with {node.origin} in {clock() - started:.0f} s ({size_bytes / 1e6:.1f} MB).")
    return True


def stamp_of(places: Places) -> str:
    """A hash over all that the bundle is made of: names and bytes of the sources and the operations."""
    digest = hashlib.sha256()
    for name, path in sorted({**_source_files(places.sources), **_operation_files(places.operations)}.items()):
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def data_folder(environ: Mapping[str, str], project: Path, current: Path) -> Path:
    """The folder of setting DATA_DIR; by default `.cartograph` of the checkout, or of the current folder."""
    named = environ.get("DATA_DIR")
    if named:
        return current / named
    return (project if (project / "pyproject.toml").is_file() else current) / ".cartograph"


def places_of(environ: Mapping[str, str], project: Path, current: Path) -> Places:
    """Where things lie in a checkout, or in an installed wheel, which keeps the operations below `server`."""
    checkout = project / "graphql" / "operations"
    return Places(
        sources=project / "server" / "explorer",
        operations=checkout if checkout.is_dir() else project / "server" / "documents" / "operations",
        requirements=project / "requirements" / "node.txt",
        data=data_folder(environ, project, current),
    )


def main() -> None:
    """Build for this machine. The exit status is 0 in any case: the server runs without the explorer too."""
    machine = Machine(run=subprocess.run, which=shutil.which, environ=os.environ)
    build(places_of(os.environ, PROJECT, Path.cwd()), machine, click.echo, time.monotonic)


def _source_files(sources: Path) -> dict[str, Path]:
    names = ["package.json", "package-lock.json", "vite.config.js", "index.html"]
    inside = [path for path in (sources / "src").rglob("*") if path.is_file()]
    return {path.relative_to(sources).as_posix(): path for path in [*(sources / name for name in names), *inside]}


def _operation_files(operations: Path) -> dict[str, Path]:
    return {f"src/operations/{path.name}": path for path in operations.glob("*.graphql")}


def _is_current(bundle: Path, stamp: str) -> bool:
    try:
        return (bundle / STAMP).read_text() == stamp and (bundle / "index.html").is_file()
    except OSError:
        return False


def _lay_out(places: Places) -> None:
    """Lay sources and operations into the working copy; the packages that lie there stay."""
    places.working_copy.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(places.working_copy / "src", ignore_errors=True)
    for name, path in {**_source_files(places.sources), **_operation_files(places.operations)}.items():
        target = places.working_copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _install_packages(working_copy: Path, node: Node, machine: Machine) -> None:
    wanted = hashlib.sha256((working_copy / "package-lock.json").read_bytes()).hexdigest()
    # Inside node_modules, which `npm ci` removes first: the note is there only when the installation was completed.
    note = working_copy / "node_modules" / ".installed.sha256"
    if note.is_file() and note.read_text() == wanted:
        return
    machine.step([node.npm, *NPM_CI], cwd=working_copy, path_first=node.folder)
    note.write_text(wanted)


def _put_in_place(places: Places, stamp: str) -> int:
    """Swap the finished bundle in, so that a reader finds the old one or the new one whole; gives its size in bytes."""
    fresh, old = places.working_copy / "dist", places.working_copy / "dist.old"
    (fresh / STAMP).write_text(stamp)
    shutil.rmtree(old, ignore_errors=True)
    if places.bundle.exists():
        places.bundle.rename(old)
    fresh.rename(places.bundle)
    shutil.rmtree(old, ignore_errors=True)
    return sum(path.stat().st_size for path in places.bundle.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
