"""
Calls under way, so that several who ask the same share one.

Whoever stops waiting leaves the others alone; when the last one has left, the call is given up.
"""

import asyncio
from typing import Generic, TypeVar

T = TypeVar("T")


class Flight(Generic[T]):
    """One call under way."""

    def __init__(self, task: asyncio.Task[T], deadline: float) -> None:
        self._task = task
        self._waiting = 0
        self.deadline = deadline
        """When it gives up; who may wait longer may want to start another."""

    @property
    def can_be_joined(self) -> bool:
        """False once it has ended or was given up."""
        return not self._task.done() and not self._task.cancelling()

    async def wait(self) -> T:
        """What the call gives or raises."""
        self._waiting += 1
        try:
            return await asyncio.shield(self._task)
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._task.cancel()
