"""
Transactions as programs without I/O: a generator says what to run and is told what came of it.

One program serves both databases, and a test drives, counts or interrupts it at any statement. A program that raises is
rolled back; one that returns is committed. It must not keep what it yields, nor wait for anything but its answers.

    def rename(...) -> Program[None]:
        answer = yield Run(RENAME, {"the_cart": cart_id, "name": name})
        if answer.changed != 1:
            raise CartMoved(...)
"""

from collections.abc import Generator, Sequence
from typing import NamedTuple, Protocol, TypeAlias, TypeVar

from persistence.prepared import Parameters, Rows, Statement

T = TypeVar("T")


class Run(NamedTuple):
    """A statement to run, once or for each of one or more sets of parameters."""

    statement: Statement
    parameters: Parameters | Sequence[Parameters]


class Answer(NamedTuple):
    """The rows a statement gave, and how many it changed; ``changed`` is 0 after more than one set of parameters."""

    rows: Rows
    changed: int


Program: TypeAlias = Generator[Run, Answer, T]


class Runner(Protocol):
    """What the store and the journal need of a database."""

    async def read(self, statement: Statement, parameters: Parameters) -> Rows:
        """The rows of a single SELECT, which sees what is committed."""
        ...

    async def write(self, program: Program[T]) -> T:
        """Run the program in one transaction; what it returns is returned once it is committed."""
        ...
