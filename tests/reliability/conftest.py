"""Databases and an upstream for the tests that break things."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ecs.embedded import EcsService, ServiceConfig
from tests.reliability.crash import upstream_process
from tests.support.database import DatabaseMaker
from tests.support.database import database_kind as database_kind
from tests.support.database import database_maker as database_maker
from tests.support.shopfront import settings_for

_MEMORY = Path("/dev/shm")  # noqa: S108 - for files that no process outlives


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One upstream for the module, in a process of its own."""
    data_dir = settings_for(tmp_path_factory.mktemp("upstream")).data_dir / "ecs"
    with upstream_process(data_dir) as found:
        yield found


@pytest.fixture(scope="session")
def quick_maker() -> Iterator[DatabaseMaker]:
    """Makes SQLite files in memory where there is such a folder: nothing is killed that could lose one."""
    with TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        yield DatabaseMaker(Path(folder))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EcsService]:
    """The embedded service in this process."""
    folder = settings_for(tmp_path_factory.mktemp("upstream")).data_dir / "ecs"
    credentials = {"AKIAIOSFODNN7EXAMPLE": "1234567890"}
    service = EcsService(ServiceConfig(data_dir=folder, site_url="http://127.0.0.1", credentials=credentials))
    yield service
    service.close()
