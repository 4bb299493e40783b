"""
From a history's steps to the storefront's functions, and from their outcomes to what a caller was told.

This module alone knows the functions under test; when they change, only it follows.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from persistence.errors import StoreError
from persistence.records import CartStatus, Placement, RequestKey
from resolvers import carts, changing, checkout
from resolvers.acknowledging import acknowledge
from resolvers.adding import AddRequest, add
from resolvers.changes import Target
from resolvers.intents import Agreed
from resolvers.lines import Addition
from resolvers.merging import MergeStrategy, join_guest, merge
from resolvers.notices import kept
from resolvers.outcomes import CartOutcome, ItemOutcome
from resolvers.ports import Carts, CartStore, Journal
from resolvers.problems import AnyProblem, ProblemCode
from resolvers.restoring import restore
from resolvers.shop import CheckoutSite, Shop
from resolvers.sweeping import EVERY_S, sweep
from resolvers.views import CartView
from tests.reliability.effects import Cart, Clear, HandOver, Merge, Move, Put, Set
from tests.reliability.histories import Outcome
from tests.reliability.simulation.loop import VirtualLoop
from tests.reliability.wishes import Acknowledge, AddMany, CheckOut, Create, MergeCart, Restore, Wish
from tests.support.fakes import NOON, FakeCatalog, FakeDirectory

SWEEP_EVERY_S: Final = EVERY_S


class Step(Struct, frozen=True):
    """What a shopper does next; without a wish he looks at his cart."""

    owner: str
    wish: Wish | None = None
    key: str | None = None


class Answer(Struct, frozen=True):
    """What he was told: the lines by thing, when the cart was answered, and whether it is as last seen only."""

    outcome: Outcome
    observed: Cart | None = None
    is_stale: bool = False
    line_ids: Mapping[str, str] | None = None
    address: str | None = None
    handed_minor: int | None = None
    """The sum that was handed over."""
    subtotal_minor: int | None = None
    code: str | None = None
    """Why it was refused."""
    refused: frozenset[str] = frozenset()
    """Things that were not taken, where others were."""
    cart_id: str | None = None
    held_by: str | None = None
    """The change that was under way in the cart: what is shown may be half of it."""
    notice_ids: frozenset[str] = frozenset()


UNKNOWN: Final = Answer(Outcome.UNKNOWN)
FAILED: Final = Answer(Outcome.FAILED)


class VirtualClock:
    """Our time, on the loop's."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        """See ``resolvers.ports.Clock``."""
        return NOON + timedelta(seconds=self._loop.time())


def shop_over(
    journal: Journal, store: CartStore, upstream: Carts, loop: VirtualLoop, new_id: Callable[[], str]
) -> Shop:
    """The storefront as a process has it just after its start."""
    return Shop(
        marketplace="US",
        currency="USD",
        catalog=FakeCatalog(),
        directory=FakeDirectory(),
        carts=upstream,
        store=store,
        journal=journal,
        clock=VirtualClock(loop),
        new_id=new_id,
        checkout_sites=(CheckoutSite("https", "www.amazon.com"),),
        extended_search=False,
        made_with="amazon-1",
    )


async def perform(shop: Shop, step: Step, line_ids: Mapping[str, str]) -> Answer:
    """Do a step as somebody who knows these lines by their thing."""
    target = Target(key=_key(step))
    try:
        match step.wish:
            case None:
                return _read(await carts.read(shop, step.owner))
            case Put(owner, thing, units):
                request = AddRequest(additions=[Addition(0, thing, units)], target=target)
                return _added(await add(shop, owner, request))
            case Set(owner, thing, units):
                line_id = line_ids.get(thing, "none")
                return _changed(await changing.set_quantity(shop, owner, target, line_id, units))
            case Move(owner, thing, is_saved):
                to = Placement.SAVED_FOR_LATER if is_saved else Placement.ACTIVE
                return _changed(await changing.move(shop, owner, target, [line_ids.get(thing, "none")], to))
            case Clear(owner, saved):
                return _changed(await changing.clear(shop, owner, target, _SCOPES[saved]))
            case HandOver(owner):
                return _changed(await checkout.hand_over(shop, owner, target, Agreed()))
            case Merge(source, owner):
                joined = await join_guest(shop, owner, source)
                return FAILED if joined is None else _merged(joined)
            case _:
                return await _perform_more(shop, step.wish, target)
    except StoreError:
        # The client gets a top-level error, and knows nothing.
        return UNKNOWN


