"""Variables are coerced as graphql-core does it."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, get_variable_values, parse

from schema.execution.variables import Variables
from tests.differential.world import SCHEMA

DECLARED = """
query (
  $text: String, $count: Int!, $weight: Float, $on: Boolean = true, $key: ID, $colour: Colour = GREEN, $where: Where,
  $numbers: [Int!] = [1, 2]
) { __typename }
"""


@pytest.mark.parametrize(
    "given",
    [
        {"count": 1},
        {"count": 1, "text": "a", "weight": 1.5, "on": False, "key": "k", "colour": "RED", "where": {"depth": 2}},
        {"count": 1, "text": None, "weight": None, "key": None, "colour": None, "where": None, "numbers": None},
        {"count": 1.0, "weight": 3, "key": 17, "numbers": 4},
        {"count": -(2**31)},
        {"count": 1, "unknown": 5},
        {"count": 1, "where": {"inner": {"names": "one"}}},
        {},
        {"count": None},
        {"count": True},
        {"count": 2**31},
        {"count": 1, "weight": float("nan")},
        {"count": 1, "on": 1},
        {"count": 1, "colour": "r"},
        {"count": 1, "text": 5},
        {"count": 1, "where": {"depth": 1, "other": 2}},
        {"count": 1, "numbers": [None]},
    ],
)
def test_values_are_those_of_core(given: dict[str, Any]) -> None:
    """Also what was given and by whom, for resolvers that ask; None where graphql-core has errors to tell."""
    operation = parse(DECLARED).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    core = get_variable_values(SCHEMA._schema, operation.variable_definitions or (), given)

    values = Variables(SCHEMA._schema, operation.variable_definitions or ()).read(given)

    if isinstance(core, list):
        assert values is None
    else:
        assert values is not None
        assert list(values.coerced.items()) == list(core.coerced.items())
        assert {name: source.value for name, source in values.sources.items()} == {
            name: source.value for name, source in core.sources.items()
        }
        assert [str(source.signature.type) for source in values.sources.values()] == [
            str(source.signature.type) for source in core.sources.values()
        ]


def test_a_default_that_a_resolver_could_change_is_made_anew() -> None:
    """Lists are handed to resolvers as they are."""
    operation = parse(DECLARED).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    variables = Variables(SCHEMA._schema, operation.variable_definitions or ())

    first, second = variables.read({"count": 1}), variables.read({"count": 1})

    assert first is not None
    assert second is not None
    assert first.coerced["numbers"] == [1, 2]
    assert first.coerced["numbers"] is not second.coerced["numbers"]
