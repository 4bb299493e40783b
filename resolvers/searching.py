"""
Turning a shopper's search into the upstream's terms. Pure.

The upstream takes different parameters and orders for each department; what it would silently ignore or refuse is
either put in other words (a contributor of all departments becomes key words) or refused with what to do instead.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from ecs.request import SearchQuery
from ecs.search_indexes import SORTS
from ecs.vocabulary import ITEMS_PER_PAGE, MAX_ITEM_PAGE, MAX_ITEM_PAGE_ALL
from resolvers.errors import BadInput
from resolvers.prices import minor_units

ALL: Final = "All"


class Sort(StrEnum):
    """Orders of results; the names are those of the API's ProductSort."""

    BEST_SELLING = "BEST_SELLING"
    NEWEST = "NEWEST"
    PRICE_ASC = "PRICE_ASC"
    PRICE_DESC = "PRICE_DESC"
    RATING_DESC = "RATING_DESC"
    RELEVANCE = "RELEVANCE"
    TITLE_ASC = "TITLE_ASC"
    TITLE_DESC = "TITLE_DESC"


# The upstream's words for an order, in order of preference; departments differ in which they accept.
_SORT_VALUES: Final[Mapping[Sort, tuple[str, ...]]] = MappingProxyType({
    Sort.BEST_SELLING: ("salesrank", "psrank", "-unit-sales"),
    Sort.NEWEST: (
        "daterank", "date-desc-rank", "-releasedate", "-release-date", "-video-release-date", "launch-date",
        "launchdate", "-launch-date", "-orig-rel-date", "-publication_date",
    ),
    Sort.PRICE_ASC: ("price", "pricerank"),
    Sort.PRICE_DESC: ("-price", "inverse-price", "inverseprice", "inverse-pricerank", "-pricerank"),
    Sort.RATING_DESC: ("reviewrank", "reviewrank_authority"),
    Sort.TITLE_ASC: ("titlerank",),
    Sort.TITLE_DESC: ("-titlerank",),
})  # fmt: skip

_CREATORS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "Books": ("Author",),
    "ForeignBooks": ("Author",),
    "Music": ("Artist",),
    "Classical": ("Composer", "Artist"),
    "DVD": ("Actor", "Director"),
    "VHS": ("Actor", "Director"),
    "Video": ("Actor", "Director"),
})  # fmt: skip


_INSUFFICIENT: Final = frozenset({
    "Availability", "Condition", "MaximumPrice", "MerchantId", "MinimumPrice", "MinRating",
})  # fmt: skip
"""Parameters that narrow a search but do not make one: alone the upstream refuses them."""


class SearchRequest(Struct, frozen=True, kw_only=True):
    """What a shopper asks for. Prices are in major units; ``facets`` hold parameters of facet choices."""

    words: str | None = None
    search_index: str = ALL
    sort: Sort = Sort.RELEVANCE
    browse_node_id: str | None = None
    facets: tuple[tuple[tuple[str, str], ...], ...] = ()
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    brand: str | None = None
    contributor: str | None = None
    title: str | None = None
    manufacturer: str | None = None
    condition: str | None = None
    is_available_only: bool = False
    merchant_id: str | None = None
    min_rating: int | None = None


def queries(request: SearchRequest, currency: str, *, is_extended: bool) -> tuple[SearchQuery, ...]:
    """
    The upstream searches to try, in order, until one has matches; more than one only where a department keeps
    contributors apart (actors and directors).

    Raises:
        BadInput: the department does not take the order or a filter, or there is nothing to search for.
    """
    parameters = _parameters(request, currency, is_extended=is_extended)
    words = [request.words] if request.words and request.words.strip() else []
    if request.search_index == ALL:
        words += [text for name in ("Title", "Brand", "Manufacturer") if (text := parameters.pop(name, None))]
    creators = _CREATORS.get(request.search_index, ())
    if request.contributor and not creators:
        words.append(request.contributor)
    keywords = " ".join(" ".join(words).split()) or None
    sort = sort_value(request.search_index, request.sort)
    variants = [parameters]
    if request.contributor and creators:
        variants = [_with(parameters, name, request.contributor) for name in creators]
    made = []
    for variant in variants:
        if keywords is None and not variant.keys() - _INSUFFICIENT:
            raise BadInput("Give words in `query` or a filter such as title, brand, contributor or browseNodeId.")
        ordered = tuple(sorted((name, str(value)) for name, value in variant.items()))
        made.append(SearchQuery(request.search_index, keywords, sort, ordered))
    return tuple(made)


