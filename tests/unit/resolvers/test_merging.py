"""Joining one cart with another; nothing is lost on the way."""

import pytest
from msgspec.structs import replace

from ecs.errors import NotSent
from persistence.records import CartRecord, CartStatus, IntentRecord, IntentState, Placement
from resolvers.changes import Target
from resolvers.checkout import hand_over
from resolvers.goals import Goal, of_line
from resolvers.intents import Agreed, Intent, Kind, to_body, to_outcome
from resolvers.lines import Addition
from resolvers.merging import MergeStrategy, goals_for, join_guest, merge
from resolvers.outcomes import CartOutcome
from resolvers.problems import Problem, ProblemCode
from resolvers.restoring import restore
from tests.support.fake_carts import Goods
from tests.support.fakes import NOON, Storefront, a_line
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
)

ACTIVE, SAVED = Placement.ACTIVE, Placement.SAVED_FOR_LATER
SUM = MergeStrategy.SUM_QUANTITIES


async def joined(
    front: Storefront, source: CartRecord, strategy: MergeStrategy = SUM, target: Target | None = None
) -> CartOutcome:
    """Ann takes the lines of another cart, of hers or of the guest she was."""
    return await merge(front.shop, ANN, source.id, target or Target(), strategy)


@pytest.mark.parametrize(
    ("strategy", "source", "target", "expected"),
    [
        (MergeStrategy.SUM_QUANTITIES, (2, ACTIVE), (3, ACTIVE), (5, ACTIVE)),
        (MergeStrategy.SUM_QUANTITIES, (2, SAVED), (3, ACTIVE), (5, ACTIVE)),
        (MergeStrategy.SUM_QUANTITIES, (2, SAVED), (3, SAVED), (5, SAVED)),
        (MergeStrategy.MAX_QUANTITY, (2, ACTIVE), (3, ACTIVE), (3, ACTIVE)),
        (MergeStrategy.MAX_QUANTITY, (4, ACTIVE), (3, SAVED), (4, ACTIVE)),
        (MergeStrategy.MAX_QUANTITY, (4, SAVED), (3, SAVED), (4, SAVED)),
        (MergeStrategy.KEEP_SOURCE, (2, ACTIVE), (3, SAVED), (2, ACTIVE)),
        (MergeStrategy.KEEP_SOURCE, (2, SAVED), (3, ACTIVE), (2, SAVED)),
        (MergeStrategy.KEEP_TARGET, (2, ACTIVE), (3, SAVED), (3, SAVED)),
        (MergeStrategy.KEEP_TARGET, (2, SAVED), (3, ACTIVE), (3, ACTIVE)),
    ],
)
def test_what_is_in_both_carts_becomes_one_line(
    strategy: MergeStrategy,
    source: tuple[int, Placement],
    target: tuple[int, Placement],
    expected: tuple[int, Placement],
) -> None:
    """As the caller chose; the target's line stays, with its id."""
    theirs = a_line(9, asin="A1", quantity=source[0], placement=source[1])
    ours = a_line(1, quantity=target[0], placement=target[1])

    goals, refused = goals_for([theirs], [ours], strategy)

    assert refused == {}
    assert [(goal.quantity, goal.placement, goal.line_id, goal.takes) for goal in goals] == [
        (*expected, "line-1", "line-9")
    ]


@pytest.mark.parametrize(
    ("strategy", "place", "aside"),
    [
        (MergeStrategy.SUM_QUANTITIES, ACTIVE, False),
        (MergeStrategy.MAX_QUANTITY, ACTIVE, False),
        (MergeStrategy.KEEP_TARGET, SAVED, False),
        (MergeStrategy.KEEP_SOURCE, ACTIVE, True),
    ],
)
def test_what_is_in_one_cart_is_bought_or_laid_aside(strategy: MergeStrategy, place: Placement, aside: bool) -> None:
    """The cart that is not kept goes to the saved lines: nothing is thrown away."""
    theirs, ours = a_line(9, quantity=2, listing_id="offer"), a_line(1)

    goals, _ = goals_for([theirs], [ours, a_line(2, placement=SAVED)], strategy)

    new = Goal(
        "A9",
        2,
        placement=place,
        listing_id="offer",
        line_id="line-9",
        entries=(0,),
        takes="line-9",
        may_replace_offer=True,
    )
    assert goals == ((new, of_line(ours, 1, SAVED)) if aside else (new,))


