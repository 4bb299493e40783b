"""Bringing an upstream cart to its goals, whatever is lost on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecs.errors import (
    AccessRefused,
    BadReply,
    CartMismatch,
    NotSent,
    OutcomeUnknown,
    UpstreamError,
    UpstreamFault,
    UpstreamRefused,
    UpstreamThrottled,
)
from ecs.request import CartHandle, Move, NewItem
from persistence.records import Placement
from resolvers.converging import Converging
from resolvers.goals import Goal, found
from resolvers.snapshots import SeenCart
from tests.support.fake_carts import FakeCarts, Goods

ACTIVE, SAVED = Placement.ACTIVE, Placement.SAVED_FOR_LATER
ASINS: Final = "ABCDE"
State = tuple[int, Placement]
GONE: Final[State] = (0, ACTIVE)


@dataclass(frozen=True)
class Lost:
    """What becomes of one call: an error before or after its effect."""

    error: type[UpstreamError]
    is_after_effect: bool


states = st.tuples(st.integers(1, 4), st.sampled_from([ACTIVE, SAVED]))
carts = st.dictionaries(st.sampled_from(ASINS), states, min_size=1)
wishes = st.dictionaries(st.sampled_from(ASINS), st.one_of(st.just(GONE), states), min_size=1)
losses = st.lists(
    st.one_of(
        st.none(),
        st.builds(Lost, st.sampled_from([OutcomeUnknown, BadReply, UpstreamFault]), st.booleans()),
        st.builds(Lost, st.sampled_from([NotSent, UpstreamThrottled]), st.just(False)),
    ),
    max_size=8,
)


async def nothing(_: Sequence[Goal]) -> None:
    """There is no journal here."""


async def a_cart_of(upstream: FakeCarts, lines: dict[str, State]) -> tuple[CartHandle, SeenCart]:
    """An upstream cart with these lines, and what is seen of it."""
    remote = await upstream.create([NewItem(units, asin=asin) for asin, (units, _) in lines.items()])
    handle = CartHandle(remote.cart_id, remote.hmac)
    aside = [Move(f"C-{asin}-offer", "SaveForLater") for asin, (_, placement) in lines.items() if placement is SAVED]
    if aside:
        remote = await upstream.modify(handle, aside)
    upstream.calls.clear()
    return handle, SeenCart.of(remote)


def goals_of(wanted: dict[str, State], before: dict[str, State]) -> list[Goal]:
    """What is in the cart, by its line; what is not, by its item."""
    made = []
    for asin, (units, placement) in wanted.items():
        units_before, placement_before = before.get(asin, GONE)
        if units_before:
            key = f"-{asin}-offer"
            made.append(
                Goal(
                    asin,
                    units,
                    placement=placement,
                    key=key,
                    line_id=asin,
                    quantity_before=units_before,
                    placement_before=placement_before,
                )
            )
        elif units:
            made.append(Goal(asin, units, placement=placement))
    return made


def state_of(upstream: FakeCarts, asin: str, cart_id: str = "100-1") -> State:
    """What the upstream holds of an item."""
    for line in upstream.carts[cart_id].lines:
        if line.goods.asin == asin:
            return line.quantity, SAVED if line.is_saved else ACTIVE
    return GONE


def lose(upstream: FakeCarts, pattern: Sequence[Lost | None]) -> None:
    """Let the next calls end so."""
    for number, lost in enumerate(pattern, start=len(upstream.calls) + 1):
        if lost is not None:
            upstream.fail(number, lost.error("lost"), after_effect=lost.is_after_effect)


def selling(*asins: str) -> FakeCarts:
    """An upstream that has one offer of each item."""
    return FakeCarts([Goods(asin) for asin in asins or ASINS])


@given(before=carts, wanted=wishes, first=losses, second=losses)
@example(before={"A": (1, SAVED)}, wanted={"A": (1, SAVED)}, first=[Lost(UpstreamFault, True)], second=[])
async def test_whatever_is_lost_goals_are_reached_once_or_it_is_said(
    before: dict[str, State], wanted: dict[str, State], first: list[Lost | None], second: list[Lost | None]
) -> None:
    """Nothing happens twice; "done" is said of what is there, "not done" of what is as before, else "unknown"."""
    upstream = selling()
    handle, seen = await a_cart_of(upstream, before)
    goals = goals_of(wanted, before)
    work = Converging(upstream, handle, seen, goals)
    lose(upstream, first)

    await work.run(nothing)

    _check(upstream, work, before, wanted)
    for pattern in (second, []):
        upstream._faults.clear()
        lose(upstream, pattern)
        # Another process takes over: it knows the goals as they were written last, and the cart as it was held.
        work = Converging(upstream, handle, seen, work.goals)
        try:
            await work.resume()
        except UpstreamError:
            continue
        await work.run(nothing)
        _check(upstream, work, before, wanted)
    assert (work.error, work.is_unknown) == (None, False)
    assert {asin: state_of(upstream, asin) for asin in ASINS} == {asin: _wanted(asin, before, wanted) for asin in ASINS}


def _wanted(asin: str, before: dict[str, State], wanted: dict[str, State]) -> State:
    return wanted.get(asin, before.get(asin, GONE))


def _check(upstream: FakeCarts, work: Converging, before: dict[str, State], wanted: dict[str, State]) -> None:
    for place, goal in enumerate(work.goals):
        now = state_of(upstream, goal.asin)
        was = before.get(goal.asin, GONE)
        wish = _wanted(goal.asin, before, wanted)
        is_put_first = was == GONE and now == (wish[0], ACTIVE)
        assert now in (was, wish) or is_put_first
        if place in work.touched:
            assert now == wish
        if work.error is None:
            assert now == wish
        if work.remote is not None and place in work.touched:
            item, _ = found(goal.key, SeenCart.of(work.remote))
            assert (item.quantity if item else 0) == wish[0]


@given(wanted=carts, pattern=losses)
async def test_a_new_cart_is_whole_or_it_is_said(wanted: dict[str, State], pattern: list[Lost | None]) -> None:
    """A first cart whose answer was lost is an orphan; what is answered holds each thing once."""
    upstream = selling()
    work = Converging(upstream, None, SeenCart(), goals_of(wanted, {}))
    lose(upstream, pattern)

    await work.run(nothing)

    if work.error is None:
        assert work.remote is not None
        cart_id = work.remote.cart_id.get_secret_value()
        assert {asin: state_of(upstream, asin, cart_id) for asin in wanted} == wanted
    assert work.is_unknown is False or work.error is not None


async def test_what_changes_goals_on_the_way_is_told_before_the_next_request() -> None:
    """The journal must know the line that was met before its quantity is set."""
    upstream = selling("A")
    handle, seen = await a_cart_of(upstream, {"A": (2, ACTIVE)})
    told: list[tuple[Goal, ...]] = []

    async def before_send(goals: Sequence[Goal]) -> None:
        told.append(tuple(goals))

    work = Converging(upstream, handle, seen, [Goal("A", 3, listing_id="A-offer")])
    await work.run(before_send)

    assert told == [
        (Goal("A", 3, listing_id="A-offer"),),
        (Goal("A", 5, listing_id="A-offer", key="-A-offer", quantity_before=2),),
    ]
    assert work.made_by == {"-A-offer": work.goals[0]}
    assert upstream.held() == {"A-offer": 5}


async def test_what_the_journal_raises_ends_the_sending() -> None:
    """A late owner sends nothing more."""

    class FenceGone(Exception):
        pass

    async def before_send(_: Sequence[Goal]) -> None:
        raise FenceGone

    upstream = selling("A")
    with pytest.raises(FenceGone):
        await Converging(upstream, None, SeenCart(), [Goal("A", 1)]).run(before_send)

    assert upstream.calls == []


@pytest.mark.parametrize("error", [AccessRefused("key"), CartMismatch("gone")])
async def test_a_cart_that_cannot_be_opened_is_raised(error: UpstreamError) -> None:
    """Whether it is gone or our settings are wrong is decided elsewhere."""
    upstream = selling("A")
    handle, seen = await a_cart_of(upstream, {"A": (2, ACTIVE)})
    upstream.fail(1, error)
    work = Converging(upstream, handle, seen, goals_of({"A": (3, ACTIVE)}, {"A": (2, ACTIVE)}))

    with pytest.raises(type(error)):
        await work.run(nothing)

    assert (work.error, work.touched) == (error, set())


async def test_a_cart_that_is_found_gone_after_a_lost_answer_is_raised() -> None:
    """The look is as good as any other answer."""
    upstream = selling("A")
    handle, seen = await a_cart_of(upstream, {"A": (2, ACTIVE)})
    upstream.fail(1, OutcomeUnknown("slow"))
    upstream.fail(2, CartMismatch("gone"))
    work = Converging(upstream, handle, seen, goals_of({"A": (3, ACTIVE)}, {"A": (2, ACTIVE)}))

    with pytest.raises(CartMismatch):
        await work.run(nothing)


async def test_a_refused_change_ends_the_sending() -> None:
    """Changes are absolute and of lines that were there: a refusal of them is not for one item."""
    upstream = selling("A")
    handle, seen = await a_cart_of(upstream, {"A": (2, ACTIVE)})
    error = UpstreamRefused("no")
    upstream.fail(1, error)
    work = Converging(upstream, handle, seen, goals_of({"A": (3, ACTIVE)}, {"A": (2, ACTIVE)}))

    await work.run(nothing)

    assert (work.error, work.touched, work.remote) == (error, set(), None)


async def test_an_offer_that_is_gone_gives_way_to_the_featured_one_where_it_may() -> None:
    """A rebuilt cart keeps its item."""
    upstream = selling("A")
    goals = [Goal("A", 2, listing_id="gone", may_replace_offer=True), Goal("A", 1, listing_id="lost")]
    work = Converging(upstream, None, SeenCart(), goals)

    await work.run(nothing)

    assert work.goals[0] == Goal("A", 2, key="-A-offer", may_replace_offer=True)
    assert (work.goals[1].key, work.touched) == (None, {0, 1})
    assert upstream.held() == {"A-offer": 2}


async def test_a_clear_is_one_request_and_is_not_repeated_when_it_was_heard() -> None:
    """CartClear takes saved lines out too."""
    upstream = selling()
    before = {"A": (2, ACTIVE), "B": (1, SAVED)}
    handle, seen = await a_cart_of(upstream, before)
    goals = goals_of({"A": GONE, "B": GONE}, before)
    upstream.fail(1, OutcomeUnknown("slow"), after_effect=True)
    work = Converging(upstream, handle, seen, goals, clears=True)

    await work.run(nothing)
    then = Converging(upstream, handle, seen, goals, clears=True)
    await then.resume()
    await then.run(nothing)

    assert upstream.operations() == ["clear", "get", "get"]
    assert (work.touched, then.touched) == ({0, 1}, {0, 1})


async def test_a_clear_that_was_not_heard_is_sent_again_on_resuming() -> None:
    """It is absolute like every other change."""
    upstream = selling("A")
    handle, seen = await a_cart_of(upstream, {"A": (2, ACTIVE)})
    work = Converging(upstream, handle, seen, goals_of({"A": GONE}, {"A": (2, ACTIVE)}), clears=True)

    await work.resume()
    await work.run(nothing)

    assert upstream.operations() == ["get", "clear"]
    assert upstream.held() == {}


async def test_resuming_tells_two_offers_of_an_item_apart() -> None:
    """The crash came after the second was put; its line is not taken for the first's."""
    upstream = FakeCarts([Goods("A"), Goods("A", listing_id="A-second"), Goods("B")])
    handle, seen = await a_cart_of(upstream, {"B": (1, ACTIVE)})
    await upstream.add(handle, [NewItem(1, listing_id="A-offer")])
    await upstream.add(handle, [NewItem(5, listing_id="A-second")])
    written = [Goal("A", 1, listing_id="A-offer", key="-A-offer"), Goal("A", 5, listing_id="A-second")]
    work = Converging(upstream, handle, seen, written)

    await work.resume()
    await work.run(nothing)

    assert [goal.key for goal in work.goals] == ["-A-offer", "-A-second"]
    assert upstream.operations() == ["add", "add", "get"]
    assert upstream.held() == {"A-second": 5, "A-offer": 1, "B-offer": 1}


