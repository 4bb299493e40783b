"""Databases of both kinds, a key ring, and a store over them."""

import pytest

from persistence.engine import Database
from persistence.journal import SqlJournal
from persistence.sealing import KeyRing, new_key
from persistence.store import SqlCartStore
from tests.support.database import database as database
from tests.support.database import database_kind as database_kind
from tests.support.database import database_maker as database_maker
from tests.support.database import database_url as database_url
from tests.support.database import empty_database_url as empty_database_url


@pytest.fixture
def key_ring() -> KeyRing:
    """A ring of one fresh key."""
    return KeyRing.parse(new_key())


@pytest.fixture
def store(database: Database, key_ring: KeyRing) -> SqlCartStore:
    """The store under test."""
    return SqlCartStore(database, key_ring)


@pytest.fixture
def journal(database: Database, key_ring: KeyRing) -> SqlJournal:
    """The journal under test, and the way by which carts come into the tables."""
    return SqlJournal(database, key_ring)
