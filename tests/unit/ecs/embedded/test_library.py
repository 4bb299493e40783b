"""Finding the current catalog."""

from pathlib import Path

from structlog.testing import capture_logs

from ecs.embedded import load_catalog
from ecs.embedded.generations import current
from ecs.embedded.library import Library
from tests.unit.ecs.embedded.caller import START
from tests.unit.ecs.embedded.feeds import ROWS, written


def test_nothing_loaded_is_no_catalog(tmp_path: Path) -> None:
    """A service may be started before its first feed is there."""
    assert Library(tmp_path, lambda: 0.0).shelves is None


def test_unreadable_catalog_is_reported_once(tmp_path: Path) -> None:
    """A catalog of another version of this program asks to be loaded again; the log says so, not at each request."""
    load_catalog(written(tmp_path / "feed.jsonl", ROWS[:1]), tmp_path, now=START)
    directory = current(tmp_path)
    assert directory is not None
    (directory / "products.sqlite3").write_bytes(b"something else")
    seconds = [0.0]
    library = Library(tmp_path, lambda: seconds[0])

    with capture_logs() as logs:
        first = library.shelves
        seconds[0] += 2
        second = library.shelves

    assert first is second is None
    assert [entry["event"] for entry in logs] == ["ecs.catalog_unreadable"]


def test_request_in_progress_keeps_its_catalog(tmp_path: Path) -> None:
    """Closing the old catalog under a request that still reads it would fail that request."""
    load_catalog(written(tmp_path / "feed.jsonl", ROWS[:1]), tmp_path, now=START)
    seconds = [0.0]
    library = Library(tmp_path, lambda: seconds[0])
    held = library.shelves
    load_catalog(written(tmp_path / "next.jsonl", ROWS[1:2]), tmp_path, now=START)
    seconds[0] += 1

    fresh = library.shelves

    assert held is not None
    assert fresh is not None
    assert held.catalog.product("B000000001") is not None
    assert fresh.catalog.product("B000000001") is None
    library.close()
    assert library.shelves is None
