"""ListSearch and ListLookup: wish lists, registries and Listmania lists."""

from typing import Final

from msgspec.structs import replace

from ecs.embedded.call import Call
from ecs.embedded.faults import Fault, at_least_one, invalid_value, no_exact_matches
from ecs.embedded.item_xml import item
from ecs.embedded.list_xml import ITEMS_PER_LIST_PAGE, list_item, list_totals, product_list
from ecs.embedded.lists import ListSearch, entries
from ecs.embedded.operations.result import Result
from ecs.embedded.operations.views import item_view
from ecs.embedded.records import LIST_TYPES, SEARCHED_TYPES, ProductList
from ecs.embedded.shop import Shop

_LISTS_PER_PAGE: Final = 10
_LAST_LIST_PAGE: Final = 20
_LAST_PRODUCT_PAGE: Final = 30
_SORTS: Final = ("DateAdded", "LastUpdated", "Price", "Priority", "-Price")
_LIST_GROUPS: Final = frozenset({"ListFull", "ListInfo", "ListItems", "ListMinimum", "Request"})
_BOTH: Final = frozenset({"ListInfo", "ListItems"})


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
    shown = (product_list(record, call.version, "", is_full="ListInfo" in groups) for record in found)
    return Result(list_totals(total) + "".join(shown))


def list_lookup(call: Call, shop: Shop) -> Result:
    """One list, with the products of one page when a group asks for them."""
    call.required("ListId", "ListType")
    list_type = call.choice("ListType", LIST_TYPES)
    page = call.number("ProductPage", 1, _LAST_PRODUCT_PAGE) or 1
    sort = call.choice("Sort", _SORTS)
    view = item_view(call, shop)
    call.check()
    list_id = call.get("ListId") or ""
    record = shop.catalog.lists.find(list_id, list_type) if shop.catalog else None
    if record is None:
        return Result("", (invalid_value("ListId", list_id),))
    groups = view.groups | (_BOTH if "ListFull" in view.groups else frozenset())
    has_items = "ListItems" in groups
    if has_items and groups <= _LIST_GROUPS:
        groups |= {"Small"}
    view = replace(view, groups=groups)
    items = ""
    if has_items or not groups <= _LIST_GROUPS:
        chosen = _chosen(record, call, shop, sort)[(page - 1) * ITEMS_PER_LIST_PAGE : page * ITEMS_PER_LIST_PAGE]
        items = "".join(
            list_item(record, entry, item(product, view), call.version, is_full=has_items) for entry, product in chosen
        )
    return Result(product_list(record, call.version, items, is_full="ListInfo" in groups), _beyond(page, items))
