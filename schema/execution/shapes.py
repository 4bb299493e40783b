"""
What a plan is made of: selections, fields and values as far as they are known before any value is.

Built by ``schema.execution.reading``, written as Python by ``schema.execution.source``.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from graphql import FieldNode, GraphQLEnumType, GraphQLField, GraphQLObjectType, GraphQLScalarType
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from schema.execution.arguments import Arguments


class How(Enum):
    """When a field has its value."""

    NOW = auto()
    """At once: an attribute or a plain method."""
    MAYBE_LATER = auto()
    """A plain method that takes ``info``; it may give back a coroutine, to be awaited like one of the next kind."""
    LATER = auto()
    """Once its coroutine was awaited."""


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A scalar or a member of an enumeration."""

    kind: GraphQLScalarType | GraphQLEnumType


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """A list; ``item`` is what each entry is."""

    item: "Value"


@dataclass(frozen=True, slots=True, eq=False)
class Composite:
    """An object of one of these types, told by its class."""

    selections: tuple["Selection", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A value of a field or list."""

    shape: Leaf | Listed | Composite
    is_nullable: bool

    @property
    def may_wait(self) -> bool:
        """True when a field below may have to be awaited, or wants to know its path."""
        match self.shape:
            case Listed(item):
                return item.may_wait
            case Composite(selections):
                return any(
                    isinstance(field, Field) and (field.how is not How.NOW or field.value.may_wait)
                    for selection in selections
                    for field in selection.fields
                )
        return False


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """What is selected of a type; ``origin`` is the Python class of its objects."""

    kind: GraphQLObjectType
    origin: type
    fields: tuple["Field | Typename", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Typename:
    """A key that holds the name of the object's type."""

    key: str
    parent: GraphQLObjectType


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A key that holds the value of a field; without a resolver of its own it is the attribute ``python_name``."""

    key: str
    parent: GraphQLObjectType
    how: How
    nodes: list[FieldNode]
    definition: GraphQLField
    strawberry: StrawberryField
    resolver: StrawberryResolver[Any] | None
    arguments: Arguments
    value: Value
