"""Marking notices as seen: the shopper lets stand what the upstream changed, prices included."""

from collections.abc import Collection

from msgspec.structs import replace

from persistence.errors import CartMoved
from persistence.records import CartRecord, LineRecord
from resolvers import carts
from resolvers.changes import busy, turn, until_free
from resolvers.notices import kept, to_keep
from resolvers.outcomes import AnyNotice, CartOutcome, PriceMoved
from resolvers.problems import Stopped
from resolvers.shop import Shop
from resolvers.turns import TooManyWaiting
from resolvers.views import CartView

_TRIES = 5


async def acknowledge(
    shop: Shop, customer_id: str, cart_id: str | None, notice_ids: Collection[str] | None
) -> CartOutcome:
    """
    Forget the notices named, or all of them; ids that are not there are passed over, so it may be repeated.

    The prices of lines whose price notice is acknowledged are accepted: they no longer count as changed.
    """
    try:
        async with turn(shop, customer_id):
            return CartOutcome(cart=await _in_turn(shop, customer_id, cart_id, notice_ids))
    except TooManyWaiting:
        problem = busy()
    except Stopped as stopped:
        problem = stopped.problem
    return CartOutcome(cart=await carts.as_it_is(shop, customer_id, cart_id), problems=(problem,))


async def _in_turn(shop: Shop, customer_id: str, cart_id: str | None, notice_ids: Collection[str] | None) -> CartView:
    for _ in range(_TRIES):
        record = carts.check(await until_free(shop, customer_id, cart_id), cart_id, None)
        if record is None:
            raise Stopped(carts.not_found())
        after = _acknowledged(record, notice_ids)
        if after == record:
            return await carts.refreshed(shop, record)
        try:
            await shop.store.observe(after, lines_before=record.lines, expected_version=record.version)
        except CartMoved:
            continue
        return await carts.refreshed(shop, after)
    raise Stopped(busy())


def _acknowledged(record: CartRecord, notice_ids: Collection[str] | None) -> CartRecord:
    seen = CartView.remembered(record)
    notices = kept(record)
    gone = [notice for notice in notices if notice_ids is None or notice.id in notice_ids]
    accepted = {line.record.id for line in (*seen.lines, *seen.saved) if _accepts(line.record, gone, notice_ids)}
    lines = tuple(_at_its_price(seen, line) if line.id in accepted else line for line in record.lines)
    left = to_keep([each for each in notices if each not in gone])
    if (left, lines) == (record.notices, record.lines):
        return record
    # A read beside it must not write the notices back that it has seen before: its version is an older one.
    return replace(record, version=record.version + 1, notices=left, lines=lines)


def _accepts(line: LineRecord, gone: Collection[AnyNotice], notice_ids: Collection[str] | None) -> bool:
    if notice_ids is None:
        return True
    return any(isinstance(notice, PriceMoved) and notice.line_id == line.id for notice in gone)


def _at_its_price(seen: CartView, line: LineRecord) -> LineRecord:
    view = seen.line(line.id)
    price = view.unit_price if view else None
    if price is None:
        return line
    return replace(line, price_accepted_minor=price.amount_minor, price_moved_at=None)
