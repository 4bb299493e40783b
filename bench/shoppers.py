"""Guests of a server: each with a session and one thing in the cart."""

import json
from dataclasses import dataclass
from typing import Final

from bench import client
from bench.client import Connections, Reply
from bench.traffic import Traffic, document

_ASK: Final = "new"
_LOOKED_UP: Final = 10
_BUYABLE: Final = (
    "query Buyable($asins: [String!]!) { products(asins: $asins) { asin featuredOffer { availability { status } } } }"
)


@dataclass(frozen=True, slots=True)
class Shopper:
    """A guest's session token, and the id of the line in the cart."""

    token: str
    line_id: str


class Shoppers:
    """Makes guests, and finds what they can buy."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic
        self._in_stock: list[str] = []

    def buyable(self, opened: Connections) -> str:
        """A product that can be put in a cart, another each time."""
        while not self._in_stock:
            asins = [self._traffic.next_asin() for _ in range(_LOOKED_UP)]
            (reply,) = all_good(opened.burst([client.post({"query": _BUYABLE, "variables": {"asins": asins}})]))
            self._in_stock = [
                product["asin"]
                for product in json.loads(reply.body)["data"]["products"]
                if product and (product["featuredOffer"] or {}).get("availability", {}).get("status") == "IN_STOCK"
            ]
        return self._in_stock.pop()

    def new(self, opened: Connections, number: int) -> list[Shopper]:
        """New guests with one thing in the cart each."""
        found = []
        for reply in all_good(opened.burst([self.creation(opened) for _ in range(number)])):
            payload = json.loads(reply.body)["data"]["createCart"]
            lines = payload["cart"]["lines"]["edges"] if payload["cart"] else []
            if lines:
                found.append(Shopper(reply.header("cartograph-session") or "", lines[0]["node"]["id"]))
        return found

    def creation(self, opened: Connections) -> bytes:
        """The request that makes a new guest a cart."""
        variables = {"input": {"items": [{"item": {"asin": self.buyable(opened)}, "quantity": 1}]}}
        return client.post({"query": document("createCart"), "variables": variables}, token=_ASK)


def read_cart(shopper: Shopper) -> bytes:
    """The guest looks at the cart."""
    return client.post({"query": document("cart")}, token=shopper.token)


def modification(shopper: Shopper, quantity: int) -> bytes:
    """The guest wants another quantity of the line."""
    variables = {"input": {"lineId": shopper.line_id, "quantity": quantity}}
    return client.post({"query": document("modifyItem"), "variables": variables}, token=shopper.token)


def all_good(replies: list[Reply]) -> list[Reply]:
    """
    The replies.

    Raises:
        RuntimeError: one of them is an error.
    """
    for reply in replies:
        if reply.status != 200 or b'"errors":[{' in reply.body[:20]:
            raise RuntimeError(f"the server answers {reply.status}: {reply.body[:500]!r}")
    return replies
