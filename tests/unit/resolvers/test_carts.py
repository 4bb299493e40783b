"""Carts, read and settled."""

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
from resolvers.lines import Addition
from resolvers.problems import ProblemCode, Stopped, VersionProblem
from resolvers.snapshots import SeenCart, to_snapshot
from tests.support.fakes import NOON, Storefront, a_cart, a_line, a_remote_cart, a_remote_item


async def filled(front: Storefront, *additions: Addition) -> str:
    """Ann's cart with these things in it; its id."""
    outcome = await add(front.shop, "ann", AddRequest(additions=additions or (Addition(0, "A", 2),)))
    assert outcome.cart
    front.carts.calls.clear()
    front.store.writes.clear()
    return outcome.cart.record.id


async def test_nobody_and_somebody_without_a_cart_have_none(front: Storefront) -> None:
    """The upstream is not asked for what was never made."""
    assert await carts.read(front.shop, None) is None
    assert await carts.read(front.shop, "ann") is None
    assert front.carts.calls == []


async def test_an_active_cart_is_read_at_the_upstream_and_not_written(front: Storefront) -> None:
    """A read of what nobody touched costs one call and no write."""
    cart_id = await filled(front)
    now = front.clock.advance(hours=1)
    kept = front.store.records[cart_id]

    view = await carts.read(front.shop, "ann")

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

    view = await carts.read(front.shop, "ann", cart_id)

    kept = front.store.records[cart_id]
    assert view
    assert view.lines[0].unit_price is not None
    assert view.lines[0].unit_price.amount_minor == 1200
    assert (kept.version, kept.updated_at, kept.snapshot.observed_at) == (1, NOON, now)
    assert front.store.writes == ["settle"]


async def test_a_changed_line_is_written_with_a_new_version(front: Storefront) -> None:
    """The upstream has the last word on what is in the cart."""
    cart_id = await filled(front)
    front.carts.carts["100-1"].lines[0].quantity = 1
    now = front.clock.advance(hours=1)

    await carts.read(front.shop, "ann", cart_id)

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

    view = await carts.read(front.shop, "ann")

    assert view
    assert (view.source, view.is_stale, view.as_of) == ("snapshot", True, NOON)
    assert [(line.record.asin, line.record.quantity) for line in view.lines] == [("A", 2)]
    assert view.subtotal is not None
    assert view.subtotal.amount_minor == 2000
    assert front.store.records[cart_id] == kept


async def test_a_closed_cart_is_shown_without_asking(front: Storefront) -> None:
    """After a hand-over it is not touched again."""
    front.store.keep(a_cart(a_line(1), status=CartStatus.HANDED_OVER, handle=None))

    view = await carts.read(front.shop, "ann", "cart-1")

    assert view
    assert (view.source, view.is_stale, view.record.status) == ("snapshot", False, CartStatus.HANDED_OVER)
    assert front.carts.calls == []


async def test_another_customers_cart_is_not_there(front: Storefront) -> None:
    """A foreign id and an unknown one give the same answer."""
    cart_id = await filled(front)

    assert await carts.read(front.shop, "bob", cart_id) is None
    assert await carts.read(front.shop, "bob") is None
    assert front.carts.calls == []


async def test_a_cart_is_opened_for_change_as_it_is_kept(front: Storefront) -> None:
    """By id, or the active one; none when there is none and none was named."""
    assert await carts.open_for_change(front.shop, "ann", None, None) is None

    cart_id = await filled(front)

    assert await carts.open_for_change(front.shop, "ann", None, None) == front.store.records[cart_id]
    assert await carts.open_for_change(front.shop, "ann", cart_id, 1) == front.store.records[cart_id]


async def test_a_foreign_cart_and_an_unknown_one_cannot_be_changed_alike(front: Storefront) -> None:
    """The answer does not tell that the cart exists."""
    cart_id = await filled(front)

    with pytest.raises(Stopped) as foreign:
        await carts.open_for_change(front.shop, "bob", cart_id, None)
    with pytest.raises(Stopped) as unknown:
        await carts.open_for_change(front.shop, "bob", "none", None)

    assert foreign.value.problem == unknown.value.problem == carts.not_found()


@pytest.mark.parametrize(
    "changes", [{"status": CartStatus.HANDED_OVER, "handle": None}, {"status": CartStatus.EXPIRED}]
)
async def test_a_closed_cart_cannot_be_changed(front: Storefront, changes: dict[str, Any]) -> None:
    """What was handed over belongs to the marketplace."""
    front.store.keep(a_cart(**changes))

    with pytest.raises(Stopped) as stopped:
        await carts.open_for_change(front.shop, "ann", "cart-1", None)

    assert (stopped.value.problem.code, stopped.value.problem.field) == (ProblemCode.CART_CLOSED, ("cartId",))


