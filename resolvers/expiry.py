"""
Telling a cart that has lapsed from a server that is set up wrong. Pure but for what it remembers.

The upstream answers "no such cart" alike for a cart past its life, a wrong key ring and another associate tag. A fault
of ours would hit every cart: then none may be rebuilt or closed (invariant I14).
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from persistence.records import CartRecord
from resolvers.views import CART_LIFETIME, EMPTY_CART_LIFETIME

WINDOW: Final = timedelta(minutes=1)
SUSPICIOUS: Final = 3
"""So many carts gone before their time within a minute, and no more than as many found, are no accident."""
_REMEMBERED: Final = 1000


class ExpiryGuard:
    """What the upstream said lately of carts that should be there. One for a marketplace and process."""

    def __init__(self) -> None:
        self._gone: OrderedDict[str, datetime] = OrderedDict()
        self._found: OrderedDict[str, datetime] = OrderedDict()

    def found(self, cart: CartRecord, now: datetime) -> None:
        """The upstream knows the cart."""
        self._gone.pop(cart.id, None)
        _remember(self._found, cart.id, now)

    def gone(self, cart: CartRecord, now: datetime) -> None:
        """The upstream does not know the cart; one past its life is no news."""
        self._found.pop(cart.id, None)
        if not is_past_its_life(cart, now):
            _remember(self._gone, cart.id, now)

    def doubts(self, cart: CartRecord, made_with: str, now: datetime) -> bool:
        """True when it is more likely that this server is set up wrong than that ``cart`` has lapsed."""
        if cart.made_with and cart.made_with != made_with:
            return True
        if is_past_its_life(cart, now):
            return False
        gone, found = _lately(self._gone, now), _lately(self._found, now)
        return gone >= SUSPICIOUS and gone >= found


def is_past_its_life(cart: CartRecord, now: datetime) -> bool:
    """True when the upstream may have let the cart go: 90 days after its last use, 7 when it is empty."""
    last_use = max(cart.updated_at, cart.snapshot.observed_at)
    return now - last_use >= (CART_LIFETIME if cart.lines else EMPTY_CART_LIFETIME)


def _remember(seen: OrderedDict[str, datetime], cart_id: str, now: datetime) -> None:
    seen[cart_id] = now
    seen.move_to_end(cart_id)
    if len(seen) > _REMEMBERED:
        seen.popitem(last=False)


def _lately(seen: OrderedDict[str, datetime], now: datetime) -> int:
    return sum(now - instant < WINDOW for instant in seen.values())
