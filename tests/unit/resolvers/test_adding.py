"""Putting items in a cart."""

import asyncio
from datetime import timedelta

import pytest

from ecs.errors import UpstreamRefused
from ecs.request import Move, NewItem, QuantityChange
from ecs.vocabulary import ErrorCode
from persistence.records import CartStatus, Placement
from resolvers.adding import AddRequest, add, goals_for
from resolvers.changes import Target
from resolvers.changing import move
from resolvers.goals import Goal
from resolvers.lines import Addition
from resolvers.outcomes import ItemOutcome, ItemResult, NoticeCode
from resolvers.prices import money
from tests.support.fake_carts import Call, Goods
from tests.support.fakes import NOON, Storefront
from tests.support.shopping import ANN, BOB, codes, kept, one, outcomes, put, unclaimed


async def test_the_first_item_makes_a_cart(front: Storefront) -> None:
    """The upstream knows no empty cart: creating and adding are one."""
    outcome = await put(front, one("A", 2))

    (cart,) = front.store.records.values()
    assert outcome.results == (ItemResult(0, ItemOutcome.ADDED, cart.lines[0].id),)
    assert (outcome.problems, outcome.notices) == ((), ())
    assert front.carts.calls == [Call("create", (NewItem(2, asin="A"),))]
    assert (cart.customer_id, cart.marketplace, cart.currency, cart.status) == (
        ANN,
        "US",
        "USD",
        CartStatus.ACTIVE,
    )
    assert (cart.version, cart.created_at, cart.updated_at) == (1, NOON, NOON)
    assert cart.handle
    assert (cart.handle.cart_id.get_secret_value(), cart.handle.hmac.get_secret_value()) == ("100-1", "hmac-1")
    assert cart.lines[0].price_when_added_minor == 1000
    assert outcome.cart
    assert (outcome.cart.record, outcome.cart.subtotal, outcome.cart.source) == (cart, money(2000, "USD"), "upstream")


async def test_further_items_extend_the_cart(front: Storefront) -> None:
    """One cart, growing; its version with it."""
    await put(front, one("A"))
    front.clock.advance(hours=1)

    outcome = await put(front, one("B", 3))

    assert outcomes(outcome) == ["ADDED"]
    assert front.carts.calls[1:] == [Call("add", (NewItem(3, asin="B"),), "100-1")]
    assert kept(front) == {("A", None): 1, ("B", None): 3}
    assert outcome.cart
    assert (outcome.cart.record.version, outcome.cart.record.updated_at) == (2, NOON + timedelta(hours=1))
    assert [line.record.asin for line in outcome.cart.lines] == ["A", "B"]


async def test_more_of_the_same_is_an_absolute_quantity(front: Storefront) -> None:
    """It is safe to repeat, and the upstream would refuse to add."""
    await put(front, one("A", 2))

    outcome = await put(front, one("A", 3))

    assert outcomes(outcome) == ["UPDATED"]
    assert front.carts.calls[1:] == [Call("modify", (QuantityChange("C-A-offer", 5),), "100-1")]
    assert kept(front) == {("A", None): 5}


def test_entries_of_one_thing_are_one_goal() -> None:
    """Its units are summed; each entry is told by it."""
    goals, refused = goals_for([one("A", 2), one("B"), one("A", 3)], [])

    assert goals == (Goal("A", 5, entries=(0, 2)), Goal("B", 1, entries=(1,)))
    assert refused == {}


async def test_an_offer_is_bought_from_its_seller(front: Storefront) -> None:
    """The same item of two sellers is two lines."""
    await put(front, one("A"))

    outcome = await put(front, one("A", 1, "A-second"))

    assert outcomes(outcome) == ["ADDED"]
    assert front.carts.held() == {"A-second": 1, "A-offer": 1}
    assert kept(front) == {("A", None): 1, ("A", "A-second"): 1}
    assert outcome.cart
    assert [line.record.seller_name for line in outcome.cart.lines] == ["Fair Books", "Second Books"]


async def test_two_offers_of_an_item_in_one_call_keep_apart(front: Storefront) -> None:
    """Each line is remembered by the offer it was made from, or later changes go to the wrong seller."""
    outcome = await put(front, Addition(0, "A", 1, "A-offer"), Addition(1, "A", 4, "A-second"))

    assert outcomes(outcome) == ["ADDED", "ADDED"]
    assert front.carts.held() == {"A-offer": 1, "A-second": 4}
    assert kept(front) == {("A", "A-offer"): 1, ("A", "A-second"): 4}
    assert outcome.cart
    assert [line.record.seller_name for line in outcome.cart.lines] == ["Fair Books", "Second Books"]


