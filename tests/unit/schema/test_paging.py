"""Connections: windows from arguments, cursors, page information."""

from base64 import urlsafe_b64encode

import pytest
import strawberry

from resolvers.errors import BadInput
from resolvers.search import Window
from schema.paging import PageInfo, cursor, cut, page_info, window_of

AT_9 = cursor(9)
AT_20 = cursor(20)


@pytest.mark.parametrize(
    ("first", "after", "last", "before", "expected"),
    [
        (None, None, None, None, Window(0, 10)),
        (0, None, None, None, Window(0, 0)),
        (1, None, None, None, Window(0, 1)),
        (50, None, None, None, Window(0, 50)),
        (5, AT_9, None, None, Window(10, 5)),
        (None, AT_9, None, None, Window(10, 10)),
        (5, None, None, AT_20, Window(0, 5)),
        (50, None, None, AT_9, Window(0, 9)),
        (None, None, None, AT_9, Window(0, 9)),
        (50, AT_9, None, AT_20, Window(10, 10)),
        (50, AT_20, None, AT_9, Window(21, 0)),
        (None, None, 3, None, Window(0, 3, is_from_end=True)),
        (None, None, 0, None, Window(0, 0, is_from_end=True)),
        (None, None, 3, AT_20, Window(17, 3)),
        (None, None, 50, AT_9, Window(0, 9)),
        (None, AT_9, 50, AT_20, Window(10, 10)),
        (None, AT_9, 3, AT_20, Window(17, 3)),
        (None, AT_20, 3, AT_9, Window(21, 0)),
        (None, "", 3, "", Window(0, 3, is_from_end=True)),
    ],
)
def test_a_window_follows_the_connection_specification(
    first: int | None, after: str | None, last: int | None, before: str | None, expected: Window
) -> None:
    """``after`` and ``before`` bound the list, ``first`` and ``last`` cut it."""
    assert window_of(first, after, last, before) == expected


def test_absent_arguments_are_like_null() -> None:
    """Strawberry has a value of its own for what was left out."""
    absent = strawberry.UNSET

    assert window_of(absent, absent, absent, absent) == Window(0, 10)
    assert window_of(absent, absent, absent, absent, default=50) == Window(0, 50)


@pytest.mark.parametrize(
    ("first", "after", "last", "before", "sentence"),
    [
        (1, None, 1, None, "Give `first` or `last`, not both."),
        (None, AT_9, 1, None, "`last` goes with `before`, not with `after`."),
        (-1, None, None, None, "`first` is a whole number from 0 to 50."),
        (51, None, None, None, "`first` is a whole number from 0 to 50."),
        (None, None, 51, None, "`last` is a whole number from 0 to 50."),
        (None, None, -1, None, "`last` is a whole number from 0 to 50."),
    ],
)
def test_arguments_that_contradict_or_exceed_are_refused(
    first: int | None, after: str | None, last: int | None, before: str | None, sentence: str
) -> None:
    """Each with the name of the argument and what is allowed."""
    with pytest.raises(BadInput) as refused:
        window_of(first, after, last, before)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "!!!!",
        "Étude",
        urlsafe_b64encode(b"at:").decode(),
        urlsafe_b64encode(b"at:-1").decode(),
        urlsafe_b64encode(b"at:1.5").decode(),
        urlsafe_b64encode(b"at:1000000").decode(),
        urlsafe_b64encode(b"on:1").decode(),
        urlsafe_b64encode(b"at:\xff").decode(),
    ],
)
def test_a_cursor_that_is_none_is_refused(text: str) -> None:
    """With the argument it stood in."""
    with pytest.raises(
        BadInput, match=r"^`after` is not a cursor of this list; take it from an edge or from pageInfo\.$"
    ):
        window_of(5, text, None, None)
    with pytest.raises(BadInput, match=r"^`before` is not a cursor"):
        window_of(5, None, None, text)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (Window(0, 2), (0, "ab")),
        (Window(3, 10), (3, "de")),
        (Window(5, 10), (5, "")),
        (Window(0, 2, is_from_end=True), (3, "de")),
        (Window(0, 9, is_from_end=True), (0, "abcde")),
        (Window(0, 0, is_from_end=True), (5, "")),
    ],
)
def test_a_whole_list_is_cut(window: Window, expected: tuple[int, str]) -> None:
    """Lists we hold whole are paged like those we do not."""
    assert cut("abcde", window) == expected


@pytest.mark.parametrize(
    ("start", "count", "reachable", "has_next", "has_previous"),
    [
        (0, 10, 25, True, False),
        (10, 10, 25, True, True),
        (20, 5, 25, False, True),
        (0, 5, 5, False, False),
        (0, 0, 0, False, False),
        (30, 0, 25, False, True),
        (30, 0, 0, False, False),
        (0, 0, 25, True, False),
    ],
)
def test_page_information_says_what_can_really_be_fetched(
    start: int, count: int, reachable: int, has_next: bool, has_previous: bool
) -> None:
    """A page past the upstream's window is never promised."""
    assert page_info(start, count, reachable) == PageInfo(
        end_cursor=cursor(start + count - 1) if count else None,
        has_next_page=has_next,
        has_previous_page=has_previous,
        start_cursor=cursor(start) if count else None,
    )
