"""
What stops a cart change in the ordinary course of business, as values.

A problem is told in the payload (``userErrors``), never as a top-level error. Its code is stable, its message is one
sentence that says what to do. ``field`` is the path into the mutation's input.
"""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from ecs.errors import QuotaSpent, UpstreamError, UpstreamRefused, UpstreamThrottled
from ecs.model import Item, Money, Seen


class ProblemCode(StrEnum):
    """Reasons a cart change fails; the names are those of the API's CartErrorCode."""

    CART_BUSY = "CART_BUSY"
    CART_CLOSED = "CART_CLOSED"
    CART_EMPTY = "CART_EMPTY"
    CART_FULL = "CART_FULL"
    CART_NOT_FOUND = "CART_NOT_FOUND"
    IDEMPOTENCY_KEY_IN_PROGRESS = "IDEMPOTENCY_KEY_IN_PROGRESS"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    ITEM_NOT_ELIGIBLE = "ITEM_NOT_ELIGIBLE"
    LINE_NOT_FOUND = "LINE_NOT_FOUND"
    MARKETPLACE_MISMATCH = "MARKETPLACE_MISMATCH"
    OFFER_NOT_FOUND = "OFFER_NOT_FOUND"
    NOT_AUTHENTICATED = "NOT_AUTHENTICATED"
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    PRICE_CHANGED = "PRICE_CHANGED"
    PRODUCT_NOT_FOUND = "PRODUCT_NOT_FOUND"
    QUANTITY_INVALID = "QUANTITY_INVALID"
    RATE_LIMITED = "RATE_LIMITED"
    TOO_MANY_ITEMS = "TOO_MANY_ITEMS"
    UPSTREAM_REJECTED = "UPSTREAM_REJECTED"
    UPSTREAM_UNAVAILABLE = "UPSTREAM_UNAVAILABLE"
    VERSION_CONFLICT = "VERSION_CONFLICT"


SETTLED_WITHIN_S: Final = 5
"""When an unknown outcome is usually known, with an upstream that answers again."""

Path = tuple[str, ...]


class Problem(Struct, frozen=True, tag=True):
    """A reason without further data."""

    code: ProblemCode
    message: str
    field: Path | None = None
    is_retryable: bool = False


class QuantityProblem(Problem, frozen=True):
    """A quantity was not allowed; ``max_quantity`` is the most units allowed, None when not known."""

    max_quantity: int | None = None


class UnavailableProblem(Problem, frozen=True):
    """An item cannot be bought; ``seen`` holds it with its other offers where the catalog knows it."""

    seen: Seen[Item] | None = None


class VersionProblem(Problem, frozen=True):
    """The cart changed under the call."""

    current_version: int = 0


class UpstreamProblem(Problem, frozen=True):
    """The upstream is slow, busy or away."""

    retry_after_s: int | None = None
    upstream_code: str | None = None


class PriceProblem(Problem, frozen=True):
    """Prices moved beyond what the call accepts; ``line_ids`` are those whose price moved."""

    line_ids: tuple[str, ...] = ()
    expected: Money | None = None
    current: Money | None = None


AnyProblem = Problem | QuantityProblem | UnavailableProblem | VersionProblem | UpstreamProblem | PriceProblem
"""Told apart by their tags when they are read back."""


class Stopped(Exception):
    """Leaves a cart change early with the problem that stopped it; nothing was changed by the step that raised it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def upstream_problem(error: UpstreamError, field: Path | None = None) -> UpstreamProblem:
    """
    What to tell the shopper of an upstream error.

    For an error after which it is known that nothing changed; ``unknown_outcome`` is for the others.
    """
    if isinstance(error, UpstreamThrottled | QuotaSpent):
        code, message = ProblemCode.RATE_LIMITED, "The marketplace is busy; try again in a moment."
    elif isinstance(error, UpstreamRefused):
        code, message = ProblemCode.UPSTREAM_REJECTED, "The marketplace refused this change; the cart is as it was."
    else:
        code = ProblemCode.UPSTREAM_UNAVAILABLE
        message = "The marketplace cannot be reached, so nothing was changed; try again in a moment."
    retry_after_s = None if error.retry_after_s is None else max(1, round(error.retry_after_s))
    return UpstreamProblem(
        code=code,
        message=message,
        field=field,
        is_retryable=error.is_retryable or error.effect == "unknown",
        retry_after_s=retry_after_s,
        upstream_code=error.code,
    )


def unknown_outcome(error: UpstreamError, *, has_key: bool) -> UpstreamProblem:
    """
    What to tell after an answer was lost. With a request key the same call may be sent again: it has one effect.
    """
    then = (
        "send the same call with the same idempotencyKey again" if has_key else "look at the cart before you repeat it"
    )
    return UpstreamProblem(
        code=ProblemCode.OUTCOME_UNKNOWN,
        message=f"The marketplace did not answer, so it is not known yet whether the change was made; {then}.",
        is_retryable=has_key,
        retry_after_s=SETTLED_WITHIN_S,
        upstream_code=error.code,
    )


def taken_over() -> Problem:
    """Another owner of the intent has its say."""
    message = "This change took so long that another process carries it to its end; look at the cart in a moment."
    return UpstreamProblem(code=ProblemCode.OUTCOME_UNKNOWN, message=message, retry_after_s=SETTLED_WITHIN_S)


def unreadable(error: UpstreamError) -> Problem:
    """An earlier change has to be looked into first, and cannot be."""
    message = (
        "An earlier change of this cart is not settled yet, since the marketplace does not answer; try again soon."
    )
    return UpstreamProblem(
        code=ProblemCode.UPSTREAM_UNAVAILABLE,
        message=message,
        is_retryable=True,
        retry_after_s=SETTLED_WITHIN_S,
        upstream_code=error.code,
    )


def set_up_wrong() -> Problem:
    """It is more likely that this server cannot open carts than that they are gone."""
    message = (
        "The marketplace knows none of the carts asked for lately, so this shop's settings are in doubt; "
        "nothing was changed, try again later."
    )
    return UpstreamProblem(code=ProblemCode.UPSTREAM_UNAVAILABLE, message=message, is_retryable=True)
