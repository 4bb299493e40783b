"""Databases for the tests that break things."""

from tests.support.database import database_kind as database_kind
from tests.support.database import database_maker as database_maker
