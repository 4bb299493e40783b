"""Search results and the ways to narrow them."""

from typing import Final

import strawberry

from ecs.model import SearchBin, SearchBinSet
from resolvers.prices import money
from resolvers.search import SearchResult
from schema.departments import SearchIndex
from schema.directives import INHERITS
from schema.enums import FacetKind, ProductSort, SearchSuggestionKind
from schema.facet_tokens import Parameters, write_token
from schema.paging import PageInfo, cursor, page_info
from schema.scalars import FacetToken
from schema.types.money import Freshness, Money, MoneyRange
from schema.types.product import Product

_KEYS: Final = {
    "Brand": ("brand", "Brand"),
    "BrandName": ("brand", "Brand"),
    "BrowseNode": ("browseNode", "Department"),
    "Subject": ("browseNode", "Subject"),
    "PriceRange": ("price", "Price"),
    "Author": ("author", "Author"),
    "Artist": ("artist", "Artist"),
    "Condition": ("condition", "Condition"),
    "SearchIndex": ("searchIndex", "Department"),
}


@strawberry.type(description="One choice of a facet.", directives=[INHERITS])
class FacetValue:
    """A choice with its token."""

    count: int | None = strawberry.field(
        description="How many matches it would leave; null when the upstream does not count."
    )
    is_selected: bool = strawberry.field(description="True when the search already uses it.")
    label: str = strawberry.field(description="Name for people.")
    range: MoneyRange | None = strawberry.field(description="Band of a price facet.")
    token: FacetToken = strawberry.field(description="Send it back in `SearchFilter.facets`.")


@strawberry.type(description="A group of choices to narrow a search by.", directives=[INHERITS])
class Facet:
    """A set of the upstream's search bins."""

    key: str = strawberry.field(description="Stable name, such as brand.")
    label: str = strawberry.field(description="Name for people.")
    kind: FacetKind = strawberry.field(description="How to draw it.")
    values: list[FacetValue] = strawberry.field(description="Choices, the chosen ones first.")

    @classmethod
    def of(cls, bins: SearchBinSet, chosen: frozenset[Parameters], currency: str) -> "Facet":
        """The facet for the API; ``chosen`` are the choices the search already uses."""
        key, label = _KEYS.get(bins.narrow_by, (bins.narrow_by[:1].lower() + bins.narrow_by[1:], bins.narrow_by))
        values = [_value(each, each.parameters in chosen, currency) for each in bins.bins]
        values.sort(key=lambda value: not value.is_selected)
        return cls(key=key, label=label, kind=_kind(bins), values=values)


@strawberry.type(description="A proposed search.", directives=[INHERITS])
class SearchSuggestion:
    """Other words, or the same in a department."""

    kind: SearchSuggestionKind = strawberry.field(description="Where it comes from.")
    query: str = strawberry.field(description="Words to search for.")
    search_index: SearchIndex | None = strawberry.field(
        description="Narrowing that goes with it, such as a department."
    )


@strawberry.type(description="One search result.", directives=[INHERITS])
class SearchEdge:
    """Edge of ``SearchConnection``."""

    cursor: str = strawberry.field(description="Cursor of this edge.")
    node: Product = strawberry.field(description="The product.")


@strawberry.type(description="A page of search results.", directives=[INHERITS])
class SearchConnection:
    """Wraps a window of results."""

    edges: list[SearchEdge] = strawberry.field(description="Edges of the page.")
    page_info: PageInfo = strawberry.field(description="Page information.")
    total_count: int | None = strawberry.field(description="How many products match in all.")
    reachable_count: int = strawberry.field(
        description="How many of them paging can reach; narrow the search when smaller than `totalCount`."
    )
    facets: list[Facet] = strawberry.field(description="Ways to narrow the search, counted over all matches.")
    effective_query: str | None = strawberry.field(description="The words as searched, after clean-up.")
    suggestion: SearchSuggestion | None = strawberry.field(
        description="A likelier spelling; null when the words look right."
    )
    supported_sorts: list[ProductSort] = strawberry.field(description="Orders that this search accepts.")
    freshness: Freshness = strawberry.field(description="When and where the result was read.")

    @classmethod
    def of(cls, result: SearchResult, chosen: frozenset[Parameters], market: str, currency: str) -> "SearchConnection":
        """The page for the API; ``chosen`` are the facet choices the search used."""
        nodes = [Product.of(seen, market) for seen in result.items]
        first = result.first
        return cls(
            edges=[SearchEdge(cursor=cursor(place), node=node) for place, node in enumerate(nodes, result.offset)],
            page_info=page_info(result.offset, len(nodes), result.reachable),
            total_count=result.total,
            reachable_count=result.reachable,
            facets=[Facet.of(bins, chosen, currency) for bins in result.bins],
            effective_query=result.effective_query,
            suggestion=_suggestion(result),
            supported_sorts=[ProductSort(str(sort)) for sort in result.supported_sorts],
            freshness=Freshness.of(first.as_of, first.source, is_stale=first.is_stale),
        )


def _value(each: SearchBin, is_selected: bool, currency: str) -> FacetValue:
    return FacetValue(
        count=each.count,
        is_selected=is_selected,
        label=each.name,
        range=_band(dict(each.parameters), currency),
        token=FacetToken(write_token(each.parameters)),
    )


def _band(parameters: dict[str, str], currency: str) -> MoneyRange | None:
    low, high = parameters.get("MinimumPrice", ""), parameters.get("MaximumPrice", "")
    if not (low.isdecimal() and high.isdecimal()):
        return None
    return MoneyRange(min=Money.of(money(int(low), currency)), max=Money.of(money(int(high), currency)))


def _kind(bins: SearchBinSet) -> FacetKind:
    names = {name for each in bins.bins for name, _ in each.parameters}
    if "BrowseNode" in names:
        return FacetKind.BROWSE_NODE
    return FacetKind.PRICE_RANGE if names & {"MinimumPrice", "MaximumPrice"} else FacetKind.LIST


def _suggestion(result: SearchResult) -> SearchSuggestion | None:
    if not result.corrected_query:
        return None
    known = {str(index.value): index for index in SearchIndex}
    return SearchSuggestion(
        kind=SearchSuggestionKind.SPELLING,
        query=result.corrected_query,
        search_index=known.get(result.search_index),
    )
