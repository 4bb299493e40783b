"""
The store in memory: carts and the journal under the rules of ``resolvers.ports``, constraints of the tables included.

A method yields once before its transaction, as a database would, and is whole or nothing: cancelled there, it has
written nothing. A caller that breaks a rule of the port (stale lines, a settled intent without its instant) fails by
assertion, where the real store would keep wrong data.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from persistence.errors import ActiveCartExists, CartMoved, FenceLost, GuestEnded, KeyTaken
from persistence.records import (
    CartRecord,
    CartStatus,
    CustomerRecord,
    Held,
    Hold,
    IntentRecord,
    IntentState,
    LineRecord,
    Opening,
    Settlement,
)

_TAKES_THE_PLACE: Final = (CartStatus.PENDING, CartStatus.ACTIVE)
"""A customer has one cart of these statuses in a marketplace."""


@dataclass
class MemoryStore:
    """
    ``CartStore`` and ``Journal`` in one.

    ``writes`` names each write that was made, in order; ``before_write`` lets others act just before one, each once.
    """

    records: dict[str, CartRecord] = field(default_factory=dict)
    intents: dict[str, IntentRecord] = field(default_factory=dict)
    customers: dict[str, CustomerRecord] = field(default_factory=dict)
    writes: list[str] = field(default_factory=list)
    before_write: list[Callable[[], None]] = field(default_factory=list)

    def keep(self, *carts: CartRecord) -> None:
        """Hold carts that were made before the test, with their customers."""
        for cart in carts:
            self.records[cart.id] = cart
            self._know(cart.customer_id, cart.created_at)

    def open_intents(self) -> list[IntentRecord]:
        """What is not settled yet, in the order it was recorded."""
        return [intent for intent in self.intents.values() if intent.state is IntentState.OPEN]

    async def active(self, customer_id: str, marketplace: str) -> CartRecord | None:
        """See ``resolvers.ports.CartStore``."""
        await asyncio.sleep(0)
        cart = self._in_place(customer_id, marketplace)
        return cart if cart and cart.status is CartStatus.ACTIVE else None

    async def find(self, customer_id: str, cart_id: str) -> CartRecord | None:
        """See ``resolvers.ports.CartStore``."""
        await asyncio.sleep(0)
        return self._own(customer_id, cart_id)

    async def cart_of_line(self, customer_id: str, line_id: str) -> CartRecord | None:
        """See ``resolvers.ports.CartStore``."""
        await asyncio.sleep(0)
        own = (cart for cart in self.records.values() if cart.customer_id == customer_id)
        return next((_shown(cart) for cart in own if any(line.id == line_id for line in cart.lines)), None)

    async def cart(self, cart_id: str) -> CartRecord | None:
        """See ``resolvers.ports.CartStore``."""
        await asyncio.sleep(0)
        return _shown(self.records.get(cart_id))

    async def carts(
        self, customer_id: str, marketplace: str, statuses: Collection[CartStatus], offset: int, limit: int
    ) -> tuple[list[CartRecord], int]:
        """See ``resolvers.ports.CartStore``."""
        await asyncio.sleep(0)
        asked = set(statuses) - {CartStatus.PENDING}
        own = [
            cart
            for cart in self.records.values()
            if (cart.customer_id, cart.marketplace) == (customer_id, marketplace) and cart.status in asked
        ]
        own.sort(key=lambda cart: (cart.created_at, cart.id), reverse=True)
        return own[offset : offset + limit], len(own)

    async def customer(self, customer_id: str) -> CustomerRecord | None:
        """See ``resolvers.ports.CartStore``."""
        await asyncio.sleep(0)
        return self.customers.get(customer_id)

    async def observe(self, cart: CartRecord, *, lines_before: Sequence[LineRecord], expected_version: int) -> None:
        """See ``resolvers.ports.CartStore``."""
        await self._about_to_write()
        stored = self.records.get(cart.id)
        as_read = (expected_version, cart.fence)
        if stored is None or not _is_free(stored) or (stored.version, stored.fence) != as_read:
            raise CartMoved("It moved.")
        assert _unmarked(lines_before) == _unmarked(stored.lines), "lines_before are not those stored at this version"
        self._put(
            replace(
                stored,
                version=cart.version,
                updated_at=cart.updated_at,
                lines=cart.lines,
                snapshot=cart.snapshot,
                notices=cart.notices,
            )
        )
        self.writes.append("observe")

    async def adopt(
        self, cart: CartRecord, *, customer_id: str, now: datetime, told: IntentRecord | None = None
    ) -> None:
        """See ``resolvers.ports.CartStore``."""
        await self._about_to_write()
        stored = self.records.get(cart.id)
        if stored is None or not _is_free(stored) or _as_read(stored) != _as_read(cart):
            raise CartMoved("It moved.")
        if customer_id != cart.customer_id:
            self._refuse_second(customer_id, cart.marketplace)
        if told is not None:
            assert told.settled_at is not None, "what is told is settled"
            if told.request_key and self._by_key(told.customer_id, told.request_key.key):
                raise KeyTaken("The key is in use.")
            self.intents[told.id] = told
        self._know(customer_id, now)
        self._put(replace(stored, customer_id=customer_id, version=stored.version + 1, updated_at=now))
        self.writes.append("adopt")

    async def end_guest(self, guest_id: str, *, customer_id: str, now: datetime) -> bool:
        """See ``resolvers.ports.CartStore``."""
        await self._about_to_write()
        own = [cart for cart in self.records.values() if cart.customer_id == guest_id]
        guest = self.customers.get(guest_id) or CustomerRecord(guest_id, now)
        if guest.ended_at is not None:
            return True
        if any(cart.status in _TAKES_THE_PLACE for cart in own):
            return False
        self.customers[guest_id] = replace(guest, ended_at=now)
        if own:
            self._know(customer_id, now)
        for cart in own:
            self._put(replace(cart, customer_id=customer_id))
        for intent in self.intents.values():
            if intent.customer_id == guest_id and intent.request_key is not None:
                self.intents[intent.id] = replace(intent, request_key=None, address=None)
        self.writes.append("end_guest")
        return True

    async def opening(self, customer_id: str, marketplace: str, cart_id: str | None, key: str | None) -> Opening:
        """See ``resolvers.ports.Journal``."""
        await asyncio.sleep(0)
        cart = self._in_place(customer_id, marketplace) if cart_id is None else self._own(customer_id, cart_id)
        return Opening(cart, None if key is None else self._by_key(customer_id, key))

    async def record(
        self, intent: IntentRecord, cart: CartRecord, lease_until: datetime, *, source: Held | None = None
    ) -> CartRecord:
        """See ``resolvers.ports.Journal``."""
        await self._about_to_write()
        assert intent.cart_id == cart.id, "an intent holds its own cart"
        assert intent.id not in self.intents, "an intent is recorded once"
        if cart.status is CartStatus.PENDING:
            assert cart.id not in self.records, "a pending cart is new"
            self._refuse_second(cart.customer_id, cart.marketplace)
        else:
            self._refuse_moved(cart)
        if source is not None:
            assert source.intent.parent_id == intent.id, "the source's intent names its parent"
            self._refuse_moved(source.cart)
        if intent.request_key and self._by_key(intent.customer_id, intent.request_key.key):
            raise KeyTaken("The key is in use.")
        self._know(cart.customer_id, cart.created_at)
        held = self._claim(cart, intent, lease_until)
        if source is not None:
            self._claim(source.cart, source.intent, lease_until)
        self.writes.append("record")
        return held

    async def amend(self, intent: IntentRecord, cart: CartRecord, lease_until: datetime) -> CartRecord:
        """See ``resolvers.ports.Journal``."""
        await self._about_to_write()
        self._refuse_late(cart, intent.id)
        self.intents[intent.id] = replace(self.intents[intent.id], body=intent.body)
        self.writes.append("amend")
        return self._lease(cart, intent.id, lease_until)

    async def renew(self, cart: CartRecord, lease_until: datetime) -> CartRecord:
        """See ``resolvers.ports.Journal``."""
        await self._about_to_write()
        assert cart.hold is not None, "only a held cart is renewed"
        self._refuse_late(cart, cart.hold.intent_id)
        self.writes.append("renew")
        return self._lease(cart, cart.hold.intent_id, lease_until)

    async def settle(self, settlement: Settlement) -> None:
        """See ``resolvers.ports.Journal``."""
        await self._about_to_write()
        intent, before, after = settlement.intent, settlement.before, settlement.after
        assert intent.settled_at is not None, "a settled intent says when"
        stored = self._refuse_late(before, intent.id)
        # A read may have marked a moved price since the change was recorded: that is no new version.
        assert _unmarked(before.lines) == _unmarked(stored.lines), "the lines before are not those stored"
        assert after is not None or stored.status is CartStatus.PENDING, "only a pending cart comes to nothing"
        written = [cart for cart in (after, settlement.opened) if cart is not None]
        if settlement.source is not None:
            given, given_after = settlement.source
            source = self.records.get(given.cart.id)
            if source is None or source.hold is None or source.hold.intent_id != given.intent.id:
                raise FenceLost("The source is another's.")
            written.append(given_after)
        self._refuse_crowd(written)
        _check_lines_apart(written)
        if after is None:
            del self.records[before.id]
        for cart in written:
            known = self.records.get(cart.id)
            self._know(cart.customer_id, cart.created_at)
            self._put(replace(cart, hold=None, fence=known.fence if known else cart.fence))
        for each in (intent.id, *self._children(intent.id)):
            self.intents[each] = replace(self.intents[each], state=IntentState.SETTLED, settled_at=intent.settled_at)
        self.intents[intent.id] = replace(self.intents[intent.id], outcome=intent.outcome, address=intent.address)
        self.writes.append("settle")

    async def drop(self, intent: IntentRecord, cart: CartRecord) -> None:
        """See ``resolvers.ports.Journal``."""
        await self._about_to_write()
        self._refuse_late(cart, intent.id)
        for each in (intent.id, *self._children(intent.id)):
            held = self.records[self.intents.pop(each).cart_id]
            if held.status is CartStatus.PENDING:
                del self.records[held.id]
            else:
                self.records[held.id] = replace(held, hold=None)
        self.writes.append("drop")

    async def held(self, cart_id: str) -> Held | None:
        """See ``resolvers.ports.Journal``."""
        await asyncio.sleep(0)
        cart = self.records.get(cart_id)
        return Held(cart, self.intents[cart.hold.intent_id]) if cart and cart.hold else None

    async def lapsed(self, now: datetime, marketplace: str, limit: int) -> list[Held]:
        """See ``resolvers.ports.Journal``."""
        await asyncio.sleep(0)
        found = [
            (cart.hold.lease_until, Held(cart, self.intents[cart.hold.intent_id]))
            for cart in self.records.values()
            if cart.hold and cart.hold.lease_until <= now and cart.marketplace == marketplace
        ]
        found.sort(key=lambda entry: (entry[0], entry[1].intent.id))
        return [held for _, held in found if held.intent.parent_id is None][:limit]

    async def take_over(self, held: Held, now: datetime, lease_until: datetime) -> CartRecord:
        """See ``resolvers.ports.Journal``."""
        await self._about_to_write()
        stored = self._refuse_late(held.cart, held.intent.id)
        if stored.hold is None or stored.hold.lease_until > now:
            raise FenceLost("Its owner has it for longer.")
        self.records[stored.id] = replace(stored, fence=stored.fence + 1)
        self.writes.append("take_over")
        return self._lease(self.records[stored.id], held.intent.id, lease_until)

    async def reap(self, before: datetime, limit: int) -> int:
        """See ``resolvers.ports.Journal``."""
        await self._about_to_write()
        old = [each for each in self.intents.values() if each.settled_at is not None and each.settled_at < before]
        old.sort(key=lambda intent: (intent.settled_at, intent.id))
        for intent in old[:limit]:
            del self.intents[intent.id]
        self.writes.append("reap")
        return len(old[:limit])

    async def _about_to_write(self) -> None:
        await asyncio.sleep(0)
        if self.before_write:
            self.before_write.pop(0)()

    def _own(self, customer_id: str, cart_id: str) -> CartRecord | None:
        cart = _shown(self.records.get(cart_id))
        return cart if cart and cart.customer_id == customer_id else None

    def _in_place(self, customer_id: str, marketplace: str) -> CartRecord | None:
        for cart in self.records.values():
            if cart.customer_id == customer_id and cart.marketplace == marketplace and cart.status in _TAKES_THE_PLACE:
                return cart
        return None

    def _by_key(self, customer_id: str, key: str) -> IntentRecord | None:
        for intent in self.intents.values():
            if intent.request_key and intent.request_key.key == key and intent.customer_id == customer_id:
                return intent
        return None

    def _children(self, intent_id: str) -> list[str]:
        return [each.id for each in self.intents.values() if each.parent_id == intent_id]

    def _know(self, customer_id: str, since: datetime) -> None:
        if self.customers.setdefault(customer_id, CustomerRecord(customer_id, since)).ended_at is not None:
            raise GuestEnded("He has signed in.")

    def _refuse_second(self, customer_id: str, marketplace: str) -> None:
        if self._in_place(customer_id, marketplace) is not None:
            raise ActiveCartExists("There is one already.")

    def _refuse_crowd(self, written: Sequence[CartRecord]) -> None:
        """Writing these must leave one cart in place for each customer and marketplace."""
        afterwards = {**self.records, **{cart.id: cart for cart in written}}
        for cart in written:
            whose = (cart.customer_id, cart.marketplace)
            in_place = [
                each
                for each in afterwards.values()
                if each.status in _TAKES_THE_PLACE and (each.customer_id, each.marketplace) == whose
            ]
            if len(in_place) > 1:
                raise ActiveCartExists("There is one already.")

    def _refuse_moved(self, cart: CartRecord) -> None:
        stored = self.records.get(cart.id)
        if stored is None or stored.hold is not None or _as_read(stored) != _as_read(cart):
            raise CartMoved("It moved.")

    def _refuse_late(self, cart: CartRecord, intent_id: str) -> CartRecord:
        stored = self.records.get(cart.id)
        if stored is None or stored.hold is None or (stored.hold.intent_id, stored.fence) != (intent_id, cart.fence):
            raise FenceLost("Another owns it.")
        return stored

    def _claim(self, cart: CartRecord, intent: IntentRecord, lease_until: datetime) -> CartRecord:
        stored = self.records.get(cart.id, cart)
        change = {"hold": Hold(intent.id, lease_until), "fence": stored.fence + 1}
        self._put(replace(stored, **change))
        self.intents[intent.id] = intent
        return replace(cart, **change)

    def _lease(self, cart: CartRecord, intent_id: str, lease_until: datetime) -> CartRecord:
        """Have the cart, and the source that is merged into it, until ``lease_until``."""
        for each in (intent_id, *self._children(intent_id)):
            stored = self.records[self.intents[each].cart_id]
            self.records[stored.id] = replace(stored, hold=Hold(each, lease_until))
        return replace(cart, hold=Hold(intent_id, lease_until))

    def _put(self, cart: CartRecord) -> None:
        """Keep a cart that the tables would take."""
        assert cart.version >= 1, "a version is at least 1"
        assert (cart.handle is not None) or cart.status is not CartStatus.ACTIVE, "an active cart has its handle"
        assert (cart.handle is None) or cart.status not in _WITHOUT_HANDLE, f"a {cart.status} cart has no handle"
        assert all(line.quantity >= 1 for line in cart.lines), "a line has at least one unit"
        keys = {line.upstream_key for line in cart.lines}
        assert len(keys) == len(cart.lines), "an upstream key stands for one line"
        self.records[cart.id] = cart


_WITHOUT_HANDLE: Final = (CartStatus.PENDING, CartStatus.HANDED_OVER)


def _shown(cart: CartRecord | None) -> CartRecord | None:
    return None if cart is None or cart.status is CartStatus.PENDING else cart


def _is_free(cart: CartRecord) -> bool:
    return cart.status is CartStatus.ACTIVE and cart.hold is None


def _as_read(cart: CartRecord) -> tuple[str, CartStatus, int, int]:
    return cart.customer_id, cart.status, cart.version, cart.fence


def _unmarked(lines: Sequence[LineRecord]) -> list[LineRecord]:
    """Lines without the mark of a moved price, which two reads at once may write."""
    return [replace(line, price_moved_at=None, updated_at=line.added_at) for line in lines]


def _check_lines_apart(carts: Sequence[CartRecord]) -> None:
    ids = [line.id for cart in carts for line in cart.lines]
    assert len(set(ids)) == len(ids), "a line is in one cart"
