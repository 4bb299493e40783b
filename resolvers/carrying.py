"""
Carrying an intent out: send, then settle. The intent is written and its cart held before this begins.

What is true if the process dies: until the settlement is committed the intent is open, and whoever takes it over reads
the cart and goes on from what it shows. Goals are absolute, so nothing happens twice; a cart that was made and whose
answer died with the process is an orphan that nobody can see, and another is made.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from ecs.errors import CartMismatch, UpstreamError
from ecs.request import CartHandle
from persistence.errors import FenceLost
from persistence.records import CartRecord, CartStatus, Held, LineRecord
from resolvers.converging import Converging
from resolvers.goals import Goal, back, rebuilt
from resolvers.intents import Intent, Kind, from_body, to_body
from resolvers.judging import Carried, any_rejected, called_off, explained, judge
from resolvers.outcomes import CartOutcome, ItemResult
from resolvers.problems import Stopped, set_up_wrong, taken_over, unreadable
from resolvers.settling import Settling
from resolvers.shop import Shop
from resolvers.snapshots import SeenCart, from_snapshot, to_snapshot
from resolvers.views import CartView

QUIET: Final = timedelta(seconds=3)
"""After a lost answer, how long the request may still be on its way: nobody sends it again before that."""
AGAIN: Final = timedelta(seconds=3)
"""How long an intent rests after its cart could not be read."""


def pending_cart(shop: Shop, customer_id: str, now: datetime) -> CartRecord:
    """A cart of the customer that has nothing yet; what is recorded for it makes it."""
    return CartRecord(
        id=shop.new_id(),
        customer_id=customer_id,
        marketplace=shop.marketplace,
        currency=shop.currency,
        status=CartStatus.PENDING,
        version=1,
        created_at=now,
        updated_at=now,
        snapshot=to_snapshot(SeenCart(), now),
        lines=(),
    )


async def carry_out(shop: Shop, held: Held, *, is_taken_over: bool = False) -> CartOutcome:
    """
    Bring the cart to the intent's goals and commit what became of it.

    Raises:
        Stopped: another owner has taken over, or this server seems to be set up wrong; what is written stays true.
        StoreUnavailable: the outcome could not be written; the intent stays open.
    """
    try:
        return await _Carrying(shop, held).carry(is_taken_over=is_taken_over)
    except FenceLost:
        raise Stopped(taken_over()) from None


class _Carrying:
    def __init__(self, shop: Shop, held: Held) -> None:
        self._shop = shop
        self._cart = held.cart
        self._record = held.intent
        self._intent = from_body(held.intent.body)
        self._earlier = from_snapshot(held.cart.snapshot)
        self._source: Held | None = None

    async def carry(self, *, is_taken_over: bool) -> CartOutcome:
        if is_taken_over and self._intent.kind is Kind.CHECKOUT:
            # The shopper has seen no address: the cart is his again, as if nothing had been asked.
            await self._shop.journal.drop(self._record, self._cart)
            return CartOutcome(cart=None)
        if self._intent.source_cart_id is not None:
            self._source = await self._shop.journal.held(self._intent.source_cart_id)
        work = await self._sent(is_taken_over=is_taken_over)
        if work.is_unknown or self._is_half_done(work) or self._is_half_undone(work):
            return await self._unknown(work)
        if self._is_to_be_taken_back(work):
            work = await self._taken_back(work)
            if work.is_unknown:
                return await self._unknown(work)
        settling = self._settling(work)
        if settling.is_nothing:
            outcome = await self._told(work, self._cart.lines)
            await self._shop.journal.drop(self._record, self._cart)
            return outcome
        return await settling.settle(await self._told(work, settling.lines))

    async def _sent(self, *, is_taken_over: bool) -> Converging:
        work = self._work()
        try:
            if is_taken_over:
                await self._looked(work)
            await work.run(self._before_send)
            if work.remote is None and work.error is None:
                await work.read()
        except CartMismatch:
            return await self._rebuilt(work, is_taken_over=is_taken_over)
        except UpstreamError as error:
            work.error = error
        if self._cart.handle is not None and work.remote is not None:
            self._shop.expiry.found(self._cart, self._shop.clock.now())
        return work

    def _work(self) -> Converging:
        intent, cart = self._intent, self._cart
        if intent.makes_cart or cart.handle is None:
            return Converging(self._shop.carts, None, SeenCart(), intent.goals)
        handle = CartHandle(cart.handle.cart_id, cart.handle.hmac)
        clears = intent.kind is Kind.CLEAR and intent.clears_all
        return Converging(self._shop.carts, handle, self._earlier, intent.goals, clears=clears)

    async def _looked(self, work: Converging) -> None:
        try:
            await work.resume()
        except CartMismatch:
            raise
        except UpstreamError as error:
            # As long as the cart cannot be read nobody knows; it is tried again.
            await self._shop.journal.renew(self._cart, self._shop.clock.now() + AGAIN)
            raise Stopped(unreadable(error)) from error

    async def _before_send(self, goals: Sequence[Goal]) -> None:
        """
        Goals that changed on the way are written down first; a lease that runs out is made longer.

        Those of a new upstream cart stay as they were: nobody else can find that cart, so whoever takes over makes one.
        """
        lease_until = self._shop.clock.now() + self._shop.lease
        if not self._intent.makes_cart and tuple(goals) != self._intent.goals:
            await self._amend(replace(self._intent, goals=tuple(goals)))
        elif self._cart.hold is None or lease_until - self._cart.hold.lease_until > self._shop.lease / 2:
            self._cart = await self._shop.journal.renew(self._cart, lease_until)

    async def _amend(self, intent: Intent) -> None:
        self._intent = intent
        self._record = replace(self._record, body=to_body(intent))
        lease_until = self._shop.clock.now() + self._shop.lease
        self._cart = await self._shop.journal.amend(self._record, self._cart, lease_until)

    async def _rebuilt(self, work: Converging, *, is_taken_over: bool) -> Converging:
        """
        The cart built anew in another upstream cart, under its ids, with the change in it.

        Raises:
            Stopped: so many carts are gone that it is this server's settings that are wrong; nothing was changed.
        """
        shop, now = self._shop, self._shop.clock.now()
        shop.expiry.gone(self._cart, now)
        if shop.expiry.doubts(self._cart, shop.made_with, now):
            if is_taken_over or work.touched:
                await shop.journal.renew(self._cart, now + AGAIN)
            else:
                await shop.journal.drop(self._record, self._cart)
            raise Stopped(set_up_wrong())
        goals = rebuilt(work.goals, self._cart.lines)
        await self._amend(replace(self._intent, goals=goals, makes_cart=True, is_rebuild=True))
        work = self._work()
        try:
            await work.run(self._before_send)
        except UpstreamError as error:
            work.error = error
        if work.error is not None:
            # The new cart is forgotten, and with it what was put there.
            work.touched.clear()
        return work

    def _is_to_be_taken_back(self, work: Converging) -> bool:
        if not self._intent.is_atomic or self._intent.is_taken_back or work.remote is None:
            return False
        if self._settling(work).is_nothing:
            return False
        lines = self._settling(work).lines
        return any_rejected(judge(self._intent, self._carried(work), self._cart.lines, lines).results)

    def _settling(self, work: Converging) -> Settling:
        return Settling(self._shop, Held(self._cart, self._record), self._intent, work, self._earlier, self._source)

    async def _taken_back(self, work: Converging) -> Converging:
        """Every line as it was before the call, and the new ones out; a cart just made is forgotten as it is."""
        results = await self._results(work)
        refused = {each.index: each.problems[0] for each in results if each.problems}
        goals = back(work.goals, self._cart.lines, work.seen)
        is_rebuild = self._intent.is_rebuild
        # Whoever takes over cannot find the cart that was built anew, and builds another as it was before the call.
        written = rebuilt((), self._cart.lines) if is_rebuild else goals
        await self._amend(replace(self._intent, goals=written, is_taken_back=True, refused=refused))
        undo = work.going_on(goals)
        if is_rebuild or not self._intent.makes_cart:
            try:
                await undo.run(self._before_send)
            except UpstreamError as error:
                # A cart that is gone by now is built anew as it was, by whoever takes over.
                undo.error = error
            # Half undone is neither all nor nothing: the intent rests, and is carried to its end later.
            undo.is_unknown = undo.error is not None
        return undo

    async def _results(self, work: Converging) -> tuple[ItemResult, ...]:
        carried = self._carried(work)
        verdict = judge(self._intent, carried, self._cart.lines, self._settling(work).lines)
        return await explained(self._shop.catalog, verdict.results, carried)

    def _is_half_done(self, work: Converging) -> bool:
        """True when a cart's lines are gone on with later: some are in, or in but not yet put aside as they were."""
        error = work.error
        if (
            self._intent.kind not in {Kind.MERGE, Kind.RESTORE}
            or self._intent.is_rebuild
            or not work.has_begun
            or error is None
        ):
            return False
        return error.is_retryable or error.effect == "unknown"

    def _is_half_undone(self, work: Converging) -> bool:
        """True when an atomic call is still to be taken back; a cart built anew that failed is as it was before."""
        return self._intent.is_taken_back and not self._intent.is_rebuild and work.error is not None

    async def _unknown(self, work: Converging) -> CartOutcome:
        """Nobody can tell yet: the intent rests until nothing can be on its way any more, then it is looked into."""
        work.is_unknown = True
        await self._shop.journal.renew(self._cart, self._shop.clock.now() + QUIET)
        return await self._told(work, self._cart.lines)

    async def _told(self, work: Converging, after: Sequence[LineRecord]) -> CartOutcome:
        """The outcome without its cart, as last seen unless it is settled."""
        carried = self._carried(work)
        verdict = judge(self._intent, carried, self._cart.lines, after)
        results = await explained(self._shop.catalog, verdict.results, carried)
        if self._intent.is_taken_back:
            results = called_off(results)
        shown = self._cart if self._cart.status is CartStatus.ACTIVE else None
        return CartOutcome(
            cart=CartView.remembered(shown) if shown else None,
            problems=(*verdict.problems, *(problem for result in results for problem in result.problems)),
            results=results,
            line_ids=verdict.line_ids,
            removed_line_ids=verdict.removed_line_ids,
        )

    def _carried(self, work: Converging) -> Carried:
        has_key = self._record.request_key is not None
        return Carried(tuple(work.goals), frozenset(work.touched), work.error, work.is_unknown, has_key)
