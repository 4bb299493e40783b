"""A real ``cartograph ecs serve`` on a free port, and real clients that talk to it."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.explorer.build import PROJECT
from server.explorer.node import NodeMissing, StepFailed
from server.settings import EXAMPLE_KEY, EXAMPLE_SECRET
from tests.clients.environments import HERE, apac_node, bottlenose_python

_START_TIMEOUT_S = 60


class Client:
    """A real client in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def __call__(self, operation: str, parameters: dict[str, str] | None = None, /, **more: str) -> Any:
        """What the client understood of the answer: the content of the root, as xml2js shows it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"operation": operation, "parameters": {**(parameters or {}), **more}}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the client ended; its complaint stands above"
        ((self.root, content),) = json.loads(line).items()
        return content


@pytest.fixture(scope="session")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a service of its own: fresh data, sample catalog."""
    with serving(tmp_path_factory.mktemp("ecs")) as port:
        yield port


@contextmanager
def serving(data: Path, *options: str, **variables: str) -> Iterator[int]:
    """A service over that folder, as long as the context lasts; gives its port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    command = [str(Path(sys.executable).with_name("cartograph")), "ecs", "serve", "--port", str(port), *options]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ECS_", "MARKETPLACE"))}
    log = data / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env={**kept, "DATA_DIR": str(data), **variables},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_ready(port, process, log)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture(scope="session", params=["bottlenose", "apac"])
def command(request: pytest.FixtureRequest, port: int) -> list[str]:
    """What starts a session of a client, up to key and secret."""
    try:
        if request.param == "bottlenose":
            return [str(bottlenose_python()), str(HERE / "bottlenose_session.py"), str(port)]
        node, packages = apac_node()
        return [node.node, str(HERE / "apac" / "session.js"), str(packages), str(port)]
    except (NodeMissing, StepFailed) as failure:
        pytest.skip(f"no environment for {request.param}: {failure}")


@pytest.fixture(scope="session")
def client(command: list[str]) -> Iterator[Client]:
    """A client with the right key and secret."""
    with session(command, EXAMPLE_SECRET.get_secret_value()) as client:
        yield client


@contextmanager
def session(command: list[str], secret: str) -> Iterator[Client]:
    """A client that signs with this secret."""
    full = [*command, EXAMPLE_KEY, secret]
    with subprocess.Popen(full, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Client(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=20)


def _wait_until_ready(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Ask until there is an answer; waiting for the process's end meanwhile paces the questions."""
    for _ in range(_START_TIMEOUT_S * 5):
        try:
            # No request to the API, which a script of faults would count.
            if httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).status_code == httpx.codes.NOT_FOUND:
                return
        except httpx.TransportError:
            pass
        try:
            process.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"the service did not get ready: {log.read_text(errors='replace')[-2000:]}")
