"""ItemLookup and SimilarityLookup: items by their numbers, and items like them."""

from typing import Final

from ecs.embedded.call import Call
from ecs.embedded.faults import cannot_be_present, invalid_value, must_be_present, no_similarities
from ecs.embedded.operations.result import Result
from ecs.embedded.operations.search_index import known_search_index
from ecs.embedded.operations.views import item_view, written
from ecs.embedded.product import Product
from ecs.embedded.shop import Shop
from ecs.vocabulary import MAX_LOOKUP_IDS

_ID_TYPES: Final = ("ASIN", "EAN", "ISBN", "SKU", "UPC")
_SIMILARITY_TYPES: Final = ("Intersection", "Random")


def item_lookup(call: Call, shop: Shop) -> Result:
    """The items of the known ids, in the order asked; an error for each of the others."""
    ids = call.ids("ItemId", MAX_LOOKUP_IDS)
    id_type = call.choice("IdType", _ID_TYPES) or "ASIN"
    if id_type == "ASIN" and call.get("SearchIndex"):
        call.faults.append(cannot_be_present("SearchIndex", when="IdType", equals=id_type))
    if id_type != "ASIN":
        known_search_index(call, shop)
        if not call.get("SearchIndex"):
            call.faults.append(must_be_present("SearchIndex", when="IdType", equals=id_type))
    view = item_view(call, shop)
    call.check()
    found = {item_id: _find(shop, id_type, item_id) for item_id in ids}
    faults = tuple(invalid_value("ItemId", item_id) for item_id, products in found.items() if not products)
    # Two ids may name one product.
    products = {product.asin: product for group in found.values() for product in group}
    return Result(written(products.values(), view, shop), faults)


def similarity_lookup(call: Call, shop: Shop) -> Result:
    """Up to ten items similar to all of the given ones (Intersection), or to any of them (Random)."""
    ids = call.ids("ItemId", MAX_LOOKUP_IDS)
    kind = call.choice("SimilarityType", _SIMILARITY_TYPES)
    view = item_view(call, shop)
    call.check()
    unknown = [item_id for item_id in ids if shop.product(item_id) is None]
    if unknown or shop.shelves is None:
        return Result("", tuple(invalid_value("ItemId", item_id) for item_id in unknown))
    catalog, similarities = shop.shelves
    asins = similarities.to_any(ids) if kind == "Random" and len(ids) > 1 else similarities.to_all(ids)
    products = [product for asin in asins if (product := catalog.product(asin))]
    if not products:
        return Result("", (no_similarities(ids),))
    return Result(written(products, view, shop))


def _find(shop: Shop, id_type: str, item_id: str) -> list[Product]:
    if id_type in ("ASIN", "SKU"):
        product = shop.product(item_id)
        return [product] if product else []
    return shop.catalog.by_identifier(id_type, item_id.replace("-", "")) if shop.catalog else []
