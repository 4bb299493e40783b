"""
The requests of the rows: made from the catalog, so that they can be told apart by what they ask.

``Repeated`` ask what was asked before; ``fresh`` ones ask something new each time, so that no cache of answers, whoever
keeps it, can help.
"""

import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench import client

_DOCUMENTS: Final = Path(__file__).parent / "documents"
_SORTS: Final = ("RELEVANCE", "PRICE_ASC", "PRICE_DESC", "BEST_SELLING")
_FEWEST_HITS: Final = 25
_MOST_HITS: Final = 3000
_SEED: Final = 20260711


def document(name: str) -> str:
    """The text of a document of the bench."""
    return (_DOCUMENTS / f"{name}.graphql").read_text("utf-8")


@dataclass(frozen=True)
class Catalog:
    """What is needed of a catalog to ask for its products: numbers, and words that find at least a page of them."""

    asins: list[str]
    words: list[str]

    @classmethod
    def read(cls, feed: Path) -> "Catalog":
        """The catalog of a feed; the same order each time."""
        asins: list[str] = []
        counts: Counter[str] = Counter()
        content = feed.read_bytes()
        for line in (gzip.decompress(content) if feed.suffix == ".gz" else content).splitlines():
            row = json.loads(line)
            if "asin" in row and row.get("title") and not row.get("variation_dimensions"):
                asins.append(row["asin"])
                counts.update(set(re.findall(r"[a-z]{3,}", row["title"].lower())))
        fewest = _FEWEST_HITS if len(asins) > 10_000 else 1
        words = sorted(word for word, count in counts.items() if fewest <= count <= _MOST_HITS)
        shuffled = random.Random(_SEED)  # noqa: S311 - an order, not a secret
        shuffled.shuffle(words)
        shuffled.shuffle(asins)
        return cls(asins, words)


@dataclass
class Traffic:
    """Requests without end; each kind goes on where it stopped."""

    catalog: Catalog

    def __post_init__(self) -> None:
        self._search = document("search")
        self._product = document("product")
        self._words = self._all_searches()
        self._asins = self._all_products()

    def search(self, word: str, sort: str = "RELEVANCE", after: str | None = None) -> dict[str, Any]:
        """A search of twenty products with pictures, prices and three offers each: 904 fields."""
        variables = {"query": word, "filter": None, "sort": sort, "first": 20, "after": after, "offers": 3}
        return {"query": self._search, "operationName": "Search", "variables": {**variables, "withOffers": True}}

    def product(self, asin: str) -> dict[str, Any]:
        """A product page."""
        return {"query": self._product, "operationName": "Product", "variables": {"by": {"asin": asin}}}

    def fresh_search(self) -> bytes:
        """A search that nobody made before."""
        word, sort = next(self._words)
        return client.post(self.search(word, sort))

    def fresh_product(self) -> bytes:
        """A product that nobody asked for before."""
        return client.post(self.product(next(self._asins)))

    def next_asin(self) -> str:
        """A product that nobody asked for before."""
        return next(self._asins)

    def _all_searches(self) -> Iterator[tuple[str, str]]:
        while True:
            for sort in _SORTS:
                for word in self.catalog.words:
                    yield word, sort

    def _all_products(self) -> Iterator[str]:
        while True:
            yield from self.catalog.asins
