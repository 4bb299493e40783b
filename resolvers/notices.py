"""
Seeing what the upstream did silently, by comparing its answer with the one before and with what was asked. Pure.

What is seen is told in the answer, and kept on the cart until the shopper acknowledges it.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct, msgpack

from ecs.model import Money, RemoteCartItem
from persistence.records import CartRecord, LineRecord, Placement
from resolvers.goals import Goal
from resolvers.outcomes import AnyNotice, Notice, NoticeCode, PriceMoved, QuantityCapped
from resolvers.snapshots import SeenCart
from resolvers.views import CartView, LineView

MAX_KEPT: Final = 100
"""Most notices a cart keeps; the oldest go first."""

_encode = msgpack.Encoder().encode
_decode = msgpack.Decoder(tuple[AnyNotice, ...]).decode


class Making(Struct, frozen=True):
    """What every notice is made with."""

    now: datetime
    new_id: Callable[[], str]

    def notice(self, code: NoticeCode, message: str, line: LineRecord | None = None) -> Notice:
        """A notice without further data."""
        return Notice(self.new_id(), code, message, line.id if line else None, self.now)


def notices_of(
    before: Sequence[LineRecord],
    earlier: SeenCart,
    after: CartView,
    goals: Collection[Goal],
    making: Making,
    *,
    is_rebuild: bool = False,
) -> tuple[AnyNotice, ...]:
    """
    Everything on ``after`` that went otherwise than asked, in the order of its lines, then lines that are gone.

    ``before`` are the lines as stored, ``earlier`` the upstream's cart as seen last, ``goals`` what was just asked for.
    """
    was = {line.id: line for line in before}
    prices = {item.key: item for item in (*earlier.items, *earlier.saved)}
    by_key = {goal.key: goal for goal in goals if goal.key is not None}
    found: list[AnyNotice] = []
    if is_rebuild:
        message = "The marketplace had let go of this cart; it was built anew from our record. Check the prices."
        found.append(making.notice(NoticeCode.CART_REBUILT, message))
    for line in (*after.lines, *after.saved):
        goal = by_key.get(line.record.upstream_key)
        old = was.get(line.record.id)
        found += _against_wish(line.record, goal, making) if goal else _unasked(line.record, old, making)
        if old is not None:
            found += _other_offer(line.record, old, making, is_rebuild=is_rebuild)
            found += _price(line, prices.get(old.upstream_key), making)
    gone = {goal.line_id for goal in goals if goal.quantity == 0}
    found += [_removed(line, making) for line in before if after.line(line.id) is None and line.id not in gone]
    return tuple(found)


def merged(text: str, making: Making) -> Notice:
    """Lines came in from another cart."""
    return making.notice(NoticeCode.LINES_MERGED, text)


def kept(record: CartRecord) -> tuple[AnyNotice, ...]:
    """What the shopper has not acknowledged yet, oldest first."""
    return _decode(record.notices) if record.notices else ()


def to_keep(notices: Sequence[AnyNotice]) -> bytes:
    """Notices as the store keeps them."""
    return _encode(tuple(notices)) if notices else b""


def joined(earlier: Sequence[AnyNotice], new: Sequence[AnyNotice], lines: Collection[LineRecord]) -> list[AnyNotice]:
    """
    What a cart keeps when ``new`` notices come: one of a kind for a line, a price from where it first stood, and none
    of a line that is gone.
    """
    titles = {line.id: line.title for line in lines}
    made: dict[tuple[NoticeCode, str | None], AnyNotice] = {}
    for notice in (*earlier, *new):
        if notice.line_id is not None and notice.line_id not in titles:
            continue
        before = made.pop(_place(notice), None)
        if notice.line_id and isinstance(notice, PriceMoved) and isinstance(before, PriceMoved):
            if before.previous.amount_minor == notice.current.amount_minor:
                continue
            notice = _price_moved(notice, titles[notice.line_id], before.previous, notice.current)
        made[_place(notice)] = notice
    return list(made.values())[-MAX_KEPT:]


def _place(notice: AnyNotice) -> tuple[NoticeCode, str | None]:
    if isinstance(notice, PriceMoved):
        return NoticeCode.PRICE_ROSE, notice.line_id
    # A line that was taken out has no id any more: its sentence tells it from others.
    return notice.code, notice.line_id or (notice.message if notice.code is NoticeCode.LINE_REMOVED else None)


def _price_moved(made: Notice, title: str, previous: Money, current: Money) -> PriceMoved:
    rose = current.amount_minor > previous.amount_minor
    code = NoticeCode.PRICE_ROSE if rose else NoticeCode.PRICE_DROPPED
    verb = "rose" if rose else "fell"
    message = f"The price of {title} {verb} from {previous.formatted} to {current.formatted}."
    return PriceMoved(made.id, code, message, made.line_id, made.created_at, previous, current)


def _against_wish(line: LineRecord, goal: Goal, making: Making) -> list[AnyNotice]:
    if line.placement is Placement.SAVED_FOR_LATER and goal.placement is Placement.ACTIVE:
        return [_aside(line, making)]
    if line.placement is Placement.ACTIVE and line.quantity < goal.quantity:
        return [_capped(line, goal.quantity, making)]
    return []


def _unasked(line: LineRecord, before: LineRecord | None, making: Making) -> list[AnyNotice]:
    if before is None:
        return []
    if before.placement is not line.placement:
        if line.placement is Placement.SAVED_FOR_LATER:
            return [_aside(line, making)]
        message = f"{line.title} can be bought again; it went back to the cart."
        return [making.notice(NoticeCode.BACK_IN_STOCK, message, line)]
    if line.quantity < before.quantity:
        return [_capped(line, before.quantity, making)]
    return []


def _aside(line: LineRecord, making: Making) -> Notice:
    message = f"{line.title} cannot be bought now; it was put with the saved lines."
    return making.notice(NoticeCode.MOVED_TO_SAVED, message, line)


def _capped(line: LineRecord, wanted: int, making: Making) -> QuantityCapped:
    message = f"Only {line.quantity} of {wanted} units of {line.title} can be bought."
    return QuantityCapped(
        making.new_id(), NoticeCode.QUANTITY_CAPPED, message, line.id, making.now, wanted, line.quantity
    )


def _other_offer(line: LineRecord, before: LineRecord, making: Making, *, is_rebuild: bool) -> list[AnyNotice]:
    is_other = line.listing_id != before.listing_id or (line.upstream_key != before.upstream_key and not is_rebuild)
    if not is_other:
        return []
    message = f"The offer of {line.title} is gone; another seller's offer took its place. Check price and seller."
    return [making.notice(NoticeCode.OFFER_REPLACED, message, line)]


def _removed(line: LineRecord, making: Making) -> Notice:
    message = f"The marketplace took {line.title} ({line.quantity}) out of the cart."
    return making.notice(NoticeCode.LINE_REMOVED, message)


def _price(line: LineView, before: RemoteCartItem | None, making: Making) -> list[AnyNotice]:
    after = line.remote
    if not (before and after and before.price and after.price):
        return []
    previous, current = before.price, after.price
    if previous.currency != current.currency or previous.amount_minor == current.amount_minor:
        return []
    made = making.notice(NoticeCode.PRICE_ROSE, "", line.record)
    return [_price_moved(made, line.record.title, previous, current)]


def shown(cart: CartView) -> tuple[AnyNotice, ...]:
    """What the cart has to tell: what is kept, and that the upstream has let go of it where a read has shown that."""
    if not cart.is_forgotten:
        return kept(cart.record)
    message = "The marketplace has let go of this cart; the next change builds it anew from our record."
    return (*kept(cart.record), Notice("expired", NoticeCode.CART_EXPIRED, message, None, cart.as_of))
