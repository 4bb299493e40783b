"""
What is similar to a product: first what its feed row names, then products of the same search index with like words.

The order is the same in every run; a catalog's answers are remembered, as pages of products ask for them again.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import tantivy

from ecs.embedded.catalog import Catalog
from ecs.embedded.hits import rows
from ecs.embedded.product import Product

MOST_SIMILAR: Final = 10
_RANKED: Final = 60
"""How far the likeness of one product is followed, so that several can have something in common."""
_REMEMBERED: Final = 1024

Query = tantivy.Query


class Similarities:
    """Similar products within one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._remembered = lru_cache(_REMEMBERED)(self._find)

    def pairs(self, product: Product, most: int = MOST_SIMILAR) -> Sequence[tuple[str, str]]:
        """ASIN and title of up to ``most`` similar products, ten at most."""
        return self._remembered(product.asin)[:most]

    def to_all(self, asins: Sequence[str]) -> list[str]:
        """The ASINs similar to every one of ``asins``, likest first; to the only one when there is one."""
        rankings = [[asin for asin, _ in self._ranked(asin, _RANKED)] for asin in asins]
        common = [asin for asin in rankings[0] if all(asin in ranking for ranking in rankings[1:])]
        return sorted(set(common) - set(asins), key=lambda asin: _place(asin, rankings))[:MOST_SIMILAR]

    def to_any(self, asins: Sequence[str]) -> list[str]:
        """The ASINs similar to at least one of ``asins``: the likest of each, then the next of each."""
        rankings = [[asin for asin, _ in self._remembered(asin)] for asin in asins]
        turns = (ranking[place] for place in range(MOST_SIMILAR) for ranking in rankings if place < len(ranking))
        return [asin for asin in dict.fromkeys(turns) if asin not in asins][:MOST_SIMILAR]

    def _find(self, asin: str) -> tuple[tuple[str, str], ...]:
        return tuple(self._ranked(asin, MOST_SIMILAR))

    def _ranked(self, asin: str, most: int) -> list[tuple[str, str]]:
        product = self._catalog.product(asin)
        if product is None:
            return []
        found = dict(self._catalog.titles(list(dict.fromkeys(product.similar))))
        if len(found) < most:
            found |= {other: title for other, title in self._like(product, most + 1) if other not in found}
        found.pop(product.asin, None)
        return list(found.items())[:most]

    def _like(self, product: Product, most: int) -> list[tuple[str, str]]:
        schema = self._catalog.schema
        texts = [*product.creators, *filter(None, (product.brand,)), *(node.name for node in product.browse_nodes)]
        like = Query.more_like_this_document_fields_query(
            schema,
            {"title": [product.title], "text": [" ".join(texts)]},
            min_doc_frequency=2,
            min_term_frequency=1,
            max_query_terms=10,
        )
        same_index = Query.term_query(schema, "search_index", product.search_index, "basic")
        department = Query.const_score_query(same_index, 0.0)
        query = Query.boolean_query([(tantivy.Occur.Must, like), (tantivy.Occur.Must, department)])
        result = self._catalog.searcher.search(query, limit=most, count=False)
        return self._catalog.titles_by_rows(rows(self._catalog.searcher, result))


def _place(asin: str, rankings: Sequence[Sequence[str]]) -> tuple[int, str]:
    return sum(ranking.index(asin) for ranking in rankings), asin
