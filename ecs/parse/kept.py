"""
Parts that are kept out of the tree: most of an answer is offers and pictures, or lines of a cart, which are read from
their markup sooner.

The document is parsed with an empty element in place of such a part, and the part's reader asks for its markup
(``markup_of``). Readers know the plain form that all recorded answers have; what is written in any other way they read
as a tree after all. Whether a part is well-formed is found out when it is read.

Documents are read where they are parsed, one after the other, so that the parts of the last one are enough.
"""

from collections.abc import Iterator
from contextvars import ContextVar
from itertools import count
from typing import Final

from msgspec import Struct

from ecs.errors import BadReply
from ecs.parse.nodes import Element

_OF_ITEMS: Final = ((b"<Offers><TotalOffers>", b"Offers"), (b"<ImageSets><ImageSet Category=", b"ImageSets"))
"""How a part begins that is kept, and its name. One written with line breaks between its elements is not."""
_OF_CARTS: Final = ((b"<CartItem><CartItemId>", b"CartItem"),)
_CART: Final = b"<Cart"
"""How the root begins of an answer about a cart."""
_ROOT_WITHIN: Final = 100
_MARK: Final = "kept"
_numbers: Final = count(1)


class _Kept(Struct, frozen=True):
    """Parts of a document, whose marks begin alike."""

    mark: str
    parts: tuple[bytes, ...]


_last: Final[ContextVar[_Kept | None]] = ContextVar("kept", default=None)


def without_kept_parts(body: bytes) -> bytes:
    """
    The document without those parts, which are kept until the next one.

    ``body`` has no comments, CDATA sections or processing instructions: every ``<`` begins or ends an element.
    """
    # Each kind takes a walk through the whole document, so that only those are looked for which it may have.
    kinds = _OF_CARTS if body.find(_CART, 0, _ROOT_WITHIN) >= 0 else _OF_ITEMS
    found = sorted(part for opening, name in kinds for part in _parts(body, opening, name))
    begins = f"{next(_numbers)}."
    pieces: list[bytes] = []
    parts: list[bytes] = []
    at = 0
    for start, end, name in found:
        if start < at:
            # One within another: nothing that is known sends such a thing.
            continue
        pieces += (body[at:start], f"<{name.decode()} {_MARK}='{begins}{len(parts)}'/>".encode())
        parts.append(body[start + len(name) + 2 : end])
        at = end + len(name) + 3
    _last.set(_Kept(begins, tuple(parts)))
    return b"".join([*pieces, body[at:]]) if parts else body


def markup_of(element: Element) -> str | None:
    """
    The markup in a part that was kept; None for any other element.

    Raises:
        BadReply: it is not UTF-8.
    """
    mark = element.get(_MARK, "")
    if not mark:
        return None
    kept = _last.get()
    # Whoever else writes such a mark gets nothing for it.
    if kept is None or not mark.startswith(kept.mark):
        return None
    place = mark[len(kept.mark) :]
    if not place.isdecimal() or int(place) >= len(kept.parts):
        return None
    try:
        return kept.parts[int(place)].decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadReply("the answer is not UTF-8") from error


def _parts(body: bytes, opening: bytes, name: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Start and end of each part's markup with its tags, without the closing one's length, and its name."""
    closing = b"</%b>" % name
    start = body.find(opening)
    while start >= 0:
        end = body.find(closing, start)
        if end < 0:
            return
        yield start, end, name
        start = body.find(opening, end)
