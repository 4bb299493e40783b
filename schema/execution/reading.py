"""
An operation read into the shapes of a plan, or refused.

Which fields a selection has, in which order, is graphql-core's own ``collect_fields``.
"""

from collections.abc import Iterable, Mapping
from inspect import iscoroutinefunction
from typing import Any, Final

import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLScalarType,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    is_non_null_type,
)
from graphql.execution.collect_fields import (
    CollectedFields,
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from schema.execution.arguments import arguments_of
from schema.execution.refusals import NotCompilable
from schema.execution.shapes import Composite, Field, How, Leaf, Listed, Selection, Typename, Value

MAX_FIELDS: Final = 400
"""Most fields of a plan, 60 µs each to make. Fragments within fragments make a short document long without end."""
_BACKREF: Final = "strawberry-definition"
_DIRECTIVES: Final = frozenset({"skip", "include", "inContext"})

Fragments = Mapping[str, FragmentDetails]


def flags_of(operation: OperationDefinitionNode, fragments: Fragments) -> tuple[str, ...]:
    """
    The variables that ``@skip`` and ``@include`` use.

    Raises:
        NotCompilable: there is another directive.
    """
    names: set[str] = set()
    bodies = [operation.selection_set, *(each.definition.selection_set for each in fragments.values())]
    for node in (operation, *(node for body in bodies for node in _nodes(body))):
        for directive in getattr(node, "directives", None) or ():
            if directive.name.value not in _DIRECTIVES:
                raise NotCompilable(f"@{directive.name.value}")
            if directive.name.value != "inContext":
                values = (argument.value for argument in directive.arguments or ())
                names.update(value.name.value for value in values if isinstance(value, VariableNode))
    return tuple(sorted(names))


def _nodes(body: SelectionSetNode) -> Iterable[SelectionNode]:
    for node in body.selections:
        yield node
        inner = getattr(node, "selection_set", None)
        if inner is not None:
            yield from _nodes(inner)


def read(
    schema: strawberry.Schema, operation: OperationDefinitionNode, fragments: Fragments, values: VariableValues
) -> Selection:
    """
    What the operation selects of its root type.

    Raises:
        NotCompilable: see ``schema.execution``.
    """
    reader = _Reader(schema, operation, fragments, values)
    root = reader.root()
    if operation.operation is OperationType.MUTATION and any(
        isinstance(field, Field) and field.how is not How.LATER for field in root.fields
    ):
        raise NotCompilable("a mutation that is not awaited, so that its effect might come twice")
    return root


class _Reader:
    def __init__(
        self,
        schema: strawberry.Schema,
        operation: OperationDefinitionNode,
        fragments: Fragments,
        values: VariableValues,
    ) -> None:
        self._schema = schema
        self._core = schema._schema
        self._operation = operation
        self._fragments = dict(fragments)
        self._values = values
        self._left = MAX_FIELDS

    def root(self) -> Selection:
        kind = self._core.get_root_type(self._operation.operation)
        if kind is None or self._operation.operation is OperationType.SUBSCRIPTION:
            raise NotCompilable("an operation of this kind")
        return self._selection(
            kind, collect_fields(self._core, self._fragments, self._values, kind, self._operation, True)
        )

    def _selection(self, kind: GraphQLObjectType, collected: CollectedFields) -> Selection:
        definition = kind.extensions.get(_BACKREF)
        if (
            not isinstance(definition, StrawberryObjectDefinition)
            or definition.is_type_of is not None
            or definition.is_graphql_generic
            or definition.concrete_of is not None
        ):
            raise NotCompilable(f"objects of {kind.name}")
        if collected.new_defer_usages:
            raise NotCompilable("@defer")
        self._left -= len(collected.grouped_field_set)
        if self._left < 0:
            raise NotCompilable("too many fields")
        fields = tuple(self._field(kind, key, details) for key, details in collected.grouped_field_set.items())
        return Selection(kind, definition.origin, fields)

    def _field(self, parent: GraphQLObjectType, key: str, details: list[FieldDetails]) -> Field | Typename:
        nodes = [each.node for each in details]
        name = nodes[0].name.value
        if name == "__typename":
            return Typename(key, parent)
        definition = parent.fields.get(name)
        resolver = definition.extensions.get(_BACKREF) if definition else None
        if definition is None or not isinstance(resolver, StrawberryField) or details[0].fragment_variable_values:
            raise NotCompilable(f"{parent.name}.{name}")
        arguments = arguments_of(self._schema, resolver, definition, nodes[0])
        value = self._value(definition.type, details)
        how, base = self._how(resolver, parent), resolver.base_resolver
        return Field(key, parent, how, nodes, definition, resolver, base, arguments, value)

    def _how(self, field: StrawberryField, parent: GraphQLObjectType) -> How:
        handlers = self._schema.schema_converter._get_field_exception_handlers(field)
        if field.extensions or handlers or field.is_subscription:
            raise NotCompilable(f"{parent.name}.{field.name} is more than its resolver")
        resolver = field.base_resolver
        if resolver is None:
            if field.default_resolver is not getattr or not field.python_name.isidentifier():
                raise NotCompilable(f"{parent.name}.{field.name} is no plain attribute")
            return How.NOW
        if resolver.root_parameter or resolver.parent_parameter:
            raise NotCompilable(f"{parent.name}.{field.name} asks for its root or parent")
        if field.is_async:
            if not iscoroutinefunction(resolver.wrapped_func):
                raise NotCompilable(f"{parent.name}.{field.name} is no coroutine")
            return How.LATER
        return How.MAYBE_LATER if resolver.info_parameter else How.NOW

    def _value(self, kind: Any, details: list[FieldDetails]) -> Value:
        if is_non_null_type(kind):
            return Value(self._shape(kind.of_type, details), is_nullable=False)
        return Value(self._shape(kind, details), is_nullable=True)

    def _shape(self, kind: Any, details: list[FieldDetails]) -> Leaf | Listed | Composite:
        match kind:
            case GraphQLScalarType() | GraphQLEnumType():
                return Leaf(kind)
            case GraphQLList():
                return Listed(self._value(kind.of_type, details))
            case GraphQLObjectType():
                return Composite((self._below(kind, details),))
            case GraphQLInterfaceType():
                definition = kind.extensions.get(_BACKREF)
                if not isinstance(definition, StrawberryObjectDefinition) or definition.resolve_type is not None:
                    raise NotCompilable(f"objects of {kind.name}")
                return Composite(tuple(self._below(each, details) for each in self._core.get_possible_types(kind)))
        raise NotCompilable(f"values of {kind}")

    def _below(self, kind: GraphQLObjectType, details: list[FieldDetails]) -> Selection:
        collected = collect_subfields(self._core, self._fragments, self._values, self._operation, kind, details, True)
        return self._selection(kind, collected)
