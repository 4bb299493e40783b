"""Carts, read, and checked before a change."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from ecs.errors import (
    AccessRefused,
    BadReply,
    CartMismatch,
    NotSent,
    OutcomeUnknown,
    UpstreamError,
    UpstreamFault,
    UpstreamThrottled,
)
from persistence.records import CartStatus
from resolvers import carts
from resolvers.adding import AddRequest, add
from resolvers.changes import Target
from resolvers.checkout import hand_over
from resolvers.intents import Agreed
from resolvers.lines import Addition
from resolvers.notices import kept as kept_notices
from resolvers.problems import ProblemCode, Stopped, VersionProblem
from resolvers.snapshots import SeenCart, to_snapshot
from tests.support.fakes import NOON, Storefront, a_cart, a_line, a_remote_cart, a_remote_item
from tests.support.shopping import ANN, BOB


async def filled(front: Storefront, *additions: Addition) -> str:
    """Ann's cart with these things in it; its id."""
    outcome = await add(front.shop, ANN, AddRequest(additions=additions or (Addition(0, "A", 2),)))
    assert outcome.cart
    front.carts.calls.clear()
    front.store.writes.clear()
    return outcome.cart.record.id


async def test_nobody_and_somebody_without_a_cart_have_none(front: Storefront) -> None:
    """The upstream is not asked for what was never made."""
    assert await carts.read(front.shop, None) is None
    assert await carts.read(front.shop, ANN) is None
    assert front.carts.calls == []


async def test_an_active_cart_is_read_at_the_upstream_and_not_written(front: Storefront) -> None:
    """A read of what nobody touched costs one call and no write."""
    cart_id = await filled(front)
    now = front.clock.advance(hours=1)
    kept = front.store.records[cart_id]

    view = await carts.read(front.shop, ANN)

    assert view
    assert (view.source, view.is_stale, view.as_of) == ("upstream", False, now)
    assert [(line.record.asin, line.record.quantity) for line in view.lines] == [("A", 2)]
    assert front.carts.operations() == ["get"]
    assert front.store.writes == []
    assert front.store.records[cart_id] == kept


async def test_a_new_price_is_written_without_a_new_version(front: Storefront) -> None:
    """The cart is the same; what was seen of it is fresher."""
    cart_id = await filled(front)
    front.carts.offer("A-offer").price_minor = 1200
    now = front.clock.advance(hours=1)

    view = await carts.read(front.shop, ANN, cart_id)

    kept = front.store.records[cart_id]
    assert view
    assert view.lines[0].unit_price is not None
    assert view.lines[0].unit_price.amount_minor == 1200
    assert (kept.version, kept.updated_at, kept.snapshot.observed_at) == (1, NOON, now)
    assert front.store.writes == ["observe"]


async def test_a_changed_line_is_written_with_a_new_version(front: Storefront) -> None:
    """The upstream has the last word on what is in the cart."""
    cart_id = await filled(front)
    front.carts.carts["100-1"].lines[0].quantity = 1
    now = front.clock.advance(hours=1)

    await carts.read(front.shop, ANN, cart_id)

    kept = front.store.records[cart_id]
    assert (kept.version, kept.updated_at, kept.lines[0].quantity) == (2, now, 1)


