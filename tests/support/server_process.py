"""
The real programs in processes of their own: ``cartograph serve`` and ``cartograph ecs serve``, to be killed by SIGKILL.

Each runs in a process group, so that nothing of it is left behind. What they print goes to a file in their data folder.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from tests.support.shopfront import settings_for

READY_S: Final = 120.0
"""Longest wait for a start: it takes three seconds of a machine that has nothing else to do."""
_LOOK_AGAIN_S: Final = 0.1
_PROGRAM: Final = Path(sys.executable).with_name("cartograph")


@dataclass(frozen=True, slots=True)
class Program:
    """A running program and where it listens."""

    process: subprocess.Popen[bytes]
    url: str

    def workers(self) -> list[int]:
        """Ids of the worker processes, the eldest first; none when the program serves by itself."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        return [int(child) for child in children if b"spawn_main" in _command_of(child)]

    async def until_workers(self, number: int) -> None:
        """
        Wait until it has so many worker processes again.

        Raises:
            AssertionError: it does not in time.
        """
        for _ in range(round(READY_S / _LOOK_AGAIN_S)):
            if len(self.workers()) == number:
                return
            await asyncio.sleep(_LOOK_AGAIN_S)
        raise AssertionError("the program does not replace its workers")

    async def until_gone(self, worker: int) -> None:
        """
        Wait until a worker process has ended.

        Raises:
            AssertionError: it does not in time.
        """
        for _ in range(round(READY_S / _LOOK_AGAIN_S)):
            if worker not in self.workers():
                return
            await asyncio.sleep(_LOOK_AGAIN_S)
        raise AssertionError("the worker does not end")

    def kill_worker(self, worker: int) -> None:
        """End one of its workers at once."""
        os.kill(worker, signal.SIGKILL)

    def kill(self) -> None:
        """End it, and every worker, at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def server(data_dir: Path, database_url: str, ecs_url: str, *, workers: int = 1) -> Program:
    """A storefront over a database and an ECS service, just begun; its keys are in the folder."""
    settings = {"DATABASE_URL": database_url, "ECS_ENDPOINT": f"{ecs_url}/onca/xml", "ECS_REQUESTS_PER_S": "0"}
    return _run(data_dir, settings, "serve", "--workers", str(workers))


def server_alone(data_dir: Path, settings: Mapping[str, str], *, workers: int = 1) -> Program:
    """A server with its own upstream and the sample catalog, just begun; ``settings`` as environment variables."""
    return _run(settings_for(data_dir).data_dir, settings, "serve", "--workers", str(workers))


@asynccontextmanager
async def ecs_service(data_dir: Path) -> AsyncIterator[str]:
    """The embedded service with the sample catalog, by itself; its address."""
    program = _run(settings_for(data_dir).data_dir, {}, "ecs", "serve")
    try:
        await until_ready(program, "/")
        yield program.url
    finally:
        program.kill()


async def until_ready(program: Program, path: str = "/readyz") -> None:
    """
    Wait until it answers.

    Raises:
        AssertionError: it has ended, or does not answer in time.
    """
    async with httpx.AsyncClient(base_url=program.url, trust_env=False) as client:
        for _ in range(round(READY_S / _LOOK_AGAIN_S)):
            assert program.process.poll() is None, "the program has ended; see its log"
            with suppress(httpx.TransportError):
                if (await client.get(path)).status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                    return
            await asyncio.sleep(_LOOK_AGAIN_S)
    raise AssertionError("the program does not get ready")


def _run(data_dir: Path, settings: Mapping[str, str], *arguments: str) -> Program:
    data_dir.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    environment = {**os.environ, "DATA_DIR": str(data_dir), "LOG_LEVEL": "warning", **settings}
    with (data_dir / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            [_PROGRAM, *arguments, "--port", str(port)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    return Program(process, f"http://127.0.0.1:{port}")


def _command_of(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
