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

    def _cursor(self) -> str:
        return cursor(self.place)

    place: strawberry.Private[int]
    cursor: str = strawberry.field(resolver=_cursor, description="Cursor of this edge.")
    node: Product = strawberry.field(description="The product.")

    def __init__(self, place: int, node: Product) -> None:
        self.place = place
        self.node = node


@strawberry.type(description="A page of search results.", directives=[INHERITS])
class SearchConnection:
    """Wraps a window of results; ``chosen`` are the facet choices that the search used."""

    result: strawberry.Private[SearchResult]
    chosen: strawberry.Private[frozenset[Parameters]]
    market: strawberry.Private[str]
    currency: strawberry.Private[str]

    @strawberry.field(description="Edges of the page.")
    def edges(self) -> list[SearchEdge]:
        places = enumerate(self.result.items, self.result.offset)
        return [SearchEdge(place, Product(seen, self.market)) for place, seen in places]

    @strawberry.field(description="Page information.")
    def page_info(self) -> PageInfo:
        return page_info(self.result.offset, len(self.result.items), self.result.reachable)

    @strawberry.field(description="How many products match in all.")
    def total_count(self) -> int | None:
        return self.result.total

    @strawberry.field(
        description="How many of them paging can reach; narrow the search when smaller than `totalCount`."
    )
    def reachable_count(self) -> int:
        return self.result.reachable

    @strawberry.field(description="Ways to narrow the search, counted over all matches.")
    def facets(self) -> list[Facet]:
        return [Facet.of(bins, self.chosen, self.currency) for bins in self.result.bins]

    @strawberry.field(description="The words as searched, after clean-up.")
    def effective_query(self) -> str | None:
        return self.result.effective_query

    @strawberry.field(description="A likelier spelling; null when the words look right.")
    def suggestion(self) -> SearchSuggestion | None:
        return _suggestion(self.result)

    @strawberry.field(description="Orders that this search accepts.")
    def supported_sorts(self) -> list[ProductSort]:
        return [ProductSort(str(sort)) for sort in self.result.supported_sorts]

    @strawberry.field(description="When and where the result was read.")
    def freshness(self) -> Freshness:
        first = self.result.first
        return Freshness.of(first.as_of, first.source, is_stale=first.is_stale)


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
    return MoneyRange(min=Money(money(int(low), currency)), max=Money(money(int(high), currency)))


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
