"""
Lines of a cart: how ours follow the upstream's. Pure.

The upstream's lines come and go with every answer and change their id when they are saved; ours keep their id, the
instant they were added and the price they were added at. They are matched by what stays of a CartItemId.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ecs.model import RemoteCart, RemoteCartItem
from persistence.records import LineRecord, Placement


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


_NOTHING_ADDED: Final[Mapping[str, Addition]] = MappingProxyType({})


def follow(
    known: Sequence[LineRecord],
    remote: RemoteCart,
    now: datetime,
    new_id: Callable[[], str],
    made_by: Mapping[str, Addition] = _NOTHING_ADDED,
) -> tuple[LineRecord, ...]:
    """
    Our lines after the upstream's answer: known ones brought up to date, gone ones left out, new ones at the end.

    ``made_by`` names, by the line's key, what was just asked for: it tells which offer a new line was added by, and the
    order of several new lines (the upstream puts later ones first).
    """
    by_key = {line.upstream_key: line for line in known}
    placed = [(item, Placement.ACTIVE) for item in remote.items]
    placed += [(item, Placement.SAVED_FOR_LATER) for item in remote.saved]
    kept = {item.key: _updated(by_key[item.key], item, place, now) for item, place in placed if item.key in by_key}
    new = [(made_by.get(item.key), item, place) for item, place in placed if item.key not in by_key]
    new.sort(key=lambda entry: (entry[0] is None, entry[0].index if entry[0] else 0))
    last = max((line.position for line in known), default=0)
    return (
        *(kept[line.upstream_key] for line in known if line.upstream_key in kept),
        *(
            _made(item, place, position, addition, now, new_id())
            for position, (addition, item, place) in enumerate(new, start=last + 1)
        ),
    )


def line_of(addition: Addition, lines: Iterable[LineRecord]) -> LineRecord | None:
    """The line that holds what ``addition`` asks for, as far as our own record tells."""
    return next((line for line in lines if (line.asin, line.listing_id) == addition.what), None)


def _updated(line: LineRecord, item: RemoteCartItem, placement: Placement, now: datetime) -> LineRecord:
    seller = item.seller_name or line.seller_name
    if (line.quantity, line.placement, line.seller_name) == (item.quantity, placement, seller):
        return line
    return replace(line, quantity=item.quantity, placement=placement, seller_name=seller, updated_at=now)


def _made(
    item: RemoteCartItem, placement: Placement, position: int, addition: Addition | None, now: datetime, line_id: str
) -> LineRecord:
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
        listing_id=addition.listing_id if addition else None,
        seller_name=item.seller_name,
        price_when_added_minor=item.price.amount_minor if item.price else None,
    )
