"""What a search of the index returned, as rows of the product table, and what it returned beyond its page."""

from collections.abc import Hashable
from typing import Any, Final, cast

import tantivy

_MOST_AHEAD: Final = 64


class Ahead:
    """
    Pages that were found with the ones before them, each to be taken once.

    A storefront asks for two pages at once, and twenty hits are found as fast as ten.
    """

    def __init__(self) -> None:
        self._pages: dict[Hashable, Any] = {}

    def keep(self, key: Hashable, page: object) -> None:
        """Until it is taken, or until there are too many that nobody takes."""
        if len(self._pages) >= _MOST_AHEAD:
            self._pages.clear()
        self._pages[key] = page

    def take(self, key: Hashable) -> Any:
        """The page, None when it is not there."""
        return self._pages.pop(key, None)


def rows(searcher: tantivy.Searcher, result: tantivy.SearchResult) -> list[int]:
    """The rows of the hits, in their order."""
    found = searcher.fast_field_values("row", [address for _, address in result.hits])
    return [int(row) for row in found if row is not None]


def total(result: tantivy.SearchResult) -> int:
    """All matches of a search that counted; the package's type stub forgets the attribute."""
    return cast("int", result.count)  # type: ignore[attr-defined]
