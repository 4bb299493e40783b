"""Media types of GraphQL over HTTP: what came, and what to answer with."""

from collections.abc import Mapping
from typing import Final

RESPONSE_JSON: Final = "application/graphql-response+json"
JSON: Final = "application/json"


def is_json(content_type: str) -> bool:
    """True for a JSON body in UTF-8, the only one that is taken."""
    media_type, _, parameters = content_type.partition(";")
    charset = next(
        (
            value
            for name, _, value in (each.strip().partition("=") for each in parameters.split(";"))
            if name.lower() == "charset"
        ),
        "utf-8",
    )
    return media_type.strip().lower() == JSON and charset.strip('"').lower() in {"utf-8", "utf8"}


def media_type_of(accept: str) -> str | None:
    """
    The media type to answer with; None when the client takes neither.

    A client that does not say gets the older type (specification, section 6.1), and one that takes both the newer.
    """
    ranges = {entry.partition(";")[0].strip().lower(): _quality(entry) for entry in accept.split(",") if entry.strip()}
    if not ranges:
        return JSON
    newer, older = _quality_of(RESPONSE_JSON, ranges), _quality_of(JSON, ranges)
    if newer > older or (newer == older > 0 and RESPONSE_JSON in ranges):
        return RESPONSE_JSON
    return JSON if older > 0 else None


def wants_html(accept: str) -> bool:
    """True for a browser that opens the address."""
    return any(entry.partition(";")[0].strip().lower() == "text/html" for entry in accept.split(","))


def _quality_of(media_type: str, ranges: Mapping[str, float]) -> float:
    """The weight of the most exact range that covers the type (RFC 9110, section 12.5.1)."""
    return next((ranges[each] for each in (media_type, "application/*", "*/*") if each in ranges), 0)


def _quality(entry: str) -> float:
    for parameter in entry.split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "q":
            try:
                quality = float(value)
            except ValueError:
                return 0
            return quality if 0 <= quality <= 1 else 0
    return 1
