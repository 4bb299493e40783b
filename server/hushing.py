"""
The second net under the logs: what a secret type should have hidden, and did not, is masked before a line is written.

A field is masked by its name or, in any text, by its shape: JSON Web Tokens, our own session tokens, bearer headers,
addresses that open a cart, and parameters that sign or open something. Ids of customers are told as a short hash, so
that lines of one customer can be found without telling who it is.
"""

import re
from collections.abc import Mapping, MutableMapping
from hashlib import sha256
from typing import Any, Final

DOTS: Final = "…"
_SECRET_NAMES: Final = frozenset({
    "authorization", "cartid", "cookie", "hmac", "key", "keys", "password", "purchaseurl", "secret", "secretkey",
    "setcookie", "signature", "token", "url", "variables",
})  # fmt: skip
"""Without underscores and in lower case. ``url`` is a cart's purchase address or a database's, with its password."""
_CUSTOMER_NAMES: Final = frozenset({"customer", "customerid", "guest", "guestid", "subject", "sub"})
_SHAPES: Final = re.compile(
    r"""
    eyJ[\w-]{5,}(?:\.[\w-]*){2,4}                                  # a JSON Web Token, signed or encrypted
    | \b[0-9a-f]{32}\.[\w-]{5,8}\.[\w-]{40,}                       # a session token of ours
    | (?i:\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}                     # an Authorization header
    | https?://[^\s"'<>]*aws-merge[^\s"'<>]*                       # an address that hands a cart over
    | (?i:\b(?:hmac|cart-?id|signature|cartograph_session)=)[^&;\s"'<>]+
    """,
    re.VERBOSE,
)
_PASSWORD: Final = re.compile(r"(?<=://)([^\s/:@]*):[^\s/@]+@")
_CUSTOMER: Final = re.compile(r"customer:[a-z2-7]{52}")


def hushed(_: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """A structlog processor, to stand just before the renderer."""
    return {name: _field(name, value) for name, value in event.items()}


def hushed_text(text: str) -> str:
    """The text with what looks like a secret masked."""
    text = _PASSWORD.sub(rf"\1:{DOTS}@", _SHAPES.sub(DOTS, text))
    return _CUSTOMER.sub(lambda found: hashed(found[0]), text)


def hashed(customer_id: str) -> str:
    """A customer, guest or not, as logs tell him: twelve characters of a hash."""
    return "#" + sha256(customer_id.encode("utf-8", "replace")).hexdigest()[:12]


def _field(name: object, value: Any) -> Any:
    plain = str(name).lower().replace("_", "").replace("-", "")
    if value is None or isinstance(value, bool | int | float):
        return value
    if plain in _SECRET_NAMES:
        return DOTS
    if plain in _CUSTOMER_NAMES:
        return hashed(str(value))
    return _value(value)


def _value(value: Any) -> Any:
    match value:
        case str():
            return hushed_text(value)
        case Mapping():
            return {name: _field(name, each) for name, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_value(each) for each in value]
        case None | bool() | int() | float():
            return value
    return hushed_text(repr(value))
