"""Media types of GraphQL over HTTP: what came, and what to answer with."""

from typing import Final

RESPONSE_JSON: Final = "application/graphql-response+json"
JSON: Final = "application/json"
_ANY: Final = frozenset({"*/*", "application/*"})


def is_json(content_type: str) -> bool:
    """True for a JSON body in UTF-8, the only one that is taken."""
    media_type, _, parameters = content_type.partition(";")
    charset = next(
        (
            value
            for name, _, value in (each.strip().partition("=") for each in parameters.split(";"))
            if name == "charset"
        ),
        "utf-8",
    )
    return media_type.strip().lower() == JSON and charset.strip('"').lower() in {"utf-8", "utf8"}


def media_type_of(accept: str) -> str | None:
    """
    The media type to answer with; None when the client takes neither.

    A client that does not say gets the older type (specification, section 6.1), and one that takes both the newer.
    """
    accepted = {
        entry.partition(";")[0].strip().lower(): _quality(entry) for entry in accept.split(",") if entry.strip()
    }
    wanted = {name for name, quality in accepted.items() if quality > 0}
    if RESPONSE_JSON in wanted and accepted[RESPONSE_JSON] >= accepted.get(JSON, 0):
        return RESPONSE_JSON
    if not accepted or JSON in wanted or wanted & _ANY:
        return JSON
    return RESPONSE_JSON if RESPONSE_JSON in wanted else None


def wants_html(accept: str) -> bool:
    """True for a browser that opens the address."""
    return any(entry.partition(";")[0].strip().lower() == "text/html" for entry in accept.split(","))


def _quality(entry: str) -> float:
    for parameter in entry.split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0
    return 1