def test_lines_without_room_are_refused_one_by_one() -> None:
    """A line that is in both needs none."""
    target = [a_line(number) for number in range(48)]
    source = [a_line(60), a_line(62), a_line(61), a_line(7, id="twin")]

    goals, refused = goals_for(source, target, SUM)

    assert [goal.asin for goal in goals] == ["A60", "A62", "A7"]
    assert refused == {
        2: Problem(
            ProblemCode.CART_FULL,
            "A cart holds at most 50 lines, saved ones included; this one stays in the other cart.",
        )
    }


async def test_a_customer_without_a_cart_takes_the_guests_over_as_it_is(front: Storefront) -> None:
    """In one statement: nothing is sent to the upstream but a read, and line ids stay."""
    guests = await filled(front, "A", "B", customer="guest")
    now = front.clock.advance(minutes=5)

    outcome = await joined(front, guests)

    after = the_cart(front)
    assert after == replace(guests, customer_id=ANN, version=2, updated_at=now)
    assert outcome.cart is not None
    assert outcome.cart.record == after
    assert [result.line_id for result in outcome.results] == [line.id for line in guests.lines]
    assert outcomes(outcome) == ["ADDED", "ADDED"]
    assert front.carts.operations() == ["get"]
    assert front.store.writes == ["adopt"]
    assert [intent for intent in front.store.intents.values() if intent.customer_id == ANN] == []


async def test_taking_over_again_changes_nothing(front: Storefront) -> None:
    """A sign-in may be repeated; the answer is the same."""
    guests = await filled(front, "A", customer="guest")
    first = await joined(front, guests)

    again = await joined(front, guests)

    assert again.results == first.results
    assert (again.problems, front.store.writes) == ((), ["adopt"])


async def test_a_guests_lines_go_into_the_customers_cart(front: Storefront) -> None:
    """Both units of what is in both; the guest's cart is closed in the same commit, its new lines keep their ids."""
    mine = await filled(front, "A")
    guests = await filled(front, "A", "B", saved=("B",), customer="guest")

    outcome = await joined(front, guests)

    assert (outcomes(outcome), codes(outcome)) == (["UPDATED", "ADDED"], [])
    assert [result.line_id for result in outcome.results] == [mine.lines[0].id, guests.lines[1].id]
    assert shown(outcome) == ({"A": 4}, {"B": 2})
    assert notices(outcome) == ["LINES_MERGED"]
    source = front.store.records[guests.id]
    assert (source.status, source.customer_id, source.lines) == (CartStatus.MERGED, ANN, ())
    assert source.handle is None
    assert front.store.writes[-1] == "settle"
    assert open_kinds(front) == []


async def test_what_cannot_come_stays_with_the_cart_it_was_in(front: Storefront) -> None:
    """It can be brought back from there."""
    await filled(front, "A")
    guests = await filled(front, "B", "C", customer="guest")
    front.carts.goods = [goods for goods in front.carts.goods if goods.asin != "B"]

    outcome = await joined(front, guests)

    assert outcomes(outcome) == ["REJECTED", "ADDED"]
    assert kept(front) == {("A", None): 2, ("C", None): 2}
    source = front.store.records[guests.id]
    assert [line.asin for line in source.lines] == ["B"]

    front.carts.goods.append(Goods("B"))
    restored = await restore(front.shop, ANN, guests.id, Target())

    assert outcomes(restored) == ["ADDED"]
    assert kept(front) == {("A", None): 2, ("C", None): 2, ("B", None): 2}


async def test_a_full_cart_leaves_the_rest_with_the_source(front: Storefront) -> None:
    """Fifty lines are the upstream's limit."""
    front.carts.goods += [Goods(f"N{number}") for number in range(49)]
    for start in range(0, 49, 10):
        await put(front, *(Addition(place, f"N{start + place}", 1) for place in range(min(10, 49 - start))))
    guests = await filled(front, "A", "B", customer="guest")

    outcome = await joined(front, guests)

    assert (outcomes(outcome), codes(outcome)) == (["ADDED", "REJECTED"], ["CART_FULL"])
    assert len(the_cart(front).lines) == 50
    assert [line.asin for line in front.store.records[guests.id].lines] == ["B"]


