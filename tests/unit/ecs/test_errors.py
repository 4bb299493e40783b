"""What an error says of repeating and of effects."""

import pytest

from ecs.errors import BadReply, NotSent, OutcomeUnknown, UpstreamError, UpstreamFault, UpstreamThrottled
from ecs.vocabulary import Operation

ALL = [NotSent, OutcomeUnknown, BadReply, UpstreamThrottled, UpstreamFault]


@pytest.mark.parametrize(
    ("kind", "is_retryable", "effect"),
    [
        (NotSent, True, "none"),
        (OutcomeUnknown, False, "unknown"),
        (BadReply, False, "unknown"),
        (UpstreamThrottled, True, "none"),
        (UpstreamFault, False, "unknown"),
    ],
)
def test_a_change_may_have_happened(kind: type[UpstreamError], is_retryable: bool, effect: str) -> None:
    """After no answer to CartAdd the cart must be read before anything is sent again."""
    error = kind("it happened")

    error.belong_to(Operation.CART_ADD)

    assert (error.operation, error.is_retryable, error.effect) == ("CartAdd", is_retryable, effect)


@pytest.mark.parametrize("kind", ALL)
def test_reading_never_has_an_effect(kind: type[UpstreamError]) -> None:
    """A look-up without answer may be sent again; an unreadable answer would come again."""
    error = kind("it happened")

    error.belong_to(Operation.CART_GET)

    assert (error.effect, error.is_retryable) == ("none", kind is not BadReply)


def test_one_error_does_not_change_its_kind() -> None:
    """What a read says of itself must not leak to the next change."""
    OutcomeUnknown("a read").belong_to(Operation.ITEM_SEARCH)

    assert OutcomeUnknown("a change").effect == "unknown"
    assert OutcomeUnknown("a change").is_retryable is False
