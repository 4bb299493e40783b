"""
The two-customer mirror: one customer runs every document of graphql/operations, then another does, by the same steps.

What only the first was told (ids, addresses, cookies: his canaries) must not be in a byte of what the second is told,
neither with the second's own ids nor with the first's put in their place.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from tests.support.shopfront import OPERATIONS, Json, Shopper, document

HOBBIT: Final = "0618260307"
RINGS: Final = "0395193958"
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT")
_SHORTEST: Final = 8
"""Shorter strings (a price, a name of an enumeration) are nobody's secret."""


class Told:
    """Everything one shopper was told, byte by byte and string by string."""

    def __init__(self, shopper: Shopper, headers: dict[str, str]) -> None:
        """``headers`` identify him, unless his cookie does."""
        self._shopper = shopper
        self._headers = headers
        self.documents: set[str] = set()
        self.answers: list[tuple[str, Json, str]] = []
        """Document, variables, and the answer with its headers."""

    async def ask(self, name: str, /, **variables: Any) -> Any:
        """Run a document, whatever comes of it."""
        answer = await self._shopper.post(document(name), variables, headers=self._headers)
        self.documents.add(name)
        self.answers.append((name, variables, f"{dict(answer.headers)} {answer.text}"))
        return (answer.json().get("data") or {}).get(name)

    def strings(self) -> set[str]:
        """Every string of his answers that may be his alone."""
        found: set[str] = set()
        for _, _, answer in self.answers:
            found |= {
                each for each in _strings(json.loads(answer[answer.index("} {") + 2 :])) if len(each) >= _SHORTEST
            }
        found |= {str(value) for value in dict(self._shopper.client.cookies).values()}
        return {each for each in found if not _INSTANT.match(each)}


async def run_everything(told: Told) -> Json:
    """A shopper's visit that runs every document; his cart, its lines and his old cart by name, for others to try."""
    await told.ask("service")
    await told.ask("search", query="hobbit")
    await told.ask("product", by={"asin": HOBBIT})
    await told.ask("products", asins=[HOBBIT, RINGS])
    await told.ask("browseNode", nodeId="1000")
    await told.ask("productLists", kind="WISH_LIST", owner="nobody")
    await told.ask("seller", sellerId="A1")
    await told.ask("createCart", input={"items": [{"item": {"asin": RINGS}, "quantity": 7}]})
    handed = await told.ask("checkout", input={})
    made = await told.ask("createCart", input={"items": [{"item": {"asin": HOBBIT}, "quantity": 2}]})
    cart_id, line_id = made["cart"]["id"], made["cart"]["lines"]["edges"][0]["node"]["id"]
    await told.ask("addItem", input={"item": {"asin": RINGS}, "idempotencyKey": "key-of-a-visit-0001"})
    await told.ask("addItems", input={"items": [{"item": {"asin": RINGS}, "quantity": 2}]})
    await told.ask("modifyItem", input={"lineId": line_id, "quantity": 3})
    ids = {"cart": cart_id, "line": line_id, "old": handed["cart"]["id"]}
    await run_with(told, ids)
    return ids


async def run_with(told: Told, ids: Json) -> None:
    """The documents that name a cart or a line, with these."""
    await told.ask("similar", to=[ids["line"]])
    await told.ask("saveForLater", input={"lineIds": [ids["line"]]})
    await told.ask("moveToCart", input={"lineIds": [ids["line"]], "cartId": ids["cart"]})
    await told.ask("acknowledgeNotices", input={"cartId": ids["cart"]})
    await told.ask("mergeCarts", input={"sourceCartId": ids["old"]})
    await told.ask("mergeCarts", input={"sourceCartId": ids["cart"]})
    await told.ask("restoreCart", input={"fromCartId": ids["old"]})
    await told.ask("modifyItem", input={"lineId": ids["line"], "cartId": ids["cart"], "quantity": 4})
    await told.ask("addItem", input={"cartId": ids["cart"], "item": {"asin": RINGS}})
    await told.ask("checkout", input={"cartId": ids["old"]})
    for name in ("cart", "old", "line"):
        await told.ask("node", id=ids[name])
        await told.ask("cart", id=ids[name])
    await told.ask("cart")
    await told.ask("carts")
    await told.ask("viewer")
    await told.ask("clearCart", input={"cartId": ids["cart"], "scope": "SAVED_LINES"})


def all_documents() -> set[str]:
    """What a visit must have run."""
    return {path.stem for path in OPERATIONS.glob("*.graphql")}


def finds(canaries: set[str], told: Told) -> list[tuple[str, str]]:
    """Document and canary wherever one is in an answer, unless whoever asked has named it himself."""
    return [
        (name, canary)
        for name, variables, answer in told.answers
        for canary in canaries
        if canary in answer and canary not in json.dumps(variables)
    ]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(part)
