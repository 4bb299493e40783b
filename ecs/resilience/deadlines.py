"""
The instant by which the request under way must be answered, carried down to the calls made for it.

It travels with the task, like the request's id does, so that no port has to pass it on. Instants are those of the
monotonic clock, in seconds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def answering_by(deadline: float) -> Iterator[None]:
    """Calls made within, and in tasks started within, end by ``deadline``."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


def deadline_or(otherwise: float) -> float:
    """The deadline of the request under way, or ``otherwise`` where there is none."""
    deadline = _deadline.get()
    return otherwise if deadline is None else deadline
