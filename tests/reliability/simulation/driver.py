"""
From a history's steps to the storefront's functions, and from their outcomes to what a caller was told.

This module alone knows the functions under test; when they change, only it follows.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from persistence.errors import StoreError
from persistence.records import CartStatus, Placement, RequestKey
from resolvers import carts, changing, checkout
from resolvers.adding import AddRequest, add
from resolvers.changes import Target
from resolvers.intents import Agreed
from resolvers.lines import Addition
from resolvers.merging import join_guest
from resolvers.outcomes import CartOutcome, ItemOutcome
from resolvers.ports import Carts, CartStore, Journal
from resolvers.problems import AnyProblem, ProblemCode
from resolvers.shop import CheckoutSite, Shop
from resolvers.sweeping import EVERY_S, sweep
from resolvers.views import CartView
from tests.reliability.histories import Cart, Clear, Effect, HandOver, Merge, Move, Outcome, Put, Set
from tests.reliability.simulation.loop import VirtualLoop
from tests.support.fakes import NOON, FakeCatalog, FakeDirectory

SWEEP_EVERY_S: Final = EVERY_S


class Step(Struct, frozen=True):
    """What a shopper does next; without effect he looks at his cart."""

    owner: str
    effect: Effect | None = None
    key: str | None = None


class Answer(Struct, frozen=True):
    """What he was told: the lines by thing, when the cart was answered, and whether it is as last seen only."""

    outcome: Outcome
    observed: Cart | None = None
    is_stale: bool = False
    line_ids: Mapping[str, str] | None = None
    address: str | None = None
    code: str | None = None
    """Why it was refused."""


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
        match step.effect:
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
    except StoreError:
        # The client gets a top-level error, and knows nothing.
        return UNKNOWN


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
    return RequestKey(step.key, hashlib.sha256(repr(step.effect).encode()).digest())


def _read(view: CartView | None) -> Answer:
    return Answer(Outcome.OK, frozenset(), line_ids={}) if view is None else _shown(view)


def _added(outcome: CartOutcome) -> Answer:
    result = outcome.results[0].outcome if outcome.results else None
    if result in {ItemOutcome.REJECTED, ItemOutcome.UNKNOWN, None}:
        return _refused(outcome.problems)
    return Answer(Outcome.OK) if outcome.cart is None else _shown(outcome.cart)


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
        return Answer(Outcome.OK, address=outcome.handover.url, line_ids={})
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
    )
