"""Joining carts while something else happens to them."""

import asyncio
from datetime import timedelta

from msgspec.structs import replace

from ecs.errors import NotSent, OutcomeUnknown, UpstreamThrottled
from ecs.request import NewItem
from persistence.records import CartRecord, CartStatus, Placement, UpstreamHandle
from resolvers.adding import AddRequest, add
from resolvers.changes import Target
from resolvers.merging import MergeStrategy, join_guest, merge
from resolvers.outcomes import CartOutcome
from resolvers.problems import Problem, ProblemCode
from tests.support.fakes import Storefront, a_cart, a_line
from tests.support.shopping import (
    ANN,
    codes,
    filled,
    kept,
    one,
    open_kinds,
    outcomes,
    put,
    sweep_later,
    the_cart,
)

ACTIVE, SAVED = Placement.ACTIVE, Placement.SAVED_FOR_LATER
SUM = MergeStrategy.SUM_QUANTITIES


async def joined(
    front: Storefront, source: CartRecord, strategy: MergeStrategy = SUM, target: Target | None = None
) -> CartOutcome:
    """Ann takes the lines of another cart, of hers or of the guest she was."""
    return await merge(front.shop, ANN, source.id, target or Target(), strategy)


async def test_a_crash_in_the_middle_is_carried_to_its_end(front: Storefront) -> None:
    """Both carts are held meanwhile; no unit comes twice and none is lost."""
    await filled(front, "A")
    guests = await filled(front, "A", "B", customer="guest")
    front.carts.fail(2, OutcomeUnknown("slow"), after_effect=True)
    front.carts.fail(3, NotSent("down"))

    lost = await joined(front, guests)
    held = front.store.records[guests.id]
    swept = await sweep_later(front)

    assert codes(lost) == ["OUTCOME_UNKNOWN", "OUTCOME_UNKNOWN"]
    assert outcomes(lost) == ["UNKNOWN", "UNKNOWN"]
    assert (held.status, held.hold is None) == (CartStatus.ACTIVE, False)
    assert swept.settled == 1
    assert kept(front) == {("A", None): 4, ("B", None): 2}
    assert front.store.records[guests.id].status is CartStatus.MERGED
    assert open_kinds(front) == []


async def test_a_merge_that_was_stopped_half_way_is_gone_on_with_later(front: Storefront) -> None:
    """The source is closed only once all its lines had their turn; it cannot be merged again."""
    await filled(front, "A")
    guests = await filled(front, "A", "B", customer="guest")
    front.carts.fail(2, UpstreamThrottled("busy"))

    stopped = await joined(front, guests)
    during = front.store.records[guests.id].status
    await sweep_later(front)

    assert (outcomes(stopped), codes(stopped)) == (["UNKNOWN", "UNKNOWN"], ["OUTCOME_UNKNOWN", "OUTCOME_UNKNOWN"])
    assert (during, front.store.records[guests.id].status) == (CartStatus.ACTIVE, CartStatus.MERGED)
    assert kept(front) == {("A", None): 4, ("B", None): 2}


async def test_a_merge_whose_beginner_is_gone_is_gone_on_with_later(front: Storefront) -> None:
    """A saved line was put by then: were the merge forgotten, both carts would have it."""
    await filled(front, "A")
    guests = await filled(front, "B", customer="guest")
    front.store.keep(replace(guests, lines=tuple(replace(line, placement=SAVED) for line in guests.lines)))
    front.carts.fail(2, NotSent("down"))
    front.carts.fail(4, UpstreamThrottled("busy"))

    await joined(front, front.store.records[guests.id])
    await sweep_later(front)
    during = front.store.records[guests.id]
    await sweep_later(front)

    assert (during.status, during.hold is None) == (CartStatus.ACTIVE, False)
    assert front.carts.operations() == ["add", "modify", "get", "modify", "get", "modify"]
    assert [(line.asin, line.placement) for line in the_cart(front).lines] == [("A", ACTIVE), ("B", SAVED)]
    assert front.store.records[guests.id].status is CartStatus.MERGED
    assert open_kinds(front) == []


async def test_a_merge_that_did_nothing_may_be_tried_again(front: Storefront) -> None:
    """Both carts are as they were, and free."""
    await filled(front, "A")
    guests = await filled(front, "B", customer="guest")
    front.carts.fail(1, NotSent("down"))

    failed = await joined(front, guests)
    again = await joined(front, guests)

    assert (codes(failed), outcomes(failed)) == (["UPSTREAM_UNAVAILABLE"], ["REJECTED"])
    assert (codes(again), outcomes(again)) == ([], ["ADDED"])


