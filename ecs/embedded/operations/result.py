"""What an operation hands back: errors that came along, and the XML after the ``Request`` element."""

from collections.abc import Callable
from typing import NamedTuple

from ecs.embedded.call import Call
from ecs.embedded.faults import Fault
from ecs.embedded.shop import Shop


class Result(NamedTuple):
    """The outcome of an operation whose parameters were right (IsValid True)."""

    body: str
    faults: tuple[Fault, ...] = ()


Run = Callable[[Call, Shop], Result]
