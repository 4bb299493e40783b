"""What is tried again, when, and how often."""

import pytest

from ecs.errors import (
    BadReply,
    CircuitOpen,
    NotSent,
    OutcomeUnknown,
    QuotaSpent,
    UpstreamError,
    UpstreamFault,
    UpstreamRefused,
    UpstreamThrottled,
)
from ecs.resilience.retrying import RetryBudget, wait_before_retry
from ecs.vocabulary import Operation


def of_a_read(error: UpstreamError) -> UpstreamError:
    error.belong_to(Operation.ITEM_LOOKUP)
    return error


@pytest.mark.parametrize(
    ("error", "retries", "remaining_s", "luck", "wait_s"),
    [
        (NotSent("no connection"), 0, 8.0, 1.0, 0.25),
        (NotSent("no connection"), 0, 8.0, 0.0, 0.0),
        (NotSent("no connection"), 1, 8.0, 1.0, 0.5),
        (NotSent("no connection"), 1, 8.0, 0.5, 0.25),
        (NotSent("no connection"), 2, 8.0, 0.5, None),
        (NotSent("no connection"), 0, 0.25, 1.0, None),
        (OutcomeUnknown("lost"), 0, 8.0, 1.0, 0.25),
        (UpstreamFault("500"), 0, 8.0, 1.0, 0.25),
        (BadReply("broken"), 0, 8.0, 1.0, None),
        (UpstreamRefused("no"), 0, 8.0, 1.0, None),
        (CircuitOpen("left alone"), 0, 8.0, 1.0, None),
        (QuotaSpent("no turn"), 0, 8.0, 1.0, None),
        (UpstreamThrottled("slow down", retry_after_s=3.0), 0, 8.0, 1.0, 3.25),
        (UpstreamThrottled("slow down", retry_after_s=9.0), 0, 8.0, 1.0, None),
        (UpstreamThrottled("slow down"), 0, 8.0, 1.0, 0.25),
    ],
)
def test_when_a_call_is_tried_again(
    error: UpstreamError, retries: int, remaining_s: float, luck: float, wait_s: float | None
) -> None:
    """Only what may succeed, twice at most, jittered in full, and never past the deadline."""
    assert wait_before_retry(of_a_read(error), retries, remaining_s, lambda: luck) == wait_s


def test_a_retry_costs_ten_first_tries() -> None:
    """Retries never add more than a tenth, whatever goes wrong."""
    budget = RetryBudget()
    assert not budget.spend()

    for _ in range(9):
        budget.earn()
    assert not budget.spend()
    budget.earn()

    assert budget.spend()
    assert not budget.spend()


def test_ten_retries_can_be_saved_up() -> None:
    """A long quiet time does not pay for a storm of retries."""
    budget = RetryBudget()
    for _ in range(1000):
        budget.earn()

    spent = sum(budget.spend() for _ in range(50))

    assert spent == 10
