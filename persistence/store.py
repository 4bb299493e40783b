"""
The carts of customers, in a database. Each method is one transaction and says what is true afterwards.

Nobody's lock is held between two methods: a change names the version it was made from, and loses if another was first.
What changes a cart at the upstream goes through the journal.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from persistence import cart_statements as sql
from persistence import intent_statements
from persistence.errors import CartMoved, GuestEnded, KeyTaken
from persistence.faults import takes_place_of
from persistence.line_changes import LineChange, line_runs
from persistence.prepared import Parameters, Statement
from persistence.programs import Program, Run, Runner
from persistence.records import CartRecord, CartStatus, CustomerRecord, IntentRecord, LineRecord
from persistence.resealing import reseal
from persistence.rows import cart_record, cart_records, intent_row, seen_cart
from persistence.sealing import KeyRing
from persistence.settling import exists


class SqlCartStore:
    """
    Which customer has which cart, and the cart as last seen.

    Every method raises ``StoreUnavailable`` when the database cannot be reached, read or written; every method that
    answers a cart raises ``SealBroken`` when its handle does not open.
    """

    def __init__(self, database: Runner, key_ring: KeyRing) -> None:
        self._database = database
        self._key_ring = key_ring

    async def active(self, customer_id: str, marketplace: str) -> CartRecord | None:
        """The customer's one active cart in the marketplace."""
        return await self._cart(sql.ACTIVE_CART, {"the_customer": customer_id, "the_marketplace": marketplace})

    async def find(self, customer_id: str, cart_id: str) -> CartRecord | None:
        """A cart of this customer, in any status but pending."""
        return await self._cart(sql.OWN_CART, {"the_customer": customer_id, "the_cart": cart_id})

    async def cart_of_line(self, customer_id: str, line_id: str) -> CartRecord | None:
        """The cart of this customer that holds the line, in any status but pending."""
        return await self._cart(sql.CART_OF_LINE, {"the_customer": customer_id, "the_line": line_id})

    async def cart(self, cart_id: str) -> CartRecord | None:
        """A cart of anybody, in any status but pending."""
        return await self._cart(sql.ANY_CART, {"the_cart": cart_id})

    async def carts(
        self, customer_id: str, marketplace: str, statuses: Collection[CartStatus], offset: int, limit: int
    ) -> tuple[list[CartRecord], int]:
        """A stretch of the customer's carts in these statuses, newest first, and how many there are."""
        if not statuses:
            return [], 0
        wanted = [status.value for status in CartStatus if status in statuses]
        slots = dict.fromkeys(sql.STATUS_SLOTS, wanted[0]) | dict(zip(sql.STATUS_SLOTS, wanted, strict=False))
        rows = await self._database.read(
            sql.CARTS_OF_CUSTOMER,
            {
                "the_customer": customer_id,
                "the_marketplace": marketplace,
                "the_offset": offset,
                "the_limit": limit,
                **slots,
            },
        )
        return cart_records(rows, self._key_ring), rows[0][-1]

    async def customer(self, customer_id: str) -> CustomerRecord | None:
        """The customer, known since his first cart."""
        rows = await self._database.read(sql.CUSTOMER, {"the_customer": customer_id})
        return CustomerRecord(*rows[0]) if rows else None

    async def observe(self, cart: CartRecord, *, lines_before: Sequence[LineRecord], expected_version: int) -> None:
        """
        Write what a read has shown: version, lines (those not in it are deleted), snapshot, notices.

        ``lines_before`` are the lines as stored at ``expected_version``. Owner, status and handle stay as stored.

        Raises:
            CartMoved: the stored cart is not active at ``expected_version`` and ``cart.fence`` (it was claimed since),
                or is held by an intent; nothing was written.
        """

        def program() -> Program[None]:
            answer = yield Run(sql.OBSERVE, {**_as_read(cart, expected_version), **seen_cart(cart)})
            if answer.changed != 1:
                raise moved()
            yield from line_runs([LineChange(cart.id, lines_before, cart.lines)])

        await self._database.write(program())

    async def adopt(
        self, cart: CartRecord, *, customer_id: str, now: datetime, told: IntentRecord | None = None
    ) -> None:
        """
        Give an active cart to another customer, who is made known; its version grows by one.

        ``told`` is a settled intent to be kept with it: what a repetition under its request key is told.

        Raises:
            CartMoved: the stored cart is not active at ``cart.version`` with ``cart.customer_id``, or is held; nothing
                was written.
            ActiveCartExists: the other customer has an active or pending cart in the marketplace; nothing was written.
            KeyTaken: the customer's request key is in use; nothing was written.
            GuestEnded: the other is a guest who came to his end; nothing was written.
        """

        def program() -> Program[None]:
            yield from know_customer(customer_id, now)
            owner = {"the_customer": cart.customer_id, "customer_id": customer_id, "updated_at": now}
            answer = yield Run(sql.ADOPT, {**_as_read(cart, cart.version), **owner})
            if answer.changed != 1:
                raise moved()
            if told is not None:
                answer = yield Run(intent_statements.RECORD, intent_row(told, self._key_ring))
                if answer.changed != 1:
                    raise key_taken()

        try:
            await self._database.write(program())
        except Exception as error:
            if not takes_place_of(error):
                raise
            raise exists(cart) from error

    async def end_guest(self, guest_id: str, *, customer_id: str, now: datetime) -> bool:
        """
        Bring a guest to his end; False when he has an active or pending cart: then nothing was written.

        His other carts are the customer's from now on, his request keys are forgotten with the addresses under them,
        and nothing is kept for him again. It may be asked for again.
        """

        def program() -> Program[bool]:
            # His row first: who makes a cart for him meanwhile has it too, and is seen by what comes after.
            answer = yield Run(sql.END_GUEST, {"id": guest_id, "created_at": now, "ended_at": now})
            if answer.changed != 1:
                return True
            guest = {"the_customer": guest_id}
            statuses = {status for (status,) in (yield Run(sql.STATUSES_OF_GUEST, guest)).rows}
            if statuses & _IN_PLACE:
                raise _HasCart
            if statuses:
                yield from know_customer(customer_id, now)
                yield Run(sql.GIVE_CARTS, {**guest, "customer_id": customer_id})
            yield Run(intent_statements.FORGET_KEYS, guest)
            return True

        try:
            return await self._database.write(program())
        except _HasCart:
            return False

    async def reseal(self, limit: int) -> int:
        """
        Seal with the ring's first key what an older key has sealed: at most ``limit`` carts and ``limit`` addresses.

        How many were sealed anew; 0 when no older key is needed any more.

        Raises:
            SealBroken: nothing could be sealed anew, since what is left does not open.
        """
        return await reseal(self._database, self._key_ring, limit)

    async def _cart(self, statement: Statement, parameters: Parameters) -> CartRecord | None:
        return cart_record(await self._database.read(statement, parameters), self._key_ring)


_IN_PLACE: Final = {CartStatus.PENDING.value, CartStatus.ACTIVE.value}


class _HasCart(Exception):
    """Takes back what was written."""


def know_customer(customer_id: str, now: datetime) -> Program[None]:
    """
    Whoever has a cart is known; a guest who came to his end gets none.

    Raises:
        GuestEnded: he did.
    """
    if (yield Run(sql.KNOW_CUSTOMER, {"id": customer_id, "created_at": now})).changed != 1:
        raise GuestEnded("This guest has signed in: nothing is kept for him any more.")


def moved() -> CartMoved:
    """For a change of a cart that is not as it was read."""
    return CartMoved("The cart changed meanwhile: read it again, then repeat the change.")


def key_taken() -> KeyTaken:
    """For an intent whose request key another has."""
    return KeyTaken("The request key is in use by now.")


def _as_read(cart: CartRecord, version: int) -> Parameters:
    return {"the_cart": cart.id, "the_version": version, "the_fence": cart.fence}