@pytest.mark.parametrize("version", [0, 2])
async def test_an_unexpected_version_is_refused_with_the_present_one(front: Storefront, version: int) -> None:
    """Another tab changed the cart; its change must not be overwritten unseen."""
    await filled(front)

    with pytest.raises(Stopped) as stopped:
        await carts.open_for_change(front.shop, "ann", None, version)

    assert stopped.value.problem == VersionProblem(
        ProblemCode.VERSION_CONFLICT,
        f"The cart is at version 1, not {version}; look at it again before changing it.",
        ("expectedVersion",),
        current_version=1,
    )


async def test_settling_after_another_process_takes_up_what_it_wrote(front: Storefront) -> None:
    """Line ids given out by the other process stay good; the upstream knows no such cart here, so its word stands."""
    record = a_cart(a_line(1))
    front.store.keep(record)
    theirs = a_cart(a_line(1), a_line(2, id="theirs"), version=2)
    front.store.before_write.append(lambda: front.store.keep(theirs))
    remote = a_remote_cart(a_remote_item("K2", "A2"), a_remote_item("K1", "A1", 5))

    view = await carts.settle(front.shop, record, remote)

    assert [(line.record.id, line.record.quantity) for line in view.lines] == [("line-1", 5), ("theirs", 1)]
    assert view.record.version == 3
    assert front.store.records["cart-1"] == view.record


async def test_settling_gives_up_when_the_cart_will_not_stand_still(front: Storefront) -> None:
    """Five tries; the shopper is told to look again."""
    record = a_cart(a_line(1))
    front.store.keep(record)

    def bump() -> None:
        kept = front.store.records["cart-1"]
        front.store.keep(replace(kept, version=kept.version + 1))

    front.store.before_write += [bump] * 9

    with pytest.raises(Stopped) as stopped:
        await carts.settle(front.shop, record, a_remote_cart(a_remote_item("K1", "A1", 5)))

    assert stopped.value.problem.code == ProblemCode.VERSION_CONFLICT
    assert len(front.store.before_write) == 4
    assert front.store.writes == []
    assert front.store.records["cart-1"].lines == record.lines


async def test_settling_a_cart_that_was_closed_meanwhile_stops(front: Storefront) -> None:
    """Its lines went to the marketplace as they were then."""
    record = a_cart(a_line(1))
    closed = a_cart(a_line(1), status=CartStatus.HANDED_OVER, version=2, handle=None)
    front.store.keep(record)
    front.store.before_write.append(lambda: front.store.keep(closed))

    with pytest.raises(Stopped) as stopped:
        await carts.settle(front.shop, record, a_remote_cart(a_remote_item("K1", "A1", 5)))

    assert stopped.value.problem.code == ProblemCode.CART_CLOSED
    assert front.store.records["cart-1"] == closed


async def test_a_cart_without_a_handle_opens_nothing() -> None:
    """The handle is forgotten at the hand-over."""
    with pytest.raises(Stopped):
        carts.handle_of(a_cart(handle=None))


async def test_a_cart_handed_over_while_it_was_read_is_shown_as_handed_over(front: Storefront) -> None:
    """A reader beside the checkout sees its result, not an error."""
    cart_id = await filled(front)
    front.carts.offer("A-offer").price_minor = 1200

    async def hand_over() -> None:
        await front.store.hand_over(cart_id, expected_version=1, now=NOON)

    front.carts.meanwhile[1] = hand_over

    view = await carts.read(front.shop, "ann", cart_id)

    assert view
    assert view.record.status is CartStatus.HANDED_OVER
    assert (view.source, view.is_stale) == ("snapshot", False)


async def test_an_answer_older_than_a_change_does_not_undo_it(front: Storefront) -> None:
    """A slow read beside an addition must not take the new line's id away."""
    cart_id = await filled(front)
    front.carts.offer("A-offer").price_minor = 1200

    async def add_b() -> None:
        await add(front.process(), "ann", AddRequest(additions=[Addition(0, "B", 1, "B-offer")]))

    front.carts.meanwhile[1] = add_b

    view = await carts.read(front.shop, "ann", cart_id)

    assert view
    assert [(line.record.asin, line.record.listing_id) for line in view.lines] == [("A", None), ("B", "B-offer")]
    assert [line.asin for line in front.store.records[cart_id].lines] == ["A", "B"]
    assert view.record == front.store.records[cart_id]


async def test_a_refused_change_shows_the_cart_as_last_seen(front: Storefront) -> None:
    """A refusal costs no upstream call."""
    cart_id = await filled(front)

    view = await carts.as_it_is(front.shop, "ann", cart_id)

    assert view
    assert (view.source, view.record.id) == ("snapshot", cart_id)
    assert await carts.as_it_is(front.shop, "bob", cart_id) is None
    assert front.carts.calls == []


def test_a_snapshot_of_our_own_is_what_settling_compares_with() -> None:
    """The builders of these tests make carts as settling leaves them."""
    remote = a_remote_cart(a_remote_item("K1", "A1"))

    assert a_cart(a_line(1)).snapshot == to_snapshot(SeenCart.of(remote), NOON)
