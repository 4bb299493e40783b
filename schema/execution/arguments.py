"""
Arguments of one field of an operation: what does not depend on variables is coerced with the plan, the rest once a
request, however many objects have the field.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import strawberry
from graphql import (
    ConstValueNode,
    FieldNode,
    GraphQLArgument,
    GraphQLError,
    GraphQLField,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    is_non_null_type,
    is_required_argument,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.pyutils import Undefined
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal
from strawberry.types.arguments import StrawberryArgument, convert_argument, convert_arguments
from strawberry.types.base import StrawberryMaybe, StrawberryOptional
from strawberry.types.enum import has_enum_definition
from strawberry.types.field import StrawberryField

from schema.execution.refusals import NotCompilable, Unusual

_ABSENT: Final = object()
_PLAIN: Final = (str, int, float, bool, strawberry.ID)
_UNCHANGEABLE: Final = (str, int, float, bool, Enum, type(None), type(strawberry.UNSET))

Keywords = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Arguments:
    """The keywords for a resolver: ``constant`` for every request, or ``bind`` for those of one."""

    constant: Keywords | None
    bind: Callable[[VariableValues], Keywords]


def arguments_of(
    schema: strawberry.Schema, resolver: StrawberryField, definition: GraphQLField, node: FieldNode
) -> Arguments:
    """
    The arguments of a field as the document gives them.

    Raises:
        NotCompilable: a constant does not fit, or a required argument is missing.
    """

    def bind_all(values: VariableValues) -> Keywords:
        return convert_arguments(
            get_argument_values(definition, node, values),
            resolver.arguments,
            schema.schema_converter.scalar_registry,
            schema.config,
        )

    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    if not any(_has_variable(value) for value in given.values()):
        try:
            constant = bind_all(VariableValues({}, {}))
        except (GraphQLError, TypeError, ValueError) as error:
            raise NotCompilable(f"an argument of {node.name.value} does not fit") from error
        is_safe = all(isinstance(value, _UNCHANGEABLE) for value in constant.values())
        return Arguments(constant if is_safe else None, bind_all)
    if any(_has_variable(value) and not isinstance(value, VariableNode) for value in given.values()):
        return Arguments(None, bind_all)
    parts = _parts(schema, resolver, definition, given)
    return Arguments(None, lambda values: _bound(parts, values.coerced))


@dataclass(frozen=True, slots=True)
class _Part:
    """One argument: its variable, if any, and the value to use without one."""

    python_name: str
    variable: str | None
    fixed: Any
    is_required: bool
    is_non_null: bool
    convert: Callable[[Any], Any] | None


def _bound(parts: list[_Part], coerced: Mapping[str, Any]) -> Keywords:
    keywords: dict[str, Any] = {}
    for part in parts:
        value = part.fixed
        if part.variable is not None and (part.variable in coerced or part.is_required):
            value = coerced.get(part.variable)
            if value is None and part.is_non_null:
                raise Unusual
        if value is not _ABSENT:
            keywords[part.python_name] = value if part.convert is None else part.convert(value)
    return keywords


def _parts(
    schema: strawberry.Schema, resolver: StrawberryField, definition: GraphQLField, given: Mapping[str, ValueNode]
) -> list[_Part]:
    by_name = {schema.config.name_converter.from_argument(each): each for each in resolver.arguments}
    return [
        _part(by_name[name], argument, given.get(name), _converter(schema, by_name[name]))
        for name, argument in definition.args.items()
    ]


def _part(
    argument: StrawberryArgument,
    definition: GraphQLArgument,
    node: ValueNode | None,
    convert: Callable[[Any], Any] | None,
) -> _Part:
    is_required = is_required_argument(definition)
    if node is None and is_required:
        raise NotCompilable("a required argument is missing")
    if node is None or isinstance(node, VariableNode):
        default = coerce_default_value(definition)
        fixed = _ABSENT if default is Undefined else default
    else:
        fixed = coerce_input_literal(node, definition.type)
        if fixed is Undefined:
            raise NotCompilable("an argument does not fit")
    variable = node.name.value if isinstance(node, VariableNode) else None
    return _Part(argument.python_name, variable, fixed, is_required, is_non_null_type(definition.type), convert)


def _converter(schema: strawberry.Schema, argument: StrawberryArgument) -> Callable[[Any], Any] | None:
    """What makes Strawberry's value of graphql-core's; None when they are the same."""
    kind = argument.type.of_type if isinstance(argument.type, StrawberryOptional) else argument.type
    if kind in _PLAIN or has_enum_definition(kind):
        return None
    registry, config = schema.schema_converter.scalar_registry, schema.config
    is_null_kept = isinstance(argument.type, StrawberryOptional) and not isinstance(argument.type, StrawberryMaybe)

    def convert(value: Any) -> Any:
        return value if value is None and is_null_kept else convert_argument(value, argument.type, registry, config)

    return convert


def _has_variable(node: ValueNode | ConstValueNode) -> bool:
    match node:
        case VariableNode():
            return True
        case ListValueNode():
            return any(_has_variable(each) for each in node.values)
        case ObjectValueNode():
            return any(_has_variable(each.value) for each in node.fields)
    return False
