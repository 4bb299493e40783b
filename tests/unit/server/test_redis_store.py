"""What replicas share in Redis, on a real one."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from server.redis_store import RedisQuota, RedisStore, redis_client
from tests.support.redis_server import REDIS_URL, redis_for_test

NOBODY = "redis://127.0.0.1:9/0"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def redis() -> AsyncIterator[tuple[Redis, str]]:
    async with redis_for_test() as found:
        yield found


async def test_what_one_replica_keeps_another_finds(redis: tuple[Redis, str]) -> None:
    """Bytes of any kind, under any name."""
    client, prefix = redis
    one, other = RedisStore(client, prefix, Clock()), RedisStore(client, prefix, Clock())

    await one.put(b"\x00name", b"\xffvalue", 60.0)
    await one.put_many({b"a": b"1", b"b": b"2"}, 60.0)

    assert await other.get(b"\x00name") == b"\xffvalue"
    assert await other.get(b"unknown") is None
    assert await other.get_many([b"b", b"unknown", b"a"]) == [b"2", None, b"1"]


async def test_nothing_is_kept_longer_than_it_may_be(redis: tuple[Redis, str]) -> None:
    """To the millisecond; what has no time left is not kept at all."""
    client, prefix = redis
    store = RedisStore(client, prefix, Clock())

    await store.put(b"short", b"value", 90.5)
    await store.put(b"over", b"value", 0.0)
    await store.put_many({}, 60.0)

    assert 90_000 < await client.pttl(f"{prefix}short") <= 90_500
    assert await store.get(b"over") is None


async def test_without_redis_nothing_fails() -> None:
    """Nothing is found and nothing kept; the log says so once."""
    client = redis_client(NOBODY)
    store = RedisStore(client, "test:", Clock())

    with capture_logs() as lines:
        await store.put(b"a", b"1", 60.0)
        found = await store.get_many([b"a", b"b"])
    await client.aclose()

    assert found == [None, None]
    assert [line["event"] for line in lines] == ["helper.away"]


async def test_it_is_used_again_when_it_is_back(redis: tuple[Redis, str]) -> None:
    """A connection that the server has ended, as at a restart, is made anew."""
    client, prefix = redis
    own, clock = redis_client(REDIS_URL), Clock()
    store = RedisStore(own, prefix, clock)
    await store.put(b"a", b"1", 60.0)
    await client.client_kill_filter(_id=str(await own.client_id()))

    await store.get(b"a")
    clock.now += 10.0
    found = await store.get(b"a")
    await own.aclose()

    assert found == b"1"


async def test_replicas_share_the_quota(redis: tuple[Redis, str]) -> None:
    """Slots keep their distance whoever takes them; one too far away is told but not taken."""
    client, prefix = redis
    one, other = RedisQuota(client, prefix, "key"), RedisQuota(client, prefix, "key")
    first = await one.reserve(10.0, 600.0, 0.0)

    waits = await asyncio.gather(*(quota.reserve(10.0, 600.0, 0.0) for quota in (one, other) * 5))
    refused = await other.reserve(10.0, 50.0, 0.0)
    last = await other.reserve(10.0, 600.0, 0.0)

    assert first == 0.0
    assert all(later - sooner > 9.0 for sooner, later in zip(sorted(waits), sorted(waits)[1:], strict=False))
    assert 105.0 < refused <= 110.0
    assert 105.0 < last <= 110.0


async def test_a_pause_holds_every_replica(redis: tuple[Redis, str]) -> None:
    """A longer one stands; another credential's lane is not held."""
    client, prefix = redis
    quota = RedisQuota(client, prefix, "key")

    await quota.hold(60.0)
    await quota.hold(5.0)

    assert 55.0 < await RedisQuota(client, prefix, "key").reserve(1.0, 600.0, 0.0) <= 60.0
    assert await RedisQuota(client, prefix, "other").reserve(1.0, 600.0, 20.0) == 20.0


async def test_a_lane_leaves_nothing_behind(redis: tuple[Redis, str]) -> None:
    """Its name lapses an hour after its last use."""
    client, prefix = redis

    await RedisQuota(client, prefix, "key").reserve(1.0, 600.0, 0.0)

    assert 3500 < await client.ttl(f"{prefix}lane:key") <= 3600


def test_an_address_of_another_kind_is_refused() -> None:
    """At the start, not at the first request."""
    with pytest.raises(ValueError, match="URL must specify"):
        redis_client("http://127.0.0.1:6379")
