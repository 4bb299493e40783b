"""
Variables of an operation, coerced as graphql-core does but without reading the definitions anew each time.

Values of the usual Python class for a built-in scalar or an enumeration are taken as they are. Everything else goes
through graphql-core's own ``get_variable_values``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLSchema,
    GraphQLString,
    VariableDefinitionNode,
    get_variable_values,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.pyutils import Undefined

from schema.execution.refusals import NotCompilable

_MAX_INT: Final = 2**31 - 1
_ABSENT: Final = object()

_Quick = Callable[[Any], Any]
"""Coerces a value of the usual class; gives ``_ABSENT`` for any other."""


class Variables:
    """The variables that an operation defines."""

    def __init__(self, schema: GraphQLSchema, definitions: Sequence[VariableDefinitionNode]) -> None:
        """
        Read the definitions.

        Raises:
            NotCompilable: a variable has no input type, or a default that does not fit.
        """
        self._schema = schema
        self._variables = [_Variable(schema, node) for node in definitions]

    def read(self, given: Mapping[str, Any]) -> VariableValues | None:
        """The values of a request; None when one does not fit, which graphql-core then tells the client."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for variable in self._variables:
            name = variable.name
            value = given.get(name, Undefined)
            if value is Undefined and variable.default is not _ABSENT:
                sources[name] = variable.unset
                coerced[name] = variable.default
                continue
            if value is not Undefined:
                known = variable.read(value)
                if known is not _ABSENT:
                    sources[name] = VariableValueSource(variable.signature, value)
                    coerced[name] = known
                    continue
            read = get_variable_values(self._schema, [variable.node], {} if value is Undefined else {name: value})
            if isinstance(read, list):
                return None
            sources.update(read.sources)
            coerced.update(read.coerced)
        return VariableValues(sources, coerced)


class _Variable:
    __slots__ = ("default", "is_nullable", "name", "node", "quick", "signature", "unset")

    def __init__(self, schema: GraphQLSchema, node: VariableDefinitionNode) -> None:
        signature = get_variable_signature(schema, node)
        if not isinstance(signature, GraphQLVariableSignature):
            raise NotCompilable("a variable is of no input type")
        self.node = node
        self.name = signature.name
        self.signature = signature
        self.unset = VariableValueSource(signature)
        self.is_nullable = not is_non_null_type(signature.type)
        self.quick = _quick(signature.type.of_type if is_non_null_type(signature.type) else signature.type)
        self.default = self._default(schema)

    def read(self, value: Any) -> Any:
        """The value where it is of the usual kind, else ``_ABSENT``."""
        if value is None and self.is_nullable:
            return None
        return _ABSENT if self.quick is None else self.quick(value)

    def _default(self, schema: GraphQLSchema) -> Any:
        """The default where it is a plain leaf, which no resolver can change for the next request."""
        if self.quick is None or self.node.default_value is None:
            return _ABSENT
        read = get_variable_values(schema, [self.node], {})
        if isinstance(read, list):
            raise NotCompilable("a variable's default does not fit")
        return read.coerced[self.name]


def _quick(kind: Any) -> _Quick | None:
    if kind in (GraphQLString, GraphQLID):
        return lambda value: value if value.__class__ is str else _ABSENT
    if kind is GraphQLBoolean:
        return lambda value: value if value.__class__ is bool else _ABSENT
    if kind is GraphQLInt:
        return lambda value: value if value.__class__ is int and -_MAX_INT <= value <= _MAX_INT else _ABSENT
    if kind is GraphQLFloat:
        return lambda value: value if value.__class__ is float and value - value == 0 else _ABSENT
    if isinstance(kind, GraphQLEnumType):
        members = {name: kind.coerce_input_value(name) for name in kind.values}
        return lambda value: members.get(value, _ABSENT) if value.__class__ is str else _ABSENT
    return None
