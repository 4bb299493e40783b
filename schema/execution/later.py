"""A field whose value has to be awaited: first by compiled code, then again by graphql-core if need be."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from graphql.pyutils import Path

from schema.execution.shapes import Field


class Later:
    """A field that was started: ``target[key]`` holds None until ``complete`` has made the answer of its value."""

    __slots__ = (
        "_error",
        "_is_settled",
        "_task",
        "_value",
        "_waiter",
        "complete",
        "field",
        "key",
        "path",
        "target",
        "work",
    )

    def __init__(
        self,
        target: dict[str, Any],
        key: str,
        work: Coroutine[Any, Any, Any],
        complete: Callable[..., Any],
        path: Path,
        field: Field,
    ) -> None:
        self.target = target
        self.key = key
        self.work = work
        self.complete = complete
        self.path = path
        self.field = field
        self._is_settled = False
        self._waiter: asyncio.Future[None] | None = None
        self._task: asyncio.Task[Any] | None = None

    async def value(self) -> Any:
        """The field's value, or what it raises; to be awaited once."""
        self._task = asyncio.current_task()
        self._value = self._error = None
        try:
            self._value = await self.work
        except Exception as error:
            self._error = error
            raise
        finally:
            self._is_settled = True
            if self._waiter is not None and not self._waiter.done():
                self._waiter.set_result(None)
        return self._value

    async def again(self) -> Any:
        """The same once more, without running the resolver again; given up together with it."""
        if not self._is_settled:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            except asyncio.CancelledError:
                if self._task is not None:
                    self._task.cancel()
                raise
        if self._error is not None:
            raise self._error
        return self._value


def dispose(later: list[Later]) -> None:
    """Let go of fields that were started but not yet awaited; none of them has run yet."""
    for field in later:
        field.work.close()
