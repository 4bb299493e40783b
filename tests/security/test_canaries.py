"""
Canaries: a marker in every secret, the whole API run, and then looked for in all that was written.

A find in an answer, in the log at its most talkative, or in the clear in the database fails.
"""

import asyncio
import json
import logging
from base64 import b64encode
from collections.abc import Iterator
from contextlib import redirect_stderr
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg  # type: ignore[import-untyped]
import pytest
import structlog
from pydantic import SecretStr
from sqlalchemy import make_url

from persistence.engine import open_database
from persistence.sealing import KeyRing
from persistence.store import SqlCartStore
from persistence.tables import metadata
from resolvers.customers import customer_id_of
from server.keys import load_keys
from server.observability import configure_logging
from server.settings import Settings
from tests.support.database import DatabaseMaker
from tests.support.shopfront import Shopfront, Shopper, document, serving, settings_for
from tests.support.tokens import AUDIENCE, SHARED, claims, key_of, token

HOBBIT = "0618260307"
RINGS = "0395193958"
ISSUER = "backend"
MARK = "canary7f3a"
_LOG = StringIO()
"""One for both databases: a logger keeps the stream that it first wrote to."""


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    handlers = logging.getLogger().handlers[:]
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers


def _settings(folder: Path, database_url: str) -> Settings:
    issuer = {"issuer": ISSUER, "audience": AUDIENCE, "algorithms": ["HS256"], "secret": SHARED}
    ring = {name: f"{MARK}{name}:{b64encode(name.ljust(32, '-').encode()).decode()}" for name in ("seal", "sign")}
    return settings_for(
        folder,
        database_url=database_url,
        ecs_secret_key=SecretStr(f"{MARK}-ecs-secret"),
        sealing_keys=ring["seal"],
        session_keys=ring["sign"],
        token_issuers=json.dumps([issuer]),
        log_format="json",
    )


class Run:
    """One shopper through the whole API; keeps the answers' texts, and what opens the cart apart from them."""

    def __init__(self, shopper: Shopper, headers: dict[str, str]) -> None:
        self._shopper = shopper
        self._headers = headers
        self.texts: list[str] = []
        self.handles: list[str] = []
        self.cart_id = ""

    async def shop(self, guests_cart_id: str) -> None:
        """Everything a shopper does, and some things that fail; a guest's cart becomes his at last."""
        made = await self._ask("createCart", input={"items": [{"item": {"asin": HOBBIT}}]})
        line_id = made["cart"]["lines"]["edges"][0]["node"]["id"]
        await self._ask("addItem", input={"item": {"asin": RINGS}})
        await self._ask("addItems", input={"items": [{"item": {"asin": RINGS}, "quantity": 2}]})
        await self._ask("modifyItem", input={"lineId": line_id, "quantity": 3})
        await self._ask("saveForLater", input={"lineIds": [line_id]})
        await self._ask("moveToCart", input={"lineIds": [line_id]})
        await self._ask("cart")
        await self._ask("viewer")
        await self._ask("node", id=line_id)
        await self._ask("addItem", input={"item": {"asin": "nothing"}})
        handed = await self._ask("checkout", input={"idempotencyKey": f"{MARK}-key-of-checkout"})
        await self._ask("restoreCart", input={"fromCartId": handed["cart"]["id"], "idempotencyKey": f"{MARK}-key-old"})
        self.cart_id = (await self._ask("cart"))["id"]
        if guests_cart_id:
            merging = {"sourceCartId": guests_cart_id, "idempotencyKey": f"{MARK}-key-merge"}
            merged = await self._ask("mergeCarts", input=merging)
            assert merged["userErrors"] == []
        for text in ("{ oops", '{ node(id: "x") { nothing } }'):
            self.texts.append((await self._shopper.post(text, headers=self._headers)).text)

    async def _ask(self, operation: str, /, **variables: Any) -> Any:
        answer = await self._shopper.post(document(operation), variables, headers=self._headers)
        shown = answer.json()
        if operation == "checkout":
            # To the owner, once, this is no secret; everywhere else it is.
            url = shown["data"]["checkout"]["handover"].pop("url")
            query = parse_qs(urlsplit(url).query)
            self.handles += [*query["cart-id"], *query["hmac"]]
        headers = [each for each in answer.headers.items() if each[0] != "set-cookie"]
        self.texts.append(f"{json.dumps(shown)} {headers}")
        return shown["data"][operation]


