"""Settings come from the test alone, and a log that a command configured does not outlive it."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from server.settings import Settings
from tests.unit.server.storefront import MovableClock, Storefront


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own settings do not reach the tests."""
    for name in os.environ.keys() & {field.upper() for field in Settings.model_fields}:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    handlers = logging.getLogger().handlers[:]
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of a first start, with the data folder of the test."""
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def clock() -> MovableClock:
    """A clock the test moves."""
    return MovableClock()


@pytest.fixture
def storefront() -> Storefront:
    """The small server."""
    return Storefront()
