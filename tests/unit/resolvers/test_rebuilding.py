"""Carts the upstream has let go of: built anew from our record at the next change, or kept."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from ecs.errors import AccessRefused, NotSent, OutcomeUnknown, UpstreamError, UpstreamThrottled
from persistence.records import CartStatus, Placement
from resolvers import carts
from resolvers.acknowledging import acknowledge
from resolvers.changes import Target
from resolvers.changing import ClearScope, clear, move, set_quantity
from resolvers.checkout import hand_over
from resolvers.intents import Agreed
from resolvers.lines import Addition
from resolvers.notices import kept as kept_notices
from tests.support.fake_carts import Goods
from tests.support.fakes import NOON, Storefront
from tests.support.shopping import (
    ANN,
    BOB,
    a_key,
    codes,
    filled,
    kept,
    notices,
    one,
    open_kinds,
    outcomes,
    put,
    shown,
    sweep_later,
    the_cart,
    unclaimed,
)

SAVED = Placement.SAVED_FOR_LATER


async def expired(front: Storefront, *asins: str, saved: tuple[str, ...] = ()) -> list[str]:
    """Ann's cart of two units of each item, gone at the upstream; the ids of its lines."""
    cart = await filled(front, *asins, saved=saved)
    front.carts.carts.clear()
    ids = {line.asin: line.id for line in cart.lines}
    return [ids[asin] for asin in asins]


async def test_a_cart_comes_back_under_its_ids_with_saved_lines_saved(front: Storefront) -> None:
    """Nothing a client holds goes stale; the day and price of adding stay."""
    line_ids = await expired(front, "A", "B", "C", saved=("B",))
    before = the_cart(front)
    front.clock.advance(days=100)

    outcome = await set_quantity(front.shop, ANN, Target(), line_ids[0], 3)

    after = the_cart(front)
    assert (after.id, after.version, [line.id for line in after.lines]) == (before.id, before.version + 1, line_ids)
    assert shown(outcome) == ({"A": 3, "C": 2}, {"B": 2})
    assert [line.added_at for line in after.lines] == [NOON] * 3
    assert notices(outcome) == ["CART_REBUILT"]
    assert front.carts.operations() == ["modify", "create", "modify"]
    assert after.handle
    assert after.handle.hmac.get_secret_value() == "hmac-2"


async def test_prices_are_told_since_the_cart_was_seen_last(front: Storefront) -> None:
    """The shopper compares with what he knew."""
    await expired(front, "A", "B")
    front.carts.offer("A-offer").price_minor = 1500
    front.carts.offer("B-offer").price_minor = 1900

    outcome = await put(front, one("C"))

    assert [(notice.code.value, notice.message) for notice in outcome.notices[1:]] == [
        ("PRICE_ROSE", "The price of Title of A rose from $10.00 to $15.00."),
        ("PRICE_DROPPED", "The price of Title of B fell from $20.00 to $19.00."),
    ]
    assert [line.price_when_added_minor for line in the_cart(front).lines] == [1000, 2000, 500]


async def test_an_offer_that_is_gone_gives_way_to_another_and_an_item_that_is_gone_is_told(front: Storefront) -> None:
    """What can be bought is bought, and no change of seller goes unsaid."""
    await put(front, Addition(0, "A", 1, "A-second"), Addition(1, "B", 2), Addition(2, "C", 1))
    front.carts.carts.clear()
    front.carts.goods = [goods for goods in front.carts.goods if goods.listing_id not in ("A-second", "B-offer")]

    outcome = await put(front, one("C"))

    assert notices(outcome) == ["CART_REBUILT", "OFFER_REPLACED", "PRICE_ROSE", "LINE_REMOVED"]
    assert [notice.message for notice in outcome.notices][3] == "The marketplace took Title of B (2) out of the cart."
    assert kept(front) == {("A", None): 1, ("C", None): 2}
    assert [notice.code.value for notice in kept_notices(the_cart(front))] == notices(outcome)


async def test_what_cannot_be_bought_now_lies_aside_in_the_new_cart(front: Storefront) -> None:
    """As it would in any other; a move of another line is not blamed for it."""
    line_a, line_b = await expired(front, "A", "B")
    front.carts.offer("B-offer").is_available = False

    outcome = await move(front.shop, ANN, Target(), [line_a], SAVED)

    assert (outcome.line_ids, outcome.problems) == ((line_a,), ())
    assert notices(outcome) == ["CART_REBUILT", "MOVED_TO_SAVED"]
    assert outcome.notices[1].line_id == line_b
    assert shown(outcome) == ({}, {"A": 2, "B": 2})


