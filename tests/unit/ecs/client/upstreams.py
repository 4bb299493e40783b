"""Upstreams for the tests: answers given as bytes, and a loopback server that does what it is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any, cast

import httpx
from pydantic import SecretStr

from ecs.client import ClientConfig, EcsGateway, network_client

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
KEY_ID = "AKIDEXAMPLE"
SECRET = "not-for-anybody"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def now() -> datetime:
    """The one instant of these tests."""
    return NOW


def config(endpoint: str = "http://upstream.example/onca/xml", *, timeout_s: float = 5.0) -> ClientConfig:
    """Settings as an operator would give them."""
    return ClientConfig(
        endpoint=endpoint,
        access_key_id=KEY_ID,
        secret_key=SecretStr(SECRET),
        associate_tag="tag-20",
        timeout_s=timeout_s,
    )


class Upstream:
    """Answers every request alike and keeps the requests."""

    def __init__(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.body = body
        self.status = status
        self.headers = headers or {}
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self.status, headers=self.headers, stream=httpx.ByteStream(self.body))

    def client(self) -> httpx.AsyncClient:
        """A client that reaches nothing but this."""
        return network_client(wrap=lambda _: httpx.MockTransport(self))

    def gateway(self) -> EcsGateway:
        """A gateway before it."""
        return EcsGateway(config(), self.client(), now)


@asynccontextmanager
async def loopback(talk: Talk) -> AsyncIterator[str]:
    """The endpoint of a server on this machine that handles each connection by ``talk`` and closes it."""
    handled: list[asyncio.Task[Any]] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handled.append(cast("asyncio.Task[Any]", asyncio.current_task()))
        try:
            await talk(reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/onca/xml"
    finally:
        server.close()
        await asyncio.gather(*handled)
        await server.wait_closed()
