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
from resolvers.problems import (
    Problem,
    ProblemCode,
    Stopped,
    UpstreamProblem,
    set_up_wrong,
    taken_over,
    unknown_outcome,
    unreadable,
    upstream_problem,
)

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


def test_a_change_that_another_carries_on_may_not_be_repeated_at_once() -> None:
    """It is under way: to send it again would be to do it twice."""
    assert taken_over() == UpstreamProblem(
        ProblemCode.OUTCOME_UNKNOWN,
        "This change took so long that another process carries it to its end; look at the cart in a moment.",
        retry_after_s=5,
    )


def test_an_earlier_change_that_is_not_settled_is_told_apart_from_this_one() -> None:
    """Nothing of this call was done, so that it may be sent again soon."""
    assert unreadable(OutcomeUnknown("slow", code="Slow")) == UpstreamProblem(
        ProblemCode.UPSTREAM_UNAVAILABLE,
        "An earlier change of this cart is not settled yet, since the marketplace does not answer; try again soon.",
        is_retryable=True,
        retry_after_s=5,
        upstream_code="Slow",
    )


def test_a_shop_in_doubt_of_its_settings_says_so() -> None:
    """No time is told: somebody has to look at it first."""
    assert set_up_wrong() == UpstreamProblem(
        ProblemCode.UPSTREAM_UNAVAILABLE,
        "The marketplace knows none of the carts asked for lately, so this shop's settings are in doubt; "
        "nothing was changed, try again later.",
        is_retryable=True,
    )


def test_what_stops_a_change_says_why_also_to_whoever_only_prints_it() -> None:
    """In a log line or a test's report."""
    problem = Problem(ProblemCode.CART_EMPTY, "There is nothing to buy.")

    assert (str(Stopped(problem)), Stopped(problem).problem) == ("There is nothing to buy.", problem)
