"""The SearchIndex of a request, and what an unknown one is refused with."""

from typing import Final

from ecs.embedded.call import Call
from ecs.embedded.faults import cannot_be_present, not_among
from ecs.embedded.shop import Shop
from ecs.search_indexes import DEPARTMENTS

_WITHOUT_RESTRICTIONS: Final = "CA"
_WITHOUT_PAGE_RESTRICTION: Final = "US"


def known_search_index(call: Call, shop: Shop) -> str | None:
    """The SearchIndex sent; for one that neither the wire nor the feed knows a fault is noted and it is None."""
    asked = call.get("SearchIndex")
    of_feed = shop.catalog.search_indexes if shop.catalog else frozenset[str]()
    if asked is None or asked in DEPARTMENTS or asked in of_feed:
        return asked
    call.faults.append(not_among("SearchIndex", sorted({*DEPARTMENTS, *of_feed})))
    return None


def note_restrictions(call: Call, shop: Shop) -> None:
    """
    Note the faults that ItemSearch added to an unknown SearchIndex before 2011-08-01.

    As recorded in six marketplaces: what the index would have to allow is refused, the unsent MerchantId included;
    Canada named the index alone, and the United States let ItemPage pass.
    """
    marketplace = shop.config.marketplace
    if call.version.is_late or marketplace == _WITHOUT_RESTRICTIONS:
        return
    names = ["BrowseNode"] if marketplace == _WITHOUT_PAGE_RESTRICTION else ["ItemPage", "BrowseNode"]
    refused = [*(name for name in names if call.get(name)), "MerchantId"]
    asked = call.get("SearchIndex") or ""
    call.faults.extend(cannot_be_present(name, when="SearchIndex", equals=asked) for name in refused)
