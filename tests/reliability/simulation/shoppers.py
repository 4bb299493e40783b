"""Shoppers at their devices, and what they wish next, as the seed has it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Final

from persistence.records import CartRecord, CartStatus, Placement
from tests.reliability.effects import Clear, HandOver, Merge, Move, Put, Set
from tests.reliability.simulation.driver import Answer, Step
from tests.reliability.wishes import SOLD_OUT, Acknowledge, AddMany, CheckOut, Create, MergeCart, Restore, Wish

THINGS: Final = ("A", "B", "C")


@dataclass
class Shopper:
    """Somebody at a device, who knows what he was shown last."""

    name: str
    owner: str
    guest: str | None = None
    """Whom he was before he signed in: that one's cart becomes his now and then."""
    line_ids: dict[str, str] = field(default_factory=dict)
    seen: Answer | None = None
    acknowledged: set[str] = field(default_factory=set)
    """Notices that he has marked as seen; he must not see them again."""

    def told(self, answer: Answer) -> None:
        """Remember it."""
        if answer.line_ids is not None:
            self.line_ids = dict(answer.line_ids)
            self.seen = answer


class Wishes:
    """What a shopper wishes, given all carts that there are."""

    def __init__(self, random: Random, carts: dict[str, CartRecord]) -> None:
        self._random = random
        self._carts = carts
        self._keys = count(1)

    def next_step(self, shopper: Shopper) -> Step:
        """Half of the changes that may have a key have one."""
        wish = self._wish(shopper)
        may_have_key = not isinstance(wish, Merge | Acknowledge | None)
        key = f"key-{next(self._keys)}" if may_have_key and self._random.random() < 0.5 else None
        return Step(shopper.owner, wish, key)

    def _wish(self, shopper: Shopper) -> Wish | None:
        dice = self._random.random()
        if dice < 0.15:
            return self._of_carts(shopper)
        if dice < 0.28:
            return None
        if dice < 0.36:
            return AddMany(shopper.owner, self._puts(shopper, (*THINGS, SOLD_OUT)), self._random.random() < 0.5)
        return self._of_lines(shopper, dice)

    def _of_lines(self, shopper: Shopper, dice: float) -> Wish:
        random, owner = self._random, shopper.owner
        thing = random.choice(THINGS)
        if dice < 0.6 or not shopper.line_ids:
            return Put(owner, thing, random.randrange(1, 4))
        if dice < 0.8:
            return Set(owner, thing, random.randrange(6))
        if dice < 0.9:
            return Move(owner, thing, random.random() < 0.5)
        if dice < 0.94:
            return Clear(owner, random.choice((None, False, True)))
        seen = shopper.seen
        if seen is None or seen.subtotal_minor is None or random.random() < 0.5:
            return HandOver(owner)
        return CheckOut(owner, seen.subtotal_minor)

    def _of_carts(self, shopper: Shopper) -> Wish | None:
        random, owner = self._random, shopper.owner
        match random.randrange(5):
            case 0 if shopper.guest is not None:
                return Merge(shopper.guest, owner)
            case 1 if shopper.guest is not None:
                source = self._any_of(shopper.guest, (CartStatus.ACTIVE,))
                return None if source is None else MergeCart(shopper.guest, owner, source.id)
            case 2:
                return Create(owner, self._puts(shopper, THINGS))
            case 3:
                return self._restoring(owner)
            case 4 if shopper.seen is not None and shopper.seen.notice_ids:
                return Acknowledge(owner, shopper.seen.notice_ids)
        return None

    def _restoring(self, owner: str) -> Wish | None:
        old = self._any_of(owner, (CartStatus.EXPIRED, CartStatus.HANDED_OVER, CartStatus.MERGED))
        if old is None or not old.lines:
            return None
        lines = ((line.asin, line.quantity, line.placement is Placement.SAVED_FOR_LATER) for line in old.lines)
        return Restore(owner, old.id, tuple(lines))

    def _puts(self, shopper: Shopper, things: Collection[str]) -> tuple[Put, ...]:
        chosen = self._random.sample(list(things), self._random.randrange(1, 4))
        return tuple(Put(shopper.owner, thing, self._random.randrange(1, 4)) for thing in chosen)

    def _any_of(self, owner: str, statuses: Collection[CartStatus]) -> CartRecord | None:
        found = [cart for cart in self._carts.values() if cart.customer_id == owner and cart.status in statuses]
        return self._random.choice(found) if found else None