async def test_a_cart_of_which_nothing_is_sold_any_more_is_kept_as_expired(front: Storefront) -> None:
    """Its lines can be restored one day; the next item begins a new cart."""
    line_ids = await expired(front, "A", "B", saved=("B",))
    cart = the_cart(front)
    front.carts.goods = [Goods("C")]

    outcome = await set_quantity(front.shop, ANN, Target(), line_ids[0], 5)
    then = await put(front, one("C"))

    after = front.store.records[cart.id]
    assert codes(outcome) == ["LINE_NOT_FOUND", "CART_CLOSED"]
    assert (after.status, after.version, after.lines) == (CartStatus.EXPIRED, cart.version + 1, cart.lines)
    assert outcome.removed_line_ids == ()
    assert (outcomes(then), kept(front)) == (["ADDED"], {("C", None): 1})
    assert the_cart(front).id != cart.id


async def test_taking_out_the_last_line_of_an_expired_cart_is_no_failure(front: Storefront) -> None:
    """There is nothing to build: it is as the shopper wanted it."""
    (line_id,) = await expired(front, "A")

    outcome = await set_quantity(front.shop, ANN, Target(), line_id, 0)

    assert (codes(outcome), outcome.removed_line_ids, shown(outcome)) == ([], (line_id,), ({}, {}))
    assert front.carts.operations() == ["modify"]


async def test_clearing_an_expired_cart_keeps_the_saved_lines(front: Storefront) -> None:
    """Even when none of them is sold now."""
    line_a, line_b = await expired(front, "A", "B", saved=("B",))
    front.carts.goods = []

    outcome = await clear(front.shop, ANN, Target(), ClearScope.ACTIVE_LINES)

    assert (codes(outcome), outcome.removed_line_ids) == (["CART_CLOSED"], (line_a,))
    assert outcome.cart
    assert outcome.cart.record.status is CartStatus.EXPIRED
    assert [line.id for line in outcome.cart.record.lines] == [line_b]


async def test_an_empty_expired_cart_cannot_be_checked_out(front: Storefront) -> None:
    """It is let go, and it is said so."""
    await expired(front, "A")
    front.store.keep(replace(the_cart(front), lines=()))

    outcome = await hand_over(front.shop, ANN, Target(), Agreed())

    assert (outcome.handover, codes(outcome)) == (None, ["CART_CLOSED"])


@pytest.mark.parametrize("error", [NotSent("down"), AccessRefused("key")])
async def test_a_cart_that_cannot_be_built_in_whole_stays_as_it_was(front: Storefront, error: UpstreamError) -> None:
    """Eleven lines take two requests; the second fails, and no line is lost."""
    front.carts.goods += [Goods(f"N{number}") for number in range(11)]
    await put(front, *(Addition(number, f"N{number}", 1) for number in range(10)))
    await put(front, one("N10"))
    front.carts.carts.clear()
    before = unclaimed(front)
    front.carts.fail(5, error)

    outcome = await put(front, one("A"), key=a_key())
    again = await put(front, one("A"), key=a_key())

    assert front.carts.operations() == ["create", "add", "add", "create", "add", "add", "create", "add"]
    assert (outcomes(outcome), len(codes(outcome))) == (["REJECTED"], 1)
    assert unclaimed(front).keys() == before.keys()
    assert outcome.cart
    assert [line.record.asin for line in outcome.cart.lines] == [f"N{number}" for number in range(11)]
    assert (outcomes(again), len(the_cart(front).lines)) == (["ADDED"], 12)


async def test_a_rebuild_whose_process_died_half_way_is_begun_again_whole(front: Storefront) -> None:
    """The half-built cart died with it; nobody leaves out what it had."""
    front.carts.goods += [Goods(f"N{number}") for number in range(11)]
    await put(front, *(Addition(number, f"N{number}", 1) for number in range(10)))
    await put(front, one("N10"))
    line_ids = [line.id for line in the_cart(front).lines]
    front.carts.carts.clear()
    front.carts.fail(5, OutcomeUnknown("slow"))
    front.carts.fail(6, NotSent("down"))

    lost = await put(front, one("A"))
    swept = await sweep_later(front)

    assert (codes(lost), swept.settled) == (["OUTCOME_UNKNOWN"], 1)
    assert [line.id for line in the_cart(front).lines][:11] == line_ids
    assert len(kept(front)) == 12
    assert open_kinds(front) == []


async def test_an_atomic_call_on_an_expired_cart_is_taken_back_from_the_new_one(front: Storefront) -> None:
    """The cart is there again, as it was before the call."""
    line_a, line_b = await expired(front, "A", "B", saved=("B",))

    outcome = await put(front, Addition(0, "A", 5), Addition(1, "C", 1), Addition(2, "X", 1), is_atomic=True)

    assert (outcomes(outcome), codes(outcome)) == (["REJECTED"] * 3, ["PRODUCT_NOT_FOUND"])
    assert shown(outcome) == ({"A": 2}, {"B": 2})
    assert [line.id for line in the_cart(front).lines] == [line_a, line_b]
    assert notices(outcome) == ["CART_REBUILT"]


