"""A service on a small catalog, with carts of its own for every test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from ecs.embedded import SAMPLE_CATALOG, EcsService, ServiceConfig, load_catalog
from ecs.embedded.catalog import Catalog
from ecs.embedded.generations import current
from tests.unit.ecs.embedded.caller import KEY, SECRET, SITE, START, Caller, Clock
from tests.unit.ecs.embedded.feeds import written
from tests.unit.ecs.embedded.rich import RICH_ROWS


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the small catalog; nothing may write to it."""
    data_dir = tmp_path_factory.mktemp("small")
    load_catalog(written(data_dir / "feed.jsonl"), data_dir, now=START)
    return data_dir


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with lists, sellers, variations and relations; nothing may write to it."""
    data_dir = tmp_path_factory.mktemp("rich")
    load_catalog(written(data_dir / "feed.jsonl", RICH_ROWS), data_dir, now=START)
    return data_dir


@pytest.fixture
def rich_service(rich: Path, tmp_path: Path, clock: Clock) -> Iterator[EcsService]:
    """A service on that catalog, with carts of its own."""
    directory = tmp_path / "rich"
    directory.mkdir()
    (directory / "catalog").symlink_to(rich / "catalog")
    service = EcsService(ServiceConfig(data_dir=directory, site_url=SITE, credentials={KEY: SECRET}, now=clock))
    yield service
    service.close()


@pytest.fixture
async def shelf(rich_service: EcsService, clock: Clock) -> AsyncIterator[Caller]:
    """A client of the last version that has lists and sellers, on the catalog that has some."""
    async with Caller(rich_service, clock, version="2010-12-01") as caller:
        yield caller


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the catalog that ships; nothing may write to it."""
    data_dir = tmp_path_factory.mktemp("sample")
    load_catalog(SAMPLE_CATALOG, data_dir, now=START)
    return data_dir


@pytest.fixture
def data_dir(loaded: Path, tmp_path: Path) -> Path:
    """A data directory of the test's own that shares the small catalog."""
    directory = tmp_path / "data"
    directory.mkdir()
    (directory / "catalog").symlink_to(loaded / "catalog")
    return directory


@pytest.fixture
def clock() -> Clock:
    """The time the service goes by."""
    return Clock()


@pytest.fixture
def config(data_dir: Path, clock: Clock) -> ServiceConfig:
    """Settings of the service."""
    return ServiceConfig(data_dir=data_dir, site_url=f"{SITE}/", credentials={KEY: SECRET}, now=clock)


@pytest.fixture
def service(config: ServiceConfig) -> Iterator[EcsService]:
    """A service on the small catalog."""
    service = EcsService(config)
    yield service
    service.close()


@pytest.fixture
async def ecs(service: EcsService, clock: Clock) -> AsyncIterator[Caller]:
    """A client of the last version."""
    async with Caller(service, clock) as caller:
        yield caller


@pytest.fixture
async def older(service: EcsService, clock: Clock) -> AsyncIterator[Caller]:
    """A client of the last version with sellers and offer pages."""
    async with Caller(service, clock, version="2010-12-01") as caller:
        yield caller


@pytest.fixture
def catalog(loaded: Path) -> Iterator[Catalog]:
    """The small catalog itself."""
    directory = current(loaded)
    assert directory is not None
    catalog = Catalog(directory)
    yield catalog
    catalog.close()