async def test_a_cart_that_is_merged_already_is_said_to_be_closed(front: Storefront) -> None:
    """Nothing comes twice."""
    await filled(front, "A")
    guests = await filled(front, "B", customer="guest")
    await joined(front, guests)

    again = await joined(front, guests)

    message = "The cart to take lines from is closed already; restoreCart brings back the lines of an old cart."
    assert again.problems == (Problem(ProblemCode.CART_CLOSED, message, ("sourceCartId",)),)
    assert kept(front) == {("A", None): 2, ("B", None): 2}


async def test_carts_that_are_not_ones_own_cannot_be_taken(front: Storefront) -> None:
    """A foreign cart and an unknown one give the same answer, and neither changes."""
    await filled(front, "A")
    bobs = await filled(front, "B", customer=BOB)

    foreign = await joined(front, bobs)
    unknown = await merge(front.shop, ANN, "nowhere", Target(), SUM)
    named = await joined(front, bobs, target=Target(the_cart(front).id))

    assert foreign.problems == unknown.problems == named.problems
    # How many lines Bob's cart has is not told.
    assert (foreign.results, unknown.results, named.results) == ((), (), ())
    assert [each.cart and each.cart.record for each in (foreign, unknown, named)] == [the_cart(front)] * 3
    message = "There is no such cart to take lines from; it must be yours or the one you filled as a guest."
    assert foreign.problems == (Problem(ProblemCode.CART_NOT_FOUND, message, ("sourceCartId",)),)
    assert kept(front, BOB) == {("B", None): 2}


async def test_a_guest_is_told_to_sign_in_whether_the_cart_is_there_or_not(front: Storefront) -> None:
    """He could try ids otherwise, and learn which are carts; nothing is taken."""
    await filled(front, "A", customer="guest")
    other = await filled(front, "B", customer="other guest")

    foreign = await merge(front.shop, "guest", other.id, Target(), SUM)
    unknown = await merge(front.shop, "guest", "nowhere", Target(), SUM)

    message = "Only a customer who is signed in takes over a guest's cart; send his token as Authorization: Bearer."
    assert foreign.problems == (Problem(ProblemCode.NOT_AUTHENTICATED, message, ("sourceCartId",)),)
    assert (unknown.problems, foreign.results, unknown.results) == (foreign.problems, (), ())
    assert kept(front, "other guest") == {("B", None): 2}


async def test_a_guest_may_name_his_own_cart(front: Storefront) -> None:
    """It is his already: he is told its lines, and nothing changes."""
    own = await filled(front, "A", customer="guest")

    outcome = await merge(front.shop, "guest", own.id, Target(), SUM)

    assert (outcomes(outcome), codes(outcome), kept(front, "guest")) == (["ADDED"], [], {("A", None): 2})
    assert front.store.writes == []


async def test_a_target_must_be_there_and_another(front: Storefront) -> None:
    """As for every change."""
    mine = await filled(front, "A")
    guests = await filled(front, "B", customer="guest")

    same = await joined(front, mine, target=Target(mine.id))
    missing = await joined(front, guests, target=Target("nowhere"))
    conflict = await joined(front, guests, target=Target(mine.id, 7))

    message = "Both carts are the same; name another cart to take lines from."
    assert same.problems == (Problem(ProblemCode.CART_NOT_FOUND, message, ("sourceCartId",)),)
    assert (codes(missing), missing.problems[0].field) == (["CART_NOT_FOUND"], ("cartId",))
    assert codes(conflict) == ["VERSION_CONFLICT"]
    assert [outcomes(each) for each in (same, missing, conflict)] == [["REJECTED"]] * 3
    assert (kept(front), kept(front, "guest")) == ({("A", None): 2}, {("B", None): 2})


