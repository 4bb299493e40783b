"""
Errors that answers spell out, and the exception that each code stands for.

Messages are localised and may repeat what was sent: decisions look at codes alone, and the text of an exception never
holds a message. ``Refusal`` keeps it for whoever may log it.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from ecs.errors import (
    AccessRefused,
    BadReply,
    CartMismatch,
    UpstreamError,
    UpstreamFault,
    UpstreamRefused,
    UpstreamThrottled,
)
from ecs.model import Refusal
from ecs.parse.nodes import Element, children, fields
from ecs.vocabulary import ErrorCode

_MEANINGS: Final[dict[str, type[UpstreamError]]] = {
    ErrorCode.THROTTLED: UpstreamThrottled,
    ErrorCode.ACCOUNT_LIMIT: UpstreamThrottled,
    ErrorCode.INTERNAL_ERROR: UpstreamFault,
    "AWS.InternalError": UpstreamFault,
    ErrorCode.MISSING_CLIENT_TOKEN: AccessRefused,
    ErrorCode.INVALID_CLIENT_TOKEN: AccessRefused,
    ErrorCode.SIGNATURE_MISMATCH: AccessRefused,
    ErrorCode.REQUEST_EXPIRED: AccessRefused,
    ErrorCode.INVALID_ASSOCIATE: AccessRefused,
    ErrorCode.INVALID_ACCOUNT: AccessRefused,
    "AWS.InvalidSubscriptionId": AccessRefused,
    ErrorCode.CART_INFO_MISMATCH: CartMismatch,
    ErrorCode.INVALID_CART_ID: CartMismatch,
    ErrorCode.INVALID_HMAC: CartMismatch,
}
_MAX_CODE: Final = 100
_MAX_MESSAGE: Final = 2000
_MOST_TELLING: Final = (AccessRefused, CartMismatch, UpstreamThrottled, UpstreamFault, UpstreamRefused)


def refusals(element: Element | None) -> tuple[Refusal, ...]:
    """The errors of an ``Errors`` element (or of a root that holds ``Error`` directly), in their order."""
    return tuple(_refusal(child) for child in children(element, "Error"))


def error_of(errors: Sequence[Refusal]) -> UpstreamError:
    """One exception for all ``errors``: the kind and code of the most telling, and the others with it."""
    if not errors:
        return BadReply("the answer refuses without saying why")
    told = min(errors, key=lambda error: _MOST_TELLING.index(_meaning(error)))
    return _meaning(told)(f"the upstream answered {told.code}", code=told.code, refusals=tuple(errors))


def refuse_unless_harmless(
    errors: Sequence[Refusal], harmless: Iterable[str], *, is_valid: bool, has_value: bool
) -> None:
    """
    Raise what an answer with ``errors`` stands for.

    ``harmless`` codes say only that something was not found. Beside something found, a request that was valid has
    failed in part at most. A request that was not valid has not been carried out at all.
    """
    if not is_valid:
        raise error_of(errors)
    if not has_value and any(error.code not in harmless for error in errors):
        raise error_of(errors)


def _refusal(element: Element) -> Refusal:
    found = fields(element)
    return Refusal(found.get("Code", "unknown")[:_MAX_CODE], found.get("Message", "")[:_MAX_MESSAGE])


def _meaning(error: Refusal) -> type[UpstreamError]:
    return _MEANINGS.get(error.code, UpstreamRefused)
