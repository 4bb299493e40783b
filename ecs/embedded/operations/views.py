"""How the items of an answer are to be written, from the parameters that all item operations share."""

from collections.abc import Collection, Hashable, Sequence

from ecs.embedded.call import Call
from ecs.embedded.faults import must_be_present
from ecs.embedded.groups import default_group
from ecs.embedded.item_extras import Paging
from ecs.embedded.item_xml import PREPARED_GROUPS, SIMILAR_SHOWN, ItemView, expanded, is_card, item
from ecs.embedded.offer_xml import OfferChoice
from ecs.embedded.prepared import suits
from ecs.embedded.product import Product
from ecs.embedded.shop import Shop

CONDITIONS = ("All", "New", "Used", "Collectible", "Refurbished")
_LAST_OFFER_PAGE = 100
_LAST_RELATED_PAGE = 1000
_LAST_VARIATION_PAGE = 150


def item_view(call: Call, shop: Shop) -> ItemView:
    """The view a call asks for; faults are noted in the call."""
    groups = expanded(call.groups(default_group(call.operation)))
    condition = call.choice("Condition", CONDITIONS)
    page = 1 if call.version.is_late else call.number("OfferPage", 1, _LAST_OFFER_PAGE) or 1
    choice = OfferChoice(condition=condition, merchant=call.get("MerchantId"), page=page)

    def similar(product: Product) -> list[tuple[str, str]]:
        return list(shop.similarities.pairs(product, SIMILAR_SHOWN)) if shop.similarities else []

    return ItemView(
        site=shop.config.site,
        currency=shop.config.currency,
        version=call.version,
        groups=groups,
        choice=choice,
        books=shop.offers,
        similar=similar,
        shelf=shop,
        paging=_paging(call, groups),
    )


def written(products: Collection[Product], view: ItemView, shop: Shop) -> str:
    """The items, from memory where the same were written in the same way before."""
    catalog = shop.catalog
    if catalog is None:
        return ""
    memory, way = catalog.renderings, _way(view)
    texts = {product.asin: memory.get((product.asin, way)) for product in products}
    new = [product for product in products if texts[product.asin] is None]
    ready = catalog.prepared([product.asin for product in new], view.site) if _is_prepared(view) else {}
    for product in new:
        texts[product.asin] = memory.keep((product.asin, way), item(product, view, ready.get(product.asin)))
    return "".join(filter(None, texts.values()))


def written_rows(rows: Sequence[int], view: ItemView, shop: Shop) -> str:
    """The same for rows of the catalog, whose products need not be read where cards are asked for."""
    catalog = shop.catalog
    if catalog is None:
        return ""
    if not is_card(view.groups) or not _is_prepared(view):
        return written(catalog.by_rows(rows), view, shop)
    memory, way = catalog.renderings, _way(view)
    texts = {row: memory.get((row, way)) for row in rows}
    cards = catalog.cards([row for row in rows if texts[row] is None], view.site)
    rest = [row for row in rows if texts[row] is None and row not in cards]
    cards |= {row: item(product, view) for row, product in zip(rest, catalog.by_rows(rest), strict=True)}
    for row, card in cards.items():
        texts[row] = memory.keep((row, way), card)
    return "".join(filter(None, texts.values()))


def _way(view: ItemView) -> Hashable:
    return (view.site, view.currency, view.version.name, view.groups, view.choice, view.paging)


def _is_prepared(view: ItemView) -> bool:
    return not view.groups.isdisjoint(PREPARED_GROUPS) and suits(view.version, view.currency, view.choice)


def _paging(call: Call, groups: frozenset[str]) -> Paging:
    types = call.values("RelationshipType")
    if "RelatedItems" in groups and not types and call.version.since("2008-08-19"):
        call.faults.append(must_be_present("RelationshipType", when="ResponseGroup", equals="RelatedItems"))
    page = None
    if call.get("VariationPage") not in (None, "All"):
        page = call.number("VariationPage", 1, _LAST_VARIATION_PAGE)
    related = 1 if call.get("RelatedItemPage") == "All" else call.number("RelatedItemPage", 1, _LAST_RELATED_PAGE)
    return Paging(variation_page=page, related_page=related or 1, relation_types=types)
