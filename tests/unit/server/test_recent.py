"""A bounded memory."""

from server.recent import Recent


def test_what_was_not_used_for_longest_goes_first() -> None:
    """What comes with every request stays, however much else passes by."""
    recent: Recent[int] = Recent(2)
    recent.keep(b"a", 1)
    recent.keep(b"b", 2)
    assert recent.get(b"a") == 1
    recent.keep(b"c", 3)

    assert [recent.get(key) for key in (b"a", b"b", b"c")] == [1, None, 3]


def test_a_value_kept_again_is_new() -> None:
    """In worth and in age."""
    recent: Recent[int] = Recent(2)
    for key, value in ((b"a", 1), (b"b", 2), (b"a", 3), (b"c", 4)):
        recent.keep(key, value)

    assert [recent.get(key) for key in (b"a", b"b", b"c")] == [3, None, 4]


def test_forgetting() -> None:
    """Once is enough, twice does no harm."""
    recent: Recent[int] = Recent(2)
    recent.keep(b"a", 1)
    recent.forget(b"a")
    recent.forget(b"a")

    assert recent.get(b"a") is None
