"""
Search bins: how the matches of a search divide, with the request parameters that narrow it.

By category (or by department, over all of them), by who made it, by price, and by condition. A category's bins are the
nodes one step below the one searched; while there is only one such node, the step is taken again.
"""

from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from ecs.embedded.catalog import Catalog
from ecs.embedded.fields import reference_price
from ecs.embedded.money import formatted
from ecs.embedded.search import Query, Wanted
from ecs.embedded.words import folded
from ecs.search_indexes import DEPARTMENTS, SPANNING

_CREATORS: Final = MappingProxyType(
    {
        "Books": "Author",
        "Classical": "Artist",
        "DVD": "Director",
        "KindleStore": "Author",
        "MP3Downloads": "Artist",
        "Music": "Artist",
        "UnboxVideo": "Director",
        "VHS": "Director",
        "Video": "Director",
    }
)
"""Search index → the parameter by whose value its products are told apart; a brand elsewhere."""

_STEPS: Final = (1000, 2500, 5000, 10_000, 25_000)
"""Where price bands begin, in minor units of most currencies."""
_STEP_FACTORS: Final = MappingProxyType({"INR": 50, "MXN": 10, "CNY": 5, "BRL": 5})
_MOST_BINS: Final = 12
_NODES_COUNTED: Final = 300


class Bin(NamedTuple):
    """One choice; ``parameters`` are to be sent with the same search."""

    name: str
    size: int
    parameters: tuple[tuple[str, str], ...]


class BinSet(NamedTuple):
    """A group of choices; ``narrow_by`` names it."""

    narrow_by: str
    bins: tuple[Bin, ...]


def bin_sets(catalog: Catalog, wanted: Wanted, query: Query) -> tuple[BinSet, ...]:
    """The bins of a search, without groups that hold nothing."""
    steps = [step * _STEP_FACTORS.get(wanted.currency, 1) for step in _STEPS]
    maker_field = "creator_name" if wanted.search_index in _CREATORS else "brand_name"
    counted = catalog.searcher.aggregate(
        query,
        {
            "search_index": {"terms": {"field": "search_index", "size": 60}},
            "node": {"terms": {"field": "node", "size": _NODES_COUNTED}},
            "maker": {"terms": {"field": maker_field, "size": _MOST_BINS * 2}},
            "condition": {"terms": {"field": "condition", "size": 10}},
            "price": {"range": {"field": "price", "ranges": _ranges(steps, wanted.currency)}},
        },
    )
    sets = (
        _departments(counted) if wanted.search_index in SPANNING else _categories(catalog, wanted, counted),
        _makers(wanted, counted),
        _prices(steps, wanted.currency, counted),
        _conditions(counted),
    )
    return tuple(group for group in sets if group.bins)


def _departments(counted: dict[str, Any]) -> BinSet:
    bins = tuple(
        Bin(DEPARTMENTS.get(name, name), count, (("SearchIndex", name),))
        for name, count in _terms(counted, "search_index")[:_MOST_BINS]
    )
    return BinSet("SearchIndex", bins)


def _categories(catalog: Catalog, wanted: Wanted, counted: dict[str, Any]) -> BinSet:
    counts = dict(_terms(counted, "node"))
    nodes = [node for node_id in counts if (node := catalog.node(node_id))]
    here = wanted.node
    below = [node for node in nodes if node.parent == here]
    while len(below) == 1 and any(node.parent == below[0].id for node in nodes):
        here = below[0].id
        below = [node for node in nodes if node.parent == here]
    below.sort(key=lambda node: (-counts[node.id], node.name))
    bins = tuple(Bin(node.name, counts[node.id], (("BrowseNode", node.id),)) for node in below[:_MOST_BINS])
    return BinSet("Subject", bins)


def _makers(wanted: Wanted, counted: dict[str, Any]) -> BinSet:
    parameter = _CREATORS.get(wanted.search_index, "Brand")
    # Spellings that differ in case or accents narrow alike, so they are one choice, under the most frequent spelling.
    merged: dict[str, tuple[str, int]] = {}
    for name, count in _terms(counted, "maker"):
        shown, sum_ = merged.get(folded(name), (name, 0))
        merged[folded(name)] = (shown, sum_ + count)
    bins = tuple(Bin(name, count, ((parameter, name),)) for name, count in list(merged.values())[:_MOST_BINS])
    return BinSet("BrandName" if parameter == "Brand" else parameter, bins)


def _prices(steps: list[int], currency: str, counted: dict[str, Any]) -> BinSet:
    found = [int(bucket["doc_count"]) for bucket in counted["price"]["buckets"]]
    bands = zip([None, *steps], [*steps, None], found, strict=True)
    return BinSet("PriceRange", tuple(_band(low, high, currency, count) for low, high, count in bands if count))


def _band(low: int | None, high: int | None, currency: str, count: int) -> Bin:
    parameters = []
    if low is not None:
        parameters.append(("MinimumPrice", str(low)))
    if high is not None:
        parameters.append(("MaximumPrice", str(high - 1)))
    if low is None and high is not None:
        name = f"Under {formatted(high, currency)}"
    elif high is None and low is not None:
        name = f"{formatted(low, currency)} and up"
    else:
        name = f"{formatted(low or 0, currency)} to {formatted((high or 1) - 1, currency)}"
    return Bin(name, count, tuple(parameters))


def _conditions(counted: dict[str, Any]) -> BinSet:
    return BinSet("Condition", tuple(Bin(name, n, (("Condition", name),)) for name, n in _terms(counted, "condition")))


def _ranges(steps: list[int], currency: str) -> list[dict[str, float]]:
    bounds = [float(reference_price(step, currency)) for step in steps]
    inner = [{"from": low, "to": high} for low, high in pairwise(bounds)]
    return [{"to": bounds[0]}, *inner, {"from": bounds[-1]}]


def _terms(counted: dict[str, Any], name: str) -> list[tuple[str, int]]:
    return [(bucket["key"], int(bucket["doc_count"])) for bucket in counted[name]["buckets"]]
