"""
What an operation costs by the schema's own weights (@cost, @listSize), so that one request cannot ask for the world.

A field weighs its @cost, else 1 when it has a selection and 0 when it has none; what lies below a list counts as often
as the list is long. Which variables decide how long lists are is found out once for an operation; reckoning it for a
request is a few additions. The specification: https://ibm.github.io/graphql-specs/cost-spec.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
)

from schema.directives import Cost, ListSize

Variables = Mapping[str, Any]

_MAX_INT: Final = 2**31 - 1
MAX_TOLD: Final = 2**53 - 1
"""Higher costs are told as this, the largest integer that every JSON reader takes."""


@dataclass(frozen=True, slots=True)
class CostPlan:
    """What one operation costs: ``fixed``, and parts that count as often as variables say."""

    fixed: int
    parts: tuple[tuple["_Size", "CostPlan"], ...] = ()

    def cost(self, variables: Variables) -> int:
        """
        The cost with the variables as the client sent them.

        One that does not fit its type counts as if it were left out: execution refuses it before it runs anything.
        """
        return min(self._sum(variables), MAX_TOLD)

    def _sum(self, variables: Variables) -> int:
        total = self.fixed
        for size, below in self.parts:
            total += size.of(variables) * below._sum(variables)
        return total

    def times(self, size: "_Size | int") -> "CostPlan":
        """As often as a list is long."""
        if not isinstance(size, int):
            return CostPlan(0, ((size, self),))
        if size == 0:
            return CostPlan(0)
        return (
            self
            if size == 1
            else CostPlan(size * self.fixed, tuple((each, below.times(size)) for each, below in self.parts))
        )

    def plus(self, other: "CostPlan") -> "CostPlan":
        """Both."""
        return CostPlan(self.fixed + other.fixed, self.parts + other.parts)


@dataclass(frozen=True, slots=True)
class _Size:
    """The length of a list: the first of some variables that has a number, else ``otherwise``."""

    names: tuple[str, ...]
    defaults: Mapping[str, int | None]
    otherwise: int

    def of(self, variables: Variables) -> int:
        for name in self.names:
            value = variables.get(name, self.defaults.get(name))
            # GraphQL takes 50.0 for an Int; true is none, though Python thinks so.
            is_whole = type(value) is int or (type(value) is float and value.is_integer())
            if is_whole and value <= _MAX_INT:
                return max(0, int(value))
        return self.otherwise


def cost_plan(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> CostPlan:
    """What the operation costs; the document is valid."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    defaults = {
        node.variable.name.value: int(node.default_value.value)
        if isinstance(node.default_value, IntValueNode)
        else None
        for node in operation.variable_definitions or ()
    }
    root = schema.get_root_type(operation.operation)
    return _Estimate(schema, fragments, defaults).below(operation.selection_set, root, None) if root else CostPlan(0)


class _Estimate:
    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        defaults: Mapping[str, int | None],
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._defaults = defaults

    def below(
        self, selection_set: SelectionSetNode | None, owner: Any, sized: tuple[list[str], _Size | int] | None
    ) -> CostPlan:
        """Cost of a selection on ``owner``; ``sized`` gives the size of the connection's edges."""
        total = CostPlan(0)
        for node in selection_set.selections if selection_set else ():
            match node:
                case FieldNode():
                    total = total.plus(self._field(node, owner, sized))
                case InlineFragmentNode():
                    condition = node.type_condition
                    inner = self._schema.get_type(condition.name.value) if condition else owner
                    total = total.plus(self.below(node.selection_set, inner, sized))
                case FragmentSpreadNode():
                    fragment = self._fragments[node.name.value]
                    inner = self._schema.get_type(fragment.type_condition.name.value)
                    total = total.plus(self.below(fragment.selection_set, inner, sized))
        return total

    def _field(self, node: FieldNode, owner: Any, sized: tuple[list[str], _Size | int] | None) -> CostPlan:
        field = getattr(owner, "fields", {}).get(node.name.value)
        if field is None:
            return CostPlan(0)
        named = get_named_type(field.type)
        weight, list_size = _weights(field)
        if weight is None:
            weight = 1 if is_composite_type(named) else 0
        size = self._size(node, list_size) if list_size else 1
        if sized and node.name.value in sized[0]:
            size = sized[1]
        own = CostPlan(weight)
        if list_size and list_size.sized_fields:
            return own.plus(self.below(node.selection_set, named, (list(list_size.sized_fields), size)))
        below = self.below(node.selection_set, named, None)
        return own.plus(below.times(size) if _is_list(field.type) else below)

    def _size(self, node: FieldNode, list_size: ListSize) -> _Size | int:
        otherwise = list_size.assumed_size or 10
        names: list[str] = []
        for name in list_size.slicing_arguments or ():
            argument = next((each.value for each in node.arguments or () if each.name.value == name), None)
            if isinstance(argument, VariableNode):
                names.append(argument.name.value)
            elif isinstance(argument, IntValueNode):
                otherwise = max(0, int(argument.value))
                break
        return _Size(tuple(names), self._defaults, otherwise) if names else otherwise


def _weights(field: GraphQLField) -> tuple[int | None, ListSize | None]:
    definition = field.extensions.get("strawberry-definition")
    directives = getattr(definition, "directives", ())
    weight = next((int(each.weight) for each in directives if isinstance(each, Cost)), None)
    return weight, next((each for each in directives if isinstance(each, ListSize)), None)


def _is_list(kind: Any) -> bool:
    return is_list_type(kind.of_type if is_non_null_type(kind) else kind)