async def test_a_source_that_is_held_is_waited_for(front: Storefront) -> None:
    """What was lost there comes along."""
    await filled(front, "A")
    guests = await filled(front, "B", customer="guest")
    front.carts.fail(1, OutcomeUnknown("slow"))
    await put(front, one("B"), customer="guest")

    outcome = await joined(front, guests)

    assert codes(outcome) == []
    assert kept(front) == {("A", None): 2, ("B", None): 3}


async def test_a_source_changed_meanwhile_is_read_again(front: Storefront) -> None:
    """Two tabs: what the guest's tab added before the claim comes along, what comes after finds the cart closed."""
    await filled(front, "A")
    guests = await filled(front, "B", customer="guest")
    other = front.process()

    outcome, added = await asyncio.gather(
        joined(front, guests), add(other, "guest", AddRequest(additions=[one("C")], target=Target(guests.id)))
    )

    assert codes(outcome) == []
    came = kept(front).get(("C", None))
    assert (codes(added), came) in [([], 1), (["CART_NOT_FOUND"], None)]


async def test_two_sign_ins_at_once_join_once(front: Storefront) -> None:
    """Two devices, two processes."""
    await filled(front, "A")
    await filled(front, "A", customer="guest")

    await asyncio.gather(join_guest(front.shop, ANN, "guest"), join_guest(front.process(), ANN, "guest"))

    assert kept(front) == {("A", None): 4}


async def test_two_sign_ins_at_once_take_over_once(front: Storefront) -> None:
    """The customer has no cart yet: one of them gives it to him."""
    guests = await filled(front, "A", customer="guest")

    await asyncio.gather(join_guest(front.shop, ANN, "guest"), join_guest(front.process(), ANN, "guest"))

    assert (kept(front), the_cart(front).id) == ({("A", None): 2}, guests.id)
    assert len(front.store.records) == 1


async def test_a_source_that_moves_while_it_is_taken_over_is_busy(front: Storefront) -> None:
    """Nobody's change is overwritten."""
    guests = await filled(front, "B", customer="guest")
    front.store.before_write.append(lambda: front.store.keep(replace(guests, version=7)))

    moved = await joined(front, guests)
    again = await joined(front, guests)

    message = "The cart to take lines from is being changed; try again in a moment."
    assert moved.problems == (Problem(ProblemCode.CART_BUSY, message, ("sourceCartId",), is_retryable=True),)
    assert codes(again) == []
    assert the_cart(front).id == guests.id


async def test_a_customer_who_gets_a_cart_meanwhile_takes_the_lines_into_it(front: Storefront) -> None:
    """The first addition on another device was first."""
    guests = await filled(front, "B", customer="guest")
    mine = a_cart(a_line(1, upstream_key="-A-offer", asin="A"), id="mine", handle=None)
    other = await front.carts.create([NewItem(1, asin="A")])
    front.carts.calls.clear()
    handle = UpstreamHandle(other.cart_id, other.hmac)
    front.store.before_write.append(lambda: front.store.keep(replace(mine, handle=handle)))

    outcome = await joined(front, guests)

    assert (outcomes(outcome), the_cart(front).id) == (["ADDED"], "mine")
    assert kept(front) == {("A", None): 1, ("B", None): 2}


async def test_a_source_that_never_gets_free_is_busy(front: Storefront) -> None:
    """Another process holds it, and renews its lease."""
    await filled(front, "A")
    guests = await filled(front, "B", customer="guest")
    front.carts.fail(1, OutcomeUnknown("slow"))
    await put(front, one("B"), customer="guest")
    await front.store.renew(front.store.records[guests.id], front.clock.now() + timedelta(hours=1))

    outcome = await joined(front, guests)

    assert codes(outcome) == ["CART_BUSY"]
    assert kept(front) == {("A", None): 2}


async def test_a_customer_whose_cart_goes_meanwhile_is_told_that_there_is_none(front: Storefront) -> None:
    """Another device checked out first; the source is as it was, and the next try takes it over."""
    mine = await filled(front, "A")
    guests = await filled(front, "B", customer="guest")
    closed = replace(mine, status=CartStatus.HANDED_OVER, handle=None, version=2)
    front.store.before_write.append(lambda: front.store.keep(closed))

    gone = await joined(front, guests)
    again = await joined(front, guests)

    assert (codes(gone), codes(again)) == (["CART_NOT_FOUND"], [])
    assert the_cart(front).id == guests.id
