"""``TopItemSet``: the best of a browse node by one measure, with what a page of them shows."""

from collections.abc import Sequence
from typing import Final

from ecs.embedded.catalog import Catalog
from ecs.embedded.product import Product
from ecs.embedded.ranking import new_releases, top_sellers
from ecs.embedded.xml import element, elements, escaped

TYPES: Final = ("TopSellers", "NewReleases", "MostGifted", "MostWishedFor")
_MOST: Final = 10


def top_item_sets(catalog: Catalog, node_id: str, groups: frozenset[str], site: str) -> str:
    """One element for each response group that has products."""
    return "".join(_set(kind, _products(catalog, node_id, kind), site) for kind in TYPES if kind in groups)


def _products(catalog: Catalog, node_id: str, kind: str) -> Sequence[Product]:
    if kind == "TopSellers":
        return catalog.by_asins([asin for asin, _ in top_sellers(catalog, node_id)])
    if kind == "NewReleases":
        return catalog.by_asins([asin for asin, _ in new_releases(catalog, node_id)])
    ranked = catalog.lists.most_gifted() if kind == "MostGifted" else catalog.lists.most_wished()
    return [product for product in catalog.by_asins(ranked) if _lies_in(product, node_id)][:_MOST]


def _lies_in(product: Product, node_id: str) -> bool:
    return any(node_id in (node.id, *(above.id for above in node.ancestors)) for node in product.browse_nodes)


def _set(kind: str, products: Sequence[Product], site: str) -> str:
    if not products:
        return ""
    items = "".join(
        f"<TopItem><ASIN>{product.asin}</ASIN>{element('Title', product.title)}"
        f"<DetailPageURL>{escaped(site)}/dp/{product.asin}</DetailPageURL>"
        f"{element('ProductGroup', product.product_group)}{elements('Author', product.authors)}"
        f"{elements('Artist', product.artists)}{elements('Actor', product.actors)}</TopItem>"
        for product in products
    )
    return f"<TopItemSet><Type>{kind}</Type>{items}</TopItemSet>"
