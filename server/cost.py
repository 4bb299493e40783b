"""
What an operation costs by the schema's own weights (@cost, @listSize), so that one request cannot ask for the world.

A field weighs its @cost, else 1 when it has a selection and 0 when it has none; what lies below a list counts as often
as the list is long. The specification: https://ibm.github.io/graphql-specs/cost-spec.html
"""

from collections.abc import Mapping
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
    get_variable_values,
    is_composite_type,
    is_list_type,
    is_non_null_type,
)

from schema.directives import Cost, ListSize

Variables = Mapping[str, Any]

MAX_TOLD: Final = 2**53 - 1
"""Higher costs are told as this, the largest integer that every JSON reader takes."""


def cost_of(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Variables
) -> int:
    """
    The cost of an operation with the variables it is run with, as the client sent them.

    Variables that do not fit their types cost nothing: execution refuses them before it runs anything.
    """
    coerced = get_variable_values(schema, operation.variable_definitions or (), dict(variables), max_errors=1)
    if isinstance(coerced, list):
        return 0
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    root = schema.get_root_type(operation.operation)
    cost = _Estimate(schema, fragments, coerced.coerced).below(operation.selection_set, root, None) if root else 0
    return min(cost, MAX_TOLD)


class _Estimate:
    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], variables: Variables
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables

    def below(self, selection_set: SelectionSetNode | None, owner: Any, sized: tuple[list[str], int] | None) -> int:
        """Cost of a selection on ``owner``; ``sized`` gives the size of the connection's edges."""
        total = 0
        for node in selection_set.selections if selection_set else ():
            match node:
                case FieldNode():
                    total += self._field(node, owner, sized)
                case InlineFragmentNode():
                    condition = node.type_condition
                    inner = self._schema.get_type(condition.name.value) if condition else owner
                    total += self.below(node.selection_set, inner, sized)
                case FragmentSpreadNode():
                    fragment = self._fragments[node.name.value]
                    inner = self._schema.get_type(fragment.type_condition.name.value)
                    total += self.below(fragment.selection_set, inner, sized)
        return total

    def _field(self, node: FieldNode, owner: Any, sized: tuple[list[str], int] | None) -> int:
        field = getattr(owner, "fields", {}).get(node.name.value)
        if field is None:
            return 0
        named = get_named_type(field.type)
        weight, list_size = _weights(field)
        if weight is None:
            weight = 1 if is_composite_type(named) else 0
        size = self._size(node, list_size) if list_size else 1
        if sized and node.name.value in sized[0]:
            size = sized[1]
        if list_size and list_size.sized_fields:
            return weight + self.below(node.selection_set, named, (list(list_size.sized_fields), size))
        times = size if _is_list(field.type) else 1
        return weight + times * self.below(node.selection_set, named, None)

    def _size(self, node: FieldNode, list_size: ListSize) -> int:
        for name in list_size.slicing_arguments or ():
            argument = next((each.value for each in node.arguments or () if each.name.value == name), None)
            if isinstance(argument, IntValueNode):
                return max(0, int(argument.value))
            if isinstance(argument, VariableNode):
                value = self._variables.get(argument.name.value)
                if isinstance(value, int):
                    return max(0, value)
        return list_size.assumed_size or 10


def _weights(field: GraphQLField) -> tuple[int | None, ListSize | None]:
    definition = field.extensions.get("strawberry-definition")
    directives = getattr(definition, "directives", ())
    weight = next((int(each.weight) for each in directives if isinstance(each, Cost)), None)
    return weight, next((each for each in directives if isinstance(each, ListSize)), None)


def _is_list(kind: Any) -> bool:
    return is_list_type(kind.of_type if is_non_null_type(kind) else kind)
