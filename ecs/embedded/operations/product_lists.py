"""ListSearch and ListLookup: wish lists, registries and Listmania lists."""

from math import inf
from typing import Final

from msgspec.structs import replace

from ecs.embedded.call import Call
from ecs.embedded.faults import at_least_one, invalid_value, no_exact_matches
from ecs.embedded.item_xml import item
from ecs.embedded.list_xml import ITEMS_PER_LIST_PAGE, list_item, list_totals, product_list
from ecs.embedded.lists import ListSearch
from ecs.embedded.operations.result import Result
from ecs.embedded.operations.views import item_view
from ecs.embedded.product import Product
from ecs.embedded.records import LIST_TYPES, SEARCHED_TYPES, ListEntry, ProductList
from ecs.embedded.shop import Shop

_LISTS_PER_PAGE: Final = 10
_LAST_LIST_PAGE: Final = 20
_LAST_PRODUCT_PAGE: Final = 30
_SORTS: Final = ("DateAdded", "LastUpdated", "Price", "Priority")
_TRUE: Final = ("True", "true", "1")
_BOOLEANS: Final = (*_TRUE, "False", "false", "0")
_LIST_GROUPS: Final = frozenset({"ListFull", "ListInfo", "ListItems", "ListMinimum", "Request"})
_BOTH: Final = frozenset({"ListInfo", "ListItems"})

Entry = tuple[ListEntry, Product]


def list_search(call: Call, shop: Shop) -> Result:
    """Lists by the name or the address of who keeps them, ten a page."""
    call.required("ListType")
    list_type = call.choice("ListType", SEARCHED_TYPES)
    one_of = ("FirstName", "LastName") if list_type != "WishList" else ("Name", "FirstName", "LastName", "Email")
    if list_type and not any(call.get(name) for name in one_of):
        call.faults.append(at_least_one(one_of))
    page = call.number("ListPage", 1, _LAST_LIST_PAGE) or 1
    groups = call.groups("ListInfo")
    call.check()
    wanted = ListSearch(
        type=list_type or "",
        names=[name for part in ("Name", "FirstName", "LastName") if (name := call.get(part))],
        email=call.get("Email"),
        city=call.get("City"),
        state=call.get("State"),
    )
    total, found = shop.catalog.lists.search(wanted, page, _LISTS_PER_PAGE) if shop.catalog else (0, [])
    if not total:
        return Result(list_totals(0), (no_exact_matches(),))
    is_full = "ListInfo" in groups
    shown = (product_list(record, call.version, len(_entries(record, shop)), "", is_full=is_full) for record in found)
    return Result(list_totals(total) + "".join(shown))


def list_lookup(call: Call, shop: Shop) -> Result:
    """One list, with the products of one page when a group asks for them."""
    call.required("ListId", "ListType")
    list_type = call.choice("ListType", LIST_TYPES)
    page = call.number("ProductPage", 1, _LAST_PRODUCT_PAGE) or 1
    sort = call.choice("Sort", _SORTS)
    omits = call.choice("IsOmitPurchasedItems", _BOOLEANS)
    view = item_view(call, shop)
    call.check()
    list_id = call.get("ListId") or ""
    record = shop.catalog.lists.find(list_id, list_type) if shop.catalog else None
    if record is None:
        return Result("", (invalid_value("ListId", list_id),))
    wanted = [
        (entry, product)
        for entry, product in _sorted(_entries(record, shop), sort, shop)
        if (omits not in _TRUE or entry.received < entry.desired)
        and call.get("ProductGroup") in (None, product.product_group)
    ]
    groups = view.groups | (_BOTH if "ListFull" in view.groups else frozenset())
    has_items = "ListItems" in groups
    items = ""
    if has_items or not groups <= _LIST_GROUPS:
        view = replace(view, groups=groups | {"Small"} if groups <= _LIST_GROUPS else groups)
        start = (page - 1) * ITEMS_PER_LIST_PAGE
        items = "".join(
            list_item(record, entry, item(product, view), call.version, is_full=has_items)
            for entry, product in wanted[start : start + ITEMS_PER_LIST_PAGE]
        )
    return Result(product_list(record, call.version, len(wanted), items, is_full="ListInfo" in groups))


def _entries(record: ProductList, shop: Shop) -> list[Entry]:
    """The entries whose products are in the catalog; the others are passed over."""
    return [(entry, product) for entry in record.items if (product := shop.product(entry.asin))]


def _sorted(found: list[Entry], sort: str | None, shop: Shop) -> list[Entry]:
    """By date added, the newest first, unless another order is asked for."""
    if sort == "Priority":
        return sorted(found, key=lambda pair: -(pair[0].priority or 0))
    if sort == "Price":
        return sorted(found, key=lambda pair: _price(pair[1], shop))
    return sorted(found, key=lambda pair: pair[0].added or "", reverse=True)


def _price(product: Product, shop: Shop) -> float:
    featured = shop.offers(product).featured
    return featured.amount if featured else inf
