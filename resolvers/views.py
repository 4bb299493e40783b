"""A cart as the storefront shows it: our record joined with the upstream's cart, live or as last seen."""

from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, Literal

from ecs.model import Money, RemoteCart, RemoteCartItem
from persistence.records import CartRecord, CartStatus, LineRecord, Placement
from resolvers.lines import accepted_minor
from resolvers.prices import money
from resolvers.snapshots import SeenCart, from_snapshot

CART_LIFETIME: Final = timedelta(days=90)
"""How long the upstream keeps a cart with items after its last use (developer guide, cart life span)."""

EMPTY_CART_LIFETIME: Final = timedelta(days=7)
"""And how long one without items."""

CartSource = Literal["upstream", "snapshot"]


class LineView:
    """A line with what the upstream says of it; ``remote`` is None when the upstream no longer has it."""

    __slots__ = ("cart", "record", "remote")

    def __init__(self, cart: "CartView", record: LineRecord, remote: RemoteCartItem | None) -> None:
        self.cart = cart
        self.record = record
        self.remote = remote

    @property
    def unit_price(self) -> Money | None:
        """Price of one unit now."""
        return self.remote.price if self.remote else None

    @property
    def price_when_added(self) -> Money | None:
        """Price of one unit when the line was made."""
        amount = self.record.price_when_added_minor
        return None if amount is None else money(amount, self.cart.record.currency)

    @property
    def price_accepted(self) -> Money | None:
        """Price of one unit that the shopper has let stand: when the line was made, or acknowledged since."""
        amount = accepted_minor(self.record)
        return None if amount is None else money(amount, self.cart.record.currency)

    @property
    def price_rise_minor(self) -> int:
        """How much dearer one unit is than the shopper knows; below zero when it is cheaper, zero when not known."""
        amount = accepted_minor(self.record)
        return 0 if amount is None or self.unit_price is None else self.unit_price.amount_minor - amount

    @property
    def total(self) -> Money | None:
        """The line's total as the upstream sent it."""
        return self.remote.total if self.remote else None


class CartView:
    """
    A cart: the record, and the upstream's answer it was joined with.

    ``as_of`` is the instant of that answer; ``source`` tells whether it came in this request or from the snapshot;
    ``is_stale`` is true when the snapshot was used because the upstream did not answer; ``is_forgotten`` when it
    answered that it has no such cart.
    """

    def __init__(
        self,
        record: CartRecord,
        seen: SeenCart,
        as_of: datetime,
        *,
        source: CartSource,
        is_stale: bool,
        is_forgotten: bool = False,
    ) -> None:
        self.record = record
        self.seen = seen
        self.as_of = as_of
        self.source: CartSource = source
        self.is_stale = is_stale
        self.is_forgotten = is_forgotten

    @classmethod
    def live(cls, record: CartRecord, remote: RemoteCart, now: datetime) -> "CartView":
        """The cart as the upstream has just answered it."""
        return cls(record, SeenCart.of(remote), now, source="upstream", is_stale=False)

    @classmethod
    def remembered(cls, record: CartRecord, *, is_forgotten: bool = False) -> "CartView":
        """The cart as last seen; stale while it is active, final once it is not."""
        return cls(
            record,
            from_snapshot(record.snapshot),
            record.snapshot.observed_at,
            source="snapshot",
            is_stale=record.status is CartStatus.ACTIVE,
            is_forgotten=is_forgotten,
        )

    @cached_property
    def _lines(self) -> tuple[LineView, ...]:
        remote = {item.key: item for item in (*self.seen.items, *self.seen.saved)}
        return tuple(LineView(self, line, remote.get(line.upstream_key)) for line in self.record.lines)

    @property
    def lines(self) -> list[LineView]:
        """Lines to be bought, in the order they were added."""
        return [line for line in self._lines if line.record.placement is Placement.ACTIVE]

    @property
    def saved(self) -> list[LineView]:
        """Lines put aside, in the order they were added."""
        return [line for line in self._lines if line.record.placement is Placement.SAVED_FOR_LATER]

    def line(self, line_id: str) -> LineView | None:
        """The line of this id, wherever it stands."""
        return next((line for line in self._lines if line.record.id == line_id), None)

    @property
    def total_quantity(self) -> int:
        """Units to be bought."""
        return sum(line.record.quantity for line in self.lines)

    @property
    def subtotal(self) -> Money | None:
        """Sum of the lines to be bought as the upstream sent it; zero for none, None while a price is unknown."""
        if not self.lines:
            return money(0, self.record.currency)
        if any(line.total is None for line in self.lines):
            return None
        return self.seen.subtotal

    @property
    def expires_at(self) -> datetime:
        """When the upstream lets go of the cart unless it is used."""
        return self.record.updated_at + (CART_LIFETIME if self.record.lines else EMPTY_CART_LIFETIME)
