"""
Redis or Valkey, where replicas share answers and the quota. The server needs none, and never fails for want of one.

``RedisStore`` keeps bytes by name for a while: typed answers of the upstream, and whole answers of GraphQL.
``RedisQuota`` keeps the slots of a lane.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from server.shelter import Shelter

FAILURES: Final = (RedisError, OSError)
_TIMEOUT_S: Final = 0.25
"""A cache that is slower than this is no help."""
_CONNECTIONS: Final = 20
_LANE_LIFE_S: Final = 3_600

_RESERVE: Final = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
local slot = math.max(free, now + tonumber(ARGV[3]))
if slot - now <= tonumber(ARGV[2]) then
  redis.call('SET', KEYS[1], string.format('%.6f', slot + tonumber(ARGV[1])), 'EX', ARGV[4])
end
return string.format('%.6f', slot - now)
"""
_HOLD: Final = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local free = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now + tonumber(ARGV[1]))
redis.call('SET', KEYS[1], string.format('%.6f', free), 'EX', ARGV[2])
"""


def redis_client(url: str) -> Redis:
    """
    A client that connects when it is first used, waits briefly and tries once. The caller closes it.

    Raises:
        ValueError: the URL is none of redis://, rediss:// and unix://.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=_CONNECTIONS,
        timeout=_TIMEOUT_S,
        socket_timeout=_TIMEOUT_S,
        socket_connect_timeout=_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )
    return Redis.from_pool(pool)


class RedisStore:
    """Bytes by name. While Redis is away nothing is found and nothing is kept."""

    def __init__(self, client: Redis, prefix: str, monotonic: Callable[[], float]) -> None:
        self._client = client
        self._prefix = prefix.encode()
        advice = "answers are cached in memory alone; check CACHE_URL and that Redis runs"
        self._shelter = Shelter("redis", FAILURES, advice, monotonic)

    async def get(self, key: bytes) -> bytes | None:
        """The value of a name; None when there is none."""
        return (await self.get_many([key]))[0]

    async def put(self, key: bytes, value: bytes, ttl_s: float) -> None:
        """Keep a value for ``ttl_s`` seconds, to the millisecond; nothing is kept for less than one."""
        await self.put_many({key: value}, ttl_s)

    async def get_many(self, names: Sequence[bytes]) -> list[bytes | None]:
        """The values of several names, in their order."""
        nothing: list[bytes | None] = [None] * len(names)
        keys = [self._prefix + name for name in names]

        async def read() -> list[bytes | None]:
            # Bytes, since the client was not told to decode.
            return [value if isinstance(value, bytes) else None for value in await self._client.mget(keys)]

        return await self._shelter.run(read, nothing)

    async def put_many(self, values: Mapping[bytes, bytes], ttl_s: float) -> None:
        """Keep several values, each for ``ttl_s`` seconds."""
        life_ms = int(ttl_s * 1000)
        if life_ms <= 0 or not values:
            return

        async def write() -> None:
            async with self._client.pipeline(transaction=False) as pipeline:
                for name, value in values.items():
                    pipeline.set(self._prefix + name, value, px=life_ms)
                await pipeline.execute()

        await self._shelter.run(write, None)


class RedisQuota:
    """The slots of one lane, by Redis's own clock. Satisfies ``ecs.resilience.Quota``; raises one of ``FAILURES``."""

    def __init__(self, client: Redis, prefix: str, lane: str) -> None:
        self._key = f"{prefix}lane:{lane}"
        self._reserve: Any = client.register_script(_RESERVE)
        self._hold: Any = client.register_script(_HOLD)

    async def reserve(self, spacing_s: float, within_s: float, ahead_s: float) -> float:
        """See ``Quota``."""
        return float(await self._reserve([self._key], [spacing_s, within_s, ahead_s, _LANE_LIFE_S]))

    async def hold(self, pause_s: float) -> None:
        """See ``Quota``."""
        await self._hold([self._key], [pause_s, _LANE_LIFE_S])
