"""
What can go wrong at the upstream, as a tree split by what the caller can do.

    UpstreamError
    ├── NotSent                 nothing left us: no effect, may be tried again
    │   ├── CircuitOpen         we leave the upstream alone for a while after it failed
    │   └── QuotaSpent          its turn under our quota would have come too late
    ├── OutcomeUnknown          it left us and no answer came: the effect may have happened
    ├── BadReply                an answer came that cannot be read: the effect may have happened
    ├── UpstreamThrottled       refused for now (503, RequestThrottled): no effect, try again later
    ├── UpstreamFault           the upstream failed (500, InternalError): the effect may have happened
    └── UpstreamRefused         the upstream understood and said no: no effect, the same call will fail again
        ├── AccessRefused       key, signature, clock or associate tag are wrong: the operator must act
        └── CartMismatch        no cart under this CartId, HMAC and tag

Every error carries the operation it belongs to, the upstream's code when there is one, ``is_retryable`` (the same call
may be sent again without harm and may succeed) and ``effect``. The effects above are those of an operation that changes
something; one that only reads never has any (``belong_to``).
"""

from copy import copy
from typing import Literal, Self

from ecs.model import Item, Refusal, Seen
from ecs.vocabulary import CHANGES, Operation

Effect = Literal["none", "unknown"]
"""Whether the request may have changed something at the upstream."""


class UpstreamError(Exception):
    """The upstream did not do what was asked."""

    is_retryable: bool = False
    effect: Effect = "none"

    def __init__(
        self,
        detail: str,
        *,
        operation: str | None = None,
        code: str | None = None,
        retry_after_s: float | None = None,
        refusals: tuple[Refusal, ...] = (),
    ) -> None:
        """``detail`` is one sentence for the log, never with a secret; ``refusals`` are all errors of the answer."""
        super().__init__(detail)
        self.operation = operation
        self.code = code
        self.retry_after_s = retry_after_s
        self.refusals = refusals
        self.found: tuple[Seen[Item], ...] = ()
        """Of a look-up of several items: those that were known all the same."""

    def with_found(self, found: tuple[Seen[Item], ...]) -> Self:
        """The same error, of a call that could be answered in part."""
        error = copy(self)
        error.found = found
        return error

    def belong_to(self, operation: Operation) -> None:
        """Name the operation. What only reads has no effect, and may be tried again after no answer or a fault."""
        self.operation = operation.value
        if operation not in CHANGES and self.effect == "unknown":
            self.effect = "none"
            self.is_retryable = not isinstance(self, BadReply)


class NotSent(UpstreamError):
    """The request never left: no connection, or refused on our side before sending."""

    is_retryable = True


class CircuitOpen(NotSent):
    """Refused on our side: the upstream has failed and is left alone for ``retry_after_s``."""


class QuotaSpent(NotSent):
    """Refused on our side: the quota would have let it go only after its deadline."""


class OutcomeUnknown(UpstreamError):
    """The request left us and no answer came in time."""

    effect = "unknown"


class BadReply(UpstreamError):
    """An answer came that is not what the protocol allows: broken, too large, hostile, or of another kind."""

    effect = "unknown"


class UpstreamThrottled(UpstreamError):
    """Too many requests for this credential; nothing was done."""

    is_retryable = True


class UpstreamFault(UpstreamError):
    """The upstream failed on its side; what it had done by then is not known."""

    effect = "unknown"


class UpstreamRefused(UpstreamError):
    """The upstream understood the request and refused it; ``code`` says why."""


class AccessRefused(UpstreamRefused):
    """Key, signature, timestamp or associate tag were not accepted."""


class CartMismatch(UpstreamRefused):
    """The upstream knows no cart for this CartId, HMAC and associate tag: expired, or our settings changed."""
