"""The current catalog, whichever generation that is by now: a new one is noticed within a second."""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple

import structlog

from ecs.embedded import generations
from ecs.embedded.catalog import Catalog, opened
from ecs.embedded.similar import Similarities

_LOOK_EVERY_S: Final = 1.0
_TRIES: Final = 5


class Shelves(NamedTuple):
    """A catalog, and what is similar to what in it."""

    catalog: Catalog
    similarities: Similarities


class Library:
    """Opens catalogs below ``data_dir``; ``clock`` counts seconds, from any beginning."""

    def __init__(self, data_dir: Path, clock: Callable[[], float]) -> None:
        self._data_dir = data_dir
        self._pointer = generations.pointer(data_dir)
        self._clock = clock
        self._lock = Lock()
        self._shelves: Shelves | None = None
        self._seen: tuple[int, int] | None = None
        self._looked_at = -_LOOK_EVERY_S

    @property
    def shelves(self) -> Shelves | None:
        """The newest catalog, None as long as nothing was ever loaded."""
        now = self._clock()
        if abs(now - self._looked_at) >= _LOOK_EVERY_S:
            with self._lock:
                self._looked_at = now
                self._look()
        return self._shelves

    def close(self) -> None:
        """Let go of the catalog's files."""
        if self._shelves is not None:
            self._shelves.catalog.close()
            self._shelves = None

    def _look(self) -> None:
        for _ in range(_TRIES):
            seen = self._stamp()
            if seen is None or seen == self._seen:
                return
            directory = generations.current(self._data_dir)
            fresh = opened(directory) if directory else None
            if fresh is not None:
                # Requests that still use the former catalog keep it; it is closed when the last of them is done.
                self._shelves, self._seen = Shelves(fresh, Similarities(fresh)), seen
                return
        structlog.get_logger(__name__).warning(
            "ecs.catalog_unreadable", directory=str(directory), advice="load the catalog again"
        )
        self._seen = seen

    def _stamp(self) -> tuple[int, int] | None:
        try:
            stat = os.stat(self._pointer)  # noqa: PTH116
        except FileNotFoundError:
            return None
        return stat.st_ino, stat.st_mtime_ns
