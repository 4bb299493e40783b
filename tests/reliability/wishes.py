"""
What a shopper may ask for, and what of it can be seen to happen.

A change with one effect is its own wish; those that are made of several, or bear terms of their own, are here.
"""

from typing import Final

from msgspec import Struct

from tests.reliability.effects import (
    LAST_PART,
    Clear,
    Effect,
    HandOver,
    Merge,
    Move,
    Put,
    PutAll,
    PutBack,
    Replace,
    Set,
)

SOLD_OUT: Final = "B0NOTSOLD0"
"""The thing that nobody can buy: the upstream refuses it."""


class AddMany(Struct, frozen=True):
    """One call that puts several things in the cart, all or none of them when it is atomic."""

    owner: str
    puts: tuple[Put, ...]
    is_atomic: bool = False


class Create(Struct, frozen=True):
    """A new cart with these things, though there may be one."""

    owner: str
    puts: tuple[Put, ...]


class MergeCart(Struct, frozen=True):
    """A cart of ``source`` joined to the owner's, by its id."""

    source: str
    owner: str
    cart_id: str


class Restore(Struct, frozen=True):
    """The lines of an old cart brought back; ``lines`` are what it holds."""

    owner: str
    cart_id: str
    lines: tuple[tuple[str, int, bool], ...]


class Acknowledge(Struct, frozen=True):
    """Notices marked as seen."""

    owner: str
    notice_ids: frozenset[str]


class CheckOut(Struct, frozen=True):
    """A hand-over for this sum at most."""

    owner: str
    subtotal_minor: int


Wish = Put | Set | Move | Clear | HandOver | Merge | AddMany | Create | MergeCart | Restore | Acknowledge | CheckOut


def effects_of(wish: Wish | None, refused: frozenset[str] = frozenset()) -> tuple[Effect, ...]:
    """What a call may do; nothing of it for the things that were ``refused``."""
    match wish:
        case None | Acknowledge():
            return ()
        case Merge(source, owner) | MergeCart(source, owner):
            return tuple(Merge(source, owner, part) for part in range(1, LAST_PART + 1))
        case AddMany(owner, puts, is_atomic):
            if not is_atomic:
                return _buyable(puts, refused)
            return (PutAll(owner, puts),) if puts == _buyable(puts, refused) else ()
        case Create(owner, puts):
            taken = _buyable(puts, refused)
            return (Replace(owner, taken),) if taken else ()
        case Restore(owner, _, lines):
            return tuple(PutBack(owner, *line) for line in lines if line[0] not in refused)
        case CheckOut(owner):
            return (HandOver(owner),)
    return (wish,)


def is_unordered(wish: Wish | None) -> bool:
    """True when the effects of a call come in any order, others' between them."""
    return isinstance(wish, AddMany | Restore)


def is_hidden(wish: Wish | None) -> bool:
    """True when a call may show more on its way than what comes of it: what it takes back, or puts aside at last."""
    return isinstance(wish, Restore) or (isinstance(wish, AddMany) and wish.is_atomic)


def _buyable(puts: tuple[Put, ...], refused: frozenset[str]) -> tuple[Put, ...]:
    return tuple(put for put in puts if put.thing not in refused and put.thing != SOLD_OUT)
