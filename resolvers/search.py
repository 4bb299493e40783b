"""Searching the catalog: a window of results over the upstream's pages of ten, fetched side by side."""

import asyncio
from collections.abc import Sequence
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from ecs.model import BrowseNode, Item, SearchBinSet, SearchPage, Seen
from ecs.request import SearchQuery
from ecs.search_indexes import DEPARTMENTS, ROOT_NODES
from ecs.vocabulary import ITEMS_PER_PAGE, ResponseGroup
from resolvers import searching
from resolvers.errors import BadInput
from resolvers.planning import Groups
from resolvers.searching import ALL, SearchRequest, Sort
from resolvers.shop import Shop


class Window(Struct, frozen=True):
    """Which results: ``limit`` of them from ``offset``, or the last ``limit`` of all that paging reaches."""

    offset: int
    limit: int
    is_from_end: bool = False


class SearchResult(Struct, frozen=True, kw_only=True):
    """A window of results; ``offset`` is where it begins, ``first`` the page that told the totals."""

    items: tuple[Seen[Item], ...]
    offset: int
    total: int
    reachable: int
    """How many can be fetched: no more than were found, where the upstream has promised too much."""
    bins: tuple[SearchBinSet, ...]
    effective_query: str | None
    corrected_query: str | None
    search_index: str
    supported_sorts: tuple[Sort, ...]
    first: Seen[SearchPage]


async def search(
    shop: Shop, request: SearchRequest, window: Window, groups: Groups, *, with_bins: bool = False
) -> SearchResult:
    """
    Products that match; an empty result when nothing does.

    Raises:
        BadInput: the request cannot be put in the upstream's terms.
        ecs.errors.UpstreamError: the upstream did not answer.
    """
    request = await _with_department(shop, request)
    asked = groups | {ResponseGroup.SEARCH_BINS} if with_bins else groups
    candidates = searching.queries(request, shop.currency, is_extended=shop.extended_search)
    for query in candidates:
        pages, cut_out = await _pages(shop, query, window, asked)
        if pages[0][1].value.total_results:
            break
    first = pages[0][1]
    total = first.value.total_results
    items = _cut(pages, cut_out)
    reachable = searching.reachable(request.search_index, total)
    if len(items) < cut_out.limit:
        reachable = min(reachable, cut_out.offset + len(items))
    return SearchResult(
        items=items,
        offset=cut_out.offset,
        total=total,
        reachable=reachable,
        bins=first.value.bins,
        effective_query=query.keywords,
        corrected_query=first.value.corrected_query,
        search_index=request.search_index,
        supported_sorts=searching.supported_sorts(request.search_index),
        first=first,
    )


_Pages = list[tuple[int, Seen[SearchPage]]]


async def _pages(shop: Shop, query: SearchQuery, window: Window, groups: Groups) -> tuple[_Pages, Window]:
    """The pages the window needs, with their numbers; at least one, which tells the totals."""
    pages: _Pages = []
    if window.is_from_end:
        first = await shop.catalog.search(query, 1, groups)
        count = searching.reachable(query.search_index, first.value.total_results)
        offset = max(0, count - window.limit)
        window = Window(offset, count - offset)
        pages.append((1, first))
    needed = list(searching.pages_of(query.search_index, window.offset, window.limit))
    missing = [number for number in needed if not pages or number != 1] or ([] if pages else [1])
    # A task for each page costs more than two pages that are at hand.
    at_hand = [(number, shop.catalog.search_at_hand(query, number, groups)) for number in missing]
    pages += [(number, page) for number, page in at_hand if page is not None]
    absent = [number for number, page in at_hand if page is None]
    if absent:
        fetched = await asyncio.gather(*(shop.catalog.search(query, number, groups) for number in absent))
        pages += zip(absent, fetched, strict=True)
    return sorted(pages, key=lambda page: page[0]), window


def _cut(pages: _Pages, window: Window) -> tuple[Seen[Item], ...]:
    found = []
    for number, page in pages:
        start = (number - 1) * ITEMS_PER_PAGE
        for place, item in enumerate(page.value.items, start=start):
            if window.offset <= place < window.offset + window.limit:
                found.append(Seen(item, page.as_of, page.source, page.is_stale))
    return tuple(found)


async def _with_department(shop: Shop, request: SearchRequest) -> SearchRequest:
    """``request`` with the department of its browse node, where only the node was given: the upstream wants both."""
    node_id = request.browse_node_id or _facet_node(request.facets)
    if request.search_index != ALL or node_id is None:
        return request
    seen = await shop.catalog.browse([node_id], frozenset({ResponseGroup.BROWSE_NODE_INFO}))
    if not seen.value:
        raise BadInput(f"There is no browse node {node_id} in this marketplace; take node ids from browseNodes.")
    department = _department_of(seen.value[0])
    if department is None:
        raise BadInput("This browse node needs its department: give filter.searchIndex beside it.")
    return replace(request, search_index=department)


def _department_of(node: BrowseNode) -> str | None:
    """The department whose tree ``node`` stands in, by the root's number or, failing that, by its name."""
    path: tuple[BrowseNode, ...] = (*reversed(node.ancestors), node)
    by_number = (found for step in path if (found := _rooted_at(step)))
    root_name = path[0].name.casefold()
    by_name = (index for index, label in DEPARTMENTS.items() if root_name in {label.casefold(), index.casefold()})
    return next(chain(by_number, by_name), None)


def _rooted_at(node: BrowseNode) -> str | None:
    """The department whose root the node is; of several that share it, the one that bears its name."""
    sharing = [index for index, root in ROOT_NODES.items() if root == node.node_id]
    named = (index for index in sharing if node.name in {index, DEPARTMENTS[index]})
    return next(named, sharing[0] if sharing else None)


def _facet_node(facets: Sequence[Sequence[tuple[str, str]]]) -> str | None:
    return next((value for facet in facets for name, value in facet if name == "BrowseNode"), None)
