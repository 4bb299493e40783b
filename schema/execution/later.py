"""A field whose value has to be awaited, and what became of it."""

from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from graphql.pyutils import Path

from schema.execution.shapes import Field


class Later(NamedTuple):
    """A field that was started: ``target[key]`` holds None until ``complete`` has made the answer of its value."""

    target: dict[str, Any]
    key: str
    work: Coroutine[Any, Any, Any]
    complete: Callable[..., Any]
    path: Path
    field: Field


class Outcome(NamedTuple):
    """What a field gave that was awaited: a value, or the exception that it raised."""

    path: Path
    value: Any = None
    error: Exception | None = None


def dispose(later: list[Later]) -> None:
    """Let go of fields that were started but not yet awaited; none of them has run yet."""
    for field in later:
        field.work.close()
