"""One call, guarded, in virtual time."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ecs.errors import (
    CircuitOpen,
    NotSent,
    OutcomeUnknown,
    QuotaSpent,
    UpstreamError,
    UpstreamFault,
    UpstreamRefused,
    UpstreamThrottled,
)
from ecs.resilience import BreakerState, Guard, Lane, LocalQuota, Rank, RetryBudget
from ecs.resilience.deadlines import answering_by
from ecs.vocabulary import Operation
from tests.support.virtual_time import in_virtual_time, monotonic

LOOK_UP = Operation.ITEM_LOOKUP


class Scripted:
    """An upstream that ends each call as told: an error is raised, a number is how long the answer takes."""

    def __init__(self, *ends: UpstreamError | float) -> None:
        self._ends = list(ends)
        self.calls: list[float] = []

    async def __call__(self) -> str:
        self.calls.append(round(monotonic() - 1000.0, 6))
        end = self._ends.pop(0) if self._ends else 0.0
        if isinstance(end, UpstreamError):
            end.belong_to(LOOK_UP)
            raise end
        await asyncio.sleep(end)
        return "answer"


def a_guard(lane: Lane | None = None, *, saved_retries: int = 0) -> Guard:
    budget = RetryBudget()
    for _ in range(saved_retries * 10):
        budget.earn()
    return Guard(lane, budget, monotonic=monotonic, random=lambda: 1.0)


def a_lane() -> Lane:
    return Lane(LocalQuota(monotonic), 1.0, monotonic)


async def failing(
    guard: Guard, upstream: Callable[[], Awaitable[str]], operation: Operation = LOOK_UP
) -> UpstreamError:
    with pytest.raises(UpstreamError) as caught:
        await guard.run(operation, upstream)
    return caught.value


def faults(count: int) -> list[UpstreamError]:
    return [UpstreamFault("500") for _ in range(count)]


def test_a_read_is_tried_again_while_the_budget_lasts() -> None:
    """Two retries at most, the second after twice the wait."""

    async def scenario() -> tuple[str, list[float]]:
        upstream = Scripted(UpstreamFault("500"), NotSent("no connection"))
        return await a_guard(saved_retries=2).run(LOOK_UP, upstream), upstream.calls

    assert in_virtual_time(scenario()) == ("answer", [0.0, 0.25, 0.75])


def test_without_a_budget_nothing_is_tried_again() -> None:
    """In an outage retries would only add to the load."""

    async def scenario() -> list[float]:
        upstream = Scripted(UpstreamFault("500"))
        assert isinstance(await failing(a_guard(), upstream), UpstreamFault)
        return upstream.calls

    assert in_virtual_time(scenario()) == [0.0]


@pytest.mark.parametrize(
    "operation", [Operation.CART_CREATE, Operation.CART_ADD, Operation.CART_MODIFY, Operation.CART_CLEAR]
)
def test_a_change_of_a_cart_is_sent_once(operation: Operation) -> None:
    """Whatever the error says: two of them might add twice. No retry is spent on it either."""

    async def scenario() -> list[float]:
        guard, upstream = a_guard(saved_retries=5), Scripted(NotSent("no connection"))
        assert isinstance(await failing(guard, upstream, operation), NotSent)
        return upstream.calls

    assert in_virtual_time(scenario()) == [0.0]


def test_five_failures_open_the_breaker_for_every_operation() -> None:
    """Calls are then refused without being sent, and say when to come back."""

    async def scenario() -> tuple[UpstreamError, list[float]]:
        guard, upstream = a_guard(), Scripted(*faults(5))
        for _ in range(5):
            await failing(guard, upstream)
        await asyncio.sleep(4)
        assert guard.state is BreakerState.OPEN
        return await failing(guard, upstream, Operation.CART_ADD), upstream.calls

    refused, calls = in_virtual_time(scenario())

    assert isinstance(refused, CircuitOpen)
    assert (refused.effect, refused.is_retryable, refused.retry_after_s) == ("none", True, 6.0)
    assert refused.operation == "CartAdd"
    assert len(calls) == 5


def test_what_the_upstream_refuses_is_an_answer() -> None:
    """A shopper's wrong numbers do not cut off the others."""

    async def scenario() -> BreakerState:
        guard = a_guard()
        for _ in range(30):
            await failing(guard, Scripted(UpstreamRefused("no such item")))
        return guard.state

    assert in_virtual_time(scenario()) is BreakerState.CLOSED


def test_a_call_that_is_given_up_frees_the_trial() -> None:
    """Else nobody could ever try again."""

    async def scenario() -> str:
        guard = a_guard()
        for _ in range(5):
            await failing(guard, Scripted(UpstreamFault("500")))
        await asyncio.sleep(10)
        trial = asyncio.create_task(guard.run(LOOK_UP, Scripted(3.0)))
        await asyncio.sleep(1)
        assert isinstance(await failing(guard, Scripted()), CircuitOpen)
        trial.cancel()
        await asyncio.wait([trial])
        return await guard.run(LOOK_UP, Scripted())

    assert in_virtual_time(scenario()) == "answer"