def _bytes_of(file: Path) -> bytes:
    return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))


async def _kept(url: str) -> bytes:
    """Every byte of the database: the files, or each value of each table."""
    if not url.startswith("postgresql"):
        return await asyncio.to_thread(_bytes_of, Path(str(make_url(url).database)))
    connection = await asyncpg.connect(url)
    try:
        rows = [row for table in metadata.sorted_tables for row in await connection.fetch(f"SELECT * FROM {table}")]  # noqa: S608
    finally:
        await connection.close()
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)


async def _active_handle(settings: Settings, ring: KeyRing, customer_id: str) -> list[str]:
    """What opens the customer's active cart, as the store unseals it."""
    database = open_database(settings.database)
    cart = await SqlCartStore(database, ring).active(customer_id, "US")
    await database.close()
    assert cart is not None
    assert cart.handle is not None
    return [cart.handle.cart_id.get_secret_value(), cart.handle.hmac.get_secret_value()]


async def test_no_secret_is_told_logged_or_kept_in_the_clear(
    tmp_path: Path, database_maker: DatabaseMaker, database_kind: str
) -> None:
    """Guest and customer, good and bad requests, at the most talkative log level."""
    url = await database_maker.migrated(database_kind)
    settings = _settings(tmp_path, url)
    keys = load_keys(settings)
    bearer = token(claims(datetime.now(UTC).timestamp(), iss=ISSUER, sub=f"{MARK}-subject"), key_of("HS256"), "HS256")
    before = len(_LOG.getvalue())
    cookies: list[str] = []
    handles: list[str] = []
    cart_ids = [""]
    with redirect_stderr(_LOG):
        configure_logging("debug", "json")
        async with serving(settings) as front:
            texts = []
            for headers in ({}, {"Authorization": f"Bearer {bearer}"}):
                async with front.shopper() as shopper:
                    run = Run(shopper, headers)
                    await run.shop(cart_ids[-1])
                    cart_ids.append(run.cart_id)
                    texts += run.texts
                    handles += run.handles
                    cookies += [str(value) for value in dict(shopper.client.cookies).values()]
            texts += await _refusals(front, bearer)

    customer_id = customer_id_of(ISSUER, f"{MARK}-subject")
    handles += await _active_handle(settings, KeyRing.parse(keys.sealing.get_secret_value()), customer_id)
    assert (len(set(handles)), len(cookies)) == (6, 1)
    secrets = [
        f"{MARK}-ecs-secret",
        f"{MARK}-subject",
        bearer,
        bearer.split(".")[2],
        SHARED,
        *(ring.get_secret_value().partition(":")[2] for ring in (keys.sealing, keys.session)),
        *handles,
    ]
    told, logged = "\n".join(texts), _LOG.getvalue()[before:]
    assert [each for each in secrets if each in told] == []
    assert [each for each in [*secrets, *cookies, customer_id, "aws-merge", f"{MARK}-key"] if each in logged] == []
    assert logged.count('"event":"request"') == len(texts)
    kept = await _kept(url)
    await database_maker.give_back(url)
    assert [each for each in secrets if each.encode() in kept] == []
    assert customer_id.encode() in kept


async def _refusals(front: Shopfront, bearer: str) -> list[str]:
    """Requests that are refused before anything runs."""
    texts = []
    async with front.shopper() as shopper:
        for headers in (
            {"Authorization": f"Bearer {bearer}x"},
            {"Authorization": f"Basic {bearer}"},
            {"Cartograph-Session": f"{MARK}.forged.token"},
            {"Cookie": f"cartograph_session={MARK}", "Origin": "https://evil.example"},
        ):
            answer = await shopper.post("{ cart { id } }", headers=headers)
            assert answer.status_code in {401, 403}
            texts.append(answer.text)
    assert MARK not in "".join(texts)
    return texts
