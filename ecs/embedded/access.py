"""
Who asks, and is it really them: access key, signature, time.

What the original answered to a missing Signature or Timestamp is not recorded; here it is HTTP 403 MissingParameter.
Its window is not recorded either; fifteen minutes is the practice of its siblings.
"""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from ecs.embedded.faults import Refused
from ecs.signature import canonical_query, signature
from ecs.vocabulary import PATH, ErrorCode

WINDOW: Final = timedelta(minutes=15)
_MISSING_PARAMETER: Final = "MissingParameter"


class Place(NamedTuple):
    """
    Where a request was sent, which is part of what is signed.

    ``host`` is the Host header; clients sign it with or without its port. ``root_path`` is what the address has
    before the API's own path; clients that do not know of it sign that path alone. All of these are right.
    """

    method: str
    host: str
    root_path: str = ""

    def names(self) -> tuple[tuple[str, str], ...]:
        """Host and path, as a client may have signed them."""
        bare = self.host.rpartition(":")[0] if _has_port(self.host) else self.host
        paths = dict.fromkeys((PATH, f"{self.root_path}{PATH}"))
        return tuple((host, path) for host in dict.fromkeys((self.host, bare)) for path in paths)


def recognised(parameters: Mapping[str, str], place: Place, credentials: Mapping[str, str], now: datetime) -> str:
    """
    The access key id of the sender.

    Raises:
        Refused: key, signature or time are missing or wrong.
    """
    key_id = parameters.get("AWSAccessKeyId") or parameters.get("SubscriptionId")
    if not key_id:
        message = "Request must contain AWSAccessKeyId or X.509 certificate."
        raise Refused(403, ErrorCode.MISSING_CLIENT_TOKEN, message)
    secret = credentials.get(key_id)
    if secret is None:
        message = "The AWS Access Key Id you provided does not exist in our records."
        raise Refused(403, ErrorCode.INVALID_CLIENT_TOKEN, message)
    for name in ("Signature", "Timestamp"):
        if not parameters.get(name):
            raise Refused(403, _MISSING_PARAMETER, f"The request must contain the parameter {name}.")
    if not _is_signed(parameters, place, secret):
        message = (
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret"
            " Access Key and signing method. Consult the service documentation for details."
        )
        raise Refused(403, ErrorCode.SIGNATURE_MISMATCH, message)
    _check_time(parameters["Timestamp"], now)
    return key_id


def _is_signed(parameters: Mapping[str, str], place: Place, secret: str) -> bool:
    query = canonical_query(parameters)
    sent = parameters["Signature"].replace(" ", "+").encode()
    return any(
        hmac.compare_digest(sent, signature(secret, place.method, host, path, query).encode())
        for host, path in place.names()
    )


def _has_port(host: str) -> bool:
    # An address of version 6 stands in brackets and holds colons of its own.
    return host.rpartition(":")[2].isdigit() and not host.endswith("]")


def _check_time(timestamp: str, now: datetime) -> None:
    try:
        sent = datetime.fromisoformat(timestamp)
    except ValueError:
        raise Refused(400, ErrorCode.REQUEST_EXPIRED, _expired(timestamp)) from None
    sent = sent.replace(tzinfo=UTC) if sent.tzinfo is None else sent
    if abs(now - sent) > WINDOW:
        raise Refused(400, ErrorCode.REQUEST_EXPIRED, _expired(timestamp))


def _expired(timestamp: str) -> str:
    return f"Request has expired. Timestamp date is {timestamp}."
