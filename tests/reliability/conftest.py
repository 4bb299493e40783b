"""Databases and an upstream for the tests that break things."""

from collections.abc import Iterator

import pytest

from tests.reliability.crash import upstream_process
from tests.support.database import database_kind as database_kind
from tests.support.database import database_maker as database_maker
from tests.support.shopfront import settings_for


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One upstream for the module, in a process of its own."""
    data_dir = settings_for(tmp_path_factory.mktemp("upstream")).data_dir / "ecs"
    with upstream_process(data_dir) as found:
        yield found
