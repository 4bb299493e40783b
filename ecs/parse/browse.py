"""Nodes of the browse tree, as look-ups and items bring them."""

from collections.abc import Iterator
from typing import Final

from ecs.model import Attribute, BrowseNode, Contributor, SimilarProduct, TopItem, TopItemSet
from ecs.parse.envelope import errors_of, is_valid
from ecs.parse.nodes import Element, Fields, Parts, children, fields, flag, level, needed, parts, text
from ecs.parse.refusals import refuse_unless_harmless
from ecs.parse.values import pointers
from ecs.vocabulary import ErrorCode

_NOT_FOUND: Final = frozenset({ErrorCode.INVALID_VALUE})
_CONTRIBUTORS: Final = frozenset({"Actor", "Artist", "Author"})


def looked_up(payload: Element) -> tuple[BrowseNode, ...]:
    """The nodes of a look-up; ids the upstream does not know are left out."""
    found = parts(payload)
    nodes = tuple(browse_node(child) for child in children(payload, "BrowseNode"))
    refuse_unless_harmless(errors_of(found), _NOT_FOUND, is_valid=is_valid(found), has_value=bool(nodes))
    return nodes


def browse_node(element: Element) -> BrowseNode:
    """A node with the way up to its root and its children; a node without a name goes by its id."""
    plain, found = level(element)
    if not found:
        # Most nodes of an answer are children of another one, with id and name alone.
        return _plain(plain)
    top_sets = tuple(_top_set(child) for child in children(element, "TopItemSet")) if "TopItemSet" in found else ()
    return BrowseNode(
        *_named(plain),
        is_root=flag(plain.get("IsCategoryRoot")),
        ancestors=_ancestors(found),
        children=tuple([browse_node(child) for child in children(found.get("Children"), "BrowseNode")]),
        top_sellers=_top(found, top_sets, "TopSellers"),
        new_releases=_top(found, top_sets, "NewReleases"),
        top_sets=top_sets,
        properties=tuple(_properties(found.get("Properties"))) if "Properties" in found else (),
    )


def _named(plain: Fields) -> tuple[str, str]:
    node_id = needed(plain.get("BrowseNodeId"), "BrowseNodeId")
    return node_id, plain.get("Name", node_id)


def _plain(plain: Fields) -> BrowseNode:
    return BrowseNode(*_named(plain), is_root=flag(plain.get("IsCategoryRoot")))


def _ancestors(found: Parts) -> tuple[BrowseNode, ...]:
    """Each ancestor holds its own; here they stand side by side, from the parent to the root."""
    line = []
    while (above := parts(found.get("Ancestors")).get("BrowseNode")) is not None:
        plain, found = level(above)
        line.append(_plain(plain))
    return tuple(line)


def _top(found: Parts, top_sets: tuple[TopItemSet, ...], kind: str) -> tuple[SimilarProduct, ...]:
    """The items of ``TopSellers`` or its like, in the form before 2008 or that of ``TopItemSet``."""
    if kind in found:
        return pointers(found[kind])
    return tuple(SimilarProduct(one.asin, one.title) for top in top_sets if top.kind == kind for one in top.items)


def _top_set(element: Element) -> TopItemSet:
    items = tuple(item for child in children(element, "TopItem") if (item := _top_item(child)) is not None)
    return TopItemSet(text(parts(element), "Type") or "", items)


def _top_item(element: Element) -> TopItem | None:
    found = fields(element)
    if "ASIN" not in found:
        return None
    named = ((child.tag, (child.text or "").strip()) for child in element[:])
    return TopItem(
        found["ASIN"],
        found.get("Title", found["ASIN"]),
        detail_url=found.get("DetailPageURL"),
        group=found.get("ProductGroup"),
        contributors=tuple(Contributor(name, role) for role, name in named if role in _CONTRIBUTORS and name),
    )


def _properties(element: Element | None) -> Iterator[Attribute]:
    for child in children(element, "Property"):
        found = fields(child)
        if "Name" in found and "Value" in found:
            yield Attribute(found["Name"], found["Value"])