@pytest.mark.parametrize(
    "error",
    [
        NotSent("down"),
        OutcomeUnknown("slow"),
        BadReply("garbage"),
        UpstreamThrottled("busy"),
        UpstreamFault("500"),
        AccessRefused("key"),
        CartMismatch("unknown"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_cart_is_shown_as_last_seen_when_the_upstream_fails(front: Storefront, error: UpstreamError) -> None:
    """Nothing is lost and nothing is written, whatever went wrong there."""
    cart_id = await filled(front)
    front.carts.fail(1, error)
    front.clock.advance(hours=1)
    kept = front.store.records[cart_id]

    view = await carts.read(front.shop, ANN)

    assert view
    assert (view.source, view.is_stale, view.as_of) == ("snapshot", True, NOON)
    assert [(line.record.asin, line.record.quantity) for line in view.lines] == [("A", 2)]
    assert view.subtotal is not None
    assert view.subtotal.amount_minor == 2000
    assert front.store.records[cart_id] == kept


async def test_a_closed_cart_is_shown_without_asking(front: Storefront) -> None:
    """After a hand-over it is not touched again."""
    front.store.keep(a_cart(a_line(1), status=CartStatus.HANDED_OVER, handle=None))

    view = await carts.read(front.shop, ANN, "cart-1")

    assert view
    assert (view.source, view.is_stale, view.record.status) == ("snapshot", False, CartStatus.HANDED_OVER)
    assert front.carts.calls == []


async def test_another_customers_cart_is_not_there(front: Storefront) -> None:
    """A foreign id and an unknown one give the same answer."""
    cart_id = await filled(front)

    assert await carts.read(front.shop, BOB, cart_id) is None
    assert await carts.read(front.shop, BOB) is None
    assert front.carts.calls == []


def test_a_cart_goes_to_change_as_it_is_kept() -> None:
    """None when there is none and none was named: the change makes one."""
    cart = a_cart()

    assert carts.check(None, None, None) is None
    assert carts.check(cart, None, None) is cart
    assert carts.check(cart, "cart-1", 1) is cart


def test_a_named_cart_that_is_not_there_cannot_be_changed() -> None:
    """The store gives a foreign cart and an unknown one alike: none."""
    with pytest.raises(Stopped) as stopped:
        carts.check(None, "cart-1", None)

    assert stopped.value.problem == carts.not_found()


@pytest.mark.parametrize(
    "changes", [{"status": CartStatus.HANDED_OVER, "handle": None}, {"status": CartStatus.EXPIRED}, {"handle": None}]
)
def test_a_closed_cart_cannot_be_changed(changes: dict[str, Any]) -> None:
    """What was handed over belongs to the marketplace."""
    with pytest.raises(Stopped) as stopped:
        carts.check(a_cart(**changes), "cart-1", None)

    assert (stopped.value.problem.code, stopped.value.problem.field) == (ProblemCode.CART_CLOSED, ("cartId",))


@pytest.mark.parametrize("version", [0, 2])
def test_an_unexpected_version_is_refused_with_the_present_one(version: int) -> None:
    """Another tab changed the cart; its change must not be overwritten unseen."""
    with pytest.raises(Stopped) as stopped:
        carts.check(a_cart(), None, version)

    assert stopped.value.problem == VersionProblem(
        ProblemCode.VERSION_CONFLICT,
        f"The cart is at version 1, not {version}; look at it again before changing it.",
        ("expectedVersion",),
        current_version=1,
    )


async def test_a_read_beside_a_change_writes_nothing(front: Storefront) -> None:
    """It may show half of the change: it is shown, and left to the change to write."""
    cart_id = await filled(front)
    front.carts.fail(1, OutcomeUnknown("slow"), after_effect=True)
    front.carts.fail(2, NotSent("down"))
    await add(front.shop, ANN, AddRequest(additions=[Addition(0, "B", 1)]))
    kept = front.store.records[cart_id]

    view = await carts.read(front.shop, ANN)

    assert view
    assert [(line.record.asin, line.record.quantity) for line in view.lines] == [("A", 2), ("B", 1)]
    assert front.store.records[cart_id] == kept


async def test_what_a_read_finds_changed_is_kept_for_the_shopper(front: Storefront) -> None:
    """The upstream moved it without a word; the next page still tells."""
    cart_id = await filled(front)
    front.carts.carts["100-1"].lines[0].is_saved = True

    await carts.read(front.shop, ANN)

    (notice,) = kept_notices(front.store.records[cart_id])
    assert (notice.code, notice.message) == (
        "MOVED_TO_SAVED", "Title of A cannot be bought now; it was put with the saved lines.",
    )  # fmt: skip


async def test_a_cart_the_upstream_forgot_is_said_to_be_forgotten(front: Storefront) -> None:
    """A read reports it and writes nothing; the next change builds it anew."""
    cart_id = await filled(front)
    kept = front.store.records[cart_id]
    front.carts.carts.clear()

    view = await carts.read(front.shop, ANN)

    assert view
    assert (view.is_forgotten, view.is_stale, view.source) == (True, True, "snapshot")
    assert front.store.records[cart_id] == kept


async def test_a_cart_made_with_other_settings_is_not_called_forgotten(front: Storefront) -> None:
    """It is this server that cannot open it."""
    cart_id = await filled(front)
    front.store.keep(replace(front.store.records[cart_id], made_with="amazon-2"))
    front.carts.carts.clear()

    view = await carts.read(front.shop, ANN)

    assert view
    assert (view.is_forgotten, view.is_stale) == (False, True)


async def test_a_cart_without_a_handle_opens_nothing() -> None:
    """The handle is forgotten at the hand-over."""
    with pytest.raises(Stopped):
        carts.handle_of(a_cart(handle=None))


async def test_a_cart_handed_over_while_it_was_read_is_shown_as_handed_over(front: Storefront) -> None:
    """A reader beside the checkout sees its result, not an error."""
    cart_id = await filled(front)
    front.carts.offer("A-offer").price_minor = 1200

    async def checkout() -> None:
        await hand_over(front.process(), ANN, Target(), Agreed(accepts_rise=True))

    front.carts.meanwhile[1] = checkout

    view = await carts.read(front.shop, ANN, cart_id)

    assert view
    assert view.record.status is CartStatus.HANDED_OVER
    assert (view.source, view.is_stale) == ("snapshot", False)


async def test_an_answer_older_than_a_change_does_not_undo_it(front: Storefront) -> None:
    """A slow read beside an addition must not take the new line's id away."""
    cart_id = await filled(front)
    front.carts.offer("A-offer").price_minor = 1200

    async def add_b() -> None:
        await add(front.process(), ANN, AddRequest(additions=[Addition(0, "B", 1, "B-offer")]))

    front.carts.meanwhile[1] = add_b

    view = await carts.read(front.shop, ANN, cart_id)

    assert view
    assert [(line.record.asin, line.record.listing_id) for line in view.lines] == [("A", None), ("B", "B-offer")]
    assert [line.asin for line in front.store.records[cart_id].lines] == ["A", "B"]
    assert view.record == front.store.records[cart_id]


async def test_two_reads_at_once_of_a_moved_price_write_the_same(front: Storefront) -> None:
    """Two tabs, two processes: one notice, one mark, no new version."""
    cart_id = await filled(front)
    front.carts.offer("A-offer").price_minor = 1200

    first, second = await asyncio.gather(carts.read(front.shop, ANN), carts.read(front.process(), ANN))

    assert first
    assert second
    assert [view.lines[0].price_rise_minor for view in (first, second)] == [200, 200]
    kept = front.store.records[cart_id]
    assert (kept.version, kept.lines[0].price_moved_at) == (1, NOON)
    assert [notice.code.value for notice in kept_notices(kept)] == ["PRICE_ROSE"]


async def test_a_refused_change_shows_the_cart_as_last_seen(front: Storefront) -> None:
    """A refusal costs no upstream call."""
    cart_id = await filled(front)

    view = await carts.as_it_is(front.shop, ANN, cart_id)

    assert view
    assert (view.source, view.record.id) == ("snapshot", cart_id)
    assert await carts.as_it_is(front.shop, BOB, cart_id) is None
    assert front.carts.calls == []


def test_a_snapshot_of_our_own_is_what_settling_compares_with() -> None:
    """The builders of these tests make carts as settling leaves them."""
    remote = a_remote_cart(a_remote_item("K1", "A1"))

    assert a_cart(a_line(1)).snapshot == to_snapshot(SeenCart.of(remote), NOON)
