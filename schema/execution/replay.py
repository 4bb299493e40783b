"""
An operation run by graphql-core after compiled code gave it up, without asking anybody twice.

What was started is given again where graphql-core comes to the same field, finished or still running; everything else
is resolved anew. It rests on graphql-core's public ``middleware`` alone.
"""

from collections.abc import Callable, Generator, Iterable
from typing import Any

from graphql import GraphQLResolveInfo, MiddlewareManager

from schema.execution.later import Later


def replaying(started: Iterable[Later]) -> MiddlewareManager | None:
    """Middleware that gives again what was started; None when nothing was."""
    by_path = {tuple(later.path.as_list()): later for later in started}
    return MiddlewareManager(_Replay(by_path)) if by_path else None


class _Replay:
    def __init__(self, started: dict[tuple[str | int, ...], Later]) -> None:
        self._started = started

    def resolve(self, next_: Callable[..., Any], source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        """See ``graphql.execution.MiddlewareManager``."""
        later = self._started.get(tuple(info.path.as_list()))
        return next_(source, info, **arguments) if later is None else _Again(later)


class _Again:
    """An awaitable that nobody has to await: graphql-core drops some where an error goes up past them."""

    def __init__(self, later: Later) -> None:
        self._later = later

    def __await__(self) -> Generator[Any, None, Any]:
        return self._later.again().__await__()
