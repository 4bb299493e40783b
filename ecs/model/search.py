"""Pages of a search, and ways to narrow it."""

from msgspec import Struct

from ecs.model.product import Item


class SearchBin(Struct, frozen=True, gc=False):
    """One choice to narrow a search by; ``parameters`` are request parameters to add."""

    name: str
    count: int | None
    parameters: tuple[tuple[str, str], ...]


class SearchBinSet(Struct, frozen=True, gc=False):
    """A group of choices; ``narrow_by`` names it, such as BrandName or Subject."""

    narrow_by: str
    bins: tuple[SearchBin, ...]


class DepartmentHits(Struct, frozen=True, gc=False):
    """What a Blended search found in one search index, the most relevant items by ASIN."""

    search_index: str
    rank: int | None
    total_results: int | None
    total_pages: int | None
    asins: tuple[str, ...]
    corrected_query: str | None = None


class SearchPage(Struct, frozen=True, gc=False):
    """One page (10) of a search. ``total_results`` counts all matches, of which paging reaches only the first pages."""

    items: tuple[Item, ...]
    total_results: int
    total_pages: int
    bins: tuple[SearchBinSet, ...] = ()
    corrected_query: str | None = None
    more_url: str | None = None
    """Where the shop shows all matches (from 2011-08-01)."""
    corrected_message: str | None = None
    """Localised."""
    departments: tuple[DepartmentHits, ...] = ()
    """Of a Blended search: what each department found."""
    query_id: str | None = None
    engine_query: str | None = None
