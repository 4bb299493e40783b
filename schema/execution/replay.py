"""
An operation run by graphql-core after compiled code gave it up, without asking anybody twice.

What was awaited so far is given again where graphql-core comes to the same field; everything else is resolved anew.
It rests on graphql-core's public ``middleware`` alone.
"""

from collections.abc import Callable, Iterable
from typing import Any

from graphql import GraphQLResolveInfo, MiddlewareManager

from schema.execution.later import Outcome


def replaying(outcomes: Iterable[Outcome]) -> MiddlewareManager | None:
    """Middleware that gives these outcomes again; None when there are none."""
    by_path = {tuple(outcome.path.as_list()): outcome for outcome in outcomes}
    return MiddlewareManager(_Replay(by_path)) if by_path else None


class _Replay:
    def __init__(self, outcomes: dict[tuple[str | int, ...], Outcome]) -> None:
        self._outcomes = outcomes

    def resolve(self, next_: Callable[..., Any], source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        """See ``graphql.execution.MiddlewareManager``."""
        outcome = self._outcomes.get(tuple(info.path.as_list()))
        return next_(source, info, **arguments) if outcome is None else _again(outcome)


async def _again(outcome: Outcome) -> Any:
    if outcome.error is not None:
        raise outcome.error
    return outcome.value
