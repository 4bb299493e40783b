"""Products by number, similar ones, and nodes of the browse tree, in as few look-ups of ten as will do."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

from ecs.model import BrowseNode, Item, Seen, SeenEach
from ecs.request import IdType
from ecs.vocabulary import ITEMS_PER_PAGE, MAX_LOOKUP_IDS, ResponseGroup
from resolvers.errors import BadInput
from resolvers.planning import Groups
from resolvers.ports import Catalog

MAX_PRODUCTS: Final = 50
"""Most products of one call."""
MAX_SIMILAR_TO: Final = 10

_SEARCH_INDEX_OF: Final[dict[IdType, str]] = {"EAN": "All", "UPC": "All", "ISBN": "Books"}


async def by_asin(catalog: Catalog, asins: Sequence[str], groups: Groups) -> list[Seen[Item] | None]:
    """The products in the order asked, None where the catalog has none; asked in tens, side by side."""
    wanted = list(dict.fromkeys(asin.upper() for asin in asins))
    chunks = [wanted[start : start + MAX_LOOKUP_IDS] for start in range(0, len(wanted), MAX_LOOKUP_IDS)]
    answers = await asyncio.gather(*(catalog.look_up(chunk, groups) for chunk in chunks))
    found = {item.asin: each for answer in answers for item, each in zip(answer.value, spread(answer), strict=True)}
    return [found.get(asin.upper()) for asin in asins]


async def by_number(catalog: Catalog, kind: IdType, number: str, groups: Groups) -> Seen[Item] | None:
    """The product with this EAN, UPC, ISBN or catalog number; None when there is none."""
    compact = number.replace("-", "").replace(" ", "")
    answer = await catalog.look_up([compact], groups, id_type=kind, search_index=_SEARCH_INDEX_OF.get(kind))
    return next(iter(spread(answer)), None)


async def similar(
    catalog: Catalog, asins: Sequence[str], groups: Groups, *, to_all: bool, limit: int
) -> list[Seen[Item]]:
    """
    Products similar to any (or all) of those given, best first and the same on each call; none of those given.

    For several products the upstream would choose at random among what is similar to any; their own lists of similar
    products are joined instead, better places first.

    Raises:
        BadInput: none or more than ten products were given.
    """
    asins = list(dict.fromkeys(asins))
    if not 0 < len(asins) <= MAX_SIMILAR_TO:
        raise BadInput(f"`to` takes 1 to {MAX_SIMILAR_TO} products.")
    if to_all or len(asins) == 1:
        answer = await catalog.similar(asins, "Intersection", groups)
        return [each for each in spread(answer) if each.value.asin not in asins][:limit]
    pointers = await catalog.look_up(asins, frozenset({ResponseGroup.SIMILARITIES}))
    ranked = _joined([[pointer.asin for pointer in item.similar] for item in pointers.value], without=asins)
    found = await by_asin(catalog, ranked[: min(limit, ITEMS_PER_PAGE)], groups)
    return [each for each in found if each is not None]


async def browse_node(catalog: Catalog, node_id: str, groups: Groups) -> BrowseNode | None:
    """The node of this upstream number; None when there is none."""
    answer = await catalog.browse([node_id], groups or frozenset({ResponseGroup.BROWSE_NODE_INFO}))
    return next(iter(answer.value), None)


def spread(answer: Seen[tuple[Item, ...]]) -> list[Seen[Item]]:
    """Each item of an answer with its instant, where it has one of its own, else with that of the answer."""
    if isinstance(answer, SeenEach):
        return list(answer.each)
    return [answer.one(item) for item in answer.value]


def _joined(lists: Iterable[Sequence[str]], *, without: Sequence[str]) -> list[str]:
    """The entries of all lists, those with the most weight first (a first place counts 1, a second 1/2 …)."""
    weight: dict[str, float] = {}
    for entries in lists:
        for place, asin in enumerate(entries, start=1):
            weight[asin] = weight.get(asin, 0.0) + 1 / place
    return sorted((asin for asin in weight if asin not in without), key=lambda asin: (-weight[asin], asin))
