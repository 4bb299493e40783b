"""
A real Redis for tests, with names of the test's own that are gone afterwards.

Where none answers its tests are skipped. TEST_REDIS_URL names another one than the local one.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from server.redis_store import redis_client

REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")


@asynccontextmanager
async def redis_for_test() -> AsyncIterator[tuple[Redis, str]]:
    """A client, and the prefix under which to keep things."""
    client, prefix = redis_client(REDIS_URL), f"cartograph-test:{uuid4().hex}:"
    try:
        try:
            await client.ping()
        except (RedisError, OSError) as error:
            pytest.skip(f"no Redis answers ({type(error).__name__}); TEST_REDIS_URL names one")
        yield client, prefix
        if names := [name async for name in client.scan_iter(match=f"{prefix}*", count=1000)]:
            await client.delete(*names)
    finally:
        await client.aclose()
