"""
The end of an intent: what became of its cart, put together and written in one transaction.

Before the commit the intent is open; after it everything is true at once: lines, version, snapshot, notices, the
outcome for the request key, and a hand-over's address.
"""

from functools import cached_property

from msgspec.structs import replace
from pydantic import SecretStr

from persistence.records import (
    CartRecord,
    CartStatus,
    Held,
    IntentState,
    LineRecord,
    Settlement,
    UpstreamHandle,
)
from resolvers.carts import has_moved
from resolvers.converging import Converging
from resolvers.handing_over import ADDRESS_LIFETIME, no_address, purchase_address, refusal, unseen
from resolvers.intents import Intent, Kind, to_outcome
from resolvers.lines import follow
from resolvers.notices import Making, joined, kept, merged, notices_of, to_keep
from resolvers.outcomes import AnyNotice, CartOutcome, Handover
from resolvers.problems import Problem, ProblemCode
from resolvers.shop import Shop
from resolvers.snapshots import SeenCart, to_snapshot
from resolvers.views import CartView


class Settling:
    """One intent's end. ``lines`` are the cart's from now on."""

    def __init__(
        self,
        shop: Shop,
        held: Held,
        intent: Intent,
        work: Converging,
        earlier: SeenCart,
        source: Held | None = None,
    ) -> None:
        """
        ``held`` is the cart as it was when it was held, ``earlier`` what its snapshot holds.

        ``work`` has come to its end, without an unknown outcome.
        """
        self._shop = shop
        self._cart = held.cart
        self._record = held.intent
        self._intent = intent
        self._work = work
        self._earlier = earlier
        self._source = source
        self._now = shop.clock.now()

    @property
    def is_nothing(self) -> bool:
        """
        True when nothing happened that would have to be written.

        A new cart that stayed empty is let lapse, and so is one that could not be built anew in whole: the lines are
        safe in our record, and the next change builds it.
        """
        if self._intent.is_rebuild:
            return self._work.error is not None
        if self._work.remote is None or (self._work.error is not None and not self._work.has_begun):
            return True
        is_new = self._intent.makes_cart or self._cart.handle is None
        if is_new and (self._intent.is_taken_back or not (self._work.seen.items or self._work.seen.saved)):
            return True
        if self._intent.is_taken_back and any(each.is_retryable for each in self._intent.refused.values()):
            # The upstream was busy or away half-way: the same call under the same key is tried afresh.
            return not has_moved(self._cart.lines, self.lines)
        return False

    @cached_property
    def lines(self) -> tuple[LineRecord, ...]:
        """The lines of the cart that the work went into."""
        cart = self._base
        guests = self._source.cart.lines if self._source else ()
        return follow(cart.lines, self._work.seen, self._now, cart.id, self._work.made_by, guests)

    async def settle(self, outcome: CartOutcome) -> CartOutcome:
        """
        Commit, and tell the outcome with the cart as it is now.

        Raises:
            FenceLost: another owner has the intent; nothing was written.
        """
        if self._intent.is_rebuild and not (self._work.seen.items or self._work.seen.saved):
            return await self._given_up(outcome)
        remote = self._work.remote
        if remote is None:
            raise LookupError("there is nothing to settle")
        after = self._after()
        view = CartView.live(after, remote, self._now)
        notices = self._notices(view)
        outcome = replace(outcome, notices=notices)
        if self._intent.kind is Kind.CHECKOUT:
            outcome = self._checked_out(outcome, view)
        if outcome.handover is not None:
            after = replace(after, status=CartStatus.HANDED_OVER, version=after.version + 1, handle=None, notices=b"")
        elif notices or self._cart.notices:
            earlier = () if self._intent.replaces_cart else kept(self._cart)
            after = replace(after, notices=to_keep(joined(earlier, notices, after.lines)))
        await self._commit(after, outcome)
        return replace(outcome, cart=CartView.live(after, remote, self._now))

    def _after(self) -> CartRecord:
        base, now, remote = self._base, self._now, self._work.remote
        handle = base.handle
        if remote is not None and (handle is None or handle != UpstreamHandle(remote.cart_id, remote.hmac)):
            handle = UpstreamHandle(remote.cart_id, remote.hmac)
        is_new = base.status is CartStatus.PENDING
        is_changed = not is_new and (has_moved(base.lines, self.lines) or handle != base.handle)
        return replace(
            base,
            status=CartStatus.ACTIVE,
            version=base.version + is_changed,
            updated_at=now if is_changed or is_new else base.updated_at,
            snapshot=to_snapshot(self._work.seen, now),
            lines=self.lines,
            handle=handle,
            made_with=self._shop.made_with,
            hold=None,
        )

    @cached_property
    def _base(self) -> CartRecord:
        """The cart that the work went into, as it was before: the one held, or one that is to take its place."""
        if not self._intent.replaces_cart:
            return self._cart
        return replace(
            self._cart,
            id=self._shop.new_id(),
            status=CartStatus.PENDING,
            version=1,
            created_at=self._now,
            lines=(),
            handle=None,
            notices=b"",
            fence=0,
        )

    def _notices(self, view: CartView) -> tuple[AnyNotice, ...]:
        intent, cart = self._intent, self._cart
        making = Making(self._now, self._shop.new_id)
        before, earlier = cart.lines, self._earlier
        if intent.replaces_cart:
            before, earlier = (), SeenCart()
        found = notices_of(before, earlier, view, self._work.goals, making, is_rebuild=intent.is_rebuild)
        if self._source is None:
            return found
        return (*found, merged("The lines of your other cart were put into this one.", making))

    def _checked_out(self, outcome: CartOutcome, view: CartView) -> CartOutcome:
        problem = refusal(view, self._intent.agreed) or unseen(outcome.notices, view)
        url = None
        if problem is None and self._work.remote is not None:
            url = purchase_address(self._work.remote, self._shop.checkout_sites)
        if url is None:
            return replace(outcome, problems=(*outcome.problems, problem or no_address()))
        return replace(outcome, handover=Handover(url, self._now + ADDRESS_LIFETIME, view.subtotal, self._now))

    async def _given_up(self, outcome: CartOutcome) -> CartOutcome:
        """
        Nothing of the cart could be built anew: it is archived with its lines, and the next one begins empty.

        Lines that were to be taken out are left out; when that are all, it is as the shopper wanted it.
        """
        wanted = {goal.line_id for goal in self._intent.goals}
        after = replace(
            self._cart,
            status=CartStatus.EXPIRED,
            version=self._cart.version + 1,
            updated_at=self._now,
            lines=tuple(line for line in self._cart.lines if line.id in wanted),
            hold=None,
        )
        is_as_wanted = not wanted and self._intent.kind is not Kind.CHECKOUT
        outcome = replace(
            outcome,
            problems=outcome.problems if is_as_wanted else (*outcome.problems, _expired()),
            removed_line_ids=tuple(line.id for line in self._cart.lines if line.id not in wanted),
            cart=CartView.remembered(after),
        )
        await self._commit(after, outcome)
        return outcome

    async def _commit(self, after: CartRecord, outcome: CartOutcome) -> None:
        held_after, opened = after, None
        if self._intent.replaces_cart:
            archived = replace(
                self._cart,
                status=CartStatus.EXPIRED,
                version=self._cart.version + 1,
                updated_at=self._now,
                hold=None,
            )
            held_after, opened = archived, after
        has_key = self._record.request_key is not None
        address = SecretStr(outcome.handover.url) if has_key and outcome.handover else None
        record = replace(
            self._record,
            state=IntentState.SETTLED,
            outcome=to_outcome(after.id, outcome),
            address=address,
            settled_at=self._now,
        )
        source = (self._source, self._given(self._source, after)) if self._source else None
        await self._shop.journal.settle(
            Settlement(intent=record, before=self._cart, after=held_after, opened=opened, source=source)
        )

    def _given(self, source: Held, after: CartRecord) -> CartRecord:
        """The cart whose lines went into ``after``: those that found no place stay with it; the owner is the same."""
        there = {line.upstream_key for line in after.lines}
        taken = {goal.takes for goal in self._work.goals if goal.key in there}
        return replace(
            source.cart,
            customer_id=after.customer_id,
            status=CartStatus.MERGED,
            version=source.cart.version + 1,
            updated_at=self._now,
            lines=tuple(line for line in source.cart.lines if line.id not in taken),
            handle=None,
            hold=None,
        )


def _expired() -> Problem:
    message = (
        "The marketplace has let go of this cart and none of its lines can be bought now; "
        "it is kept in your history, and the next item begins a new one."
    )
    return Problem(code=ProblemCode.CART_CLOSED, message=message)
