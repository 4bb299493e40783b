"""What a search of the index returned, as rows of the product table."""

from typing import cast

import tantivy


def rows(searcher: tantivy.Searcher, result: tantivy.SearchResult) -> list[int]:
    """The rows of the hits, in their order."""
    found = searcher.fast_field_values("row", [address for _, address in result.hits])
    return [int(row) for row in found if row is not None]


def total(result: tantivy.SearchResult) -> int:
    """All matches of a search that counted; the package's type stub forgets the attribute."""
    return cast("int", result.count)  # type: ignore[attr-defined]
