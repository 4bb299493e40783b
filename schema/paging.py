"""
Connections after the Relay specification: windows from arguments, cursors, page information.

A cursor is the place of an edge in its list, so a window can be jumped to without walking there. It is opaque to
clients all the same.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, TypeVar

import strawberry

from resolvers.errors import BadInput
from resolvers.search import Window
from schema.directives import INHERITS

T = TypeVar("T")
DEFAULT_PAGE: Final = 10
MAX_PAGE: Final = 50
_PREFIX: Final = "at:"
_WINDOWS: Final = 256
"""Windows that are kept: the products of an answer mostly ask for the same of their lists."""
_CURSORS: Final = 1024
"""Places whose cursors are kept; no list is paged much further."""


@strawberry.type(description="Relay page information.", directives=[INHERITS])
class PageInfo:
    """Where a page stands in its list."""

    end_cursor: str | None = strawberry.field(description="Cursor of the last edge of this page.")
    has_next_page: bool = strawberry.field(
        description=(
            "True when a further page can really be fetched; false at the upstream window's end even if `totalCount` "
            "is larger."
        )
    )
    has_previous_page: bool = strawberry.field(description="True when an earlier page exists.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge of this page.")


@lru_cache(_WINDOWS)
def window_of(
    first: int | None, after: str | None, last: int | None, before: str | None, *, default: int = DEFAULT_PAGE
) -> Window:
    """
    The window that Relay's arguments ask for; absent arguments are None or UNSET.

    Raises:
        BadInput: the arguments contradict each other, or a number or cursor is out of range.
    """
    asked_first, asked_last = _count("first", first), _count("last", last)
    if asked_first is not None and asked_last is not None:
        raise BadInput("Give `first` or `last`, not both.")
    start = _place("after", after) + 1 if after else 0
    if asked_last is None:
        limit = asked_first if asked_first is not None else default
        if before:
            limit = min(limit, max(0, _place("before", before) - start))
        return Window(start, limit)
    if not before:
        if after:
            raise BadInput("`last` goes with `before`, not with `after`.")
        return Window(0, asked_last, is_from_end=True)
    end = _place("before", before)
    begin = max(start, end - asked_last)
    return Window(begin, max(0, end - begin))


def cut(entries: Sequence[T], window: Window) -> tuple[int, Sequence[T]]:
    """The window's part of a whole list, and the place where it begins."""
    start = max(0, len(entries) - window.limit) if window.is_from_end else window.offset
    return start, entries[start : start + window.limit]


def page_info(start: int, count: int, reachable: int) -> PageInfo:
    """Page information of ``count`` edges from place ``start`` in a list of which ``reachable`` can be fetched."""
    return PageInfo(
        end_cursor=cursor(start + count - 1) if count else None,
        has_next_page=start + count < reachable,
        has_previous_page=start > 0 and reachable > 0,
        start_cursor=cursor(start) if count else None,
    )


@lru_cache(_CURSORS)
def cursor(place: int) -> str:
    """The cursor of the edge at a place, counted from 0."""
    return urlsafe_b64encode(f"{_PREFIX}{place}".encode()).decode().rstrip("=")


def _count(name: str, value: int | None) -> int | None:
    if value is None or value is strawberry.UNSET:
        return None
    if not 0 <= value <= MAX_PAGE:
        raise BadInput(f"`{name}` is a whole number from 0 to {MAX_PAGE}.")
    return value


def _place(name: str, text: str) -> int:
    try:
        decoded = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (Base64Error, ValueError):
        decoded = ""
    digits = decoded.removeprefix(_PREFIX)
    if not decoded.startswith(_PREFIX) or not digits.isdecimal() or len(digits) > 6:
        raise BadInput(f"`{name}` is not a cursor of this list; take it from an edge or from pageInfo.")
    return int(digits)
