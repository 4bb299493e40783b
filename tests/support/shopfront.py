"""
The assembled server for tests: real settings, real SQLite file, the embedded service with the sample catalog.

The catalog is loaded once a test process; every test gets its own folder, database and carts.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import httpx
from pydantic import SecretStr

from ecs.embedded import SAMPLE_CATALOG, load_catalog
from persistence.engine import open_database
from persistence.migrate import upgrade
from server.app import create_app
from server.messages import App
from server.settings import Settings

OPERATIONS = Path(__file__).parents[2] / "graphql" / "operations"
PUBLIC_URL = "http://127.0.0.1:8000"
Json = dict[str, Any]


class Shopper:
    """A guest with a cookie jar of his own, at a running server."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def post(
        self, query: str, variables: Json | None = None, *, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a document."""
        body = {"query": query, "variables": variables or {}}
        return await self.client.post("/graphql", json=body, headers=headers)

    async def ask(self, text: str, /, **variables: Any) -> Any:
        """The data of a document that must run without error."""
        answer = (await self.post(text, variables)).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def run(self, operation: str, /, **variables: Any) -> Any:
        """The value of the one field of a document of graphql/operations."""
        return (await self.ask(document(operation), **variables))[operation]

    async def errors(self, text: str, /, **variables: Any) -> list[tuple[str, str]]:
        """Code and message of each top-level error of a document that must not run clean."""
        answer = (await self.post(text, variables)).json()
        return [(error["extensions"]["code"], error["message"]) for error in answer["errors"]]


@dataclass(frozen=True, slots=True)
class Shopfront:
    """A running server."""

    app: App
    settings: Settings

    @asynccontextmanager
    async def shopper(self, base_url: str = PUBLIC_URL) -> AsyncIterator[Shopper]:
        """Somebody who has never been here."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=base_url) as client:
            yield Shopper(client)


def document(operation: str) -> str:
    """The text of a document of graphql/operations."""
    return (OPERATIONS / f"{operation}.graphql").read_text("utf-8")


def system_now() -> datetime:
    """An instant for catalogs that a test loads itself."""
    return datetime(2026, 11, 1, tzinfo=UTC)


@cache
def _loaded_catalog() -> Path:
    folder = Path(mkdtemp(prefix="cartograph-tests-"))
    load_catalog(SAMPLE_CATALOG, folder, now=system_now())
    return folder


def settings_for(folder: Path, **more: Any) -> Settings:
    """Settings of a server with the sample catalog below ``folder``."""
    shutil.copytree(_loaded_catalog(), folder / "ecs", dirs_exist_ok=True)
    values: Json = {"data_dir": folder, "ecs_secret_key": SecretStr("1234567890"), **more}
    return Settings(**values)


@asynccontextmanager
async def serving(settings: Settings, *, wait_s: float = 5) -> AsyncIterator[Shopfront]:
    """The server over a migrated database, started and stopped as uvicorn would; ``wait_s`` bounds waits for locks."""
    database = open_database(settings.database, wait_s=wait_s)
    await upgrade(database)
    app = create_app(settings, public_url=PUBLIC_URL, database=database)
    async with _lifespan(app):
        yield Shopfront(app, settings)


@asynccontextmanager
async def _lifespan(app: App) -> AsyncIterator[None]:
    inbox: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
    outbox: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()

    async def live() -> None:
        await app({"type": "lifespan", "asgi": {"version": "3.0"}}, inbox.get, outbox.put)

    running = asyncio.create_task(live())
    await inbox.put({"type": "lifespan.startup"})
    started = await outbox.get()
    assert started["type"] == "lifespan.startup.complete", started
    try:
        yield
    finally:
        await inbox.put({"type": "lifespan.shutdown"})
        await running