async def _perform_more(
    shop: Shop,
    wish: AddMany | Create | MergeCart | Restore | Acknowledge | CheckOut,
    target: Target,
) -> Answer:
    match wish:
        case AddMany(owner, puts, is_atomic):
            request = AddRequest(additions=_additions(puts), target=target, is_atomic=is_atomic)
            return _in_parts(await add(shop, owner, request), [put.thing for put in puts])
        case Create(owner, puts):
            request = AddRequest(additions=_additions(puts), target=target, replace_active=True)
            return _in_parts(await add(shop, owner, request), [put.thing for put in puts])
        case MergeCart(_, owner, cart_id):
            return _merged(await merge(shop, owner, cart_id, target, MergeStrategy.SUM_QUANTITIES))
        case Restore(owner, cart_id, lines):
            return _in_parts(await restore(shop, owner, cart_id, target), [thing for thing, _, _ in lines])
        case Acknowledge(owner, notice_ids):
            return _changed(await acknowledge(shop, owner, None, notice_ids))
        case CheckOut(owner, subtotal_minor):
            return _changed(await checkout.hand_over(shop, owner, target, Agreed(subtotal_minor=subtotal_minor)))


def _additions(puts: Sequence[Put]) -> list[Addition]:
    return [Addition(place, put.thing, put.units) for place, put in enumerate(puts)]


async def sweep_once(shop: Shop) -> None:
    """What a process does every few seconds."""
    try:
        await sweep({shop.marketplace: shop})
    except StoreError:
        return


_SCOPES = {
    None: changing.ClearScope.ALL_LINES,
    False: changing.ClearScope.ACTIVE_LINES,
    True: changing.ClearScope.SAVED_LINES,
}
_NOT_KNOWN = {ProblemCode.OUTCOME_UNKNOWN, ProblemCode.IDEMPOTENCY_KEY_IN_PROGRESS}
_PARTLY = "Only part of the change was made"


def _key(step: Step) -> RequestKey | None:
    if step.key is None:
        return None
    return RequestKey(step.key, hashlib.sha256(repr(step.wish).encode()).digest())


def _read(view: CartView | None) -> Answer:
    return Answer(Outcome.OK, frozenset(), line_ids={}) if view is None else _shown(view)


def _added(outcome: CartOutcome) -> Answer:
    result = outcome.results[0].outcome if outcome.results else None
    if result in {ItemOutcome.REJECTED, ItemOutcome.UNKNOWN, None}:
        return _refused(outcome.problems)
    return Answer(Outcome.OK) if outcome.cart is None else _shown(outcome.cart)


def _in_parts(outcome: CartOutcome, things: Sequence[str]) -> Answer:
    """A call of several things: those that were taken, unless it is not known of each."""
    outcomes = [result.outcome for result in outcome.results]
    if ItemOutcome.UNKNOWN in outcomes or any(each.code in _NOT_KNOWN for each in outcome.problems):
        return UNKNOWN
    refused = frozenset(things[result.index] for result in outcome.results if result.outcome is ItemOutcome.REJECTED)
    if len(refused) == len(outcomes):
        return _refused(outcome.problems)
    shown = Answer(Outcome.OK) if outcome.cart is None else _shown(outcome.cart)
    return replace(shown, refused=refused)


def _merged(outcome: CartOutcome) -> Answer:
    """Whether the lines arrived; those that did not stay where they were."""
    arrived = {result.outcome is not ItemOutcome.REJECTED for result in outcome.results}
    if any(result.outcome is ItemOutcome.UNKNOWN for result in outcome.results) or len(arrived) > 1:
        return UNKNOWN
    return _changed(outcome)


def _changed(outcome: CartOutcome) -> Answer:
    if outcome.problems:
        return _refused(outcome.problems)
    if outcome.handover is not None:
        subtotal = outcome.handover.subtotal
        return Answer(
            Outcome.OK,
            address=outcome.handover.url,
            handed_minor=None if subtotal is None else subtotal.amount_minor,
            line_ids={},
        )
    return Answer(Outcome.OK) if outcome.cart is None else _shown(outcome.cart)


def _refused(problems: tuple[AnyProblem, ...]) -> Answer:
    """The code says whether anything may have happened."""
    if any(each.code in _NOT_KNOWN or each.message.startswith(_PARTLY) for each in problems):
        return UNKNOWN
    return Answer(Outcome.FAILED, code=problems[0].code.value if problems else None)


def _shown(view: CartView) -> Answer:
    if view.record.status is not CartStatus.ACTIVE:
        # A repetition under its key tells of a cart that is closed by now.
        return Answer(Outcome.OK)
    lines = view.record.lines
    return Answer(
        Outcome.OK,
        frozenset((line.asin, line.quantity, line.placement is Placement.SAVED_FOR_LATER) for line in lines),
        view.is_stale,
        {line.asin: line.id for line in lines},
        subtotal_minor=None if view.subtotal is None else view.subtotal.amount_minor,
        cart_id=view.record.id,
        held_by=None if view.record.hold is None else view.record.hold.intent_id,
        notice_ids=frozenset(notice.id for notice in kept(view.record)),
    )
