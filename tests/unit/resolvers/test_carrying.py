"""Carrying an intent out: leases, and what is written on the way."""

import pytest

from ecs.errors import UpstreamThrottled
from persistence.records import CartStatus, Held, Placement
from resolvers.carrying import pending_cart
from resolvers.changes import Target
from resolvers.changing import move
from resolvers.converging import Converging
from resolvers.intents import Intent, Kind
from resolvers.lines import Addition
from resolvers.outcomes import CartOutcome
from resolvers.settling import Settling
from resolvers.snapshots import SeenCart
from tests.support.fake_carts import Goods
from tests.support.fakes import NOON, Storefront
from tests.support.shopping import ANN, codes, filled, kept, one, open_kinds, outcomes, put, several, the_cart


async def test_a_pending_cart_has_nothing_yet(front: Storefront) -> None:
    """It keeps the place of the customer's one cart until its first items are in it."""
    cart = pending_cart(front.shop, ANN, NOON)

    assert (cart.status, cart.version, cart.lines, cart.handle) == (CartStatus.PENDING, 1, (), None)
    assert (cart.customer_id, cart.marketplace, cart.currency) == (ANN, "US", "USD")


async def test_a_lease_is_made_longer_while_requests_go_out(front: Storefront) -> None:
    """A long change is not taken from its owner."""
    front.carts.goods += [Goods(f"N{number}") for number in range(20)]
    await put(front, *several(*(f"N{number}" for number in range(10))))
    await put(front, *several(*(f"N{number}" for number in range(10, 20))))
    front.carts.calls.clear()
    front.store.writes.clear()

    async def slow() -> None:
        front.clock.advance(seconds=9)

    front.carts.meanwhile[1] = slow

    await move(front.shop, ANN, Target(), [line.id for line in the_cart(front).lines], Placement.SAVED_FOR_LATER)

    assert front.carts.operations() == ["modify", "modify"]
    assert front.store.writes == ["record", "renew", "settle"]


async def test_a_line_that_was_met_is_written_down_before_its_quantity_is_set(front: Storefront) -> None:
    """Whoever takes over sets the same."""
    await filled(front, "A")

    await put(front, one("A", 3, "A-offer"))

    assert front.store.writes == ["record", "amend", "settle"]
    assert kept(front) == {("A", None): 5}


async def test_a_new_cart_is_not_written_down_on_the_way(front: Storefront) -> None:
    """Nobody else can find it: whoever takes over begins with the goals as they were."""
    await put(front, Addition(0, "A", 1), Addition(1, "A", 1, "A-second"))

    assert front.carts.operations() == ["create", "add"]
    assert front.store.writes == ["record", "settle"]


async def test_an_atomic_call_that_did_nothing_has_nothing_to_take_back(front: Storefront) -> None:
    """Its first request was turned away."""
    await filled(front, "A")
    front.carts.fail(1, UpstreamThrottled("busy"))

    outcome = await put(front, *several("A", "B"), is_atomic=True)

    assert (outcomes(outcome), codes(outcome)) == (["REJECTED", "REJECTED"], ["RATE_LIMITED", "RATE_LIMITED"])
    assert (front.carts.operations(), open_kinds(front)) == (["modify"], [])


async def test_what_has_no_answer_cannot_be_settled(front: Storefront) -> None:
    """That would write a cart nobody has seen."""
    await put(front, one("A"))
    (record,) = front.store.intents.values()
    work = Converging(front.carts, None, SeenCart(), [])

    settling = Settling(front.shop, Held(the_cart(front), record), Intent(kind=Kind.ADD), work, SeenCart())

    with pytest.raises(LookupError):
        await settling.settle(CartOutcome(cart=None))