async def test_an_offer_that_is_gone_does_not_pass_for_the_other_of_its_item(front: Storefront) -> None:
    """The refused entry is refused, the good one is in the cart."""
    outcome = await put(front, Addition(0, "A", 1, "A-gone"), Addition(1, "A", 4, "A-second"))

    assert outcomes(outcome) == ["REJECTED", "ADDED"]
    assert codes(outcome) == ["OFFER_NOT_FOUND"]
    assert kept(front) == {("A", "A-second"): 4}


async def test_an_addition_to_a_line_made_by_another_name_goes_to_that_line(front: Storefront) -> None:
    """By catalog number first, by its featured offer then: the upstream says it is there, we put it to it."""
    await put(front, one("A", 2))

    outcome = await put(front, one("A", 3, "A-offer"))

    assert front.carts.operations()[1:] == ["add", "modify"]
    assert front.carts.held() == {"A-offer": 5}
    assert outcomes(outcome) == ["UPDATED"]
    assert outcome.results[0].line_id == next(iter(front.store.records.values())).lines[0].id
    assert (outcome.problems, outcome.notices) == ((), ())


async def test_units_that_did_not_fit_a_joined_line_are_told(front: Storefront) -> None:
    """Fewer than asked is CAPPED, whatever name the line was made by."""
    await put(front, one("A", 998))

    outcome = await put(front, one("A", 3, "A-offer"))

    assert front.carts.held() == {"A-offer": 999}
    assert outcomes(outcome) == ["CAPPED"]
    assert [notice.code for notice in outcome.notices] == [NoticeCode.QUANTITY_CAPPED]


async def test_shops_that_replace_silently_are_put_right(front: Storefront) -> None:
    """Spain and Italy set the quantity and answer that line alone; no unit and no other line is lost."""
    front.carts.replaces_silently = True
    await put(front, one("A", 2))
    await put(front, one("B"))
    front.carts.calls.clear()

    outcome = await put(front, one("A", 3, "A-offer"))

    assert front.carts.operations() == ["add", "get", "modify"]
    assert front.carts.held() == {"B-offer": 1, "A-offer": 5}
    assert outcomes(outcome) == ["UPDATED"]
    assert kept(front) == {("A", None): 5, ("B", None): 1}


async def test_a_silent_shop_that_changed_nothing_is_taken_to_have_refused(front: Storefront) -> None:
    """It cannot be told from a refusal without a word; no other line is lost by the short answer."""
    front.carts.replaces_silently = True
    await put(front, one("A", 2))
    await put(front, one("B"))

    outcome = await put(front, one("A", 2, "A-offer"))

    assert outcomes(outcome) == ["REJECTED"]
    assert kept(front) == {("A", None): 2, ("B", None): 1}


async def test_more_than_the_upstream_sells_is_capped_and_told(front: Storefront) -> None:
    """It lowers the quantity; the shopper hears it."""
    outcome = await put(front, one("C", 8))

    assert outcomes(outcome) == ["CAPPED"]
    assert outcome.problems == ()
    (notice,) = outcome.notices
    assert (notice.code, notice.message) == ("QUANTITY_CAPPED", "Only 5 of 8 units of Title of C can be bought.")
    assert kept(front) == {("C", None): 5}


async def test_what_cannot_be_bought_now_lies_with_the_saved_lines(front: Storefront) -> None:
    """As the upstream does it."""
    outcome = await put(front, one("D"))

    assert outcomes(outcome) == ["SAVED_FOR_LATER"]
    assert [notice.code for notice in outcome.notices] == [NoticeCode.MOVED_TO_SAVED]
    assert outcome.cart
    assert ([line.record.asin for line in outcome.cart.saved], outcome.cart.lines) == (["D"], [])


async def test_adding_what_lies_aside_takes_it_back(front: Storefront) -> None:
    """Both its units and the new ones are in the cart."""
    made = await put(front, one("A", 2))
    assert made.results[0].line_id
    await move(front.shop, ANN, Target(), [made.results[0].line_id], Placement.SAVED_FOR_LATER)
    front.carts.calls.clear()

    outcome = await put(front, one("A", 1))

    assert outcome.results == (ItemResult(0, ItemOutcome.UPDATED, made.results[0].line_id),)
    assert front.carts.calls == [
        Call("modify", (Move("S-A-offer", "MoveToCart"), QuantityChange("S-A-offer", 3)), "100-1")
    ]
    assert (front.carts.held(), front.carts.saved()) == ({"A-offer": 3}, {})


