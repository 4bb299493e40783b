"""Nodes of the browse tree, as look-ups and items bring them."""

from ecs.model import BrowseNode, SimilarProduct
from ecs.parse.nodes import Element, Parts, children, flag, needed, parts, text
from ecs.parse.values import pointers


def browse_node(element: Element) -> BrowseNode:
    """A node with the way up to its root and its children; a node without a name goes by its id."""
    found = parts(element)
    if len(found) == 2 and "Name" in found:
        # Most nodes of an answer are children of another one, with id and name alone.
        return _plain(found)
    return BrowseNode(
        *_named(found),
        is_root=flag(text(found, "IsCategoryRoot")),
        ancestors=_ancestors(found),
        children=tuple(browse_node(child) for child in children(found.get("Children"), "BrowseNode")),
        top_sellers=_top(element, found, "TopSellers"),
        new_releases=_top(element, found, "NewReleases"),
    )


def _named(found: Parts) -> tuple[str, str]:
    node_id = needed(text(found, "BrowseNodeId"), "BrowseNodeId")
    return node_id, text(found, "Name") or node_id


def _plain(found: Parts) -> BrowseNode:
    return BrowseNode(*_named(found), is_root=flag(text(found, "IsCategoryRoot")))


def _ancestors(found: Parts) -> tuple[BrowseNode, ...]:
    """Each ancestor holds its own; here they stand side by side, from the parent to the root."""
    line = []
    while (above := parts(found.get("Ancestors")).get("BrowseNode")) is not None:
        found = parts(above)
        line.append(_plain(found))
    return tuple(line)


def _top(element: Element, found: Parts, kind: str) -> tuple[SimilarProduct, ...]:
    """The items of ``TopSellers`` or its like, in the form before 2008 or that of ``TopItemSet``."""
    if kind in found:
        return pointers(found[kind])
    if "TopItemSet" in found:
        for top_set in children(element, "TopItemSet"):
            if text(parts(top_set), "Type") == kind:
                return pointers(top_set)
    return ()