def sort_value(search_index: str, sort: Sort) -> str | None:
    """
    The department's word for an order; None for the upstream's own.

    Raises:
        BadInput: the department does not know the order.
    """
    if sort is Sort.RELEVANCE:
        return None
    accepted = SORTS.get(search_index, ())
    value = next((value for value in _SORT_VALUES[sort] if value in accepted), None)
    if value is None:
        orders = ", ".join(supported_sorts(search_index))
        hint = "choose a department in filter.searchIndex, or " if search_index == ALL else ""
        raise BadInput(f"`sort: {sort}` is not known in this department; {hint}use one of {orders}.")
    return value


@cache
def supported_sorts(search_index: str) -> tuple[Sort, ...]:
    """The orders a department accepts, in order of name."""
    accepted = set(SORTS.get(search_index, ()))
    return tuple(sort for sort in Sort if sort is Sort.RELEVANCE or accepted.intersection(_SORT_VALUES[sort]))


def reachable(search_index: str, total: int) -> int:
    """How many of ``total`` matches paging reaches."""
    pages = MAX_ITEM_PAGE_ALL if search_index == ALL else MAX_ITEM_PAGE
    return min(total, pages * ITEMS_PER_PAGE)


def pages_of(search_index: str, offset: int, count: int) -> range:
    """The upstream's pages, counted from 1, that hold results ``offset`` to ``offset + count``, within its window."""
    end = min(offset + count, reachable(search_index, offset + count))
    if end <= offset:
        return range(0)
    return range(offset // ITEMS_PER_PAGE + 1, (end - 1) // ITEMS_PER_PAGE + 2)


def _parameters(request: SearchRequest, currency: str, *, is_extended: bool) -> dict[str, str]:
    given: dict[str, str | None] = {
        "BrowseNode": request.browse_node_id,
        "Brand": request.brand,
        "Title": request.title,
        "Manufacturer": request.manufacturer,
        "Condition": request.condition,
        "Availability": "Available" if request.is_available_only else None,
        "MerchantId": request.merchant_id,
        "MinimumPrice": _minor(request.min_price, currency),
        "MaximumPrice": _minor(request.max_price, currency),
        "MinRating": None if request.min_rating is None else str(request.min_rating),
    }
    parameters = {name: value for name, value in given.items() if value}
    _refuse_unsupported(request, is_extended=is_extended)
    _apply_facets(parameters, request.facets)
    if request.search_index == ALL and "BrowseNode" in parameters:
        raise BadInput("A browse node needs its department: give filter.searchIndex beside it.")
    return parameters


def _refuse_unsupported(request: SearchRequest, *, is_extended: bool) -> None:
    if request.min_rating is not None and not 1 <= request.min_rating <= 5:
        raise BadInput("`filter.minRating` is a whole number from 1 to 5.")
    if not is_extended and (request.min_rating is not None or request.merchant_id is not None):
        raise BadInput("This marketplace cannot search by rating or seller; leave minRating and sellerId out.")
    low, high = request.min_price, request.max_price
    if (low is not None and low < 0) or (high is not None and high < 0):
        raise BadInput("Prices in `filter` are zero or more.")
    if low is not None and high is not None and low > high:
        raise BadInput("`filter.minPrice` is above `filter.maxPrice`; swap them.")


def _apply_facets(parameters: dict[str, str], facets: Sequence[Sequence[tuple[str, str]]]) -> None:
    for name, value in (pair for facet in facets for pair in facet):
        parameters.update(_with(parameters, name, value))


def _with(parameters: Mapping[str, str], name: str, value: str) -> dict[str, str]:
    if parameters.get(name, value) != value:
        raise BadInput(
            f"The filter narrows by {name} twice with different values, which this marketplace cannot do; "
            "keep one choice of each facet."
        )
    return {**parameters, name: value}


def _minor(amount: Decimal | None, currency: str) -> str | None:
    return None if amount is None else str(minor_units(amount, currency))
