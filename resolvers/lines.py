"""
Lines of a cart: how ours follow the upstream's. Pure.

The upstream's lines come and go with every answer and change their id when they are saved; ours keep their id, the
instant they were added and the price they were added at. They are matched by what stays of a CartItemId; a line that
was put into a new upstream cart, by the goal it was put for; one whose offer was replaced, by its item.

A new line's id follows from the cart's and from the upstream's name for the line, so that whoever sees it first, a
reader beside the change or the change itself, gives it the same one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import count
from types import MappingProxyType
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ecs.model import RemoteCartItem
from persistence.records import LineRecord, Placement
from resolvers.goals import Goal
from resolvers.snapshots import SeenCart


class Addition(Struct, frozen=True):
    """One thing asked for: an item's featured offer, or the offer ``listing_id`` names; ``index`` is its place."""

    index: int
    asin: str
    quantity: int
    listing_id: str | None = None

    @property
    def what(self) -> tuple[str, str | None]:
        """What is bought; two additions of the same are one."""
        return self.asin, self.listing_id


class _Placed(NamedTuple):
    item: RemoteCartItem
    placement: Placement
    goal: Goal | None


_NOTHING_ADDED: Final[Mapping[str, Goal]] = MappingProxyType({})


def follow(
    known: Sequence[LineRecord],
    seen: SeenCart,
    now: datetime,
    cart_id: str,
    made_by: Mapping[str, Goal] = _NOTHING_ADDED,
    guests: Sequence[LineRecord] = (),
) -> tuple[LineRecord, ...]:
    """
    The lines of our cart after the upstream's answer: known ones brought up to date, gone ones left out, new ones at
    the end.

    ``made_by`` names, by the line's key, what was just asked for: it tells which offer a new line was added by, which
    line of ours it is, and the order of several new lines (the upstream puts later ones first). ``guests`` are lines of
    another cart that come in under their own ids.
    """
    placed = [_Placed(item, Placement.ACTIVE, made_by.get(item.key)) for item in seen.items]
    placed += [_Placed(item, Placement.SAVED_FOR_LATER, made_by.get(item.key)) for item in seen.saved]
    ours = _matched(known, placed)
    order = {key: place for place, key in enumerate(made_by)}
    new = sorted((each for each in placed if each.item.key not in ours), key=lambda each: _rank(each, order))
    kept = {line.id: _updated(line, each, now) for each in placed if (line := ours.get(each.item.key))}
    last = max((line.position for line in known), default=0)
    stay = tuple(kept[line.id] for line in known if line.id in kept)
    if not new:
        return stay
    by_id = {line.id: line for line in guests}
    taken = by_id.keys() | {line.id for line in known}
    ids = [_new_id(cart_id, each.item.key, taken) for each in new]
    made = (_made(each, last + place, now, ids[place - 1], by_id) for place, each in enumerate(new, start=1))
    return (*stay, *made)


def line_of(what: tuple[str, str | None], lines: Iterable[LineRecord]) -> LineRecord | None:
    """The line that holds ``what``, as far as our own record tells."""
    return next((line for line in lines if (line.asin, line.listing_id) == what), None)


def accepted_minor(line: LineRecord) -> int | None:
    """The unit price the shopper has let stand: the one it was added at, or acknowledged since; None when not known."""
    return line.price_when_added_minor if line.price_accepted_minor is None else line.price_accepted_minor


def _new_id(cart_id: str, key: str, taken: Collection[str]) -> str:
    """
    The id of the cart's new line that the upstream calls ``key``: the same whoever asks, none of those ``taken``.

    As hard to guess as the cart's own, and nothing of either can be read from it. A line that is known by another key
    by now may have the first that comes to mind.
    """
    return next(made for turn in count() if (made := _digest(f"{cart_id}\0{key}\0{turn}")) not in taken)


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16, person=b"cartograph.line").hexdigest()


def _matched(known: Sequence[LineRecord], placed: Sequence[_Placed]) -> dict[str, LineRecord]:
    """Our line for each of the upstream's, by its key."""
    by_key = {line.upstream_key: line for line in known}
    by_id = {line.id: line for line in known}
    ours: dict[str, LineRecord] = {}
    for item, _, goal in placed:
        line = by_id.get(goal.line_id) if goal and goal.line_id else None
        line = line or by_key.get(item.key)
        if line is not None:
            ours[item.key] = line
    taken = {line.id for line in ours.values()}
    for item, _, goal in placed:
        if item.key in ours or goal is not None:
            continue
        # Nobody asked for it and the line of its item is gone: another offer has taken its place.
        same = [line for line in known if line.asin == item.asin and line.id not in taken]
        if len(same) == 1:
            ours[item.key] = replace(same[0], listing_id=None)
            taken.add(same[0].id)
    return ours


def _rank(placed: _Placed, order: Mapping[str, int]) -> tuple[bool, int]:
    return placed.goal is None, order.get(placed.item.key, 0)


def _updated(line: LineRecord, placed: _Placed, now: datetime) -> LineRecord:
    item, placement, goal = placed
    seller = item.seller_name or line.seller_name
    listing_id = goal.listing_id if goal and goal.line_id == line.id else line.listing_id
    moved_at = _moved_at(line, item, now)
    after = (item.key, listing_id, item.quantity, placement, seller)
    is_changed = after != (line.upstream_key, line.listing_id, line.quantity, line.placement, line.seller_name)
    if not is_changed and moved_at == line.price_moved_at:
        return line
    return replace(
        line,
        upstream_key=item.key,
        listing_id=listing_id,
        quantity=item.quantity,
        placement=placement,
        seller_name=seller,
        price_moved_at=moved_at,
        updated_at=now if is_changed else line.updated_at,
    )


def _moved_at(line: LineRecord, item: RemoteCartItem, now: datetime) -> datetime | None:
    accepted = accepted_minor(line)
    if item.price is None or accepted is None:
        return line.price_moved_at
    return (line.price_moved_at or now) if item.price.amount_minor != accepted else None


def _made(placed: _Placed, position: int, now: datetime, line_id: str, guests: Mapping[str, LineRecord]) -> LineRecord:
    item, placement, goal = placed
    guest = guests.get(goal.line_id) if goal and goal.line_id else None
    if guest is not None:
        return replace(_updated(guest, placed, now), position=position)
    return LineRecord(
        id=line_id,
        upstream_key=item.key,
        asin=item.asin,
        title=item.title,
        quantity=item.quantity,
        placement=placement,
        position=position,
        added_at=now,
        updated_at=now,
        listing_id=goal.listing_id if goal else None,
        seller_name=item.seller_name,
        price_when_added_minor=item.price.amount_minor if item.price else None,
    )
