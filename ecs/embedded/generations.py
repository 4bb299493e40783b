"""
Where catalogs lie on the disk: one directory a generation, and a small file that names the current one.

    <data_dir>/catalog/CURRENT               name of the current generation, replaced in one step
    <data_dir>/catalog/generation-<id>/      products.sqlite3 and index/, never changed once complete
    <data_dir>/catalog/loading-<id>/         a generation being built
    <data_dir>/catalog/load.lock             held while a load runs; a dead process lets go of it

A load that is interrupted leaves the pointer where it was. What it left behind is removed by the next load.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

_POINTER: Final = "CURRENT"
_COMPLETE: Final = "generation-"
_LOADING: Final = "loading-"
_LOCK_WAIT_S: Final = 600.0


def pointer(data_dir: Path) -> Path:
    """The file that names the current generation; a new catalog gives it another inode and time."""
    return data_dir / "catalog" / _POINTER


def has_catalog(data_dir: Path) -> bool:
    """True once a catalog was loaded, whether this version can read it or not."""
    return pointer(data_dir).exists()


def current(data_dir: Path) -> Path | None:
    """The directory of the current generation; None before the first load."""
    try:
        name = pointer(data_dir).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    return data_dir / "catalog" / name


@contextmanager
def building(data_dir: Path) -> Iterator[Path]:
    """
    An empty directory to build a generation in; it becomes the current one when the block ends without an error.

    One load at a time: a second one waits. On an error the directory is removed and nothing has changed.
    """
    root = data_dir / "catalog"
    root.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(root / "load.lock", timeout=_LOCK_WAIT_S, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        _sweep(root, keep=current(data_dir))
        unique = uuid4().hex
        work = root / f"{_LOADING}{unique}"
        work.mkdir()
        try:
            yield work
            complete = root / f"{_COMPLETE}{unique}"
            _sync_tree(work)
            work.rename(complete)
            _switch(root, complete)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        _sweep(root, keep=complete)


def _switch(root: Path, generation: Path) -> None:
    fresh = root / f"{_POINTER}.new"
    fresh.write_text(f"{generation.name}\n", encoding="ascii")
    _sync(fresh)
    fresh.replace(root / _POINTER)
    _sync(root)


def _sweep(root: Path, *, keep: Path | None) -> None:
    # Services that still have an old generation open keep reading it: its files live until they are closed.
    for path in root.iterdir():
        if path != keep and path.name.startswith((_COMPLETE, _LOADING)):
            shutil.rmtree(path, ignore_errors=True)


def _sync_tree(root: Path) -> None:
    for path in root.rglob("*"):
        _sync(path)
    _sync(root)


def _sync(path: Path) -> None:
    # Directories cannot be opened for syncing everywhere; files always can.
    with suppress(PermissionError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