def test_calls_in_the_lane_are_refused_when_the_breaker_opens() -> None:
    """Those who stood in line do not go on asking an upstream that is down."""

    async def scenario() -> tuple[list[str], int]:
        guard, upstream = a_guard(a_lane()), Scripted(*faults(8))
        errors = await asyncio.gather(*(failing(guard, upstream) for _ in range(7)))
        return [type(error).__name__ for error in errors], len(upstream.calls)

    assert in_virtual_time(scenario()) == (["UpstreamFault"] * 5 + ["CircuitOpen"] * 2, 5)


def test_a_read_ends_with_the_requests_deadline() -> None:
    """Nobody waits for the answer any more; that says nothing of the upstream unless it was slow indeed."""

    async def scenario(limit_s: float) -> tuple[UpstreamError, float, BreakerState]:
        guard = a_guard()
        for _ in range(5):
            began = monotonic()
            with answering_by(began + limit_s):
                error = await failing(guard, Scripted(60.0))
        return error, monotonic() - began, guard.state

    error, took_s, state = in_virtual_time(scenario(1.5))
    assert (error.effect, error.is_retryable, took_s, state) == ("none", True, 1.5, BreakerState.CLOSED)
    assert isinstance(error, OutcomeUnknown)

    _, took_s, state = in_virtual_time(scenario(5.0))
    assert (took_s, state) == (5.0, BreakerState.OPEN)


def test_a_change_is_not_cut_off() -> None:
    """Its outcome would be unknown; the client below has a limit of its own."""

    async def scenario() -> str:
        with answering_by(monotonic() + 1.0):
            return await a_guard().run(Operation.CART_ADD, Scripted(5.0))

    assert in_virtual_time(scenario()) == "answer"


def test_throttling_pauses_all_calls_for_as_long_as_the_upstream_asks() -> None:
    """Without a quota they are refused meanwhile, unsent; the breaker has nothing to do with it."""

    async def scenario() -> tuple[UpstreamError, list[float], BreakerState]:
        guard, upstream = a_guard(), Scripted(UpstreamThrottled("slow down", retry_after_s=7.0))
        await failing(guard, upstream)
        await asyncio.sleep(3)
        refused = await failing(guard, upstream)
        await asyncio.sleep(4)
        await guard.run(LOOK_UP, upstream)
        return refused, upstream.calls, guard.state

    refused, calls, state = in_virtual_time(scenario())

    assert isinstance(refused, UpstreamThrottled)
    assert (refused.effect, refused.retry_after_s, refused.operation) == ("none", 4.0, "ItemLookup")
    assert (calls, state) == ([0.0, 7.0], BreakerState.CLOSED)


def test_in_a_lane_throttled_calls_wait() -> None:
    """Two seconds when the upstream does not say how long, then at half the rate."""

    async def scenario() -> list[float]:
        guard, upstream = a_guard(a_lane()), Scripted(UpstreamThrottled("slow down"))
        await failing(guard, upstream)
        for _ in range(3):
            await guard.run(LOOK_UP, upstream)
        return upstream.calls

    assert in_virtual_time(scenario()) == [0.0, 2.0, 4.0, 6.0]


def test_a_turn_that_comes_too_late_is_refused_before_it_is_waited_for() -> None:
    """Ten want to go at one a second within eight: the last two are told at once."""

    async def scenario() -> tuple[list[str], list[float]]:
        guard, upstream = a_guard(a_lane()), Scripted()
        with answering_by(monotonic() + 8.0):
            ends = await asyncio.gather(*(guard.run(LOOK_UP, upstream) for _ in range(10)), return_exceptions=True)
        return [type(end).__name__ for end in ends if not isinstance(end, str)], upstream.calls

    refused, calls = in_virtual_time(scenario())

    assert refused == [QuotaSpent.__name__] * 2
    assert calls == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]


def test_background_work_goes_last() -> None:
    """A rank given takes the place of the operation's own."""

    async def scenario() -> list[str]:
        guard = a_guard(a_lane())
        order: list[str] = []

        def send(name: str) -> Callable[[], Awaitable[None]]:
            async def sent() -> None:
                order.append(name)

            return sent

        await asyncio.gather(
            guard.run(LOOK_UP, send("refresh"), Rank.REFRESH),
            guard.run(Operation.ITEM_SEARCH, send("search")),
            guard.run(Operation.CART_GET, send("cart")),
            guard.run(Operation.CART_GET, send("settle"), Rank.SETTLE),
        )
        return order

    assert in_virtual_time(scenario()) == ["settle", "cart", "search", "refresh"]
