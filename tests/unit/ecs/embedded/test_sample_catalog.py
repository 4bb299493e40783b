"""The catalog that ships."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from ecs.embedded import SAMPLE_CATALOG, LoadReport, load_catalog
from ecs.embedded.catalog import Catalog
from ecs.embedded.generations import current
from ecs.search_indexes import DEPARTMENTS
from tests.unit.ecs.embedded.caller import START


def _rows(record: str) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in SAMPLE_CATALOG.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row.get("record", "product") == record]


def test_every_row_is_loaded(tmp_path: Path) -> None:
    """What ships must be without fault."""
    report = load_catalog(SAMPLE_CATALOG, tmp_path, now=START)

    assert report == LoadReport(354, 0, ())


def test_departments_and_their_sizes(sample: Path) -> None:
    """Eleven departments, all of them known to storefronts."""
    rows = _rows("product")

    counts = Counter(row["search_index"] for row in rows)
    assert counts == {
        "Books": 141,
        "DVD": 36,
        "Electronics": 23,
        "HealthPersonalCare": 3,
        "Kitchen": 11,
        "Music": 52,
        "OfficeProducts": 13,
        "PCHardware": 25,
        "Photo": 5,
        "Toys": 16,
        "VideoGames": 29,
    }
    assert counts.keys() <= DEPARTMENTS.keys()
    directory = current(sample)
    assert directory is not None
    catalog = Catalog(directory)
    assert catalog.search_indexes == counts.keys()
    catalog.close()


def test_similar_products_are_all_there() -> None:
    """A link to a product that is not in the catalog would lead nowhere."""
    rows = _rows("product")

    asins = {row["asin"] for row in rows}
    assert len(asins) == 354
    assert {other for row in rows for other in row.get("similar", ())} <= asins


def test_nothing_but_facts_and_our_own_words() -> None:
    """No pictures of others, no ratings that nobody gave."""
    rows = _rows("product")

    fields = {name for row in rows for name in row}
    assert fields.isdisjoint({"images", "rating", "review_count", "offers", "list_price"})
    assert all(row["description"] and row["browse_nodes"] for row in rows)


def test_lists_are_made_up_but_their_products_are_there() -> None:
    """Four kinds of list, owned by nobody real, of products that can be looked at."""
    lists = _rows("list")
    asins = {row["asin"] for row in _rows("product")}

    assert Counter(row["type"] for row in lists) == {
        "WishList": 2,
        "WeddingRegistry": 1,
        "BabyRegistry": 1,
        "Listmania": 1,
    }
    assert all(row.get("email", "x@example.com").endswith("@example.com") for row in lists)
    assert {item["asin"] for row in lists for item in row["items"]} <= asins
    assert [row["name"] for row in _rows("seller")] == ["Alder & Finch Books", "Harbor Street Records"]
