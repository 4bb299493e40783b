"""BrowseNodeLookup."""

from collections.abc import Iterable

from ecs.embedded.call import Call
from ecs.embedded.catalog import Catalog
from ecs.embedded.faults import invalid_value
from ecs.embedded.item_xml import pairs
from ecs.embedded.nodes import Node
from ecs.embedded.operations.result import Result
from ecs.embedded.ranking import new_releases, top_sellers
from ecs.embedded.shop import Shop
from ecs.embedded.top_items import top_item_sets
from ecs.embedded.versions import Version
from ecs.embedded.xml import escaped, wrapped
from ecs.vocabulary import MAX_LOOKUP_IDS


def browse_node_lookup(call: Call, shop: Shop) -> Result:
    """The known nodes in the order asked; an error for each of the others."""
    ids = call.ids("BrowseNodeId", MAX_LOOKUP_IDS)
    groups = call.groups("BrowseNodeInfo")
    call.check()
    body = ""
    faults = []
    for node_id in ids:
        node = shop.catalog.node(node_id) if shop.catalog else None
        if node is None or shop.catalog is None:
            faults.append(invalid_value("BrowseNodeId", node_id))
        else:
            body += _node(shop.catalog, node, groups, call.version, shop.config.site)
    return Result(body, tuple(faults))


def _node(catalog: Catalog, node: Node, groups: frozenset[str], version: Version, site: str) -> str:
    parts = [_start(node, version)]
    if "BrowseNodeInfo" in groups:
        children = "".join(f"<BrowseNode>{_name(child)}</BrowseNode>" for child in catalog.children(node.id))
        parts.append(wrapped("Children", children))
        parts.append(wrapped("Ancestors", _above(catalog.ancestors(node), version)))
    if version.since("2007-09-21"):
        if "TopSellers" in groups:
            parts.append(wrapped("TopSellers", pairs("TopSeller", top_sellers(catalog, node.id))))
        if "NewReleases" in groups:
            parts.append(wrapped("NewReleases", pairs("NewRelease", new_releases(catalog, node.id))))
    if version.since("2008-08-19"):
        parts.append(top_item_sets(catalog, node.id, groups, site))
    return f"<BrowseNode>{''.join(parts)}</BrowseNode>"


def _above(ancestors: Iterable[Node], version: Version) -> str:
    """Nested from the parent outwards: each ancestor holds its own."""
    inner = ""
    for node in reversed(list(ancestors)):
        inner = f"<BrowseNode>{_start(node, version)}{wrapped('Ancestors', inner)}</BrowseNode>"
    return inner


def _start(node: Node, version: Version) -> str:
    is_marked = node.parent is None and version.since("2007-09-21")
    return _name(node) + ("<IsCategoryRoot>1</IsCategoryRoot>" if is_marked else "")


def _name(node: Node) -> str:
    return f"<BrowseNodeId>{escaped(node.id)}</BrowseNodeId><Name>{escaped(node.name)}</Name>"
