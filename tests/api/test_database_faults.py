"""A database that cannot be read or written: the shopper is told, and nothing is lost."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.shopfront import Shopfront, Shopper, serving, settings_for

HOBBIT = "0618260307"
RINGS = "0395193958"
CREATE = f'mutation {{ createCart(input: {{items: [{{item: {{asin: "{HOBBIT}"}}}}]}}) {{ cart {{ id }} }} }}'
ADD = f'mutation {{ addItem(input: {{item: {{asin: "{RINGS}"}}}}) {{ outcome }} }}'


def database_file(shopfront: Shopfront) -> Path:
    return Path(shopfront.settings.database.removeprefix("sqlite:///"))


@contextmanager
def locked(shopfront: Shopfront) -> Iterator[None]:
    """Another program holds the database for itself."""
    holder = sqlite3.connect(database_file(shopfront), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()


@pytest.fixture
async def hasty(tmp_path: Path) -> AsyncIterator[Shopfront]:
    """A server that waits a twentieth of a second for locks."""
    async with serving(settings_for(tmp_path / "hasty"), wait_s=0.05) as running:
        yield running


async def test_database_that_cannot_be_written(hasty: Shopfront) -> None:
    """A change fails with a code and no detail of our insides; reading the catalog goes on."""
    async with hasty.shopper() as shopper:
        with locked(hasty):
            errors = await shopper.errors(CREATE)
            title = await shopper.ask('{ product(by: {asin: "0618260307"}) { title } }')
        made = await shopper.ask(CREATE)

    assert errors == [
        ("DATABASE_UNAVAILABLE", "The shop cannot reach its database now; look at the cart before you try again.")
    ]
    assert title == {"product": {"title": "The Hobbit"}}
    assert made["createCart"]["cart"] is not None


async def test_cart_survives_a_database_that_was_away(hasty: Shopfront) -> None:
    """What could not be written down was not sent: the cart is as it was, here and at the upstream."""
    async with hasty.shopper() as shopper:
        await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}]})
        with locked(hasty):
            failed = (await shopper.post(ADD)).json()
        cart = await shopper.run("cart")

    assert failed["data"] == {"addItem": None}
    assert [error["extensions"]["code"] for error in failed["errors"]] == ["DATABASE_UNAVAILABLE"]
    assert cart["totalQuantity"] == 1


async def test_readiness_names_the_database(shopfront: Shopfront, shopper: Shopper) -> None:
    """The load balancer takes the server out, and the operator reads why."""
    holder = sqlite3.connect(database_file(shopfront), isolation_level=None)
    holder.execute("UPDATE alembic_version SET version_num = '9999'")
    holder.close()

    response = await shopper.client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["status"] == "unready"
    assert "newer than this version knows" in response.json()["problems"][0]
    assert (await shopper.client.get("/healthz")).status_code == 200