async def test_what_could_be_added_is_added_beside_what_could_not(front: Storefront) -> None:
    """Every entry has its own answer, and every refusal its reason."""
    outcome = await put(front, Addition(0, "A", 1), Addition(1, "X", 1), Addition(2, "B", 0), Addition(3, "B", 2))

    assert outcomes(outcome) == ["ADDED", "REJECTED", "REJECTED", "ADDED"]
    assert codes(outcome) == ["PRODUCT_NOT_FOUND", "QUANTITY_INVALID"]
    assert [result.line_id is None for result in outcome.results] == [False, True, True, False]
    assert kept(front) == {("A", None): 1, ("B", None): 2}


async def test_a_refusal_in_a_known_cart_touches_nothing(front: Storefront) -> None:
    """The upstream's error answer holds no cart; ours stays."""
    await put(front, one("A"))
    before = unclaimed(front)

    outcome = await put(front, one("X"))

    assert (outcomes(outcome), codes(outcome)) == (["REJECTED"], ["PRODUCT_NOT_FOUND"])
    assert unclaimed(front) == before
    assert front.carts.operations() == ["create", "add", "get"]
    assert front.carts.held() == {"A-offer": 1}
    assert outcome.cart
    assert outcome.cart.source == "upstream"


async def test_a_first_item_that_is_refused_makes_no_cart(front: Storefront) -> None:
    """There is none to show."""
    outcome = await put(front, one("X"))

    assert (outcome.cart, outcomes(outcome), codes(outcome)) == (None, ["REJECTED"], ["PRODUCT_NOT_FOUND"])
    assert front.store.records == {}


async def test_a_cap_answer_among_good_ones_is_not_taken_for_a_refusal(front: Storefront) -> None:
    """InvalidQuantity comes with the cart."""
    outcome = await put(front, Addition(0, "A", 1), Addition(1, "C", 9))

    assert outcomes(outcome) == ["ADDED", "CAPPED"]
    assert front.carts.operations() == ["create"]


async def test_an_answer_that_mixes_refusals_is_cleared_up_item_by_item(front: Storefront) -> None:
    """Codes do not say which item they mean."""
    await put(front, one("A", 2))

    outcome = await put(front, Addition(0, "A", 1, "A-offer"), Addition(1, "X", 1), Addition(2, "B", 1))

    assert outcomes(outcome) == ["UPDATED", "REJECTED", "ADDED"]
    assert codes(outcome) == ["PRODUCT_NOT_FOUND"]
    assert front.carts.held() == {"B-offer": 1, "A-offer": 3}


async def test_a_fifty_first_line_is_refused(front: Storefront) -> None:
    """The upstream's limit, without asking it."""
    front.carts.goods += [Goods(f"N{number}") for number in range(50)]
    for start in range(0, 50, 10):
        await put(front, *(Addition(number, f"N{start + number}", 1) for number in range(10)))
    front.carts.calls.clear()

    outcome = await put(front, Addition(0, "A", 1), Addition(1, "N7", 1))

    assert (outcomes(outcome), codes(outcome)) == (["REJECTED", "UPDATED"], ["CART_FULL"])
    assert front.carts.operations() == ["modify"]


@pytest.mark.parametrize(("count", "code"), [(0, "CART_EMPTY"), (11, "TOO_MANY_ITEMS")])
async def test_a_call_takes_one_to_ten_items(front: Storefront, count: int, code: str) -> None:
    """Refused as a whole, before anything is asked; an existing cart is shown."""
    await put(front, one("A"))
    front.carts.calls.clear()

    outcome = await put(front, *(Addition(number, "B", 1) for number in range(count)))

    assert (codes(outcome), outcomes(outcome)) == ([code], ["REJECTED"] * count)
    assert outcome.problems[0].field == ("items",)
    assert front.carts.calls == []
    assert kept(front) == {("A", None): 1}
    assert outcome.cart


async def test_a_fresh_cart_archives_the_active_one_when_asked_to(front: Storefront) -> None:
    """The old one stays in the history with its lines."""
    old = await put(front, one("A"))

    fresh = await put(front, one("B"), replace=True)

    assert old.cart
    assert fresh.cart
    archived = front.store.records[old.cart.record.id]
    assert (archived.status, archived.version, len(archived.lines)) == (CartStatus.EXPIRED, 2, 1)
    assert kept(front) == {("B", None): 1}
    assert fresh.cart.record.id != old.cart.record.id


