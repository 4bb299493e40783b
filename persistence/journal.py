"""
The journal of changes, in a database: written before the upstream hears of a change, settled when its outcome is known.

A cart is claimed by a conditional update of its own row, which waits for whoever changes it and then looks again; the
unique indexes stand behind that. An owner is told by the fence that grew with his claim, so one who comes late, after
another took over, writes nothing. Two carts are always taken in the order of their ids.
"""

from datetime import datetime

from msgspec.structs import replace

from persistence import cart_statements, intent_statements
from persistence.errors import SealBroken
from persistence.line_changes import LineChange, line_runs
from persistence.prepared import Parameters
from persistence.programs import Program, Run, Runner
from persistence.records import CartRecord, CartStatus, Held, Hold, IntentRecord, Opening, Settlement
from persistence.rows import by_cart, cart_record, cart_row, held_record, intent_record, intent_row
from persistence.sealing import KeyRing
from persistence.settling import exists, lost, settle
from persistence.store import key_taken, know_customer, moved

KEYS_OF_A_CUSTOMER = 1000
"""Request keys kept for a customer; the oldest settled ones beyond are forgotten early."""


class SqlJournal:
    """
    Intents and who holds which cart.

    Every method raises ``StoreUnavailable`` when the database cannot be reached, read or written; every method that
    reads raises ``SealBroken`` when a secret does not open.
    """

    def __init__(self, database: Runner, key_ring: KeyRing) -> None:
        self._database = database
        self._key_ring = key_ring

    async def opening(self, customer_id: str, marketplace: str, cart_id: str | None, key: str | None) -> Opening:
        """
        What a change of ``cart_id`` (None: the customer's active or pending cart) under ``key`` starts from.

        A cart that is named is found in any status and in any marketplace, if it is the customer's.
        """
        parameters = {"the_customer": customer_id, "the_marketplace": marketplace, "the_cart": cart_id, "the_key": key}
        of_customer = cart_id is None
        if key is None:
            statement = cart_statements.OPEN_CART_OF_CUSTOMER if of_customer else cart_statements.OWN_CART_OR_PENDING
            return Opening(
                cart=cart_record(await self._database.read(statement, parameters), self._key_ring), earlier=None
            )
        statement = intent_statements.OPENING_OF_CUSTOMER if of_customer else intent_statements.OPENING_OF_CART
        rows = await self._database.read(statement, parameters)
        return Opening(cart=cart_record(rows, self._key_ring), earlier=intent_record(rows, self._key_ring))

    async def record(
        self, intent: IntentRecord, cart: CartRecord, lease_until: datetime, *, source: Held | None = None
    ) -> CartRecord:
        """
        Write ``intent`` and claim its cart, which comes back held, with its new fence.

        A pending ``cart`` is written anew, its customer made known. ``source`` is a further cart to claim with an
        intent of its own, whose ``parent_id`` is this intent.

        Raises:
            CartMoved: the cart (or the source) is not as it was read; nothing was written.
            GuestEnded: the cart is pending, and its customer a guest who came to his end; nothing was written.
            ActiveCartExists: the customer has a pending or active cart already; nothing was written.
            KeyTaken: the customer's request key is in use; nothing was written.
        """
        held = _hold(cart, intent, lease_until)
        carts = [held] if source is None else [held, _hold(source.cart, source.intent, lease_until)]

        def program() -> Program[CartRecord]:
            for cart in sorted(carts, key=lambda each: each.id):
                yield from self._take(cart)
            answer = yield Run(intent_statements.RECORD, intent_row(intent, self._key_ring))
            if answer.changed != 1:
                raise key_taken()
            if source is not None:
                yield Run(intent_statements.ADD_INTENT, intent_row(source.intent, self._key_ring))
            return held

        return await self._database.write(program())

    async def amend(self, intent: IntentRecord, cart: CartRecord, lease_until: datetime) -> CartRecord:
        """
        Write a changed body, and have the cart longer.

        Raises:
            FenceLost: another owner has taken the intent over; nothing was written.
        """

        def program() -> Program[None]:
            yield from _renew(cart, intent.id, lease_until)
            answer = yield Run(intent_statements.AMEND, {"the_intent": intent.id, "body": intent.body})
            if answer.changed != 1:
                raise lost(cart)

        await self._database.write(program())
        return replace(cart, hold=Hold(intent_id=intent.id, lease_until=lease_until))

    async def renew(self, cart: CartRecord, lease_until: datetime) -> CartRecord:
        """
        Have the cart until another instant; an earlier one lets others take it over sooner.

        Raises:
            FenceLost: the cart is not held, or another owner has taken its intent over; nothing was written.
        """
        if cart.hold is None:
            raise lost(cart)
        await self._database.write(_renew(cart, cart.hold.intent_id, lease_until))
        return replace(cart, hold=Hold(intent_id=cart.hold.intent_id, lease_until=lease_until))

    async def settle(self, settlement: Settlement) -> None:
        """
        Write the outcome and what became of the cart, and let go of it.

        Raises:
            FenceLost: another owner has taken the intent over, or has settled it; nothing was written.
            ActiveCartExists: ``opened`` cannot be, since another cart is active; nothing was written.
        """
        await self._database.write(settle(settlement, self._key_ring))

    async def drop(self, intent: IntentRecord, cart: CartRecord) -> None:
        """
        Nothing happened: forget the intent with its key and a pending cart, and let go of the cart (and source).

        Raises:
            FenceLost: another owner has taken the intent over; nothing was written.
        """

        def program() -> Program[None]:
            children = (yield Run(intent_statements.CHILDREN, {"the_intent": intent.id})).rows
            let_go = cart_statements.FORGET_PENDING if cart.status is CartStatus.PENDING else cart_statements.RELEASE
            runs = [(cart.id, Run(let_go, _guard(cart, intent.id)))] + [
                (source_id, Run(cart_statements.RELEASE_SOURCE, {"the_cart": source_id, "the_intent": child_id}))
                for child_id, source_id in children
            ]
            for _, run in sorted(runs, key=lambda each: each[0]):
                if (yield run).changed != 1:
                    raise lost(cart)
            yield Run(intent_statements.DROP, {"the_intent": intent.id})

        await self._database.write(program())

    async def held(self, cart_id: str) -> Held | None:
        """The open intent of a cart of anybody."""
        return held_record(await self._database.read(intent_statements.HELD, {"the_cart": cart_id}), self._key_ring)

    async def lapsed(self, now: datetime, marketplace: str, limit: int) -> list[Held]:
        """
        Open intents of carts in the marketplace whose lease ended by ``now``, the longest ago first.

        None that has a parent: it is settled with it.

        One whose secrets do not open is left out, so that the others can be settled.

        Raises:
            SealBroken: there are some, and none of them opens.
        """
        asked = {"the_instant": now, "the_marketplace": marketplace, "the_limit": limit}
        rows = await self._database.read(intent_statements.LAPSED, asked)
        found: list[Held] = []
        broken: SealBroken | None = None
        for each in by_cart(rows):
            try:
                held = held_record(each, self._key_ring)
            except SealBroken as error:
                broken = broken or error
            else:
                found += [held] if held is not None else []
        if broken is not None and not found:
            raise broken
        return found

    async def take_over(self, held: Held, now: datetime, lease_until: datetime) -> CartRecord:
        """
        Become the owner of a lapsed intent; the cart comes back with its new fence.

        Raises:
            FenceLost: its lease was renewed, or another was first; nothing was written.
        """

        def program() -> Program[None]:
            answer = yield Run(
                cart_statements.TAKE_OVER,
                {**_guard(held.cart, held.intent.id), "the_instant": now, "lease_until": lease_until},
            )
            if answer.changed != 1:
                raise lost(held.cart)

        await self._database.write(program())
        return _hold(held.cart, held.intent, lease_until)

    async def reap(self, before: datetime, limit: int) -> int:
        """
        Forget settled intents older than ``before``, at most ``limit``; how many were forgotten is returned.

        Where room is left in ``limit``, those beyond the newest 1,000 keys of a customer are forgotten too.
        """

        def program() -> Program[int]:
            old = yield Run(intent_statements.REAP_OLD, {"the_instant": before, "the_limit": limit})
            if old.changed >= limit:
                return old.changed
            most = {"the_most": KEYS_OF_A_CUSTOMER, "the_limit": limit - old.changed}
            crowded = yield Run(intent_statements.REAP_CROWDED, most)
            return old.changed + crowded.changed

        return await self._database.write(program())

    def _take(self, held: CartRecord) -> Program[None]:
        """Claim a cart that is there, or write a pending one."""
        if held.status is not CartStatus.PENDING:
            if (yield _claim(held)).changed != 1:
                raise moved()
            return
        yield from know_customer(held.customer_id, held.created_at)
        if (yield Run(cart_statements.OPEN_CART, cart_row(held, self._key_ring))).changed != 1:
            raise exists(held)
        yield from line_runs([LineChange(held.id, (), held.lines)])


def _hold(cart: CartRecord, intent: IntentRecord, lease_until: datetime) -> CartRecord:
    return replace(cart, hold=Hold(intent_id=intent.id, lease_until=lease_until), fence=cart.fence + 1)


def _claim(cart: CartRecord) -> Run:
    hold = cart.hold
    return Run(
        cart_statements.CLAIM,
        {
            "the_cart": cart.id,
            "the_version": cart.version,
            "the_fence": cart.fence - 1,
            "open_intent": hold and hold.intent_id,
            "lease_until": hold and hold.lease_until,
        },
    )


def _renew(cart: CartRecord, intent_id: str, lease_until: datetime) -> Program[None]:
    answer = yield Run(cart_statements.RENEW, {**_guard(cart, intent_id), "lease_until": lease_until})
    if answer.changed != 1:
        raise lost(cart)


def _guard(cart: CartRecord, intent_id: str) -> Parameters:
    return {"the_cart": cart.id, "the_intent": intent_id, "the_fence": cart.fence}
