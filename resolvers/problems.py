"""
What stops a cart change in the ordinary course of business, as values.

A problem is told in the payload (``userErrors``), never as a top-level error. Its code is stable, its message is one
sentence that says what to do. ``field`` is the path into the mutation's input.
"""

from enum import StrEnum

from msgspec import Struct

from ecs.errors import QuotaSpent, UpstreamError, UpstreamRefused, UpstreamThrottled
from ecs.model import Item, Seen


class ProblemCode(StrEnum):
    """Reasons a cart change fails; the names are those of the API's CartErrorCode."""

    CART_CLOSED = "CART_CLOSED"
    CART_EMPTY = "CART_EMPTY"
    CART_FULL = "CART_FULL"
    CART_NOT_FOUND = "CART_NOT_FOUND"
    ITEM_NOT_ELIGIBLE = "ITEM_NOT_ELIGIBLE"
    LINE_NOT_FOUND = "LINE_NOT_FOUND"
    MARKETPLACE_MISMATCH = "MARKETPLACE_MISMATCH"
    OFFER_NOT_FOUND = "OFFER_NOT_FOUND"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    PRODUCT_NOT_FOUND = "PRODUCT_NOT_FOUND"
    QUANTITY_INVALID = "QUANTITY_INVALID"
    RATE_LIMITED = "RATE_LIMITED"
    TOO_MANY_ITEMS = "TOO_MANY_ITEMS"
    UPSTREAM_REJECTED = "UPSTREAM_REJECTED"
    UPSTREAM_UNAVAILABLE = "UPSTREAM_UNAVAILABLE"
    VERSION_CONFLICT = "VERSION_CONFLICT"


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


class Stopped(Exception):
    """Leaves a cart change early with the problem that stopped it; nothing was changed by the step that raised it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def upstream_problem(error: UpstreamError, field: Path | None = None) -> UpstreamProblem:
    """
    What to tell the shopper of an upstream error.

    Only an error without effect is called retryable: after an unknown outcome the cart must be read first.
    """
    if isinstance(error, UpstreamThrottled | QuotaSpent):
        code, message = ProblemCode.RATE_LIMITED, "The marketplace is busy; try again in a moment."
    elif isinstance(error, UpstreamRefused):
        code, message = ProblemCode.UPSTREAM_REJECTED, "The marketplace refused this change; the cart is as it was."
    elif error.effect == "unknown":
        code = ProblemCode.UPSTREAM_UNAVAILABLE
        message = "The marketplace did not answer, so it is not known whether the change was made; read the cart first."
    else:
        code = ProblemCode.UPSTREAM_UNAVAILABLE
        message = "The marketplace cannot be reached, so nothing was changed; try again in a moment."
    retry_after_s = None if error.retry_after_s is None else max(1, round(error.retry_after_s))
    return UpstreamProblem(
        code=code,
        message=message,
        field=field,
        is_retryable=error.is_retryable and error.effect == "none",
        retry_after_s=retry_after_s,
        upstream_code=error.code,
    )
