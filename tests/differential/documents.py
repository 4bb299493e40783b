"""Documents and variables drawn from a schema: valid, small, and as odd as the grammar allows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from random import Random
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
    type_from_ast,
)

Composite = GraphQLObjectType | GraphQLInterfaceType
_TEXTS: Final = ("", "A", "B", "US", "one two", "\N{SNOWMAN}", "19.99")


@dataclass
class Drawn:
    """A document and what its variables are declared as."""

    text: str
    variables: dict[str, Any]
    """Variable name to type."""

    @classmethod
    def of(cls, operation: OperationDefinitionNode, schema: GraphQLSchema) -> "Drawn":
        """A document that was not drawn; variables with a default may be left out like nullable ones."""
        definitions = operation.variable_definitions or ()
        return cls("", {each.variable.name.value: type_from_ast(schema, each.type) for each in definitions})


@dataclass
class Drawing:
    """
    Draws from a schema by a seed.

    ``texts`` gives values for arguments and input fields by name, so that more than refusals come back, and the only
    values for scalars by the name of the type.
    """

    schema: GraphQLSchema
    seed: int
    texts: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    rare: frozenset[str] = frozenset()
    """Arguments that seldom go with others."""
    max_fields: int = 14
    mutations: int = 15
    """Of a hundred documents."""

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self._variables: dict[str, Any] = {}
        self._defaults: dict[str, str] = {}
        self._fragments: list[str] = []
        self._left = self.max_fields
        self._aliases = count()
        self._unlike = _unlike(self.schema)

    def document(self) -> Drawn:
        """One operation with its fragments."""
        is_mutation = self.schema.mutation_type is not None and self._chance(self.mutations)
        root = self.schema.mutation_type if is_mutation else self.schema.query_type
        assert root is not None
        body = self._selection(root, 0)
        declared = ", ".join(f"${name}: {kind}{self._default(name)}" for name, kind in self._variables.items())
        word = "mutation" if is_mutation else "query"
        operation = f"{word} Drawn{f'({declared})' if declared else ''} {body}"
        parts = [*self._fragments, operation]
        self.random.shuffle(parts)
        return Drawn("\n".join(parts), self._variables)

    def values(self, drawn: Drawn) -> dict[str, Any]:
        """Values for the document's variables, a few of them missing, null or of the wrong kind."""
        given: dict[str, Any] = {}
        for name, kind in drawn.variables.items():
            if self._chance(1):
                given[name] = self.random.choice([None, 1, "text", [], {}, 1.5, True, 2**40])
            elif (isinstance(kind, GraphQLNonNull) and name not in self._defaults) or self._chance(75):
                given[name] = self._value(kind, name)
        return given

    def _selection(self, kind: Composite, depth: int) -> str:
        parts = []
        for _ in range(self.random.randint(1, 4)):
            choice = self.random.randrange(100)
            if choice < 70 or depth > 4:
                parts.append(self._field(kind, depth))
            elif choice < 75:
                parts.append("__typename")
            elif choice < 87:
                condition = self._condition(kind)
                on = f"on {condition.name}" if condition is not kind or self._chance(50) else ""
                parts.append(f"... {on} {self._directives()} {self._selection(condition, depth + 1)}")
            else:
                parts.append(self._spread(self._condition(kind), depth))
        return "{ " + " ".join(parts) + " }"

    def _spread(self, kind: Composite, depth: int) -> str:
        body = self._selection(kind, depth + 1)
        name = f"Part{len(self._fragments)}"
        self._fragments.append(f"fragment {name} on {kind.name} {body}")
        again = f" ...{name}" if self._chance(20) else ""
        return f"...{name} {self._directives()}{again}"

    def _condition(self, kind: Composite) -> Composite:
        of_interface = self.schema.get_possible_types(kind) if isinstance(kind, GraphQLInterfaceType) else ()
        known: list[Composite] = [kind, *of_interface, *kind.interfaces]
        return self.random.choice(known)

    def _field(self, kind: Composite, depth: int) -> str:
        self._left -= 1
        fields = {
            name: each
            for name, each in kind.fields.items()
            if (depth < 6 and self._left > 0) or is_leaf_type(get_named_type(each.type))
        }
        if not fields:
            return "__typename"
        name, definition = self.random.choice(list(fields.items()))
        arguments = self._arguments(definition)
        # Two fields of one key must ask for the same; the same field with other arguments gets another key.
        alias = f"a{next(self._aliases)}: " if arguments or self._chance(15) else ""
        if not alias and name in self._unlike:
            alias = f"{name}Of{kind.name}: "
        named = get_named_type(definition.type)
        body = "" if is_leaf_type(named) else self._selection(named, depth + 1)
        return f"{alias}{name}{arguments} {self._directives()} {body}"

    def _arguments(self, definition: GraphQLField) -> str:
        given = [
            f"{name}: {self._argument(name, argument.type, has_default=not is_required_argument(argument))}"
            for name, argument in definition.args.items()
            if is_required_argument(argument) or self._chance(8 if name in self.rare else 45)
        ]
        return f"({', '.join(given)})" if given else ""

    def _argument(self, name: str, kind: Any, *, has_default: bool) -> str:
        if self._chance(45):
            return f"${self._variable(name, kind, has_default=has_default)}"
        return self._literal(kind, name)

    def _variable(self, name: str, kind: Any, *, has_default: bool = False) -> str:
        variable = f"{name}{len(self._variables)}"
        declared = kind
        if has_default and isinstance(kind, GraphQLNonNull) and self._chance(50):
            # Allowed, since the position has a default of its own.
            declared = kind.of_type
        self._variables[variable] = declared
        if self._chance(25):
            self._defaults[variable] = self._literal(declared, name, with_variables=False)
        return variable

    def _default(self, name: str) -> str:
        return f" = {self._defaults[name]}" if name in self._defaults else ""

    def _directives(self) -> str:
        if not self._chance(15):
            return ""
        condition = self.random.choice(["true", "false"])
        if self._chance(60):
            condition = f"${self._variable('flag', GraphQLNonNull(GraphQLBoolean))}"
        return f"@{self.random.choice(['include', 'skip'])}(if: {condition})"

    def _literal(self, kind: Any, name: str, *, with_variables: bool = True) -> str:
        if isinstance(kind, GraphQLNonNull):
            return self._literal(kind.of_type, name, with_variables=with_variables)
        if isinstance(kind, GraphQLList):
            entries = [
                self._literal(kind.of_type, name, with_variables=with_variables)
                for _ in range(self.random.randint(0, 3))
            ]
            return f"[{', '.join(entries)}]"
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind, with_variables=with_variables)
        return _written(self._leaf(kind, name), is_enum=isinstance(kind, GraphQLEnumType))

    def _object(self, kind: GraphQLInputObjectType, *, with_variables: bool) -> str:
        given = []
        for name, each in self._fields(kind):
            if with_variables and not _is_one_of(kind) and self._chance(20):
                given.append(f"{name}: ${self._variable(name, each.type)}")
            else:
                given.append(f"{name}: {self._literal(each.type, name, with_variables=with_variables)}")
        return "{" + ", ".join(given) + "}"

    def _fields(self, kind: GraphQLInputObjectType) -> list[tuple[str, Any]]:
        self._left -= 1
        if _is_one_of(kind):
            return [self.random.choice(list(kind.fields.items()))]
        return [
            (name, each)
            for name, each in kind.fields.items()
            if is_required_input_field(each) or (self._left > 0 and self._chance(35))
        ]

    def _value(self, kind: Any, name: str, *, is_needed: bool = False) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self._value(kind.of_type, name, is_needed=True)
        if not is_needed and self._chance(10):
            return None
        if isinstance(kind, GraphQLList):
            return [self._value(kind.of_type, name) for _ in range(self.random.randint(0, 3))]
        if isinstance(kind, GraphQLInputObjectType):
            return {
                each: self._value(value.type, each, is_needed=_is_one_of(kind)) for each, value in self._fields(kind)
            }
        return self._leaf(kind, name)

    def _leaf(self, kind: Any, name: str) -> Any:
        if isinstance(kind, GraphQLEnumType):
            return self.random.choice(list(kind.values))
        if kind.name in self.texts:
            return self.random.choice(self.texts[kind.name])
        known = self.texts.get(name.rstrip("0123456789"))
        if known and self._chance(80):
            return self.random.choice(known)
        match kind.name:
            case "Int":
                return self.random.choice([0, 1, 2, 3, 3, 7, -1])
            case "Float":
                return self.random.choice([0.0, 1.5, -2.25, 3.0])
            case "Boolean":
                return self.random.choice([True, False])
        return self.random.choice(_TEXTS)

    def _chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent


@cache
def _unlike(schema: GraphQLSchema) -> frozenset[str]:
    """Names of fields that two types may not both have under one key (FieldsInSetCanMerge, SameResponseShape)."""
    shapes: dict[str, set[str]] = {}
    for kind in schema.type_map.values():
        if isinstance(kind, Composite):
            for name, definition in kind.fields.items():
                named = get_named_type(definition.type)
                shape = str(definition.type)
                shapes.setdefault(name, set()).add(shape if is_leaf_type(named) else shape.replace(named.name, "{}"))
    return frozenset(name for name, found in shapes.items() if len(found) > 1)


def _is_one_of(kind: GraphQLInputObjectType) -> bool:
    """Strawberry keeps to itself that a type is @oneOf."""
    return kind.is_one_of or getattr(kind.extensions.get("strawberry-definition"), "is_one_of", False)


def _written(value: Any, *, is_enum: bool) -> str:
    if value is None:
        return "null"
    if is_enum:
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)
