"""Random losses and deaths: whatever is told of a call is true, and no call counts twice."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from ecs.errors import BadReply, NotSent, OutcomeUnknown, UpstreamError, UpstreamFault, UpstreamThrottled
from persistence.records import CartStatus
from resolvers.adding import AddRequest, add
from resolvers.changes import Target
from resolvers.lines import Addition
from resolvers.merging import MergeStrategy, merge
from resolvers.outcomes import CartOutcome
from resolvers.problems import ProblemCode
from resolvers.shop import Shop
from tests.support.fake_carts import Goods
from tests.support.fakes import Storefront
from tests.support.shopping import ANN, a_key, kept, open_kinds, put, several, sweep_later, the_cart

UNSURE = {ProblemCode.OUTCOME_UNKNOWN, ProblemCode.IDEMPOTENCY_KEY_IN_PROGRESS, ProblemCode.CART_BUSY}
"""After these the same call is sent again under its key."""


@dataclass(frozen=True)
class Lost:
    """What becomes of one call of the upstream."""

    error: type[UpstreamError] | None
    """None for the death of the process."""
    is_after_effect: bool


losses = st.lists(
    st.one_of(
        st.none(),
        st.builds(Lost, st.sampled_from([OutcomeUnknown, BadReply, UpstreamFault, None]), st.booleans()),
        st.builds(Lost, st.sampled_from([NotSent, UpstreamThrottled]), st.just(False)),
    ),
    max_size=6,
)
entries = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 3)), min_size=1, max_size=3)
calls = st.lists(
    st.tuples(entries, st.booleans(), losses, st.integers(0, 6)), min_size=1, max_size=4
)  # fmt: skip


def a_front() -> Storefront:
    """A shop that sells three things to everybody."""
    return Storefront.selling(Goods("A"), Goods("B"), Goods("C"))


def lose(front: Storefront, pattern: Sequence[Lost | None], dies_before_write: int) -> None:
    """Let the next calls end so, and the process die before one of its next writes (0: it does not)."""
    front.carts._faults.clear()
    front.carts.meanwhile.clear()
    front.store.before_write.clear()
    for number, lost in enumerate(pattern, start=len(front.carts.calls) + 1):
        if lost is not None and lost.error is not None:
            front.carts.fail(number, lost.error("lost"), after_effect=lost.is_after_effect)
        elif lost is not None:
            front.carts.meanwhile[number] = _die
    if dies_before_write:
        front.store.before_write += [_go_on] * (dies_before_write - 1) + [_die_now]


async def _die() -> None:
    raise asyncio.CancelledError


def _die_now() -> None:
    raise asyncio.CancelledError


def _go_on() -> None:
    """This write is made."""


async def tried(shop: Shop, number: int, items: Sequence[tuple[str, int]], is_atomic: bool) -> CartOutcome | None:
    """One try of a call; None when its process died."""
    additions = [Addition(place, asin, units) for place, (asin, units) in enumerate(items)]
    request = AddRequest(additions=additions, target=Target(key=a_key(f"key-{number}")), is_atomic=is_atomic)
    try:
        return await add(shop, ANN, request)
    except asyncio.CancelledError:
        return None


def is_told(outcome: CartOutcome | None) -> bool:
    """True when the client knows what became of its call."""
    return outcome is not None and not any(problem.code in UNSURE for problem in outcome.problems)


@given(calls)
async def test_every_addition_that_is_told_counts_once_and_no_other_counts(
    made: list[tuple[list[tuple[str, int]], bool, list[Lost | None], int]],
) -> None:
    """Acknowledged is in the cart, refused is not, and the repeat of an unknown one finds out which (I1, I2, I7)."""
    front = a_front()
    expected: dict[str, int] = {}

    for number, (items, is_atomic, pattern, dies_before_write) in enumerate(made):
        lose(front, pattern, dies_before_write)
        outcome = await tried(front.process(), number, items, is_atomic)
        lose(front, [], 0)
        while not is_told(outcome):
            front.clock.advance(seconds=20)
            outcome = await tried(front.process(), number, items, is_atomic)
        assert outcome is not None
        done = [result.outcome.value in ("ADDED", "UPDATED") for result in outcome.results]
        assert all(done) or not any(done) or not is_atomic
        for (asin, units), is_done in zip(items, done, strict=True):
            expected[asin] = expected.get(asin, 0) + units * is_done

    await sweep_later(front)
    expected = {asin: units for asin, units in expected.items() if units}
    assert open_kinds(front) == []
    if not expected:
        assert front.store.records == {}
        return
    assert {asin: units for (asin, _), units in kept(front).items()} == expected
    handle = the_cart(front).handle
    assert handle
    held = front.carts.held(handle.cart_id.get_secret_value())
    assert held == {f"{asin}-offer": units for asin, units in expected.items()}


@given(losses, st.integers(0, 8))
async def test_a_merge_loses_no_unit_and_doubles_none(pattern: list[Lost | None], dies_before_write: int) -> None:
    """What is not in the target is still with the source, whatever happens on the way."""
    front = a_front()
    await put(front, *several("A", "B", quantity=2))
    await put(front, *several("B", "C", quantity=3), customer="guest")
    guests = the_cart(front, "guest").id
    lose(front, pattern, dies_before_write)

    outcome = await merged(front.process(), guests)
    lose(front, [], 0)
    while not is_told(outcome):
        front.clock.advance(seconds=20)
        outcome = await merged(front.process(), guests)

    assert outcome is not None
    await sweep_later(front)
    is_merged = front.store.records[guests].status is CartStatus.MERGED
    assert is_merged is not any(problem.is_retryable for problem in outcome.problems)
    mine = {asin: units for (asin, _), units in kept(front).items()}
    left = {line.asin: line.quantity for line in front.store.records[guests].lines}
    assert (mine, left) == (({"A": 2, "B": 5, "C": 3}, {}) if is_merged else ({"A": 2, "B": 2}, {"B": 3, "C": 3}))
    assert front.carts.held("100-1") == {f"{asin}-offer": units for asin, units in mine.items()}
    assert open_kinds(front) == []


async def merged(shop: Shop, guests: str) -> CartOutcome | None:
    """One try of Ann's merge; None when its process died."""
    target = Target(key=a_key("merge"))
    try:
        return await merge(shop, ANN, guests, target, MergeStrategy.SUM_QUANTITIES)
    except asyncio.CancelledError:
        return None


