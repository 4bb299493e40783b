"""XML as text: answers are written from templates, which costs a tenth of building a tree."""

from collections.abc import Iterable

from ecs.embedded.feed import cleaned
from ecs.embedded.money import formatted

HEADER = '<?xml version="1.0" encoding="UTF-8"?>'


def escaped(text: str) -> str:
    """``text`` for an element or a quoted attribute; only for text without characters that XML forbids."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    if '"' in text:
        text = text.replace('"', "&quot;")
    return text


def foreign(text: str) -> str:
    """Text of unknown origin, such as a request's, for an element or a quoted attribute."""
    return escaped(cleaned(text))


def element(name: str, text: str | int | None) -> str:
    """The element, or nothing for None and for empty text."""
    if text is None or text == "":
        return ""
    return f"<{name}>{escaped(text) if isinstance(text, str) else text}</{name}>"


def elements(name: str, texts: Iterable[str]) -> str:
    """One element for each text."""
    return "".join(f"<{name}>{escaped(text)}</{name}>" for text in texts if text)


def wrapped(name: str, content: str) -> str:
    """``content`` (XML) inside the element, nothing for none."""
    return f"<{name}>{content}</{name}>" if content else ""


def price(name: str, amount: int | None, currency: str) -> str:
    """An amount in the three parts the wire always has; nothing for None."""
    if amount is None:
        return ""
    return (
        f"<{name}><Amount>{amount}</Amount><CurrencyCode>{currency}</CurrencyCode>"
        f"<FormattedPrice>{formatted(amount, currency)}</FormattedPrice></{name}>"
    )
