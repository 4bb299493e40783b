"""
One call of the upstream, guarded: leave of the breaker, a turn in the lane, an end by the deadline, perhaps a retry.

A refusal on our side (``CircuitOpen``, ``QuotaSpent``, or ``UpstreamThrottled`` during a pause) means that nothing was
sent: no effect, and ``retry_after_s`` says when to come back.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from ecs.errors import CircuitOpen, OutcomeUnknown, QuotaSpent, UpstreamError, UpstreamRefused, UpstreamThrottled
from ecs.resilience.breaker import Breaker, BreakerState, Permit
from ecs.resilience.deadlines import deadline_or
from ecs.resilience.lane import Lane
from ecs.resilience.operations import RULES, Rank
from ecs.resilience.retrying import RetryBudget, wait_before_retry
from ecs.vocabulary import Operation

T = TypeVar("T")
CALL_S: Final = 8.0
"""A call that belongs to no request with a deadline, such as one of a cart change, is given up after this long."""
SLOW_CALL_S: Final = 4.0
"""A call cut off by its deadline sooner than this says nothing against the upstream."""
ROOM_S: Final = 0.5
"""A turn in the lane later than this before the deadline is of no use: the answer takes time too."""
PAUSE_S: Final = 2.0
LONGEST_PAUSE_S: Final = 60.0


class _CutShort(OutcomeUnknown):
    """Given up for the request's deadline before an answer was due."""


class Guard:
    """Guards the calls of one upstream."""

    def __init__(
        self,
        lane: Lane | None,
        budget: RetryBudget,
        *,
        monotonic: Callable[[], float],
        random: Callable[[], float],
    ) -> None:
        """Lane and budget may be shared with other upstreams under the same credential; None is no quota."""
        self._breaker = Breaker()
        self._lane = lane
        self._budget = budget
        self._monotonic = monotonic
        self._random = random
        self._paused_until = float("-inf")

    @property
    def state(self) -> BreakerState:
        """What the breaker lets through now."""
        return self._breaker.state(self._monotonic())

    async def run(self, operation: Operation, send: Callable[[], Awaitable[T]], rank: Rank | None = None) -> T:
        """
        What ``send`` gives; it is called once, or for what may be repeated up to three times.

        ``rank`` is the operation's own unless given.

        Raises:
            UpstreamError: from ``send``, or refused on our side.
        """
        rule = RULES[operation]
        deadline = deadline_or(self._monotonic() + CALL_S)
        self._budget.earn()
        retries = 0
        while True:
            try:
                return await self._once(operation, send, rule.rank if rank is None else rank, deadline)
            except UpstreamError as error:
                wait_s = wait_before_retry(error, retries, deadline - self._monotonic(), self._random)
                is_of_use = rule.is_repeatable and wait_s is not None and self.state is BreakerState.CLOSED
                if not is_of_use or not self._budget.spend():
                    raise
            retries += 1
            await asyncio.sleep(wait_s or 0.0)

    async def _once(self, operation: Operation, send: Callable[[], Awaitable[T]], rank: Rank, deadline: float) -> T:
        permit = self._permitted(operation)
        try:
            await self._waited(rank, deadline)
            if not self._breaker.holds(permit):
                # It opened while this call stood in the lane.
                raise self._left_alone(operation)
            answer = await self._sent(operation, send, deadline)
        except UpstreamThrottled as error:
            self._breaker.released(permit)
            await self._pause(error)
            raise
        except UpstreamRefused:
            self._breaker.succeeded(permit, self._monotonic())
            raise
        except UpstreamError as error:
            self._note(permit, error)
            raise
        except BaseException:
            self._breaker.released(permit)
            raise
        self._breaker.succeeded(permit, self._monotonic())
        return answer

    def _permitted(self, operation: Operation) -> Permit:
        now = self._monotonic()
        if self._lane is None and now < self._paused_until:
            raise UpstreamThrottled(
                "the upstream asked for a pause", operation=operation.value, retry_after_s=self._paused_until - now
            )
        permit = self._breaker.permit(now)
        if permit is None:
            raise self._left_alone(operation)
        return permit

    def _left_alone(self, operation: Operation) -> CircuitOpen:
        wait_s = self._breaker.retry_after_s(self._monotonic())
        return CircuitOpen("the upstream fails, it is left alone", operation=operation.value, retry_after_s=wait_s)

    async def _waited(self, rank: Rank, deadline: float) -> None:
        if self._lane is not None:
            await self._lane.turn(rank, deadline - ROOM_S)

    async def _sent(self, operation: Operation, send: Callable[[], Awaitable[T]], deadline: float) -> T:
        if not RULES[operation].is_repeatable:
            # A change is not given up half-way for a deadline; the client below bounds it.
            return await send()
        began = self._monotonic()
        try:
            async with asyncio.timeout(max(0.0, deadline - began)):
                return await send()
        except TimeoutError:
            is_slow = self._monotonic() - began >= SLOW_CALL_S
            error = (OutcomeUnknown if is_slow else _CutShort)("no answer before the deadline")
            error.belong_to(operation)
            raise error from None

    def _note(self, permit: Permit, error: UpstreamError) -> None:
        if isinstance(error, CircuitOpen | QuotaSpent | _CutShort):
            self._breaker.released(permit)
        else:
            self._breaker.failed(permit, self._monotonic())

    async def _pause(self, error: UpstreamThrottled) -> None:
        pause_s = min(LONGEST_PAUSE_S, PAUSE_S if error.retry_after_s is None else error.retry_after_s)
        if self._lane is None:
            self._paused_until = self._monotonic() + pause_s
        else:
            await self._lane.throttled(pause_s)
