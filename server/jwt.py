"""
A signed JSON Web Token taken apart, strictly, and its claims judged; everything but the signature, which needs a key.

Follows RFC 7519 and the best practices of RFC 8725. A header tells which algorithm and which key, never where a key is
to be found: ``jku``, ``x5u``, ``x5c`` and ``jwk`` are passed over, and a header that demands to be understood
(``crit``) is refused.
"""

import json
import math
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

MAX_TOKEN_BYTES: Final = 8192
SKEW_S: Final = 60
"""How far the issuer's clock and ours may differ."""
_COMPACT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_TYPES: Final = frozenset({"jwt", "at+jwt", "application/at+jwt"})
_MAX_SUBJECT: Final = 255
_MAX_KEY_ID: Final = 256
_MAX_DISPLAY_NAME: Final = 100

MALFORMED: Final = "The token is no signed JWT; send the access token just as its issuer gave it."
FOREIGN: Final = "The token is of an issuer or for an audience that this shop does not know; get one for this shop."
UNPROVEN: Final = "The token's signature is not good here; sign in again."
EXPIRED: Final = "The token has expired; sign in again."
EARLY: Final = "The token is not valid yet; try again at its time, or have its issuer's clock set."


class TokenRefused(Exception):
    """The token signs nobody in; the text says what to do and repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A token taken apart; nothing in it is to be believed before its signature is verified."""

    algorithm: str
    key_id: str | None
    issuer: str
    subject: str = field(repr=False)
    display_name: str | None = field(repr=False)
    audiences: frozenset[str]
    expires_at: float
    """Seconds since 1970, as ``not_before``."""
    not_before: float
    signed: bytes = field(repr=False)
    """What the signature is over."""
    signature: bytes = field(repr=False)


def opened(token: str) -> Opened:
    """
    The token taken apart.

    Raises:
        TokenRefused: it is longer than 8 KB, no signed JWT, or lacks a claim it must have.
    """
    if len(token) > MAX_TOKEN_BYTES:
        raise TokenRefused(f"The token has more than {MAX_TOKEN_BYTES} characters; have its issuer make a shorter one.")
    if not _COMPACT.fullmatch(token):
        raise TokenRefused(MALFORMED)
    head, body, tail = token.split(".")
    header, claims = _object(head), _object(body)
    _check_type(header)
    return Opened(
        algorithm=_text(header, "alg", _MAX_KEY_ID),
        key_id=_text(header, "kid", _MAX_KEY_ID) if "kid" in header else None,
        issuer=_text(claims, "iss", MAX_TOKEN_BYTES),
        subject=_text(claims, "sub", _MAX_SUBJECT),
        display_name=_display_name(claims.get("name")),
        audiences=_audiences(claims.get("aud")),
        expires_at=_instant(claims, "exp"),
        not_before=_instant(claims, "nbf") if "nbf" in claims else -math.inf,
        signed=f"{head}.{body}".encode(),
        signature=_bytes(tail),
    )


def check_times(expires_at: float, not_before: float, now: datetime) -> None:
    """
    Return if a token with these claims is good now, give or take a minute.

    Raises:
        TokenRefused: it has expired, or is not valid yet.
    """
    seconds = now.timestamp()
    if seconds >= expires_at + SKEW_S:
        raise TokenRefused(EXPIRED)
    if seconds < not_before - SKEW_S:
        raise TokenRefused(EARLY)


def _check_type(header: dict[str, Any]) -> None:
    kind = header.get("typ", "JWT")
    # An ID token of another protocol, or a token within a token, is none of those that sign in here.
    if not isinstance(kind, str) or kind.lower() not in _TYPES or "cty" in header:
        raise TokenRefused("The token is of another type; send an access token (JWT or at+jwt).")
    if "crit" in header:
        raise TokenRefused("The token's header demands extensions that are not understood here; have them left out.")


def _object(segment: str) -> dict[str, Any]:
    try:
        found = json.loads(_bytes(segment), object_pairs_hook=_distinct, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise TokenRefused(MALFORMED) from None
    if not isinstance(found, dict):
        raise TokenRefused(MALFORMED)
    return found


def _bytes(segment: str) -> bytes:
    try:
        found = urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except Base64Error:
        raise TokenRefused(MALFORMED) from None
    # Stray bits behind the last byte would give one token many spellings.
    if urlsafe_b64encode(found).decode().rstrip("=") != segment:
        raise TokenRefused(MALFORMED)
    return found


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _text(found: dict[str, Any], name: str, longest: int) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest or not _is_unicode(value):
        message = f"The token's `{name}` is missing, or no text of 1 to {longest} characters; have its issuer set it."
        raise TokenRefused(message)
    return value


def _is_unicode(value: str) -> bool:
    # JSON can spell half a surrogate pair, which no encoding knows.
    return not any("\ud800" <= each <= "\udfff" for each in value)


def _audiences(value: object) -> frozenset[str]:
    named = value if isinstance(value, list) else [value]
    return frozenset(each for each in named if isinstance(each, str))


def _instant(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        raise TokenRefused(f"The token's `{name}` is missing, or no instant; have its issuer set it.")
    return float(value)


def _display_name(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    name = value.strip()
    return name if 0 < len(name) <= _MAX_DISPLAY_NAME and name.isprintable() else None
