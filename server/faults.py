"""
Errors as clients see them: a stable code, a sentence that says what to do, and nothing of our insides.

What a shopper can run into is in the payloads; these are the faults of the request, of the upstream and of our own. An
unexpected exception is logged and masked; the client gets the request's id to report.
"""

from collections.abc import Sequence
from typing import Any, Final

import structlog
from graphql import GraphQLError

from ecs.errors import AccessRefused, QuotaSpent, UpstreamError, UpstreamRefused, UpstreamThrottled
from persistence.errors import GuestEnded, StoreUnavailable
from resolvers.errors import BadInput

Formatted = dict[str, Any]
_log = structlog.get_logger(__name__)

CODES: Final = (
    "AUTHENTICATION_UNAVAILABLE",
    "BAD_REQUEST",
    "BAD_USER_INPUT",
    "COST_LIMIT_EXCEEDED",
    "DATABASE_UNAVAILABLE",
    "DOCUMENT_NOT_KNOWN",
    "DOCUMENT_TOO_LARGE",
    "FORBIDDEN_ORIGIN",
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "INTERNAL_SERVER_ERROR",
    "METHOD_NOT_ALLOWED",
    "NOT_ACCEPTABLE",
    "OPERATION_RESOLUTION_FAILURE",
    "PAYLOAD_TOO_LARGE",
    "PERSISTED_QUERY_NOT_FOUND",
    "PERSISTED_QUERY_NOT_SUPPORTED",
    "REQUEST_TIMEOUT",
    "SESSION_INVALID",
    "UNAUTHENTICATED",
    "UNSUPPORTED_MEDIA_TYPE",
    "UPSTREAM_REFUSED",
    "UPSTREAM_THROTTLED",
    "UPSTREAM_UNAVAILABLE",
)
"""Every value of ``extensions.code``; docs/errors.md explains each."""


def formatted(errors: Sequence[GraphQLError], code: str, request_id: str) -> list[Formatted]:
    """Errors of an answer; ``code`` is for those that graphql-core found itself."""
    return [_one(error, code, request_id) for error in errors]


def plain(code: str, message: str, **more: int) -> Formatted:
    """An error of the request as a whole; ``more`` stands beside the code."""
    return {"message": message, "extensions": {"code": code, **more}}


def tell_of_end(errors: Sequence[GraphQLError] | None) -> bool:
    """True when the asking guest has come to his end."""
    return any(isinstance(_cause(error), GuestEnded) for error in errors or ())


def _cause(error: GraphQLError) -> Exception | None:
    cause = error.original_error
    # A resolver's GraphQLError may stand for another.
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _one(error: GraphQLError, code: str, request_id: str) -> Formatted:
    shown: Formatted = {"message": error.message}
    if error.locations:
        shown["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path is not None:
        shown["path"] = error.path
    cause = _cause(error)
    # One without a path came before any resolver ran, so that its text is graphql-core's or a scalar's own word about
    # the request.
    if cause is None or error.path is None:
        shown["extensions"] = {"code": code}
    else:
        shown["message"], shown["extensions"] = _explained(cause, request_id)
    return shown


def _explained(cause: Exception, request_id: str) -> tuple[str, Formatted]:
    match cause:
        case BadInput():
            return str(cause), {"code": "BAD_USER_INPUT"}
        case UpstreamThrottled() | QuotaSpent():
            retry_after = max(1, round(cause.retry_after_s or 1))
            message = "The marketplace is busy; try again in a moment."
            return message, {"code": "UPSTREAM_THROTTLED", "retryAfter": retry_after}
        case AccessRefused():
            _log.error("upstream.access_refused", code=cause.code, request_id=request_id)
            message = "The marketplace does not accept this shop's credentials; tell who runs it."
            return message, {"code": "UPSTREAM_REFUSED"}
        case UpstreamRefused():
            _log.warning("upstream.refused", code=cause.code, request_id=request_id)
            message = f"The marketplace refuses this request ({cause.code}); ask for something else."
            return message, {"code": "UPSTREAM_REFUSED", "upstreamCode": cause.code}
        case UpstreamError():
            _log.warning("upstream.failed", code=cause.code, kind=type(cause).__name__, request_id=request_id)
            extensions: Formatted = {"code": "UPSTREAM_UNAVAILABLE"}
            if cause.retry_after_s is not None:
                extensions["retryAfter"] = max(1, round(cause.retry_after_s))
            return "The marketplace does not answer; try again in a moment.", extensions
        case GuestEnded():
            message = (
                "This session has ended: what was in it went to the customer who signed in. "
                "Drop its token, get another with Cartograph-Session: new, and repeat the call."
            )
            return message, {"code": "SESSION_INVALID"}
        case StoreUnavailable():
            _log.error("store.unavailable", reason=str(cause), request_id=request_id)
            message = "The shop cannot reach its database now; look at the cart before you try again."
            return message, {"code": "DATABASE_UNAVAILABLE"}
    _log.error("request.failed", request_id=request_id, exc_info=cause)
    message = f"Something went wrong here; report it with the id {request_id}."
    return message, {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id}