async def test_resuming_where_there_is_no_cart_asks_nothing() -> None:
    """An orphan cannot be found again."""
    upstream = selling("A")
    work = Converging(upstream, None, SeenCart(), [Goal("A", 1)])

    await work.resume()
    await work.read()

    assert (upstream.calls, work.remote) == ([], None)


async def test_a_line_cannot_be_changed_where_there_is_no_cart() -> None:
    """A clear of nothing is a mistake of ours, and loud."""
    with pytest.raises(LookupError):
        await Converging(selling("A"), None, SeenCart(), [], clears=True).run(nothing)


async def _run(
    upstream: FakeCarts, seen: SeenCart, handle: CartHandle, goals: list[Goal], *, clears: bool
) -> Converging:
    work = Converging(upstream, handle, seen, goals, clears=clears)
    await work.run(nothing)
    return work


AS_THEY_ARE: dict[str, tuple[dict[str, State], dict[str, State], bool]] = {
    "a quantity": ({"A": (2, ACTIVE)}, {"A": (2, ACTIVE)}, False),
    "saved": ({"A": (2, SAVED)}, {"A": (2, SAVED)}, False),
    "an empty cart": ({}, {}, True),
}


@pytest.mark.parametrize("case", AS_THEY_ARE)
async def test_what_is_so_already_is_looked_at_and_not_asked_for(case: str) -> None:
    """Were the answer to such a request lost, nobody could tell whether it has arrived or may undo what comes next."""
    before, wanted, clears = AS_THEY_ARE[case]
    upstream = selling("A", "B")
    handle, _ = await a_cart_of(upstream, {"B": (1, ACTIVE)})
    upstream.carts[handle.cart_id.get_secret_value()].lines.clear()
    if before:
        handle, _ = await a_cart_of(upstream, before)
    upstream.calls.clear()
    seen = SeenCart.of(await upstream.get(handle))
    upstream.calls.clear()
    goals = goals_of(wanted, before)

    work = await _run(upstream, seen, handle, goals, clears=clears)

    assert upstream.operations() == ["get"]
    assert (work.touched, work.error, work.is_unknown) == (set(range(len(goals))), None, False)
    upstream.fail(2, NotSent("down"))
    unread = await _run(upstream, seen, handle, goals, clears=clears)
    assert upstream.operations() == ["get", "get"]
    assert (unread.touched, type(unread.error), unread.is_unknown) == (set(), NotSent, False)


async def test_what_only_seemed_to_be_so_is_asked_for() -> None:
    """The look shows another quantity: somebody else was here."""
    upstream = selling("A")
    handle, seen = await a_cart_of(upstream, {"A": (2, ACTIVE)})
    upstream.carts[handle.cart_id.get_secret_value()].lines[0].quantity = 3

    work = await _run(upstream, seen, handle, goals_of({"A": (2, ACTIVE)}, {"A": (2, ACTIVE)}), clears=False)

    assert upstream.operations() == ["get", "modify"]
    assert upstream.held() == {"A-offer": 2}
    assert work.touched == {0}
