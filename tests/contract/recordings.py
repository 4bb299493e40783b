"""The recorded answers of the real service, which lie beside the checkout, and what XPath says of them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ecs.model import Money

ECS = Path(__file__).resolve().parents[3] / "shared" / "ecs"
PRESENT = (ECS / "index.json").exists()
beside_the_checkout = pytest.mark.skipif(not PRESENT, reason="the recordings are not beside the checkout")


class Recording:
    """One recorded answer: its bytes, and what XPath says of it."""

    def __init__(self, entry: dict[str, Any]) -> None:
        self.name: str = entry["file"]
        self.body = (ECS / self.name).read_bytes()
        self.root = etree.fromstring(self.body)
        self.tag = etree.QName(self.root).localname
        self.operation = self.tag.removesuffix("ErrorResponse").removesuffix("Response")

    def xpath(self, path: str, start: Any = None) -> Any:
        """``a/b`` by local names, from the root or from ``start``; a step may be one of XPath's own."""
        steps = [f"*[local-name()='{step}']" if step.isalnum() else step for step in path.split("/")]
        return (self.root if start is None else start).xpath("/".join(steps))

    def string(self, path: str, start: Any = None) -> str | None:
        """The text at ``path``; None when nothing is there, or nothing but space."""
        found = self.xpath(path, start)
        return ((found[0].text or "").strip() or None) if found else None

    def count(self, path: str, start: Any = None) -> int:
        """How many elements are at ``path``."""
        return len(self.xpath(path, start))

    def money(self, *paths: str, start: Any = None) -> Money | None:
        """The price at the first of ``paths`` that there is, as sent."""
        found = next((element for path in paths for element in self.xpath(path, start)), None)
        if found is None:
            return None
        amount, currency, formatted = (
            self.string(part, found) or "" for part in ("Amount", "CurrencyCode", "FormattedPrice")
        )
        return Money(int(amount), currency, formatted)

    def codes(self) -> list[str]:
        """Error codes of the answer, wherever they stand; those echoed deeper are none."""
        deep = self.xpath("*/Request/Errors/Error/Code")
        return [code.text for code in deep or self.xpath("Error/Code")]

    def payloads(self) -> list[Any]:
        """What stands beside OperationRequest in an ordinary answer."""
        return [child for child in self.root if etree.QName(child).localname != "OperationRequest"]


@cache
def recordings() -> tuple[Recording, ...]:
    """All of them, read once a process."""
    return tuple(Recording(entry) for entry in json.loads((ECS / "index.json").read_bytes()))
