"""An upstream over a real socket that misbehaves as told: the embedded service behind a layer of faults."""

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import uvicorn

from ecs.embedded import EcsService, ServiceConfig

Fault = Literal["ok", "throttled", "failing", "broken", "doctype", "silent", "lost"]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_THROTTLED = b"<ErrorResponse><Error><Code>RequestThrottled</Code><Message>slow</Message></Error></ErrorResponse>"
_DOCTYPE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'


@dataclass
class FaultyUpstream:
    """
    Answers as ``script`` says, one entry a request, and rightly when it is used up.

    ``silent`` never answers; ``lost`` does what was asked and then answers nothing.
    """

    service: EcsService
    script: deque[Fault] = field(default_factory=deque)
    endpoint: str = ""
    operations: list[str] = field(default_factory=list)
    """Operations asked for, in order."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        query = scope["query_string"].decode()
        self.operations += [
            part.removeprefix("Operation=") for part in query.split("&") if part.startswith("Operation=")
        ]
        fault = self.script.popleft() if self.script else "ok"
        match fault:
            case "ok":
                await self.service(scope, receive, send)
            case "throttled":
                await _answer(send, 503, _THROTTLED, (b"retry-after", b"7"))
            case "failing":
                await _answer(send, 500, b"oops")
            case "broken":
                await _answer(send, 200, b"<CartGetResponse><Cart>")
            case "doctype":
                await _answer(send, 200, _DOCTYPE)
            case "lost":
                await self.service(scope, receive, _swallow)
                await asyncio.Event().wait()
            case "silent":
                await asyncio.Event().wait()


@asynccontextmanager
async def faulty_upstream(data_dir: Path) -> AsyncIterator[FaultyUpstream]:
    """The embedded service over ``data_dir`` at a port of this machine, with faults to be scripted."""
    # Its pages would be at its own address, which is known only once it listens.
    service = EcsService(ServiceConfig(data_dir=data_dir, site_url="http://127.0.0.1", credentials=_CREDENTIALS))
    upstream = FaultyUpstream(service)
    config = uvicorn.Config(upstream, port=0, lifespan="off", log_config=None, timeout_graceful_shutdown=0)
    server = _Server(config)
    running = asyncio.create_task(server.serve())
    await server.is_listening.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    upstream.endpoint = f"http://127.0.0.1:{port}/onca/xml"
    try:
        yield upstream
    finally:
        server.should_exit = True
        await running
        upstream.service.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_listening.set()


_CREDENTIALS = {"AKIAIOSFODNN7EXAMPLE": "1234567890"}


async def _answer(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/xml"), *headers]})
    await send({"type": "http.response.body", "body": body})


async def _swallow(_: MutableMapping[str, Any]) -> None:
    """Take an answer and let it go nowhere."""
