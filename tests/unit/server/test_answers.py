"""Whole answers: kept for their time, within their room, and made once at a time."""

import asyncio

import pytest

from server.answers import Aliases, Answer, Answers, Made, MemoryAnswers

JSON = "application/json"


class Time:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def time() -> Time:
    """A thousand seconds after 1970."""
    return Time()


def _answer(body: bytes, time: Time, ttl_s: int = 10) -> Answer:
    return Answer(body, JSON, time(), ttl_s)


def test_the_head_of_an_answer_says_how_long_it_may_be_kept() -> None:
    """Everything but its age, which grows."""
    answer = Answer(b'{"data":{}}', JSON, 0.0, 300)

    assert answer.headers == [
        (b"content-type", b"application/json"),
        (b"content-length", b"11"),
        (b"etag", answer.etag),
        (b"cache-control", b"public, max-age=300"),
        (b"vary", b"accept, origin, cartograph-marketplace"),
        (b"x-content-type-options", b"nosniff"),
    ]
    assert answer.validators == answer.headers[2:5]


def test_the_tag_changes_with_every_byte_and_with_the_media_type() -> None:
    """A strong validator (RFC 9110, section 8.8.1)."""
    tags = {Answer(body, kind, 0.0, 1).etag for body in (b"a", b"b") for kind in (JSON, "application/x")}

    assert len(tags) == 4
    assert Answer(b"a", JSON, 0.0, 1).etag == Answer(b"a", JSON, 99.0, 7).etag
    assert all(tag.startswith(b'"') and len(tag) == 34 for tag in tags)


def test_an_answer_is_given_until_its_time_is_up(time: Time) -> None:
    """Not a second longer."""
    store = MemoryAnswers(100_000, time)
    answer = _answer(b"a", time)
    store.put(b"k", answer)

    time.at += 9.9
    assert store.get(b"k") is answer
    time.at += 0.1
    assert store.get(b"k") is None
    assert store.get(b"other") is None


def test_memory_is_bounded_by_bytes(time: Time) -> None:
    """The answer used longest ago goes first; one replaced is not counted twice."""
    store = MemoryAnswers(10_000, time)
    for name in (b"a", b"b", b"c", b"d", b"e", b"f", b"g", b"h"):
        store.put(name, _answer(b"x" * 200, time))
        store.put(name, _answer(b"x" * 200, time))
    assert store.get(b"a") is not None

    store.put(b"i", _answer(b"x" * 200, time))

    kept = [name for name in (b"a", b"b", b"c", b"d", b"e", b"f", b"g", b"h", b"i") if store.get(name)]
    assert kept == [b"a", b"c", b"d", b"e", b"f", b"g", b"h", b"i"]


def test_a_huge_answer_pushes_nothing_out(time: Time) -> None:
    """An eighth of the room is the most that one may take; without room nothing is kept."""
    store, none = MemoryAnswers(16_000, time), MemoryAnswers(0, time)
    store.put(b"small", _answer(b"x", time))
    store.put(b"huge", _answer(b"x" * 1001, time))
    store.put(b"large", _answer(b"x" * 1000, time))
    none.put(b"small", _answer(b"x", time))

    assert [store.get(name) is not None for name in (b"small", b"huge", b"large")] == [True, False, True]
    assert none.get(b"small") is None


class Kitchen:
    """Makes answers when it is let; counts how often it was asked."""

    def __init__(self, made: Made | Exception) -> None:
        self.made = made
        self.asked = 0
        self.open = asyncio.Event()

    async def __call__(self) -> Made:
        self.asked += 1
        await self.open.wait()
        if isinstance(self.made, Exception):
            raise self.made
        return self.made


