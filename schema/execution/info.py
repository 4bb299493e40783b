"""
What a resolver may ask about its field, made up only as far as it does ask.

Most resolvers ask for the context alone; graphql-core's whole record costs more than many a resolver.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import strawberry
from graphql import GraphQLResolveInfo
from graphql.execution.executor import Executor
from graphql.pyutils import Path

from schema.execution.shapes import Field

Step = tuple[str, str] | None
"""A step of a path: a key with the type it is of, or None for a place in a list, which only the answer tells."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A field of a plan whose resolver takes ``info``; ``memory`` keeps what depends on nothing but the plan."""

    field: Field
    steps: tuple[Step, ...]
    memory: dict[object, Any]

    def path(self, base: Path | None, places: tuple[int, ...]) -> Path:
        """Where the field is, from the path that its function was called with and the places in lists below it."""
        path, left = base, iter(places)
        for step in self.steps:
            path = Path(path, next(left), None) if step is None else Path(path, *step)
        assert path is not None  # noqa: S101 - a field has at least its own step
        return path


class Asked(Protocol):
    """The request that an ``info`` is of."""

    context: Any

    @property
    def executor(self) -> Executor[Any]:
        """graphql-core's own executor, for the records it makes; it executes nothing."""
        ...


class PlannedInfo(strawberry.Info[Any, Any]):
    """Strawberry's ``Info`` for a field of a plan."""

    def __init__(self, request: Asked, asking: Asking, base: Path | None, places: tuple[int, ...]) -> None:
        self._field = asking.field.strawberry
        self._request = request
        self._asking = asking
        self._base = base
        self._places = places

    @property
    def context(self) -> Any:
        """The surroundings of the request."""
        return self._request.context

    @property
    def memory(self) -> dict[object, Any]:
        """Keeps, for all requests of the plan, what follows from the field's selection."""
        return self._asking.memory

    @property
    def _raw_info(self) -> GraphQLResolveInfo[Any]:  # type: ignore[override]
        field, path = self._asking.field, self._asking.path(self._base, self._places)
        return self._request.executor.build_resolve_info(field.definition, field.nodes, field.parent, path)
