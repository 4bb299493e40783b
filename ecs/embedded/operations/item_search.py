"""ItemSearch."""

import re
from collections.abc import Iterable
from math import ceil
from typing import Final

from ecs.embedded.bins import BinSet, bin_sets
from ecs.embedded.call import Call
from ecs.embedded.faults import at_least_one, cannot_be_present, no_exact_matches
from ecs.embedded.fields import NAME_FIELDS
from ecs.embedded.operations.result import Result
from ecs.embedded.operations.search_index import known_search_index, note_restrictions
from ecs.embedded.operations.views import item_view, written_rows
from ecs.embedded.search import Wanted, search
from ecs.embedded.shop import Shop
from ecs.embedded.sorts import accepted, order_of
from ecs.embedded.xml import escaped, foreign
from ecs.search_indexes import SPANNING
from ecs.vocabulary import ITEMS_PER_PAGE, MAX_ITEM_PAGE, MAX_ITEM_PAGE_ALL

_ONE_OF: Final = (
    *("Keywords", "Title", "Power", "BrowseNode", "Artist", "Author", "Actor", "Director", "AudienceRating"),
    *(
        "Manufacturer",
        "MusicLabel",
        "Composer",
        "Publisher",
        "Brand",
        "Conductor",
        "Orchestra",
        "TextStream",
        "Cuisine",
    ),
    *("City", "Neighborhood"),
)
"""A search needs one of these, as the original's message lists them."""

_AS_KEYWORDS: Final = ("Keywords", "TextStream", "Composer", "Conductor", "Orchestra", "MusicLabel")
"""Parameters whose words must occur; the catalog does not tell a composer from another name."""
_POWER_SYNTAX: Final = re.compile(r"\b\w+(?:-\w+)?:|\b(?:and|or|not)\b|[()\"]", re.IGNORECASE)
_HIGHEST_PRICE: Final = 10**9


def item_search(call: Call, shop: Shop) -> Result:
    """One page of ten products, with bins when asked for."""
    view = item_view(call, shop)
    wanted = _wanted(call, shop)
    call.check()
    if shop.catalog is None:
        return _nothing()
    found = search(shop.catalog, wanted)
    if not found.total:
        return _nothing()
    items = written_rows(found.rows, view, shop)
    has_bins = "SearchBins" in view.groups and call.version.since("2007-09-21")
    bins = _bins(bin_sets(shop.catalog, wanted, found.query)) if has_bins else ""
    corrected = found.corrected if call.version.since("2007-09-21") else None
    return Result(f"{_corrected(corrected, wanted.keywords)}{_totals(found.total)}{items}{bins}")


def _wanted(call: Call, shop: Shop) -> Wanted:
    call.required("SearchIndex")
    search_index = known_search_index(call, shop)
    if search_index is None and call.get("SearchIndex"):
        note_restrictions(call, shop)
    if not any(call.get(name) for name in _ONE_OF):
        call.faults.append(at_least_one(_ONE_OF))
    is_spanning = search_index in SPANNING
    if search_index is not None and is_spanning:
        for name in ("BrowseNode", "Sort"):
            if call.get(name):
                call.faults.append(cannot_be_present(name, when="SearchIndex", equals=search_index))
    sort = None if search_index is None or is_spanning else call.choice("Sort", accepted(search_index))
    condition = call.get("Condition")
    return Wanted(
        currency=shop.config.currency,
        search_index=search_index or "All",
        keywords=_keywords(call),
        title=call.get("Title") or "",
        names={name: value for name in NAME_FIELDS if (value := call.get(name))},
        node=call.get("BrowseNode"),
        min_price=call.number("MinimumPrice", 0, _HIGHEST_PRICE),
        max_price=call.number("MaximumPrice", 0, _HIGHEST_PRICE),
        condition=None if condition == "All" else condition,
        merchant=_merchant(call),
        min_rating=call.number("MinRating", 1, 5),
        is_available=call.choice("Availability", ["Available"]) is not None,
        order=order_of(sort),
        page=call.number("ItemPage", 1, MAX_ITEM_PAGE_ALL if is_spanning else MAX_ITEM_PAGE) or 1,
    )


def _keywords(call: Call) -> str:
    power = _POWER_SYNTAX.sub(" ", call.get("Power") or "")
    return " ".join(filter(None, (*(call.get(name) for name in _AS_KEYWORDS), power.strip())))


def _merchant(call: Call) -> str | None:
    merchant = call.get("MerchantId")
    return None if merchant in (None, "All", "Featured") else merchant


def _nothing() -> Result:
    return Result(_totals(0), (no_exact_matches(),))


def _totals(total: int) -> str:
    return f"<TotalResults>{total}</TotalResults><TotalPages>{ceil(total / ITEMS_PER_PAGE)}</TotalPages>"


def _corrected(keywords: str | None, asked: str) -> str:
    if keywords is None:
        return ""
    message = f"We did not find any matches for {foreign(asked)}; these are the results for {foreign(keywords)}."
    return f"<CorrectedQuery><Keywords>{foreign(keywords)}</Keywords><Message>{message}</Message></CorrectedQuery>"


def _bins(sets: Iterable[BinSet]) -> str:
    content = "".join(_bin_set(group) for group in sets)
    return f"<SearchBinSets>{content}</SearchBinSets>" if content else ""


def _bin_set(group: BinSet) -> str:
    bins = "".join(
        f"<Bin><BinName>{escaped(choice.name)}</BinName><BinItemCount>{choice.size}</BinItemCount>"
        + "".join(
            f"<BinParameter><Name>{name}</Name><Value>{escaped(value)}</Value></BinParameter>"
            for name, value in choice.parameters
        )
        + "</Bin>"
        for choice in group.bins
    )
    return f'<SearchBinSet NarrowBy="{group.narrow_by}">{bins}</SearchBinSet>'
