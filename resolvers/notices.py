"""Seeing what the upstream did silently, by comparing its answer with the one before and with what was asked. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime

from ecs.model import RemoteCartItem
from persistence.records import LineRecord, Placement
from resolvers.outcomes import Notice, NoticeCode, PriceMoved, QuantityCapped
from resolvers.snapshots import SeenCart
from resolvers.views import CartView


def notices_of(
    before: SeenCart,
    after: CartView,
    wanted: Mapping[str, int],
    now: datetime,
    new_id: Callable[[], str],
) -> tuple[Notice, ...]:
    """
    Everything on ``after`` that went otherwise than asked, in the order of its lines.

    ``wanted`` gives, for the lines a call touched, the units they were to hold among those to be bought.
    """
    earlier = {item.key: item for item in (*before.items, *before.saved)}
    found: list[Notice] = []
    for line in (*after.lines, *after.saved):
        record = line.record
        if record.id in wanted:
            found += _against_wish(record, wanted[record.id], now, new_id)
        found += _price(record, earlier.get(record.upstream_key), line.remote, now, new_id)
    return tuple(found)


def _against_wish(line: LineRecord, wanted: int, now: datetime, new_id: Callable[[], str]) -> list[Notice]:
    if line.placement is Placement.SAVED_FOR_LATER:
        message = f"{line.title} cannot be bought now; it was put with the saved lines."
        return [Notice(new_id(), NoticeCode.MOVED_TO_SAVED, message, line.id, now)]
    if line.quantity < wanted:
        message = f"Only {line.quantity} of {wanted} units of {line.title} can be bought."
        return [QuantityCapped(new_id(), NoticeCode.QUANTITY_CAPPED, message, line.id, now, wanted, line.quantity)]
    return []


def _price(
    line: LineRecord,
    before: RemoteCartItem | None,
    after: RemoteCartItem | None,
    now: datetime,
    new_id: Callable[[], str],
) -> list[Notice]:
    if not (before and after and before.price and after.price):
        return []
    previous, current = before.price, after.price
    if previous.currency != current.currency or previous.amount_minor == current.amount_minor:
        return []
    rose = current.amount_minor > previous.amount_minor
    code = NoticeCode.PRICE_ROSE if rose else NoticeCode.PRICE_DROPPED
    verb = "rose" if rose else "fell"
    message = f"The price of {line.title} {verb} from {previous.formatted} to {current.formatted}."
    return [PriceMoved(new_id(), code, message, line.id, now, previous, current)]
