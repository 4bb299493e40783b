"""Faults: every kind of failure has its code and a sentence for the client, and its reason only in the log."""

from pathlib import Path
from typing import Any

import pytest
import structlog
from graphql import GraphQLError
from structlog.typing import EventDict

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
from persistence.errors import (
    ActiveCartExists,
    CartMoved,
    GuestEnded,
    SchemaMismatch,
    SealBroken,
    StoreError,
    StoreUnavailable,
)
from resolvers.errors import BadInput, ProductUnreadable
from server.faults import CODES, formatted, plain, tell_of_end
from tests.unit.server.storefront import CANARY

SERVER = Path(__file__).parents[3] / "server"
ID = "0123456789abcdef"
DOWN = "The marketplace does not answer; try again in a moment."


def _told(cause: Exception) -> tuple[dict[str, Any], list[EventDict]]:
    with structlog.testing.capture_logs() as log:
        (shown,) = formatted([GraphQLError("never shown", path=["cart", 0], original_error=cause)], "UNUSED", ID)
    assert shown["path"] == ["cart", 0]
    return shown, list(log)


def test_what_graphql_found_keeps_its_message_and_place() -> None:
    """It is about the client's own text."""
    source = GraphQLError("Cannot query field.")
    source.locations = None

    assert formatted([source], "GRAPHQL_VALIDATION_FAILED", ID) == [
        {"message": "Cannot query field.", "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}
    ]


def test_a_value_that_a_scalar_refuses_is_the_clients_fault() -> None:
    """Before anything ran, an exception speaks of the request: masking it would leave the client in the dark."""
    refused = GraphQLError(
        "Decimal is a number in quotes.", original_error=GraphQLError("x", original_error=ValueError())
    )

    assert formatted([refused], "BAD_USER_INPUT", ID) == [
        {"message": "Decimal is a number in quotes.", "extensions": {"code": "BAD_USER_INPUT"}}
    ]


def test_bad_input_tells_what_to_do() -> None:
    """It was written for the person who sent it."""
    shown, log = _told(BadInput("`first` is a whole number from 0 to 50."))

    assert shown["message"] == "`first` is a whole number from 0 to 50."
    assert shown["extensions"] == {"code": "BAD_USER_INPUT"}
    assert log == []


def test_an_error_inside_an_error_is_found() -> None:
    """graphql-core wraps what a resolver raised more than once."""
    shown, _ = _told(GraphQLError("outer", original_error=BadInput("inner")))

    assert (shown["message"], shown["extensions"]) == ("inner", {"code": "BAD_USER_INPUT"})


@pytest.mark.parametrize(("told_s", "retry_after"), [(None, 1), (0.0, 1), (0.4, 1), (7.6, 8), (120.0, 120)])
def test_a_throttled_upstream_tells_when_to_come_back(told_s: float | None, retry_after: int) -> None:
    """At least a second, so that no client spins."""
    shown, log = _told(UpstreamThrottled(CANARY, retry_after_s=told_s))

    assert shown["message"] == "The marketplace is busy; try again in a moment."
    assert shown["extensions"] == {"code": "UPSTREAM_THROTTLED", "retryAfter": retry_after}
    assert log == []


def test_a_spent_quota_is_told_like_a_busy_marketplace() -> None:
    """Whose limit it was makes no difference to a shopper."""
    shown, _ = _told(QuotaSpent(CANARY, retry_after_s=4.2))

    assert shown["message"] == "The marketplace is busy; try again in a moment."
    assert shown["extensions"] == {"code": "UPSTREAM_THROTTLED", "retryAfter": 4}


def test_an_upstream_left_alone_tells_when_to_come_back() -> None:
    """Until then every answer would be the same."""
    shown, _ = _told(CircuitOpen(CANARY, retry_after_s=9.6))

    assert (shown["message"], shown["extensions"]) == (DOWN, {"code": "UPSTREAM_UNAVAILABLE", "retryAfter": 10})


def test_refused_credentials_are_the_operators_to_mend() -> None:
    """The client hears whom to tell, the log which code it was."""
    shown, log = _told(AccessRefused(CANARY, code="SignatureDoesNotMatch"))

    assert shown["message"] == "The marketplace does not accept this shop's credentials; tell who runs it."
    assert shown["extensions"] == {"code": "UPSTREAM_REFUSED"}
    assert log == [
        {
            "event": "upstream.access_refused",
            "log_level": "error",
            "code": "SignatureDoesNotMatch",
            "request_id": ID,
        }
    ]


@pytest.mark.parametrize(
    "cause",
    [kind(CANARY, code="Some.Code") for kind in (NotSent, OutcomeUnknown, BadReply, UpstreamFault, UpstreamError)],
    ids=lambda cause: type(cause).__name__,
)
def test_an_upstream_that_fails_is_told_without_its_words(cause: UpstreamError) -> None:
    """Its texts may hold addresses and are in its own language."""
    shown, log = _told(cause)

    assert (shown["message"], shown["extensions"]) == (DOWN, {"code": "UPSTREAM_UNAVAILABLE"})
    assert log == [
        {
            "event": "upstream.failed",
            "log_level": "warning",
            "code": "Some.Code",
            "kind": type(cause).__name__,
            "request_id": ID,
        }
    ]


@pytest.mark.parametrize("kind", [UpstreamRefused, CartMismatch])
def test_a_refused_request_is_told_with_the_upstreams_code(kind: type[UpstreamRefused]) -> None:
    """Its code is stable and not secret; the same request would be refused again."""
    shown, log = _told(kind(CANARY, code="Some.Code"))

    assert shown["message"] == "The marketplace refuses this request (Some.Code); ask for something else."
    assert shown["extensions"] == {"code": "UPSTREAM_REFUSED", "upstreamCode": "Some.Code"}
    assert log == [{"event": "upstream.refused", "log_level": "warning", "code": "Some.Code", "request_id": ID}]


def test_a_guest_who_came_to_his_end_is_told() -> None:
    """What he has to do is what the holder of any other bad session has to do."""
    ended = GraphQLError("never shown", path=["addItem"], original_error=GuestEnded("He has signed in."))
    other = GraphQLError("never shown", path=["cart"], original_error=StoreUnavailable("It is away."))

    (shown,) = formatted([ended], "UNUSED", ID)

    assert shown["message"] == (
        "This session has ended: what was in it went to the customer who signed in. "
        "Drop its token, get another with Cartograph-Session: new, and repeat the call."
    )
    assert shown["extensions"] == {"code": "SESSION_INVALID"}
    assert [tell_of_end(errors) for errors in (None, [], [other], [other, ended])] == [False, False, False, True]


def test_a_database_that_is_away_is_told() -> None:
    """Whether a change was kept may not be known, so looking comes before trying again."""
    shown, log = _told(StoreUnavailable("The database is locked."))

    assert shown["message"] == "The shop cannot reach its database now; look at the cart before you try again."
    assert shown["extensions"] == {"code": "DATABASE_UNAVAILABLE"}
    assert log == [
        {
            "event": "store.unavailable",
            "log_level": "error",
            "reason": "The database is locked.",
            "request_id": ID,
        }
    ]


@pytest.mark.parametrize(
    "cause",
    [
        RuntimeError(CANARY),
        KeyError(CANARY),
        ValueError(CANARY),
        TimeoutError(CANARY),
        RecursionError(CANARY),
        ProductUnreadable(CANARY),
        StoreError(CANARY),
        ActiveCartExists(CANARY),
        CartMoved(CANARY),
        SealBroken(CANARY),
        SchemaMismatch(CANARY),
    ],
    ids=lambda cause: type(cause).__name__,
)
def test_everything_else_is_masked_and_logged(cause: Exception) -> None:
    """What we did not foresee may say anything."""
    shown, log = _told(cause)

    assert shown["message"] == f"Something went wrong here; report it with the id {ID}."
    assert shown["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": ID}
    assert CANARY not in str(shown)
    assert log == [{"event": "request.failed", "log_level": "error", "request_id": ID, "exc_info": cause}]


def test_plain_errors_have_a_code_and_a_message() -> None:
    """The same shape as all others."""
    assert plain("BAD_REQUEST", "Send JSON.") == {"message": "Send JSON.", "extensions": {"code": "BAD_REQUEST"}}


def test_every_code_is_listed_and_every_listed_code_is_used() -> None:
    """The documentation is made from the list."""
    text = "".join(path.read_text("utf-8") for path in SERVER.glob("*.py") if path.name != "faults.py")
    faults = (SERVER / "faults.py").read_text("utf-8").partition("Every value of")[2]

    assert [code for code in CODES if f'"{code}"' not in text + faults] == []
    assert list(CODES) == sorted(set(CODES))
