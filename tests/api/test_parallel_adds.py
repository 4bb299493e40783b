"""
Twenty taps at once in one session, at two server processes over PostgreSQL.

Vendure 3.7 is left with 4 of 21 items by the first of these, every one answered as success, and with 20 carts of which
one is visible by the second.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.support.database import DatabaseMaker
from tests.support.server_process import ecs_service, server, until_ready
from tests.support.shopfront import Json, document

RINGS: Final = "0395193958"
"""An item of which 695 units can be bought."""
TAPS: Final = 20
_TRIES: Final = 10


class Tapper:
    """A guest whose taps go out at once, each by a connection of its own and under its own key."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = "new"

    async def begin(self) -> None:
        """Become a guest, without a cart."""
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await self._post(client, "{ cart { id } }", {})
        assert answer.json() == {"data": {"cart": None}}
        self._session = answer.headers["cartograph-session"]

    async def run(self, operation: str, **variables: Any) -> Any:
        """The value of the one field of a document."""
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await self._post(client, document(operation), variables)).json()["data"][operation]

    async def taps(self, keys: list[str]) -> list[Any]:
        """Add one unit under each key, all at once; each payload."""
        return await asyncio.gather(*(self._tap(key) for key in keys))

    async def _tap(self, key: str) -> Any:
        asked = {"item": {"asin": RINGS}, "quantity": 1, "idempotencyKey": key}
        for _ in range(_TRIES):
            payload = await self.run("addItem", input=asked)
            # Eight wait in order; on a slow machine one beyond may be told to come again, and nothing was done.
            if [error["code"] for error in payload["userErrors"]] != ["CART_BUSY"]:
                break
        return payload

    async def _post(self, client: httpx.AsyncClient, query: str, variables: Json) -> httpx.Response:
        headers = {"cartograph-session": self._session}
        body = {"query": query, "variables": variables}
        return await client.post(f"{self._url}/graphql", json=body, headers=headers, timeout=60)


@pytest.fixture
async def tapper(tmp_path: Path, database_maker: DatabaseMaker) -> AsyncIterator[Tapper]:
    """Somebody at two server processes on one PostgreSQL database, with the ECS service in a third."""
    url = await database_maker.migrated("postgresql")
    async with ecs_service(tmp_path / "ecs") as ecs_url:
        program = server(tmp_path, url, ecs_url, workers=2)
        try:
            await until_ready(program)
            tapper = Tapper(program.url)
            await tapper.begin()
            yield tapper
        finally:
            program.kill()
    await database_maker.give_back(url)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("before", [0, 1])
async def test_twenty_adds_at_once(tapper: Tapper, before: int) -> None:
    """All are there, in one cart, also when they race to make it; a repeat of each with its key changes nothing."""
    await tapper.taps([f"key-of-the-first-{number}" for number in range(before)])
    keys = [f"key-of-a-tap-{number:02}" for number in range(TAPS)]

    payloads = await tapper.taps(keys)

    assert [(payload["outcome"], payload["userErrors"]) for payload in payloads] == [("ADDED", [])] * TAPS
    assert len({payload["cart"]["id"] for payload in payloads}) == 1
    assert len({payload["line"]["id"] for payload in payloads}) == 1
    # Each saw the cart as it was right after his own tap.
    assert sorted(payload["cart"]["totalQuantity"] for payload in payloads) == [*range(before + 1, before + TAPS + 1)]
    cart = await tapper.run("cart")
    assert (cart["id"], cart["totalQuantity"]) == (payloads[0]["cart"]["id"], before + TAPS)
    assert [edge["node"]["quantity"] for edge in cart["lines"]["edges"]] == [before + TAPS]
    carts = await tapper.run("carts")
    assert [edge["node"]["id"] for edge in carts["edges"]] == [cart["id"]]

    repeats = await tapper.taps(keys)

    assert [repeat["outcome"] for repeat in repeats] == ["ADDED"] * TAPS
    assert {repeat["cart"]["totalQuantity"] for repeat in repeats} == {before + TAPS}
    again = await tapper.run("cart")
    assert (again["version"], again["totalQuantity"]) == (cart["version"], before + TAPS)
    assert len((await tapper.run("carts"))["edges"]) == 1