@given(losses, st.integers(0, 8), st.booleans())
async def test_a_rebuild_loses_no_line(pattern: list[Lost | None], dies_before_write: int, is_atomic: bool) -> None:
    """Twelve lines and one more take two requests; what is not told as added is not there."""
    front = Storefront.selling(*(Goods(f"N{number}") for number in range(14)))
    await put(front, *several(*(f"N{number}" for number in range(10))))
    await put(front, *several("N10", "N11"))
    before = the_cart(front)
    front.carts.carts.clear()
    lose(front, pattern, dies_before_write)

    outcome = await tried(front.process(), 0, [("N12", 2), ("N0", 1)], is_atomic)
    lose(front, [], 0)
    while not is_told(outcome):
        front.clock.advance(seconds=20)
        outcome = await tried(front.process(), 0, [("N12", 2), ("N0", 1)], is_atomic)

    assert outcome is not None
    done = [result.outcome.value in ("ADDED", "UPDATED") for result in outcome.results]
    after = the_cart(front)
    assert after.id == before.id
    assert [line.id for line in after.lines][:12] == [line.id for line in before.lines]
    units = {line.asin: line.quantity for line in after.lines}
    assert units.get("N12", 0) == 2 * done[0]
    assert units["N0"] == 1 + done[1]
    assert open_kinds(front) == []
