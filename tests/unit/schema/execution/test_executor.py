"""Which operations run by a plan, and which are graphql-core's."""

from collections.abc import Awaitable

import pytest
import strawberry
from graphql import ExecutionResult, build_schema, parse
from strawberry.permission import BasePermission

from schema.execution import CompiledExecutor
from tests.unit.schema.execution.conftest import Watched


async def test_a_plain_operation_needs_no_awaiting(watched: Watched) -> None:
    """Small answers come at once."""
    result = watched.start(parse("{ __typename thing(number: 3) { label(upper: true) } }"))

    assert result == ExecutionResult({"__typename": "Query", "thing": {"label": "THING 3"}}, None)
    assert watched.left == []


async def test_fields_stand_in_the_order_of_the_document(watched: Watched) -> None:
    """A placeholder keeps the key of a field that comes later."""
    result = await watched.run("{ late { price count } }")

    assert list((result.data or {})["late"]) == ["price", "count"]
    assert watched.left == []


@pytest.mark.parametrize(
    "text",
    [
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Thing") { name } }',
        "query @experimental_disableErrorPropagation { __typename }",
    ],
)
async def test_what_is_no_plain_field_is_left_to_core(watched: Watched, text: str) -> None:
    """Introspection and directives of graphql-core's own have meanings that no plan has."""
    running = watched.start(parse(text))

    assert isinstance(running, ExecutionResult)
    assert running.errors is None
    assert len(watched.left) == 1


async def test_variables_that_do_not_fit_are_told_by_core(watched: Watched) -> None:
    """The client gets graphql-core's own words."""
    result = await watched.run("query ($number: Int!) { thing(number: $number) { key } }", number="x")

    assert result.data is None
    assert [error.message for error in result.errors or ()] == [
        "Variable '$number' has invalid value: Int cannot represent non-integer value: 'x'"
    ]
    assert len(watched.left) == 1


async def test_an_unknown_operation_is_told_by_core(watched: Watched) -> None:
    """So is the choice of the operation."""
    result = await watched.run("query A { __typename } query B { __typename }", "C")

    assert [error.message for error in result.errors or ()] == ["Unknown operation named 'C'."]
    assert len(watched.left) == 1


async def test_each_operation_of_a_document_runs(watched: Watched) -> None:
    """Their plans do not get mixed up."""
    document = parse("query A { a: __typename } query B { b: __typename }")

    assert (await watched.run(document, "A")).data == {"a": "Query"}
    assert (await watched.run(document, "B")).data == {"b": "Query"}
    assert watched.left == []


class _Never(BasePermission):
    message = "no"

    def has_permission(self, source: object, info: object, **_: object) -> bool:
        """Nobody may."""
        return False


def _doubled(value: int) -> int:
    return 2 * value


@strawberry.type
class _Guarded:
    open: int = 1
    closed: int | None = strawberry.field(permission_classes=[_Never], default=2)

    @strawberry.field
    def of_root(self, root: "_Guarded") -> int:
        """Asks for its root."""
        return root.open


@strawberry.type
class _Query:
    @strawberry.field
    def guarded(self) -> _Guarded:
        """An object."""
        return _Guarded()


async def test_permissions_and_roots_are_left_to_core() -> None:
    """A plan would pass over what a field does besides its resolver."""
    watched = Watched(strawberry.Schema(query=_Query))

    closed = await watched.run("{ guarded { open closed } }")
    of_root = await watched.run("{ guarded { ofRoot } }")
    plain = await watched.run("{ guarded { open } }")

    assert (closed.data, [error.message for error in closed.errors or ()]) == (
        {"guarded": {"open": 1, "closed": None}},
        ["no"],
    )
    assert (of_root.data, plain.data) == ({"guarded": {"ofRoot": 1}}, {"guarded": {"open": 1}})
    assert len(watched.left) == 2


async def test_another_schema_is_left_to_core() -> None:
    """Plans are of one schema."""
    executor = CompiledExecutor(strawberry.Schema(query=_Query))
    other = build_schema("type Query { guarded: String }")

    result = executor.execute(other, parse("{ guarded }"))

    assert not isinstance(result, Awaitable)
    assert result.data == {"guarded": None}