async def test_a_sign_in_joins_the_guests_cart_once(front: Storefront) -> None:
    """Asked for at each sign-in; without a guest's cart there is nothing to say."""
    await filled(front, "A")
    await filled(front, "A", customer="guest")

    first = await join_guest(front.shop, ANN, "guest")
    again = await join_guest(front.shop, ANN, "guest")

    assert first
    assert (outcomes(first), again) == (["UPDATED"], None)
    assert kept(front) == {("A", None): 4}


async def test_a_key_of_another_call_takes_nothing_over(front: Storefront) -> None:
    """Also where the customer has no cart and nothing would have to be sent."""
    guests = await filled(front, "B", customer="guest")
    await put(front, one("A"), key=a_key())
    await hand_over(front.shop, ANN, Target(), Agreed())

    reused = await joined(front, guests, target=Target(key=a_key("key-1", b"another call")))

    assert codes(reused) == ["IDEMPOTENCY_KEY_REUSED"]
    assert kept(front, "guest") == {("B", None): 2}


async def test_an_expired_target_is_built_anew_with_the_guests_lines(front: Storefront) -> None:
    """Everything of both carts is in the new one."""
    mine = await filled(front, "A")
    guests = await filled(front, "B", customer="guest")
    del front.carts.carts["100-1"]

    outcome = await joined(front, guests)

    assert notices(outcome) == ["CART_REBUILT", "LINES_MERGED"]
    assert kept(front) == {("A", None): 2, ("B", None): 2}
    assert [line.id for line in the_cart(front).lines] == [mine.lines[0].id, guests.lines[0].id]
    assert front.store.records[guests.id].status is CartStatus.MERGED


async def test_a_saved_line_is_not_left_in_both_carts(front: Storefront) -> None:
    """It was put in, and could not be laid aside at once: the merge goes on later instead of being forgotten."""
    await filled(front, "A")
    guests = await filled(front, "B", customer="guest", saved=("B",))
    front.carts.fail(len(front.carts.calls) + 2, NotSent("down"))

    outcome = await joined(front, guests)
    await sweep_later(front)

    assert outcomes(outcome) == ["UNKNOWN"]
    assert kept(front) == {("A", None): 2, ("B", None): 2}
    assert (front.store.records[guests.id].status, front.store.records[guests.id].lines) == (CartStatus.MERGED, ())


async def test_taking_over_under_a_key_is_told_again_and_to_nothing_else(front: Storefront) -> None:
    """Also when the cart is closed by then; and the key is good for no other call."""
    guests = await filled(front, "B", customer="guest")
    first = await joined(front, guests, target=Target(key=a_key()))
    told = [intent for intent in front.store.intents.values() if intent.request_key == a_key()]
    await hand_over(front.shop, ANN, Target(), Agreed())

    again = await joined(front, guests, target=Target(key=a_key()))
    other = await put(front, one("A"), key=a_key("key-1", b"another call"))

    assert (outcomes(first), outcomes(again), codes(again)) == (["ADDED"], ["ADDED"], [])
    assert [result.line_id for result in first.results] == [result.line_id for result in again.results]
    assert codes(other) == ["IDEMPOTENCY_KEY_REUSED"]
    (result,) = first.results
    assert told == [
        IntentRecord(
            id=told[0].id,
            cart_id=guests.id,
            customer_id=ANN,
            kind="MERGE",
            body=to_body(Intent(kind=Kind.MERGE)),
            created_at=NOON,
            state=IntentState.SETTLED,
            request_key=a_key(),
            outcome=to_outcome(guests.id, CartOutcome(cart=None, results=(result,))),
            settled_at=NOON,
        )
    ]
    assert told[0].id.startswith("id-")


async def test_merging_ones_own_cart_is_told_again_under_its_key(front: Storefront) -> None:
    """Also when the cart is closed by then."""
    await put(front, one("A"))
    own = the_cart(front)
    first = await joined(front, own, target=Target(key=a_key()))
    await hand_over(front.shop, ANN, Target(), Agreed())
    again = await joined(front, own, target=Target(key=a_key()))
    assert (outcomes(first), codes(first)) == (["ADDED"], [])
    assert (outcomes(again), codes(again)) == (["ADDED"], [])
