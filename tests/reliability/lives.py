"""
Lives of server processes: each serves several shoppers at once, and may be ended by SIGKILL at any instant.

A life is a forked child. It writes what happens to a pipe as it happens (a call begins, passes a point, ends), whole
lines at a time, so that the order of the lines is the order of time, also over several lives at once. What a life was
about to say when it was killed was told to nobody. Fork only from a process without threads and event loop.
"""

import asyncio
import gc
import os
import select
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Literal, NoReturn

from msgspec import Struct, json

from resolvers.shop import Shop
from tests.reliability.crash import fork
from tests.reliability.points import At
from tests.reliability.simulation.driver import Answer, Step, perform, sweep_once

_LONGEST_S: Final = 60.0
"""A life that is not over by then hangs."""
_LONGEST_LINE: Final = select.PIPE_BUF
"""So much goes into a pipe at once."""

OpenShop = Callable[[At], AbstractAsyncContextManager[Shop]]


@dataclass(frozen=True, slots=True)
class Visit:
    """What a shopper does, one step after the other, who knows these lines by their thing."""

    steps: Sequence[Step]
    line_ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Life:
    """The visits at one process, all at once. It sweeps at its start, as a server does."""

    name: str
    visits: Sequence[Visit]
    sweeps: bool = True


@dataclass(frozen=True, slots=True)
class Kill:
    """So long after so many lines were told."""

    lines: int
    delay_s: float


class Told(Struct, frozen=True, array_like=True):
    """A line of a life: what became of a step of a visit, or of the sweep (visit -1)."""

    life: int
    visit: int
    step: int
    what: Literal["began", "passed", "ended", "raised"]
    text: str = ""
    """The point passed, or what was raised."""
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Lived:
    """What the lives told, and whether they were killed."""

    told: Sequence[Told]
    was_killed: bool


def live(open_shop: OpenShop, lives: Sequence[Life], kill: Kill | None = None) -> Lived:
    """
    Let the lives begin together and go on to their end, or until they are killed.

    Raises:
        AssertionError: one of them hangs, or something escaped that no client is told.
    """
    reading, writing = os.pipe()
    gate, opener = os.pipe()
    children = []
    for number, life in enumerate(lives):
        child = fork()
        if child == 0:
            os.close(opener)
            # Nobody ever writes to the gate: it ends when its last opener is closed.
            os.read(gate, 1)
            _be_alive(open_shop, number, life, writing)
        children.append(child)
    for mine in (gate, opener, writing):
        os.close(mine)
    try:
        told = _listen(reading, children, kill)
    finally:
        os.close(reading)
        statuses = [os.waitpid(child, 0)[1] for child in children]
    raised = [each for each in told if each.what == "raised"]
    assert not raised, raised
    return Lived(told, any(os.WIFSIGNALED(status) for status in statuses))


_doing: ContextVar[tuple[int, int]] = ContextVar("_doing", default=(-1, 0))


def _be_alive(open_shop: OpenShop, number: int, life: Life, writing: int) -> NoReturn:
    def tell(what: Literal["began", "passed", "ended", "raised"], text: str = "", answer: Answer | None = None) -> None:
        line = json.encode(Told(number, *_doing.get(), what, text, answer)) + b"\n"
        assert len(line) <= _LONGEST_LINE
        os.write(writing, line)

    async def at(point: str) -> None:
        tell("passed", point)

    async def visit(place: int, visit: Visit, shop: Shop) -> None:
        line_ids = visit.line_ids
        for step_number, step in enumerate(visit.steps):
            _doing.set((place, step_number))
            tell("began")
            answer = await perform(shop, step, line_ids)
            tell("ended", answer=answer)
            line_ids = line_ids if answer.line_ids is None else answer.line_ids

    async def serve() -> None:
        async with open_shop(at) as shop, asyncio.TaskGroup() as group:
            if life.sweeps:
                group.create_task(sweep_once(shop))
            for place, each in enumerate(life.visits):
                group.create_task(visit(place, each, shop))

    # A life is short; to collect would touch, and so copy, every page that it has of its parent's.
    gc.disable()
    try:
        asyncio.run(serve())
    except BaseException as error:  # noqa: BLE001 - the parent is told, and judges
        tell("raised", repr(error)[:1000])
    finally:
        # Nothing of the parent's is tidied up: no exit handler, no buffer of its files.
        os._exit(0)


def _listen(reading: int, children: Sequence[int], kill: Kill | None) -> list[Told]:
    """What is said until all have ended; kills them in time."""
    said = b""
    deadline = time.monotonic() + _LONGEST_S
    kill_at = None
    while True:
        if kill is not None and kill_at is None and said.count(b"\n") >= kill.lines:
            kill_at = time.monotonic() + kill.delay_s
        until = deadline if kill_at is None else kill_at
        if not select.select([reading], [], [], max(0.0, until - time.monotonic()))[0]:
            for child in children:
                os.kill(child, signal.SIGKILL)
            assert kill_at is not None, f"a life hangs after {said.splitlines()[-3:]!r}"
            kill_at = deadline
            continue
        part = os.read(reading, 65536)
        if not part:
            return [json.decode(line, type=Told) for line in said.splitlines()]
        said += part
