"""Every text of every recorded answer is found again in the value that was read from it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from lxml import etree
from msgspec import Struct
from pydantic import SecretStr

from ecs import parse
from ecs.errors import UpstreamError
from tests.contract.recordings import beside_the_checkout, recordings

pytestmark = beside_the_checkout

MEANT = {
    "Units": "pictures are measured in pixels",
    "HasReviews": "a flag",
    "IsCategoryRoot": "a flag",
    "WillShipExpedited": "a flag",
    "WillShipInternational": "a flag",
    "Type": "part of the name of a language's attribute",
    "Amount": "a price among the attributes is its formatted text",
    "Quantity": "-1 of a stock that is not known",
    "MerchantId": "the word Deprecated",
    "Nickname": "of a reviewer whose name is given",
}
"""Texts that the value says in another way, by element or attribute."""


def test_every_text_is_found_again() -> None:
    """A part that a parser does not know is lost silently, and nobody misses it until a shopper does."""
    seen = 0
    lost: Counter[str] = Counter()

    for recording in recordings():
        try:
            read = parse.replies(recording.body)
        except UpstreamError:
            continue
        for reply, payload in zip(read, recording.payloads(), strict=True):
            if reply.value is None:
                continue
            told = set(_told(reply.value))
            for name, text in _sent(payload):
                seen += 1
                if not {text, unquote(text), text.replace("%26", "&"), "".join(text.split()), text.capitalize()} & told:
                    lost[name] += 1

    assert set(lost) - set(MEANT) == set(), lost
    assert seen == 71_437


def _sent(payload: Any) -> Iterator[tuple[str, str]]:
    """Texts and attributes below a payload without those of Request, each with its name."""
    for element in payload.iter(etree.Element):
        if any(etree.QName(above).localname == "Request" for above in (element, *element.iterancestors())):
            continue
        if not len(element) and (text := (element.text or "").strip()):
            yield etree.QName(element).localname, text
        yield from ((str(name), str(value)) for name, value in element.attrib.items() if value.strip())


def _told(value: Any) -> Iterator[str]:
    """All texts and numbers in a value, at any depth."""
    match value:
        case SecretStr():
            yield value.get_secret_value()
        case Struct():
            for field in value.__struct_fields__:
                yield from _told(getattr(value, field))
        case tuple():
            for one in value:
                yield from _told(one)
        case float():
            yield from (str(value), f"{value:.0f}", f"{value:.2f}")
        case None:
            pass
        case _:
            yield str(value)
