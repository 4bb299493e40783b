"""A running server and its shoppers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.database import database_kind as database_kind
from tests.support.database import database_maker as database_maker
from tests.support.database import database_url as database_url
from tests.support.shopfront import Shopfront, Shopper, serving, settings_for


@pytest.fixture
async def shopfront(tmp_path: Path) -> AsyncIterator[Shopfront]:
    """The server with the sample catalog."""
    async with serving(settings_for(tmp_path)) as running:
        yield running


@pytest.fixture
async def shopper(shopfront: Shopfront) -> AsyncIterator[Shopper]:
    """A guest who has never been here."""
    async with shopfront.shopper() as somebody:
        yield somebody
