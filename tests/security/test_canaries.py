"""
Canaries: a marker in every secret, the whole API run, and then looked for in all that was written.

A find in an answer, in the log at its most talkative, or in the clear in the database fails.
"""

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

import pytest
import structlog
from pydantic import SecretStr

from resolvers.customers import customer_id_of
from server.keys import load_keys
from server.observability import configure_logging
from server.settings import Settings
from tests.support.shopfront import Shopfront, Shopper, document, serving, settings_for
from tests.support.tokens import AUDIENCE, SHARED, claims, key_of, token

HOBBIT = "0618260307"
RINGS = "0395193958"
ISSUER = "backend"
MARK = "canary7f3a"


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    handlers = logging.getLogger().handlers[:]
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers


def _settings(folder: Path) -> Settings:
    issuer = {"issuer": ISSUER, "audience": AUDIENCE, "algorithms": ["HS256"], "secret": SHARED}
    ring = {name: f"{MARK}{name}:{b64encode(name.ljust(32, '-').encode()).decode()}" for name in ("seal", "sign")}
    return settings_for(
        folder,
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

    async def shop(self) -> None:
        """Everything a shopper does, and some things that fail."""
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
        await self._ask("checkout", input={})
        await self._ask("cart")
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


def _database_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("cartograph.sqlite3*"))


async def test_no_secret_is_told_logged_or_kept_in_the_clear(tmp_path: Path) -> None:
    """Guest and customer, good and bad requests, at the most talkative log level."""
    settings = _settings(tmp_path)
    keys = load_keys(settings)
    bearer = token(claims(datetime.now(UTC).timestamp(), iss=ISSUER, sub=f"{MARK}-subject"), key_of("HS256"), "HS256")
    log = StringIO()
    cookies: list[str] = []
    handles: list[str] = []
    with redirect_stderr(log):
        configure_logging("debug", "json")
        async with serving(settings) as front:
            texts = []
            for headers in ({}, {"Authorization": f"Bearer {bearer}"}):
                async with front.shopper() as shopper:
                    run = Run(shopper, headers)
                    await run.shop()
                    texts += run.texts
                    handles += run.handles
                    cookies += [str(value) for value in dict(shopper.client.cookies).values()]
            texts += await _refusals(front, bearer)

    customer_id = customer_id_of(ISSUER, f"{MARK}-subject")
    assert (len(set(handles)), len(cookies)) == (4, 1)
    secrets = [
        f"{MARK}-ecs-secret",
        f"{MARK}-subject",
        bearer,
        bearer.split(".")[2],
        SHARED,
        *(ring.get_secret_value().partition(":")[2] for ring in (keys.sealing, keys.session)),
        *handles,
    ]
    told, logged = "\n".join(texts), log.getvalue()
    assert [each for each in secrets if each in told] == []
    assert [each for each in [*secrets, *cookies, customer_id, "aws-merge"] if each in logged] == []
    assert logged.count('"event":"request"') == len(texts)
    kept = _database_bytes(tmp_path)
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