async def _waiting(answers: Answers, kitchen: Kitchen, count: int) -> list[asyncio.Task[Answer | Made]]:
    tasks = [asyncio.create_task(answers.get_or_make(b"k", JSON, kitchen)) for _ in range(count)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_one_question_is_worked_on_once(time: Time) -> None:
    """A thousand shoppers who open the same page at once cost one search."""
    answers = Answers(MemoryAnswers(100_000, time), time)
    kitchen = Kitchen(Made(200, b"a", 10))
    waiting = await _waiting(answers, kitchen, 5)

    kitchen.open.set()
    got = await asyncio.gather(*waiting)

    assert kitchen.asked == 1
    assert [each.body for each in got] == [b"a"] * 5
    assert answers.kept(b"k") == got[0] == Answer(b"a", JSON, 1000.0, 10)


async def test_what_must_not_be_kept_is_given_to_those_who_wait_and_then_forgotten(time: Time) -> None:
    """An error is made anew for the next."""
    answers = Answers(MemoryAnswers(100_000, time), time)
    kitchen = Kitchen(Made(200, b"wrong", 0))
    waiting = await _waiting(answers, kitchen, 3)
    kitchen.open.set()

    assert await asyncio.gather(*waiting) == [Made(200, b"wrong", 0)] * 3
    assert answers.kept(b"k") is None
    await answers.get_or_make(b"k", JSON, kitchen)
    assert kitchen.asked == 2


async def test_who_leaves_takes_nothing_from_the_others(time: Time) -> None:
    """The first to ask may close the page."""
    answers = Answers(MemoryAnswers(100_000, time), time)
    kitchen = Kitchen(Made(200, b"a", 10))
    first, second = await _waiting(answers, kitchen, 2)

    first.cancel()
    await asyncio.sleep(0)
    kitchen.open.set()

    assert (await second).body == b"a"
    assert first.cancelled()
    assert kitchen.asked == 1


async def test_a_failure_reaches_everybody_and_stays_with_nobody(time: Time) -> None:
    """The next try is a new one."""
    answers = Answers(MemoryAnswers(100_000, time), time)
    kitchen = Kitchen(ValueError("broken"))
    waiting = await _waiting(answers, kitchen, 2)
    kitchen.open.set()

    got = await asyncio.gather(*waiting, return_exceptions=True)

    assert [str(each) for each in got] == ["broken", "broken"]
    kitchen.made = Made(200, b"a", 10)
    assert (await answers.get_or_make(b"k", JSON, kitchen)).body == b"a"


class Shared:
    """Answers that other processes keep."""

    def __init__(self) -> None:
        self.kept: dict[bytes, Answer] = {}
        self.asked: list[bytes] = []

    async def get(self, key: bytes) -> Answer | None:
        self.asked.append(key)
        return self.kept.get(key)

    async def put(self, key: bytes, answer: Answer) -> None:
        self.kept[key] = answer


async def test_other_processes_answers_are_taken(time: Time) -> None:
    """With the age they have; afterwards this process has them itself."""
    shared = Shared()
    shared.kept[b"k"] = old = Answer(b"a", JSON, 995.0, 10)
    answers = Answers(MemoryAnswers(100_000, time), time, shared)
    kitchen = Kitchen(Made(200, b"b", 10))

    assert await answers.get_or_make(b"k", JSON, kitchen) is old
    assert answers.kept(b"k") is old
    assert (kitchen.asked, shared.asked) == (0, [b"k"])


async def test_other_processes_are_given_what_is_kept(time: Time) -> None:
    """And nothing else."""
    shared = Shared()
    answers = Answers(MemoryAnswers(100_000, time), time, shared)
    kitchen = Kitchen(Made(200, b"wrong", 0))
    kitchen.open.set()

    await answers.get_or_make(b"k", JSON, kitchen)
    assert shared.kept == {}
    kitchen.made = Made(200, b"a", 10)
    await answers.get_or_make(b"k", JSON, kitchen)

    assert shared.kept == {b"k": Answer(b"a", JSON, 1000.0, 10)}


def test_requests_are_known_again_within_their_room() -> None:
    """The one used longest ago goes first."""
    aliases = Aliases(3300)
    aliases.put((b"POST", b"one"), b"1", "One")
    aliases.put((b"POST", b"two"), b"2", None)
    aliases.put((b"POST", b"three"), b"3", None)
    aliases.put((b"POST", b"one"), b"1", "One")
    assert aliases.get((b"POST", b"one")) == (b"1", "One")

    aliases.put((b"POST", b"four"), b"4", None)

    assert aliases.get((b"POST", b"two")) is None
    assert aliases.get((b"POST", b"one")) == (b"1", "One")
    assert aliases.get((b"GET", b"one")) is None
