"""The catalog that ships."""

import json
from collections import Counter
from pathlib import Path

from ecs.embedded import SAMPLE_CATALOG, LoadReport, load_catalog
from ecs.embedded.catalog import Catalog
from ecs.embedded.generations import current
from ecs.search_indexes import DEPARTMENTS
from tests.unit.ecs.embedded.caller import START


def test_every_row_is_loaded(tmp_path: Path) -> None:
    """What ships must be without fault."""
    report = load_catalog(SAMPLE_CATALOG, tmp_path, now=START)

    assert report == LoadReport(354, 0, ())


def test_departments_and_their_sizes(sample: Path) -> None:
    """Eleven departments, all of them known to storefronts."""
    rows = [json.loads(line) for line in SAMPLE_CATALOG.read_text(encoding="utf-8").splitlines()]

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
    rows = [json.loads(line) for line in SAMPLE_CATALOG.read_text(encoding="utf-8").splitlines()]

    asins = {row["asin"] for row in rows}
    assert len(asins) == 354
    assert {other for row in rows for other in row.get("similar", ())} <= asins


def test_nothing_but_facts_and_our_own_words() -> None:
    """No pictures of others, no ratings that nobody gave."""
    rows = [json.loads(line) for line in SAMPLE_CATALOG.read_text(encoding="utf-8").splitlines()]

    fields = {name for row in rows for name in row}
    assert fields.isdisjoint({"images", "rating", "review_count", "offers", "list_price"})
    assert all(row["description"] and row["browse_nodes"] for row in rows)
