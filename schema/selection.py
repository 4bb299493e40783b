"""What an operation selects below a field: fragments opened, ``@skip`` and ``@include`` obeyed, aliases dropped."""

from collections.abc import Iterator

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLResolveInfo,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
)
from graphql.execution import get_directive_values

from resolvers.planning import Selection
from schema.context import Context, Info

_Tree = dict[str, "_Tree"]
_RawInfo = GraphQLResolveInfo[Context]


def selection_of(info: Info) -> Selection:
    """The tree of field names selected below the field that ``info`` is of."""
    raw = info._raw_info
    tree: _Tree = {}
    for node in raw.field_nodes:
        _collect(raw, node.selection_set, tree)
    return tree


def _collect(info: _RawInfo, selection_set: SelectionSetNode | None, tree: _Tree) -> None:
    for field in _fields(info, selection_set):
        _collect(info, field.selection_set, tree.setdefault(field.name.value, {}))


def _fields(info: _RawInfo, selection_set: SelectionSetNode | None) -> Iterator[FieldNode]:
    for node in selection_set.selections if selection_set else ():
        if not _is_included(info, node):
            continue
        match node:
            case FieldNode():
                yield node
            case FragmentSpreadNode():
                yield from _fields(info, info.fragments[node.name.value].selection_set)
            case InlineFragmentNode():
                yield from _fields(info, node.selection_set)


def _is_included(info: _RawInfo, node: SelectionNode) -> bool:
    skip = get_directive_values(GraphQLSkipDirective, node, info.variable_values)
    include = get_directive_values(GraphQLIncludeDirective, node, info.variable_values)
    return not (skip and skip["if"]) and (include is None or bool(include["if"]))
