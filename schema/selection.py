"""What an operation selects below a field: fragments opened, ``@skip`` and ``@include`` obeyed, aliases dropped."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)
from msgspec import Struct

from resolvers.planning import Selection
from schema.context import Info
from schema.execution.info import PlannedInfo

T = TypeVar("T")
_Tree = dict[str, "_Tree"]


def selection_of(info: Info) -> Selection:
    """The tree of field names selected below the field that ``info`` is of."""
    if isinstance(info, PlannedInfo):
        # A plan is for one set of values of @skip and @include, so all its requests select the same.
        kept: Selection | None = info.memory.get("selection")
        if kept is None:
            kept = info.memory["selection"] = _read(info)
        return kept
    return _read(info)


def following(info: Info, what: Callable[[Selection], T]) -> T:
    """What follows from the selection alone; like it, reckoned once for all requests of a plan."""
    if not isinstance(info, PlannedInfo):
        return what(_read(info))
    if what not in info.memory:
        info.memory[what] = what(selection_of(info))
    kept: T = info.memory[what]
    return kept


def _read(info: Info) -> Selection:
    raw = info._raw_info
    operation = _Operation(raw.fragments, info.variable_values)
    tree: _Tree = {}
    for node in raw.field_nodes:
        operation.collect(node.selection_set, tree)
    return tree


class _Operation(Struct):
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]

    def collect(self, selection_set: SelectionSetNode | None, tree: _Tree) -> None:
        for field in self._fields(selection_set):
            self.collect(field.selection_set, tree.setdefault(field.name.value, {}))

    def _fields(self, selection_set: SelectionSetNode | None) -> Iterator[FieldNode]:
        for node in selection_set.selections if selection_set else ():
            if not self._is_included(node):
                continue
            match node:
                case FieldNode():
                    yield node
                case FragmentSpreadNode():
                    yield from self._fields(self.fragments[node.name.value].selection_set)
                case InlineFragmentNode():
                    yield from self._fields(node.selection_set)

    def _is_included(self, node: SelectionNode) -> bool:
        given = {directive.name.value: directive for directive in node.directives or ()}
        is_skipped = "skip" in given and self._is_on(given["skip"])
        return not is_skipped and ("include" not in given or self._is_on(given["include"]))

    def _is_on(self, directive: DirectiveNode) -> bool:
        """The directive's one argument ``if``; validation has seen to it that it is a Boolean or a variable of one."""
        value = next((argument.value for argument in directive.arguments or ()), None)
        if isinstance(value, VariableNode):
            return bool(self.variables[value.name.value])
        return isinstance(value, BooleanValueNode) and value.value
