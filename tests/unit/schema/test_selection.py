"""What an operation selects below a field."""

from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, parse

from resolvers.planning import Selection
from schema.context import Info
from schema.execution import CompiledExecutor
from schema.selection import following, selection_of

seen: list[Selection] = []
reckoned: list[Selection] = []


@strawberry.type
class Thing:
    """Selects itself."""

    name: str = "thing"
    size: int = 1

    @strawberry.field
    def part(self) -> "Thing":
        return Thing()


@strawberry.type
class Query:
    """Notes what is selected below its one field."""

    @strawberry.field
    def thing(self, info: Info) -> Thing:
        seen.append(selection_of(info))
        following(info, reckoned.append)
        return Thing()


SCHEMA = strawberry.Schema(query=Query)


def selected(document: str, **variables: Any) -> Selection:
    """The selection that the field's resolver sees."""
    seen.clear()
    result = SCHEMA.execute_sync(document, variable_values=variables)
    assert result.errors is None
    (found,) = seen
    return found


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ thing { name } }", {"name": {}}),
        ("{ thing { label: name also: size } }", {"name": {}, "size": {}}),
        ("{ thing { part { part { size } } } }", {"part": {"part": {"size": {}}}}),
        ("{ thing { part { name } other: part { size } } }", {"part": {"name": {}, "size": {}}}),
        ("{ thing { name } thing { size } }", {"name": {}, "size": {}}),
        ("{ thing { ... { name } ... on Thing { size } } }", {"name": {}, "size": {}}),
        (
            "{ thing { ...Outer } } fragment Outer on Thing { part { ...Inner } } fragment Inner on Thing { name }",
            {"part": {"name": {}}},
        ),
        ("{ thing { name part { ...F } ...F } } fragment F on Thing { size }", {
            "name": {}, "part": {"size": {}}, "size": {},
        }),
        ("{ thing { __typename } }", {"__typename": {}}),
    ],
)  # fmt: skip
def test_a_selection_is_a_tree_of_field_names(document: str, expected: Selection) -> None:
    """Aliases are dropped, fragments opened, what is named twice is joined."""
    assert selected(document) == expected


@pytest.mark.parametrize(
    ("skip", "include", "expected"),
    [
        (False, True, {"name": {}, "size": {}}),
        (True, True, {"name": {}}),
        (False, False, {"name": {}}),
        (True, False, {"name": {}}),
    ],
)
@pytest.mark.parametrize(
    "conditional",
    [
        "size @skip(if: $skip) @include(if: $include)",
        "... @skip(if: $skip) @include(if: $include) { size }",
        "...F @skip(if: $skip) @include(if: $include)",
    ],
)
def test_conditions_are_obeyed_on_everything_that_bears_them(
    conditional: str, skip: bool, include: bool, expected: Selection
) -> None:
    """Nobody pays for what a variable turned off."""
    fragment = " fragment F on Thing { size }" if "...F" in conditional else ""
    document = f"query ($skip: Boolean!, $include: Boolean!) {{ thing {{ name {conditional} }} }}{fragment}"

    assert selected(document, skip=skip, include=include) == expected


def test_a_variables_default_counts() -> None:
    """A client need not send it."""
    document = "query ($with: Boolean! = false) { thing { name size @include(if: $with) } }"

    assert selected(document) == {"name": {}}


def test_literal_conditions_count() -> None:
    """Conditions need no variables."""
    assert selected("{ thing { name @skip(if: false) size @skip(if: true) } }") == {"name": {}}


def test_what_follows_from_a_selection_is_reckoned_once_a_plan() -> None:
    """All requests of a plan select the same."""
    document = parse("query ($with: Boolean!) { thing { name size @include(if: $with) } }")
    executor = CompiledExecutor(SCHEMA)
    reckoned.clear()

    for with_size in (True, True, False, True):
        result = executor.execute(SCHEMA._schema, document, variable_values={"with": with_size})
        assert isinstance(result, ExecutionResult)
        assert result.errors is None

    assert reckoned == [{"name": {}, "size": {}}, {"name": {}}]
