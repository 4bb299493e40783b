"""What to tell the shopper of an upstream error."""

import pytest

from ecs.errors import (
    AccessRefused,
    BadReply,
    CartMismatch,
    CircuitOpen,
    NotSent,
    OutcomeUnknown,
    QuotaSpent,
    UpstreamError,
    UpstreamFault,
    UpstreamRefused,
    UpstreamThrottled,
)
from resolvers.problems import ProblemCode, UpstreamProblem, unknown_outcome, upstream_problem

BUSY = "The marketplace is busy; try again in a moment."
REFUSED = "The marketplace refused this change; the cart is as it was."
AWAY = "The marketplace cannot be reached, so nothing was changed; try again in a moment."


@pytest.mark.parametrize(
    ("error", "code", "message", "is_retryable"),
    [
        (UpstreamThrottled("busy"), ProblemCode.RATE_LIMITED, BUSY, True),
        (UpstreamRefused("no"), ProblemCode.UPSTREAM_REJECTED, REFUSED, False),
        (AccessRefused("no"), ProblemCode.UPSTREAM_REJECTED, REFUSED, False),
        (CartMismatch("no"), ProblemCode.UPSTREAM_REJECTED, REFUSED, False),
        (OutcomeUnknown("gone"), ProblemCode.UPSTREAM_UNAVAILABLE, AWAY, True),
        (UpstreamFault("500"), ProblemCode.UPSTREAM_UNAVAILABLE, AWAY, True),
        (BadReply("garbage"), ProblemCode.UPSTREAM_UNAVAILABLE, AWAY, True),
        (NotSent("down"), ProblemCode.UPSTREAM_UNAVAILABLE, AWAY, True),
        (CircuitOpen("left alone"), ProblemCode.UPSTREAM_UNAVAILABLE, AWAY, True),
        (QuotaSpent("no turn"), ProblemCode.RATE_LIMITED, BUSY, True),
    ],
)
def test_an_error_that_changed_nothing_is_told_by_what_may_be_done(
    error: UpstreamError, code: ProblemCode, message: str, is_retryable: bool
) -> None:
    """Once it is known that nothing happened, the shopper hears whether trying again may help."""
    assert upstream_problem(error, ("item",)) == UpstreamProblem(code, message, ("item",), is_retryable)


@pytest.mark.parametrize(("wait_s", "told"), [(None, None), (0.2, 1), (2.6, 3)])
def test_the_time_to_wait_is_told_in_whole_seconds(wait_s: float | None, told: int | None) -> None:
    """Never zero: that would invite a storm."""
    problem = upstream_problem(UpstreamThrottled("busy", code="RequestThrottled", retry_after_s=wait_s))

    assert (problem.retry_after_s, problem.upstream_code, problem.field) == (told, "RequestThrottled", None)


@pytest.mark.parametrize(
    ("has_key", "then"),
    [
        (True, "send the same call with the same idempotencyKey again"),
        (False, "look at the cart before you repeat it"),
    ],
)
def test_what_may_have_happened_is_never_called_undone(has_key: bool, then: str) -> None:
    """Only a request key makes it safe to repeat."""
    assert unknown_outcome(OutcomeUnknown("slow", code="Slow"), has_key=has_key) == UpstreamProblem(
        ProblemCode.OUTCOME_UNKNOWN,
        f"The marketplace did not answer, so it is not known yet whether the change was made; {then}.",
        None,
        has_key,
        5,
        "Slow",
    )
