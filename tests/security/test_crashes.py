"""A process that crashes with secrets in its memory leaves none of them behind (T18)."""

import json
import os
import resource
import signal
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.support.server_process import Program, server_alone, until_ready
from tests.support.shopfront import document
from tests.support.tokens import AUDIENCE, SHARED

MARK = "canary9d2b"
_HOBBIT = "0618260307"


@pytest.fixture
def _core_files() -> Iterator[None]:
    """As many as the machine lets a process write: without a word from the server one would be written."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


def _settings() -> dict[str, str]:
    issuer = {"issuer": "backend", "audience": AUDIENCE, "algorithms": ["HS256"], "secret": SHARED}
    return {
        "ECS_SECRET_KEY": f"{MARK}-ecs-secret",
        "SEALING_KEYS": f"seal:{b64encode(b'seal'.ljust(32, b'-')).decode()}",
        "SESSION_KEYS": f"sign:{b64encode(b'sign'.ljust(32, b'-')).decode()}",
        "TOKEN_ISSUERS": json.dumps([issuer]),
        "LOG_LEVEL": "debug",
        "PYTHONFAULTHANDLER": "1",
    }


async def _secrets_in_use(url: str) -> list[str]:
    """A shopper's visit; what he and his carts are known by."""
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:

        async def ask(operation: str, **variables: Any) -> Any:
            body = {"query": document(operation), "variables": variables}
            return (await client.post("/graphql", json=body)).json()["data"][operation]

        for _ in range(4):
            await ask("createCart", input={"items": [{"item": {"asin": _HOBBIT}}]})
            handed = await ask("checkout", input={})
        query = parse_qs(urlsplit(handed["handover"]["url"]).query)
        return [*query["cart-id"], *query["hmac"], *map(str, dict(client.cookies).values())]


def _most_core_bytes(process: int) -> str:
    line = next(each for each in Path(f"/proc/{process}/limits").read_text().splitlines() if "core" in each)
    return " ".join(line.removeprefix("Max core file size").split())


def _crash(program: Program) -> int:
    """One of the processes that serve, from within; its id."""
    victim = next(iter(program.workers()), program.process.pid)
    os.kill(victim, signal.SIGABRT)
    return victim


@pytest.mark.usefixtures("_core_files")
@pytest.mark.parametrize("workers", [1, 2])
async def test_a_crash_leaves_no_secret_behind(tmp_path: Path, workers: int) -> None:
    """No core file may be written, and what is printed of the crash names none."""
    settings = _settings()
    program = server_alone(tmp_path, settings, workers=workers)
    try:
        await until_ready(program)
        secrets = await _secrets_in_use(program.url)
        limits = {_most_core_bytes(process) for process in (program.process.pid, *program.workers())}
        victim = _crash(program)
        if victim == program.process.pid:
            assert program.process.wait() == -signal.SIGABRT
        else:
            await program.until_gone(victim)
    finally:
        program.kill()

    printed = (tmp_path / "log.txt").read_text("utf-8")
    keys = [settings[name].partition(":")[2] for name in ("SEALING_KEYS", "SESSION_KEYS")]
    assert limits == {"0 0 bytes"}
    assert "Fatal Python error: Aborted" in printed
    assert len(secrets) == 3
    assert [each for each in (f"{MARK}-ecs-secret", SHARED, *keys, *secrets) if each in printed] == []
