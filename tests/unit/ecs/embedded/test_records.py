"""Lists and sellers in feeds: what is read, what is left out."""

import json
from pathlib import Path

import pytest

from ecs.embedded import BadLine, LoadReport, load_catalog
from ecs.embedded.catalog import Catalog
from ecs.embedded.feed import Line, opened
from ecs.embedded.generations import current
from ecs.embedded.lists import ListOf, ListSearch
from ecs.embedded.records import ListEntry, ProductList, SellerProfile
from tests.unit.ecs.embedded.caller import START
from tests.unit.ecs.embedded.feeds import LANTERN, book, offer, written
from tests.unit.ecs.embedded.rich import RICH_ROWS, WISHES


def _line(tmp_path: Path, row: object) -> Line:
    path = tmp_path / "feed.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    with opened(path) as feed:
        (line,) = feed.lines()
    return line


def test_records_are_told_by_their_kind(tmp_path: Path) -> None:
    """A row without one is a product; texts are cleaned as those of products."""
    made_list = {"record": "list", "id": "1A2B", "type": "WishList", "name": "a\u0001b", "items": [{"asin": "b000"}]}

    assert _line(tmp_path, made_list).record == ProductList("1A2B", "WishList", "ab", items=(ListEntry("b000"),))
    assert _line(tmp_path, {"record": "seller", "name": "S"}).record == SellerProfile("S")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"record": "song"}, "a record is a product, a list or a seller - at `$.record`"),
        ({"record": 1}, "Expected `str`, got `int` - at `$.record`"),
        ({"record": "seller"}, "Object missing required field `name`"),
        ({"record": "list", "id": "1A2B", "name": "x"}, "Object missing required field `type`"),
        (
            {"record": "list", "id": "1A2B", "type": "Basket", "name": "x"},
            "Invalid enum value 'Basket' - at `$.type`",
        ),
    ],
)
def test_bad_record_is_a_bad_line(tmp_path: Path, row: object, reason: str) -> None:
    """Whoever made the feed must see what to mend."""
    line = _line(tmp_path, row)

    assert (line.record, line.reason) == (None, reason)


def test_a_word_record_inside_a_product_makes_no_other_kind(tmp_path: Path) -> None:
    """A feature may say so."""
    line = _line(tmp_path, {"asin": "B000000001", "title": 'A "record"', "record": "product"})

    assert line.reason == ""


def test_records_that_came_before_are_left_out(tmp_path: Path) -> None:
    """The first one stands; records are not counted as products."""
    wishes = {"record": "list", "id": "1ABC", "type": "WishList", "name": "x"}
    seller = {"record": "seller", "name": "Paper Moon"}
    rows = [book(LANTERN, "x", offer(1)), wishes, {**wishes, "id": "1abc"}, seller, seller]

    report = load_catalog(written(tmp_path / "feed.jsonl", rows), tmp_path / "data", now=START)

    assert report == LoadReport(
        1, 2, (BadLine(3, "list 1abc came before"), BadLine(5, "seller Paper Moon came before"))
    )


def test_lists_of_a_catalog(rich: Path) -> None:
    """By id and type, by owner, by entry."""
    directory = current(rich)
    assert directory is not None
    catalog = Catalog(directory)
    wishes = catalog.lists.find(WISHES.lower(), None)
    assert wishes is not None
    entry_id = wishes.entry_id(wishes.items[0])

    assert catalog.lists.find(WISHES, "BabyRegistry") is None
    assert catalog.lists.search(ListSearch("WishList", ["Ann"]), 2, 10) == (1, [])
    assert catalog.lists.search(ListSearch("WishList", ["an"]), 1, 10) == (0, [])
    assert (len(entry_id), entry_id[0]) == (14, "I")
    assert catalog.lists.of_entry(entry_id) == ListOf("Ann Example", "WishList")
    assert catalog.lists.of_entry("I") is None
    catalog.close()


def test_every_row_of_the_rich_feed_is_good(tmp_path: Path) -> None:
    """Sixteen products, one seller, four lists."""
    report = load_catalog(written(tmp_path / "feed.jsonl", RICH_ROWS), tmp_path / "data", now=START)

    assert report == LoadReport(16, 0, ())