async def test_a_named_cart_and_its_version_are_checked(front: Storefront) -> None:
    """Nothing goes to another cart than the one meant."""
    made = await put(front, one("A"))
    assert made.cart
    cart_id = made.cart.record.id
    before = dict(front.store.records)

    foreign = await add(front.shop, BOB, AddRequest(additions=[one("B")], target=Target(cart_id)))
    conflict = await add(front.shop, ANN, AddRequest(additions=[one("B")], target=Target(cart_id, 7)))
    fine = await add(front.shop, ANN, AddRequest(additions=[one("B")], target=Target(cart_id, 1)))

    assert (codes(foreign), foreign.cart) == (["CART_NOT_FOUND"], None)
    assert codes(conflict) == ["VERSION_CONFLICT"]
    assert (codes(fine), outcomes(fine)) == ([], ["ADDED"])
    assert list(before) == list(front.store.records)


async def test_two_adds_at_once_make_one_cart_with_both(front: Storefront) -> None:
    """Two taps before there is a cart."""
    first, second = await asyncio.gather(put(front, one("A")), put(front, one("B")))

    assert (outcomes(first), outcomes(second)) == (["ADDED"], ["ADDED"])
    assert front.carts.operations() == ["create", "add"]
    assert kept(front) == {("A", None): 1, ("B", None): 1}
    assert len(front.carts.carts) == 1


async def test_two_adds_in_two_processes_end_in_the_winners_cart(front: Storefront) -> None:
    """Turns hold within a process; across processes the pending cart is the first's, and the other waits for it."""
    other = front.process()
    first, second = await asyncio.gather(put(front, one("A")), add(other, ANN, AddRequest(additions=[one("B")])))

    assert (outcomes(first), outcomes(second)) == (["ADDED"], ["ADDED"])
    assert front.carts.operations() == ["create", "add"]
    assert kept(front) == {("A", None): 1, ("B", None): 1}
    assert len(front.store.records) == 1
    (cart,) = front.store.records.values()
    assert cart.version == 2


async def test_two_adds_of_the_same_item_in_two_processes_are_both_counted(front: Storefront) -> None:
    """The loser's units go to the winner's line."""
    other = front.process()

    await asyncio.gather(put(front, one("A", 2)), add(other, ANN, AddRequest(additions=[one("A", 3)])))

    assert kept(front) == {("A", None): 5}


async def test_twenty_changes_at_once_are_all_there(front: Storefront) -> None:
    """Nine have a place at once, the others find one while the burst is worked off."""
    found = await asyncio.gather(*(put(front, one("A")) for _ in range(20)))

    assert [codes(outcome) for outcome in found] == [[]] * 20
    assert kept(front) == {("A", None): 20}
    assert front.carts.operations() == ["create"] + ["modify"] * 19


async def test_a_price_that_rose_since_it_was_last_seen_is_told(front: Storefront) -> None:
    """Every cart answer brings all prices."""
    await put(front, one("A"))
    front.carts.offer("A-offer").price_minor = 1500

    outcome = await put(front, one("B"))

    assert [(notice.code, notice.message) for notice in outcome.notices] == [
        ("PRICE_ROSE", "The price of Title of A rose from $10.00 to $15.00.")
    ]


async def test_a_refused_single_item_is_explained_by_the_catalog_once(front: Storefront) -> None:
    """The upstream's word stands for everything from a typing mistake to sold out."""
    front.carts.unavailable = "refused"

    await put(front, one("D"))

    assert [call.ids for call in front.catalog.calls] == [("D",)]


async def test_an_item_dropped_without_a_word_is_rejected(front: Storefront) -> None:
    """Later services answer an empty cart and no error."""
    front.carts.unavailable = "dropped"
    await put(front, one("A"))

    outcome = await put(front, one("D"))

    assert (outcomes(outcome), codes(outcome)) == (["REJECTED"], ["ITEM_NOT_ELIGIBLE"])
    assert kept(front) == {("A", None): 1}


async def test_a_first_item_dropped_without_a_word_makes_no_cart(front: Storefront) -> None:
    """An empty cart is not opened, and does not take the place of one with lines."""
    await put(front, one("A"))
    front.carts.unavailable = "dropped"

    outcome = await add(front.shop, ANN, AddRequest(additions=[one("D")], replace_active=True))

    assert outcomes(outcome) == ["REJECTED"]
    assert kept(front) == {("A", None): 1}
    assert outcome.cart
    assert [line.record.asin for line in outcome.cart.lines] == ["A"]
    assert len(front.store.records) == 1


async def test_a_refusal_of_a_whole_request_is_tried_item_by_item(front: Storefront) -> None:
    """One bad item may have spoiled the request for the others."""
    front.carts.fail(1, UpstreamRefused("no", code=ErrorCode.ITEM_NOT_ELIGIBLE))

    outcome = await put(front, Addition(0, "A", 1), Addition(1, "B", 1))

    assert outcomes(outcome) == ["ADDED", "ADDED"]
    assert front.carts.operations() == ["create", "create", "add"]
    assert kept(front) == {("A", None): 1, ("B", None): 1}
