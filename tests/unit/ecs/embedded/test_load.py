"""Loading: all or nothing, with a report."""

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest

from ecs.embedded import CatalogState, EcsService, FeedUnreadable, LoadReport, ServiceConfig, load_catalog
from ecs.embedded.generations import building, current
from ecs.embedded.load import load_catalog as load
from tests.unit.ecs.embedded.caller import KEY, SECRET, SITE, START, Caller, Clock
from tests.unit.ecs.embedded.feeds import ROWS, book, offer, written


def _service(data_dir: Path, clock: Clock) -> EcsService:
    config = ServiceConfig(data_dir=data_dir, site_url=SITE, credentials={KEY: SECRET}, now=clock)
    return EcsService(config)


def _generations(data_dir: Path) -> list[str]:
    return sorted(path.name for path in (data_dir / "catalog").iterdir() if path.is_dir())


def test_report_counts_and_names_bad_lines(tmp_path: Path) -> None:
    """A feed with broken lines is loaded as far as it goes, and nothing is passed over silently."""
    feed = written(tmp_path / "feed.jsonl", ROWS[:3])
    with feed.open("a", encoding="utf-8") as file:
        file.write(f"not json\n\n{json.dumps(ROWS[0])}\n{json.dumps(ROWS[4])}\n")

    report = load_catalog(feed, tmp_path, now=START)

    assert (report.products, report.rejected) == (4, 2)
    assert [line.number for line in report.bad_lines] == [4, 6]
    assert report.bad_lines[1].reason == "asin B000000001 came before"


def test_first_hundred_bad_lines_are_named(tmp_path: Path) -> None:
    """A feed of the wrong kind must not fill the memory, or the screen."""
    feed = written(tmp_path / "feed.jsonl", ROWS[:1])
    with feed.open("a", encoding="utf-8") as file:
        file.write("x\n" * 250)

    report = load_catalog(feed, tmp_path, now=START)

    assert (report.products, report.rejected, len(report.bad_lines)) == (1, 250, 100)


def test_progress_grows_to_the_size_of_the_file(tmp_path: Path) -> None:
    """A progress bar must move, never backwards, and end full."""
    rows = [book(f"B0PROG{number:04}", f"Title {number}", offer(1)) for number in range(1200)]
    feed = tmp_path / "feed.jsonl.gz"
    feed.write_bytes(gzip.compress("".join(f"{json.dumps(row)}\n" for row in rows).encode()))
    calls: list[tuple[int, int]] = []

    load_catalog(feed, tmp_path, now=START, progress=lambda done, size: calls.append((done, size)))

    size = feed.stat().st_size
    done = [entry for entry, _ in calls]
    assert {entry for _, entry in calls} == {size}
    assert done == sorted(done)
    assert done[-1] == size
    assert len(done) == 6


@pytest.mark.parametrize("content", ["", "\n\n", "nonsense\n"])
def test_feed_without_a_product_changes_nothing(tmp_path: Path, content: str) -> None:
    """A wrong file must not empty the shop."""
    load_catalog(written(tmp_path / "good.jsonl"), tmp_path, now=START)
    before = current(tmp_path)
    (tmp_path / "bad.jsonl").write_text(content, encoding="utf-8")

    with pytest.raises(FeedUnreadable, match="holds no product that can be loaded"):
        load_catalog(tmp_path / "bad.jsonl", tmp_path, now=START)

    assert current(tmp_path) == before
    assert before is not None
    assert _generations(tmp_path) == [before.name]


def test_interrupted_load_leaves_the_old_catalog(tmp_path: Path, clock: Clock) -> None:
    """Ctrl-C in the middle, or a full disk, must not cost the catalog that works."""
    load_catalog(written(tmp_path / "good.jsonl"), tmp_path, now=START)

    def interrupt(done: int, size: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_catalog(written(tmp_path / "next.jsonl", ROWS[:2]), tmp_path, now=START, progress=interrupt)

    service = _service(tmp_path, clock)
    state = service.catalog_state()
    service.close()
    assert state == CatalogState(len(ROWS), START, "good.jsonl")
    assert len(_generations(tmp_path)) == 1


def test_remains_of_a_killed_load_are_removed_by_the_next(tmp_path: Path) -> None:
    """A process that was killed cannot clean up after itself."""
    remains = tmp_path / "catalog" / "loading-0123"
    remains.mkdir(parents=True)
    (remains / "products.sqlite3").write_bytes(b"half")

    report = load(written(tmp_path / "feed.jsonl", ROWS[:2]), tmp_path, now=START)

    assert report == LoadReport(2, 0, ())
    assert not remains.exists()
    assert len(_generations(tmp_path)) == 1


def test_error_while_building_leaves_no_directory(tmp_path: Path) -> None:
    """What failed leaves nothing behind."""

    def build_half() -> None:
        with building(tmp_path) as directory:
            (directory / "half").write_text("x", encoding="utf-8")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        build_half()

    assert current(tmp_path) is None
    assert _generations(tmp_path) == []


async def test_open_service_takes_the_new_catalog_within_a_second(tmp_path: Path, clock: Clock) -> None:
    """A feed can be loaded while the shop is open; nobody restarts anything."""
    load_catalog(written(tmp_path / "feed.jsonl", ROWS[:2]), tmp_path, now=START)
    service = _service(tmp_path, clock)
    later = START + timedelta(days=1)
    async with Caller(service, clock) as ecs:
        before = await ecs("ItemSearch", SearchIndex="Books", Keywords="kettle")
        load_catalog(written(tmp_path / "next.jsonl", ROWS), tmp_path, now=later)
        at_once = await ecs("ItemSearch", SearchIndex="Books", Keywords="lantern")
        clock.move(seconds=1)
        after = await ecs("ItemSearch", SearchIndex="Books", Keywords="kettle")
    state = service.catalog_state()
    service.close()

    assert before.codes == ["AWS.ECommerceService.NoExactMatches"]
    assert at_once.texts("Item/ASIN") == ["B000000001"]
    assert after.texts("Item/ASIN") == ["B000000003"]
    assert state == CatalogState(len(ROWS), later, "next.jsonl")
