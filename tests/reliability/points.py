"""
Named points around every call of a port: "before journal.record", "after carts.add".

What happens there is a test's: it may note, wait, raise, cancel, or kill the process. The product knows nothing of it;
it is handed a port that has the points around it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import cache
from inspect import getmembers, iscoroutinefunction
from typing import Any, Final, Literal, TypeVar

from resolvers.ports import Carts, CartStore, Journal

P = TypeVar("P")

At = Callable[[str], Awaitable[None]]
"""Called with the point's name; what it raises comes out of the call."""
Kind = Literal["exception", "cancellation", "time-out"]
KINDS: Final[tuple[Kind, ...]] = ("exception", "cancellation", "time-out")


def with_points(port: Hashable, name: str, inner: P, at: At) -> P:
    """
    ``inner`` with points around each coroutine of ``port``; its other attributes are passed on.

    A call that raises has no point after it.
    """

    def around(method: str) -> Callable[..., Awaitable[Any]]:
        before, after = f"before {name}.{method}", f"after {name}.{method}"
        call = getattr(inner, method)

        async def pointed(*args: Any, **kwargs: Any) -> Any:
            await at(before)
            answer = await call(*args, **kwargs)
            await at(after)
            return answer

        return pointed

    made = _Pointed(inner)
    for method in methods_of(port):
        setattr(made, method, around(method))
    return made  # type: ignore[return-value]


@cache
def methods_of(port: Hashable) -> Sequence[str]:
    """The coroutines of a protocol, in the order of the alphabet."""
    return [name for name, _ in getmembers(port, iscoroutinefunction) if not name.startswith("_")]


def all_points(**ports: Hashable) -> list[str]:
    """Every point of the ports, by the names they go by."""
    return [
        f"{when} {name}.{method}"
        for name, port in ports.items()
        for method in methods_of(port)
        for when in ("before", "after")
    ]


def journal_store_and_carts(
    journal: Journal, store: CartStore, carts: Carts, at: At
) -> tuple[Journal, CartStore, Carts]:
    """The three ports that a cart change goes through, with the same ``at`` around all of them."""
    return (
        with_points(Journal, "journal", journal, at),
        with_points(CartStore, "store", store, at),
        with_points(Carts, "carts", carts, at),
    )


class _Pointed:
    def __init__(self, inner: object) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class NthPoint:
    """
    Lets the ``number``-th point (from 1) fail in one way, and notes the points that were passed.

    ``error`` makes the exception for a point's name. A cancellation comes from outside, as when the client goes away; a
    time-out is a point that is never left, until whoever waits has had enough.
    """

    def __init__(self, number: int, kind: Kind, error: Callable[[str], Exception]) -> None:
        self._number = number
        self._kind: Kind = kind
        self._error = error
        self.passed: list[str] = []
        self.failed_at: str | None = None

    @property
    def is_next(self) -> bool:
        """True when the next point fails."""
        return len(self.passed) == self._number - 1

    async def __call__(self, name: str) -> None:
        """As ``At``."""
        self.passed.append(name)
        if len(self.passed) != self._number:
            return
        self.failed_at = name
        if self._kind == "exception":
            raise self._error(name)
        if self._kind == "cancellation":
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
        await asyncio.Event().wait()
