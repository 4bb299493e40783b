"""Answers in memory, and the limits of it."""

from ecs.caching.ageing import PRICES
from ecs.caching.memory import Entry, Memory
from ecs.model import Seen
from tests.support.fakes import NOON


def an_entry(value: str | None = "value", size: int = 100) -> Entry:
    entry = Entry.of(Seen(value, NOON), PRICES, 1.0)
    entry.size = size
    return entry


def test_an_entry_knows_its_life_and_how_it_is_shown() -> None:
    """Made once, so that a hit costs next to nothing."""
    entry = Entry.of(Seen("value", NOON), PRICES, 0.0)

    assert entry.cached == Seen("value", NOON, "cache")
    assert entry.due_at == NOON.timestamp() + 480
    assert entry.life.hard_at == NOON.timestamp() + 3600
    assert Entry.of(Seen(None, NOON), PRICES, 0.0).cached is None


def test_an_entry_reckons_what_it_takes() -> None:
    """By the XML it came in, or by its bytes in a shared cache; its own thousand comes on top."""
    seen = Seen("value", NOON, received=301)

    assert Entry.of(seen, PRICES, 0.0).size == 451 + 1000
    assert Entry.of(seen, PRICES, 0.0, b"x" * 250).size == 500 + 1000
    assert Entry.of(Seen(None, NOON), PRICES, 0.0).size == 1000


def test_what_was_not_used_for_longest_goes_first() -> None:
    """A look counts as use."""
    memory = Memory(max_entries=2, max_bytes=1000)
    first, second, third = an_entry("1"), an_entry("2"), an_entry("3")

    memory.put("a", first)
    memory.put("b", second)
    memory.get("a")
    memory.put("c", third)

    assert (memory.get("a"), memory.get("b"), memory.get("c")) == (first, None, third)
    assert (len(memory), memory.size) == (2, 200)


def test_bytes_are_bounded_too() -> None:
    """Large answers push out as many small ones as they need room."""
    memory = Memory(max_entries=100, max_bytes=350)
    for key in "abc":
        memory.put(key, an_entry())

    memory.put("large", an_entry(size=300))

    assert [key for key in ("a", "b", "c", "large") if memory.get(key)] == ["large"]
    assert memory.size == 300


def test_one_too_large_for_all_is_not_kept() -> None:
    """It does not push out everything for nothing; what stood there before is gone."""
    memory = Memory(max_entries=100, max_bytes=350)
    memory.put("a", an_entry())
    memory.put("b", an_entry())

    memory.put("a", an_entry(size=351))

    assert memory.get("a") is None
    assert memory.get("b") is not None
    assert memory.size == 100


def test_a_newer_answer_takes_the_place_of_the_older() -> None:
    """Its bytes are counted once."""
    memory = Memory(max_entries=2, max_bytes=1000)
    memory.put("a", an_entry(size=100))
    newer = an_entry(size=40)

    memory.put("a", newer)
    memory.drop("unknown")

    assert memory.get("a") is newer
    assert (len(memory), memory.size) == (1, 40)
