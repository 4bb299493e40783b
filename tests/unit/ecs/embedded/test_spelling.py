"""Corrections of misspelt words."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ecs.embedded import load_catalog
from ecs.embedded.catalog import Catalog
from ecs.embedded.generations import current
from ecs.embedded.spelling import corrected
from tests.unit.ecs.embedded.caller import START
from tests.unit.ecs.embedded.feeds import book, offer, written

_TITLES = ("Harry Potter", "Harry Potter Again", "Hard Times", "Hard Road", "Hard Power", "The Poster", "Hairy Maclary")


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Catalog]:
    """A catalog where single words mislead: ``hard`` is frequent, ``harry potter`` is a pair."""
    rows = [book(f"B0SPELL{number:03}", title, offer(100)) for number, title in enumerate(_TITLES)]
    load_catalog(written(tmp_path / "feed.jsonl", rows), tmp_path, now=START)
    directory = current(tmp_path)
    assert directory is not None
    catalog = Catalog(directory)
    yield catalog
    catalog.close()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["hary"], ["hard"]),
        (["hary", "poter"], ["harry", "potter"]),
        (["harry", "potter"], ["harry", "potter"]),
        (["posters"], ["posters"]),
        (["hrad", "times"], ["hard", "times"]),
        (["zzzz", "hary"], ["zzzz", "hard"]),
        (["har"], ["har"]),
        (["h4ry"], ["h4ry"]),
    ],
)
def test_likelier_spelling(shelf: Catalog, asked: list[str], words: list[str]) -> None:
    """Known words stay; of several corrections the one that titles hold together is taken."""
    assert corrected(shelf.searcher, shelf.schema, asked) == words


def test_many_misspelt_words_take_no_longer(shelf: Catalog) -> None:
    """The combinations that are tried have a bound, and every word is corrected all the same."""
    words = corrected(shelf.searcher, shelf.schema, ["hary"] * 12)

    assert len(words) == 12
    assert set(words) <= {"hard", "harry", "hairy"}
