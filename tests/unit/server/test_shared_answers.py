"""Whole answers that replicas share, in a store of bytes."""

from server.answers import Answer
from server.redis_store import RedisStore
from server.shared_answers import StoredAnswers
from tests.support.redis_server import redis_for_test
from tests.unit.server.storefront import NOW, Storefront

JSON = "application/json"
OPEN = {"query": "query Open($n: Int) { open(n: $n) }", "variables": {"n": 7}}


class Shelf:
    """Bytes by name, and for how long."""

    def __init__(self) -> None:
        self.kept: dict[bytes, tuple[bytes, float]] = {}

    async def get(self, key: bytes) -> bytes | None:
        """See ``server.shared_answers.Store``."""
        return self.kept[key][0] if key in self.kept else None

    async def put(self, key: bytes, value: bytes, ttl_s: float) -> None:
        """See ``server.shared_answers.Store``."""
        self.kept[key] = value, ttl_s


class Setting:
    """The clock and the scope, which a test changes."""

    at = 1000.0
    scope = "catalog 1"

    def answers(self, shelf: Shelf) -> StoredAnswers:
        """The answers of a server."""
        return StoredAnswers(shelf, lambda: self.scope, lambda: self.at)


async def test_what_one_server_keeps_another_gives_until_its_time_is_up() -> None:
    """With the age it has, byte for byte, and not a second longer."""
    setting, shelf = Setting(), Shelf()
    kept = Answer(b'{"data":{}}', JSON, 990.0, 60)
    await setting.answers(shelf).put(b"key", kept)

    found = []
    for setting.at in (1000.0, 1049.9, 1050.0):
        found.append(await setting.answers(shelf).get(b"key"))

    assert found == [kept, kept, None]
    assert found[0] is not kept
    assert [ttl_s for _, ttl_s in shelf.kept.values()] == [50.0]


async def test_an_answer_of_another_scope_is_not_found() -> None:
    """A catalog loaded anew, another shop's address or schema: one Redis serves several shops."""
    setting, shelf = Setting(), Shelf()
    await setting.answers(shelf).put(b"key", Answer(b"a", JSON, 1000.0, 60))

    setting.scope = "catalog 2"
    other = await setting.answers(shelf).get(b"key")
    setting.scope = "catalog 1"

    assert other is None
    assert await setting.answers(shelf).get(b"another key") is None
    assert await setting.answers(shelf).get(b"key") is not None


async def test_bytes_that_are_no_answer_are_none() -> None:
    """Whatever lies there, nobody gets it and nothing fails."""
    setting, shelf = Setting(), Shelf()
    answers = setting.answers(shelf)
    await answers.put(b"key", Answer(b"a", JSON, 1000.0, 60))
    (name,) = shelf.kept

    for damaged in (b"", b"\xff", shelf.kept[name][0][:-1]):
        shelf.kept[name] = damaged, 60.0
        assert await answers.get(b"key") is None


async def test_a_second_server_gives_what_the_first_has_made() -> None:
    """Through a real Redis, with its age; the operation runs at one of them only, and the second keeps it itself."""
    async with redis_for_test() as (client, prefix):
        store = RedisStore(client, prefix, lambda: 0.0)
        shared = StoredAnswers(store, lambda: "scope", lambda: NOW.timestamp())
        servers = [Storefront(shared_answers=shared) for _ in range(2)]
        answers = [await server.post(OPEN) for server in servers]
        names = [name async for name in client.scan_iter(match=f"{prefix}*")]
        await client.delete(*names)
        answers.append(await servers[1].post(OPEN))

    assert [answer.content for answer in answers] == [b'{"data":{"open":"open 7 "}}'] * 3
    assert [server.done for server in servers] == [["open 7 "], []]
    assert len(names) == 1
    assert len({answer.headers["etag"] for answer in answers}) == 1
