"""
How long the answer of an operation may be shared, decided by @cacheControl over its selection. Pure.

The shortest hint of the selection counts, and one private field makes the whole answer private. Nothing is shared by
oversight: an object without any hint counts as private, a root field always needs a hint of its own or of its type,
and what fragments, @skip and @include may leave out is counted all the same.
"""

from collections.abc import Iterator
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)

from schema.directives import CacheControl
from schema.enums import CacheScope

NOT_SHARED: Final = 0


def shared_for_s(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> int:
    """
    For how many seconds any caller of the marketplace may be given the answer; 0 when only the one who asked may.

    The document is valid and within the limits.
    """
    root = schema.get_root_type(operation.operation)
    if operation.operation is not OperationType.QUERY or root is None:
        return NOT_SHARED
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    return _Walk(schema, fragments).shortest(operation.selection_set, root, NOT_SHARED) or NOT_SHARED


class _Walk:
    def __init__(self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments

    def shortest(self, selection_set: SelectionSetNode | None, owner: Any, inherited_s: int) -> int | None:
        """The shortest lifetime below an object that lives ``inherited_s``; None when no field limits it."""
        limits = [
            limit
            for node, parent in self._fields(selection_set, owner)
            if (limit := self._field(node, parent, inherited_s)) is not None
        ]
        return min(limits, default=None)

    def _field(self, node: FieldNode, owner: Any, inherited_s: int) -> int | None:
        if node.name.value == "__typename":
            return None
        field = getattr(owner, "fields", {}).get(node.name.value)
        if field is None:
            # Introspection, which differs by nothing but is nobody's hot path.
            return NOT_SHARED
        named = get_named_type(field.type)
        own_s = self._lifetime(field, named, inherited_s)
        below_s = self.shortest(node.selection_set, named, own_s)
        return own_s if below_s is None else min(own_s, below_s)

    def _lifetime(self, field: Any, named: GraphQLNamedType, inherited_s: int) -> int:
        hint = _hint(field)
        if hint is not None:
            return _seconds(hint, inherited_s)
        if not is_composite_type(named):
            return inherited_s
        types = [named, *self._schema.get_possible_types(named)] if is_abstract_type(named) else [named]
        return min(_seconds(_hint(each), inherited_s) for each in types)

    def _fields(self, selection_set: SelectionSetNode | None, owner: Any) -> Iterator[tuple[FieldNode, Any]]:
        for node in selection_set.selections if selection_set else ():
            match node:
                case FieldNode():
                    yield node, owner
                case InlineFragmentNode():
                    condition = node.type_condition
                    inner = self._schema.get_type(condition.name.value) if condition else owner
                    yield from self._fields(node.selection_set, inner)
                case FragmentSpreadNode():
                    fragment = self._fragments[node.name.value]
                    inner = self._schema.get_type(fragment.type_condition.name.value)
                    yield from self._fields(fragment.selection_set, inner)


def _seconds(hint: CacheControl | None, inherited_s: int) -> int:
    if hint is None or hint.scope is CacheScope.PRIVATE:
        return NOT_SHARED
    if hint.inherit_max_age is True:
        return inherited_s
    return hint.max_age if isinstance(hint.max_age, int) else NOT_SHARED


def _hint(element: Any) -> CacheControl | None:
    """The element's own @cacheControl; Strawberry leaves its definition, with the directives, in the extensions."""
    definition = element.extensions.get("strawberry-definition")
    directives = getattr(definition, "directives", None) or ()
    return next((each for each in directives if isinstance(each, CacheControl)), None)
