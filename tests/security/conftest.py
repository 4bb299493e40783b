"""Databases for the search for secrets."""

from tests.support.database import database_kind as database_kind
from tests.support.database import database_maker as database_maker
