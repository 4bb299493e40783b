"""
Killing a process that changes a cart: by SIGKILL, at a named point or at any time, over a real database and upstream.

The work runs in a forked child, which reports each point it passes. The upstream is the embedded service over HTTP, in
a process of its own, which outlives the child. Fork only from a process without a running event loop.
"""

import asyncio
import json
import os
import select
import signal
import sys
import threading
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from tests.reliability.points import At
from tests.support.upstreams import faulty_upstream

_LONGEST_S: Final = 20.0
"""A child that is not done by then hangs."""

Work = Callable[[At], Awaitable[Any]]
"""What the child does; it gives something that JSON can carry."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: the points it passed, and its answer, or what it raised, unless it was killed."""

    passed: tuple[str, ...]
    was_killed: bool
    answer: Any = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class KillAt:
    """The ``number``-th point (from 1) that the child passes."""

    number: int


@dataclass(frozen=True, slots=True)
class KillAfter:
    """So many seconds after the child's work has begun."""

    seconds: float


def run(work: Work, kill: KillAt | KillAfter | None = None) -> Ended:
    """Do ``work`` in a child, killed as told."""
    reading, writing = os.pipe()
    child = fork()
    if child == 0:
        os.close(reading)
        _be_the_child(work, writing, kill)
    os.close(writing)
    try:
        told = _listen(reading, child, kill)
    finally:
        os.close(reading)
        _, status = os.waitpid(child, 0)
    passed = tuple(line[2:] for line in told if line.startswith("p "))
    answer = next((json.loads(line[2:]) for line in told if line.startswith("a ")), None)
    error = next((line[2:] for line in told if line.startswith("e ")), None)
    return Ended(passed, os.WIFSIGNALED(status), answer, error)


def fork() -> int:
    """``os.fork``, without its warning. What the child does is not traced: its end would lose the figures anyway."""
    with warnings.catch_warnings():
        # Threads of pytest's plugins take no lock that the child would need.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        sys.settrace(None)
        threading.settrace(None)
    return child


@contextmanager
def upstream_process(data_dir: Path) -> Iterator[str]:
    """The embedded service over ``data_dir`` in a process of its own; its endpoint."""
    reading, writing = os.pipe()
    child = fork()
    if child == 0:
        os.close(reading)
        _be_the_upstream(data_dir, writing)
    os.close(writing)
    try:
        endpoint = os.read(reading, 200).decode()
        assert endpoint, "the upstream did not start"
        yield endpoint
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _be_the_child(work: Work, writing: int, kill: KillAt | KillAfter | None) -> NoReturn:
    count = 0

    def tell(kind: str, text: str) -> None:
        os.write(writing, f"{kind} {text}\n".encode())

    async def at(name: str) -> None:
        nonlocal count
        count += 1
        tell("p", name)
        if isinstance(kill, KillAt) and count == kill.number:
            os.kill(os.getpid(), signal.SIGKILL)

    async def do() -> None:
        tell("b", "began")
        tell("a", json.dumps(await work(at)))

    try:
        asyncio.run(do())
    except BaseException as error:  # noqa: BLE001 - the parent is told, and judges
        tell("e", repr(error).replace("\n", " "))
    finally:
        # Nothing of the parent's is tidied up: no exit handler, no buffer of its files.
        os._exit(0)


def _be_the_upstream(data_dir: Path, writing: int) -> NoReturn:
    async def serve() -> None:
        async with faulty_upstream(data_dir) as upstream:
            os.write(writing, upstream.endpoint.encode())
            await asyncio.Event().wait()

    try:
        asyncio.run(serve())
    finally:
        os._exit(1)


def _listen(reading: int, child: int, kill: KillAt | KillAfter | None) -> list[str]:
    """What the child says until it ends; kills it in time."""
    said = b""
    deadline = time.monotonic() + _LONGEST_S
    kill_at = None
    while True:
        now = time.monotonic()
        if isinstance(kill, KillAfter) and kill_at is None and said:
            kill_at = now + kill.seconds
        until = min(deadline, kill_at) if kill_at is not None else deadline
        if not select.select([reading], [], [], max(0.0, until - now))[0]:
            os.kill(child, signal.SIGKILL)
            assert kill_at is not None, f"the child hangs after {said.decode().splitlines()[-1:]}"
            kill_at = deadline
            continue
        part = os.read(reading, 65536)
        if not part:
            # A last line may be cut off by the kill.
            return said.decode().split("\n")[:-1]
        said += part