async def test_a_rebuilt_cart_that_could_not_be_taken_back_is_built_once_more(front: Storefront) -> None:
    """Whoever takes over cannot find it, and must not leave a line out."""
    line_ids = await expired(front, "A", "B")
    front.carts.fail(4, NotSent("down"))

    outcome = await put(front, Addition(0, "A", 5), Addition(1, "X", 1), is_atomic=True)
    await sweep_later(front)

    assert front.carts.operations()[:5] == ["modify", "create", "add", "modify", "create"]
    assert outcomes(outcome) == ["REJECTED", "REJECTED"]
    assert (kept(front), [line.id for line in the_cart(front).lines]) == ({("A", None): 2, ("B", None): 2}, line_ids)


async def test_three_young_carts_gone_within_a_minute_are_no_accident(front: Storefront) -> None:
    """A fault of our settings would hit every cart: then none is rebuilt or closed, and changes may be tried again."""
    for customer in (ANN, BOB, "cid", "dan"):
        await filled(front, "A", customer=customer)
    front.carts.carts.clear()
    before = unclaimed(front)
    for customer in (BOB, "cid"):
        view = await carts.read(front.shop, customer)
        assert view
        assert view.is_forgotten

    change = await put(front, one("B"), key=a_key())
    view = await carts.read(front.shop, "dan")

    assert (codes(change), outcomes(change)) == (["UPSTREAM_UNAVAILABLE"], ["REJECTED"])
    assert change.problems[0].is_retryable is True
    assert view
    assert (view.is_stale, view.is_forgotten) == (True, False)
    assert (unclaimed(front), open_kinds(front)) == (before, [])
    assert front.carts.operations() == ["get", "get", "add", "get"]

    front.clock.advance(minutes=1)
    later = await put(front, one("B"), key=a_key())

    assert (codes(later), notices(later)) == ([], ["CART_REBUILT"])


async def test_a_cart_made_with_other_settings_is_left_alone(front: Storefront) -> None:
    """Another associate tag cannot open it; with the old one it would be there."""
    await expired(front, "A")
    front.store.keep(replace(the_cart(front), made_with="amazon-2"))
    before = unclaimed(front)

    outcome = await put(front, one("B"))

    assert codes(outcome) == ["UPSTREAM_UNAVAILABLE"]
    assert (unclaimed(front), open_kinds(front)) == (before, [])


async def test_doubts_while_taking_over_let_the_intent_rest(front: Storefront) -> None:
    """It is carried to its end once the settings are right."""
    await filled(front, "A")
    front.carts.fail(1, OutcomeUnknown("slow"))
    await put(front, one("B"))
    right = the_cart(front)
    front.store.keep(replace(right, made_with="amazon-2"))
    there = dict(front.carts.carts)
    front.carts.carts.clear()

    doubted = await sweep_later(front)
    front.store.keep(replace(the_cart(front), made_with="amazon-1"))
    front.carts.carts |= there
    settled = await sweep_later(front)

    assert ((doubted.settled, doubted.left), (settled.settled, settled.left)) == ((0, 1), (1, 0))
    assert kept(front) == {("A", None): 2, ("B", None): 1}


async def test_what_was_told_of_a_rebuild_stays_until_it_is_acknowledged(front: Storefront) -> None:
    """The shopper may have closed the page."""
    await expired(front, "A")
    front.carts.offer("A-offer").price_minor = 1500
    await put(front, one("B"))
    front.clock.advance(days=1)

    view = await carts.read(front.shop, ANN)
    assert view
    told = [notice.code.value for notice in kept_notices(view.record)]
    await acknowledge(front.shop, ANN, None, None)

    assert told == ["CART_REBUILT", "PRICE_ROSE"]
    assert kept_notices(the_cart(front)) == ()
    assert the_cart(front).lines[0].price_accepted_minor == 1500
    assert the_cart(front).updated_at - NOON < timedelta(days=1)


async def test_taking_out_a_line_of_an_expired_cart_is_said_to_be_done(front: Storefront) -> None:
    """Its other lines are put into the new cart, and this one is not."""
    line_a, line_b = await expired(front, "A", "B")

    outcome = await set_quantity(front.shop, ANN, Target(), line_a, 0)

    assert (codes(outcome), outcome.removed_line_ids) == ([], (line_a,))
    assert (shown(outcome), [line.id for line in the_cart(front).lines]) == (({"B": 2}, {}), [line_b])


async def test_an_item_is_not_said_to_be_added_to_a_cart_that_could_not_be_built(front: Storefront) -> None:
    """The new cart is forgotten, also when the item's line was in it already."""
    await expired(front, "A", "B", saved=("B",))
    front.carts.fail(3, UpstreamThrottled("busy"))

    outcome = await put(front, one("A"))

    assert front.carts.operations() == ["modify", "create", "modify"]
    assert (outcomes(outcome), codes(outcome)) == (["REJECTED"], ["RATE_LIMITED"])
    assert kept(front) == {("A", None): 2, ("B", None): 2}
