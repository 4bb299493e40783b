"""
From a history's steps to the storefront's functions, and from their outcomes to what a caller was told.

This module alone knows the functions under test; when they change, only it follows.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from persistence.errors import StoreError
from persistence.records import Placement
from resolvers import adding, carts, changing, checkout
from resolvers.lines import Addition
from resolvers.outcomes import CartOutcome, CheckoutOutcome, ItemOutcome
from resolvers.ports import Carts
from resolvers.problems import Problem, ProblemCode
from resolvers.shop import CheckoutSite, Shop
from resolvers.views import CartView
from tests.reliability.histories import Cart, Clear, Effect, HandOver, Move, Outcome, Put, Set
from tests.reliability.simulation.loop import VirtualLoop
from tests.support.fakes import NOON, FakeCatalog, FakeDirectory, MemoryStore

Store = MemoryStore
KEYS = False
"""Whether the functions take a request key."""


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


FAILED = Answer(Outcome.FAILED)
UNKNOWN = Answer(Outcome.UNKNOWN)


class VirtualClock:
    """Our time, on the loop's."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        """See ``resolvers.ports.Clock``."""
        return NOON + timedelta(seconds=self._loop.time())


def shop_over(store: Store, upstream: Carts, loop: VirtualLoop, new_id: Callable[[], str]) -> Shop:
    """The storefront as a process has it just after its start."""
    return Shop(
        marketplace="US",
        currency="USD",
        catalog=FakeCatalog(),
        directory=FakeDirectory(),
        carts=upstream,
        store=store,
        clock=VirtualClock(loop),
        new_id=new_id,
        checkout_sites=(CheckoutSite("https", "www.amazon.com"),),
        extended_search=False,
    )


async def perform(shop: Shop, step: Step, line_ids: Mapping[str, str]) -> Answer:
    """Do a step as somebody who knows these lines by their thing."""
    try:
        match step.effect:
            case None:
                return _read(await carts.read(shop, step.owner))
            case Put(owner, thing, units):
                request = adding.AddRequest(additions=[Addition(0, thing, units)])
                return _added(await adding.add(shop, owner, request))
            case Set(owner, thing, units):
                line_id = line_ids.get(thing, "none")
                return _changed(await changing.set_quantity(shop, owner, changing.Target(), line_id, units))
            case Move(owner, thing, is_saved):
                to = Placement.SAVED_FOR_LATER if is_saved else Placement.ACTIVE
                lines = [line_ids.get(thing, "none")]
                return _changed(await changing.move(shop, owner, changing.Target(), lines, to))
            case Clear(owner, saved):
                return _changed(await changing.clear(shop, owner, changing.Target(), _SCOPES[saved]))
            case HandOver(owner):
                return _handed_over(await checkout.hand_over(shop, owner, changing.Target()))
            case other:
                raise TypeError(f"no function for {other}")
    except StoreError:
        return UNKNOWN


async def sweep(shop: Shop) -> None:
    """What a process does every few seconds."""


_SCOPES = {
    None: changing.ClearScope.ALL_LINES,
    False: changing.ClearScope.ACTIVE_LINES,
    True: changing.ClearScope.SAVED_LINES,
}


def _read(view: CartView | None) -> Answer:
    return Answer(Outcome.OK, frozenset(), line_ids={}) if view is None else _shown(view)


def _added(outcome: CartOutcome) -> Answer:
    if outcome.results and outcome.results[0].outcome is not ItemOutcome.REJECTED:
        return _changed(CartOutcome(cart=outcome.cart))
    return _changed(outcome)


def _changed(outcome: CartOutcome) -> Answer:
    if outcome.problems:
        return _refused(outcome.problems)
    return Answer(Outcome.OK) if outcome.cart is None else _shown(outcome.cart)


def _handed_over(outcome: CheckoutOutcome) -> Answer:
    if outcome.handover is None:
        return _refused(outcome.problems)
    return Answer(Outcome.OK, address=outcome.handover.url, line_ids={})


def _refused(problems: tuple[Problem, ...]) -> Answer:
    """Only an upstream that did not answer leaves it open what happened."""
    open_ones = (each.code is ProblemCode.UPSTREAM_UNAVAILABLE and not each.is_retryable for each in problems)
    return UNKNOWN if any(open_ones) else FAILED


def _shown(view: CartView) -> Answer:
    lines = view.record.lines
    return Answer(
        Outcome.OK,
        frozenset((line.asin, line.quantity, line.placement is Placement.SAVED_FOR_LATER) for line in lines),
        view.is_stale,
        {line.asin: line.id for line in lines},
    )
