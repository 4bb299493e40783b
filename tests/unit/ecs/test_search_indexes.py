"""The table of search indexes."""

import json
from pathlib import Path
from typing import Final

import pytest

from ecs.search_indexes import DEPARTMENTS, ROOT_NODES, SORTS, SPANNING

_LOCALES: Final = Path(__file__).parents[4] / "shared" / "ecs" / "locales-2013-08-01.json"


def test_every_index_has_a_label_and_sorts() -> None:
    """Whoever knows one table may look into the other."""
    assert SORTS.keys() == DEPARTMENTS.keys()
    assert ROOT_NODES.keys() < DEPARTMENTS.keys()
    assert all(label.strip() for label in DEPARTMENTS.values())
    assert len(set(DEPARTMENTS.values())) == len(DEPARTMENTS)


def test_indexes_that_span_others_take_no_sort() -> None:
    """A sort sent with them is refused."""
    assert {name for name, sorts in SORTS.items() if not sorts} == SPANNING == {"All", "Blended"}


@pytest.mark.skipif(not _LOCALES.is_file(), reason="the locale reference lies beside the checkout, not in it")
def test_facts_are_those_of_the_locale_reference() -> None:
    """A sort that the original refuses must not be offered."""
    reference = json.loads(_LOCALES.read_text(encoding="utf-8"))["locales"]["us"]

    assert {name: sorted(sorts) for name, sorts in SORTS.items()} == {
        name: sorted(facts["sort_values"]) for name, facts in reference.items()
    }
    assert dict(ROOT_NODES) == {
        name: str(facts["root_browse_node"]) for name, facts in reference.items() if facts["root_browse_node"]
    }
