"""Databases for the tests that break things."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.database import DatabaseMaker
from tests.support.database import database_kind as database_kind
from tests.support.database import database_maker as database_maker

_MEMORY = Path("/dev/shm")  # noqa: S108 - for files that no process outlives


@pytest.fixture(scope="session")
def quick_maker() -> Iterator[DatabaseMaker]:
    """Makes SQLite files in memory where there is such a folder: nothing is killed that could lose one."""
    with TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        yield DatabaseMaker(Path(folder))
