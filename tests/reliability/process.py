"""One life of a server process for crash and fault tests: the storefront over a real database and a real upstream."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

import httpx
from pydantic import SecretStr

from ecs.client.config import ClientConfig
from ecs.client.gateway import EcsGateway
from ecs.client.transport import Wrap, network_client, unwrapped
from persistence.engine import Database, open_database
from persistence.journal import SqlJournal
from persistence.sealing import KeyRing
from persistence.store import SqlCartStore
from resolvers.shop import CheckoutSite, Shop
from tests.reliability.points import At, journal_store_and_carts

KEYS: Final = "k1:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
HOBBIT: Final = "0618260307"
RINGS: Final = "0395193958"


class LaterClock:
    """The machine's time, moved on: a process started after a lease has run out."""

    def __init__(self, later_s: float) -> None:
        self._later = timedelta(seconds=later_s)

    def now(self) -> datetime:
        """See ``resolvers.ports.Clock``."""
        return datetime.now(UTC) + self._later


async def nowhere(_: str) -> None:
    """Points that are passed by."""


@asynccontextmanager
async def process(
    database_url: str,
    endpoint: str,
    *,
    at: At = nowhere,
    later_s: float = 0.0,
    timeout_s: float = 5.0,
    wrap: Wrap = unwrapped,
    client: httpx.AsyncClient | None = None,
) -> AsyncIterator[tuple[Shop, Database]]:
    """
    A shop with points around its ports, ``later_s`` after now, and its database.

    ``client`` is one that was made before a fork and connected nowhere yet, and stays open: to make one takes longer
    than a short life.
    """
    database = open_database(database_url)
    own = client or network_client(wrap=wrap)
    try:
        yield _shop(database, _gateway(own, endpoint, timeout_s), at, later_s), database
    finally:
        if client is None:
            await own.aclose()
        await database.close()


def _gateway(client: httpx.AsyncClient, endpoint: str, timeout_s: float) -> EcsGateway:
    config = ClientConfig(
        endpoint=endpoint,
        access_key_id="AKIAIOSFODNN7EXAMPLE",
        secret_key=SecretStr("1234567890"),
        associate_tag="tests-20",
        timeout_s=timeout_s,
    )
    # The signature bears the true instant, whatever the shop's clock says.
    return EcsGateway(config, client, lambda: datetime.now(UTC))


def _shop(database: Database, gateway: EcsGateway, at: At, later_s: float) -> Shop:
    ring = KeyRing.parse(KEYS)
    journal, store, carts = journal_store_and_carts(
        SqlJournal(database, ring), SqlCartStore(database, ring), gateway, at
    )
    return Shop(
        marketplace="US",
        currency="USD",
        catalog=gateway,
        directory=gateway,
        carts=carts,
        store=store,
        journal=journal,
        clock=LaterClock(later_s),
        new_id=lambda: uuid4().hex,
        checkout_sites=(CheckoutSite("http", "127.0.0.1"), CheckoutSite("https", "www.amazon.com")),
        extended_search=True,
        made_with="tests",
    )
