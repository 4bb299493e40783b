"""Facet tokens: the request parameters behind a facet choice, opaque to clients and the same on every call."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from typing import Final

from msgspec import DecodeError, json

from resolvers.errors import BadInput

Parameters = tuple[tuple[str, str], ...]

_MAX_TOKEN: Final = 512
_NARROWING: Final = frozenset({
    "Actor", "Artist", "Author", "Brand", "BrowseNode", "Composer", "Condition", "Director", "Manufacturer",
    "MaximumPrice", "MinimumPrice", "Publisher", "SearchIndex",
})  # fmt: skip
"""Request parameters that a choice may hold; a token is a client's word and is checked like one."""


def write_token(parameters: Parameters) -> str:
    """The token of a choice."""
    return urlsafe_b64encode(json.encode(parameters)).decode().rstrip("=")


def read_token(token: str) -> Parameters:
    """
    The request parameters of a facet choice.

    Raises:
        BadInput: the token is none of ours.
    """
    try:
        text = urlsafe_b64decode(token + "=" * (-len(token) % 4)) if len(token) <= _MAX_TOKEN else b""
        parameters = json.decode(text, type=Parameters)
    except (Base64Error, DecodeError, ValueError):
        parameters = ()
    if not parameters or any(name not in _NARROWING for name, _ in parameters):
        raise BadInput("A token in `filter.facets` is none of this server; take it from `facets.values.token`.")
    return parameters
