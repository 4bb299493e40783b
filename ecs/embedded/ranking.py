"""Best sellers and new releases of a browse node."""

from typing import Final

import tantivy

from ecs.embedded.catalog import Catalog
from ecs.embedded.hits import rows

_MOST: Final = 10


def top_sellers(catalog: Catalog, node_id: str) -> list[tuple[str, str]]:
    """ASIN and title of the ten products under the node that sell best."""
    return _first(catalog, node_id, "by_rank", tantivy.Order.Asc)


def new_releases(catalog: Catalog, node_id: str) -> list[tuple[str, str]]:
    """ASIN and title of the ten newest products under the node."""
    return _first(catalog, node_id, "by_date_down", tantivy.Order.Desc)


def _first(catalog: Catalog, node_id: str, field: str, order: tantivy.Order) -> list[tuple[str, str]]:
    query = tantivy.Query.term_query(catalog.schema, "node", node_id, "basic")
    result = catalog.searcher.search(query, limit=_MOST, count=False, order_by_field=field, order=order)
    return catalog.titles_by_rows(rows(catalog.searcher, result))
