"""
What the values of ``Sort`` mean here. Which of them an index accepts is said in ``ecs.search_indexes``.

Values for which the catalog has no facts (such as ``pmrank``, "featured items") order by relevance.
"""

from types import MappingProxyType
from typing import Final, NamedTuple

import tantivy

from ecs.search_indexes import SORTS

_UP: Final = tantivy.Order.Asc
_DOWN: Final = tantivy.Order.Desc


class Order(NamedTuple):
    """A field of the index and its direction."""

    field: str
    direction: tantivy.Order


_MEANINGS: Final = (
    (Order("by_price", _UP), "price pricerank price-asc-rank price-new-bin"),
    (Order("by_price_down", _DOWN), "-price -pricerank inverseprice inverse-price inverse-pricerank price-desc-rank"),
    (Order("by_title", _UP), "titlerank amzrank artistrank albumrank artistalbumrank"),
    (Order("by_title", _DOWN), "-titlerank -albumrank -artistalbumrank"),
    (Order("by_rank", _UP), "salesrank psrank subslot-salesrank popularity-rank -unit-sales -edition-sales-velocity"),
    (Order("by_rating", _DOWN), "reviewrank reviewrank_authority"),
    (
        Order("by_date_down", _DOWN),
        "daterank launch-date publication_date -publication_date pubdate -releasedate -video-release-date"
        " -orig-rel-date release-date uploaddaterank",
    ),
    (Order("by_date", _UP), "-daterank -launch-date -pubdate releasedate orig-rel-date"),
)
_ORDERS: Final = MappingProxyType({value: order for order, values in _MEANINGS for value in values.split()})

# An index that only a feed knows accepts what most indexes do.
_USUAL: Final = ("-price", "price", "relevancerank", "reviewrank", "salesrank", "titlerank")


def accepted(search_index: str) -> tuple[str, ...]:
    """The values of ``Sort`` that the index accepts."""
    return SORTS.get(search_index, _USUAL)


def order_of(sort: str | None) -> Order | None:
    """The order a sort value asks for; None is relevance."""
    return _ORDERS.get(sort) if sort else None
