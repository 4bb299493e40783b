"""
The mix of requests that a server in use gets: nine of ten read products, most of them seen before; the others are about
carts.
"""

import random
from itertools import count
from typing import Final

from bench import client
from bench.client import Connections
from bench.shoppers import Shopper, Shoppers, modification, read_cart
from bench.traffic import Traffic

_SEED: Final = 7
_SHOPPERS: Final = 200
_NEW_SHOPPERS_FROM: Final = 0.9
"""Of the changes: one of ten is a new guest's first."""
_MOST_OF_A_LINE: Final = 900


class Mix:
    """Requests without end, the same ones each time."""

    def __init__(self, traffic: Traffic, opened: Connections) -> None:
        self._traffic = traffic
        self._opened = opened
        self._chance = random.Random(_SEED)  # noqa: S311 - a mix, not a secret
        self._shoppers = Shoppers(traffic)
        self._known: list[Shopper] = self._shoppers.new(opened, _SHOPPERS)
        self._quantities = count(2)
        self._documents = count(1)
        self._seen = [client.post(traffic.search(word)) for word in traffic.catalog.words[:100]]
        self._seen += [client.post(traffic.product(asin)) for asin in traffic.catalog.asins[:400]]

    def take(self, number: int) -> list[bytes]:
        """The next requests."""
        return [self._next() for _ in range(number)]

    def _next(self) -> bytes:
        drawn = self._chance.random()
        if drawn < 0.02:
            return self._change()
        if drawn < 0.10:
            return read_cart(self._chance.choice(self._known))
        if drawn < 0.12:
            return self._traffic.fresh_search()
        if drawn < 0.20:
            return self._traffic.fresh_product()
        if drawn < 0.205:
            return self._unknown_document()
        return self._chance.choice(self._seen)

    def _change(self) -> bytes:
        if self._chance.random() >= _NEW_SHOPPERS_FROM:
            return self._shoppers.creation(self._opened)
        return modification(self._chance.choice(self._known), 2 + next(self._quantities) % _MOST_OF_A_LINE)

    def _unknown_document(self) -> bytes:
        """A client that writes its values into the text of the document: parsed, checked and compiled for it alone."""
        asked = self._traffic.product(self._chance.choice(self._traffic.catalog.asins[:400]))
        return client.post({**asked, "query": f"{asked['query']}\n# {next(self._documents)}"})
