"""Leaves: which class a scalar's value may have to be passed on as it is, and how every other value is written."""

from collections.abc import Callable
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLScalarType,
    GraphQLString,
)
from graphql.pyutils import Undefined, is_awaitable

from schema.execution.refusals import Unusual

_CLASSES: Final = MappingProxyType(
    {GraphQLString: str, GraphQLID: str, GraphQLInt: int, GraphQLFloat: float, GraphQLBoolean: bool}
)


def passed_on(kind: GraphQLScalarType) -> type | None:
    """The class whose values are their own output (Int in 32 bits, Float finite); None when each has to be written."""
    return str if kind.coerce_output_value is str else _CLASSES.get(kind)


@cache
def writer(kind: GraphQLScalarType | GraphQLEnumType) -> Callable[[Any], Any]:
    """A function that writes a value of the leaf type; it raises what the type raises, or Unusual for no value."""
    coerce = kind.coerce_output_value

    def write(value: Any) -> Any:
        if value is None or value is Undefined or isinstance(value, Exception) or is_awaitable(value):
            raise Unusual
        written = coerce(value)
        if written is None or written is Undefined:
            raise Unusual
        return written

    return write


@cache
def enum_names(kind: GraphQLEnumType) -> tuple[type, dict[str, str]] | None:
    """The enum's class and what each member is called in the API, by Python name; None when it is no enum of ours."""
    members = getattr(kind, "wrapped_cls", None)
    if members is None:
        return None
    return members, {member._name_: kind.coerce_output_value(member) for member in members}
