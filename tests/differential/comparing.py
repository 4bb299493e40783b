"""Runs a request with graphql-core and compiled, and compares what came of it."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema

Execute = Callable[..., ExecutionResult | Awaitable[ExecutionResult]]
Effect = tuple[str, str]
"""A call: where in the answer (empty when unknown), and with what."""


@dataclass
class Came:
    """What came of a request: its result, and the calls it made."""

    result: ExecutionResult
    effects: Sequence[Effect]


async def run(
    executor: Execute,
    schema: GraphQLSchema,
    document: DocumentNode,
    context: object,
    variables: dict[str, Any],
    operation: str | None = None,
) -> ExecutionResult:
    """One request."""
    running = executor(
        schema,
        document,
        context_value=context,
        variable_values=variables,
        operation_name=operation,
        hide_suggestions=True,
    )
    return running if isinstance(running, ExecutionResult) else await running


def difference(core: Came, compiled: Came) -> str | None:
    """
    What differs; None when nothing does.

    Data have to be equal to the order of keys, errors to path, place in the document and cause, calls to number and
    arguments. Where a null went up past fields that were still running, each executor gives those up some turns of
    the loop sooner or later: there only what the client gets to see has to agree, and no call may be made twice.
    """
    if spelled(core.result.data) != spelled(compiled.result.data):
        return f"data:\n{core.result.data}\n{compiled.result.data}"
    told_by_core, told_by_compiled = told(core.result), told(compiled.result)
    if told_by_core == told_by_compiled and sorted(core.effects) == sorted(compiled.effects):
        return None
    if not is_propagated(core.result):
        return f"errors or calls:\n{told_by_core}\n{told_by_compiled}\n{core.effects}\n{compiled.effects}"
    if nulls(core.result) != nulls(compiled.result):
        return f"what the errors explain:\n{told_by_core}\n{told_by_compiled}"
    if len(set(compiled.effects)) < len(compiled.effects) and len(set(core.effects)) == len(core.effects):
        return f"a call was made twice:\n{compiled.effects}"
    return None


def told(result: ExecutionResult) -> list[tuple[Any, ...]]:
    """Everything a client could see of the errors, and what caused them, in an order of its own."""
    return sorted(map(_told, result.errors or ()))


def _told(error: GraphQLError) -> tuple[Any, ...]:
    cause = error.original_error
    path, places = tuple(map(str, error.path or ())), tuple(error.locations or ())
    return (error.message, path, places, repr(error.extensions), type(cause).__name__, str(cause))


def spelled(value: Any) -> Any:
    """The data with the order of its keys and the classes of its leaves."""
    if isinstance(value, dict):
        return [(key, spelled(each)) for key, each in value.items()]
    if isinstance(value, list):
        return [spelled(each) for each in value]
    return (type(value).__name__, repr(value))


def nulls(result: ExecutionResult) -> set[tuple[str | int, ...]]:
    """The nulls that the errors stand for."""
    return {_null(result.data, error.path or ()) for error in result.errors or ()}


def is_propagated(result: ExecutionResult) -> bool:
    """True when a null stands further up than the field of its error."""
    return any(_null(result.data, error.path or ()) != tuple(error.path or ()) for error in result.errors or ())


def _null(data: Any, path: Iterable[str | int]) -> tuple[str | int, ...]:
    passed: list[str | int] = []
    for step in path:
        if data is None:
            break
        data = data[step]
        passed.append(step)
    return tuple(passed)
