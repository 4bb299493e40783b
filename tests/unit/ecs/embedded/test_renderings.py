"""Items remembered as they were written."""

from ecs.embedded.renderings import Renderings


def test_what_was_not_asked_for_longest_is_let_go_of() -> None:
    """A walk through the whole catalog must not fill the memory, nor push out what everybody looks at."""
    renderings = Renderings(most=25)
    for key in ("a", "b"):
        renderings.keep(key, key * 10)
    assert renderings.get("a") == "a" * 10

    renderings.keep("c", "c" * 10)

    assert [renderings.get(key) for key in ("a", "b", "c")] == ["a" * 10, None, "c" * 10]


def test_the_same_key_counts_once() -> None:
    """Two threads may write one item at the same time."""
    renderings = Renderings(most=25)
    for _ in range(5):
        renderings.keep("a", "a" * 10)

    renderings.keep("b", "b" * 10)

    assert renderings.get("a") == "a" * 10


def test_what_is_larger_than_everything_is_not_kept() -> None:
    """It is given back all the same."""
    renderings = Renderings(most=5)

    assert renderings.keep("a", "a" * 10) == "a" * 10
    assert renderings.get("a") is None


def test_nothing_is_left_after_clearing() -> None:
    """Neither the items nor the room they took."""
    renderings = Renderings(most=10)
    renderings.keep("a", "a" * 10)
    renderings.clear()

    renderings.keep("b", "b" * 10)

    assert (renderings.get("a"), renderings.get("b")) == (None, "b" * 10)
