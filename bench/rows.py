"""The rows of the table: what is asked, of which server, and what it may cost."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import count, cycle
from typing import Any, Final

from bench import client
from bench.client import Connections
from bench.shoppers import Shoppers, all_good, modification, read_cart
from bench.traffic import Traffic, document

_WORDS_REPEATED: Final = 5
_GUESTS: Final = 64
_WORDS_TRIED: Final = 50
_FIELDS: Final = 904
_LINES_OF_A_CART: Final = 5
"""That additions make at most. The cart whose cost set the targets had about three."""
_LINES_OF_A_LARGE_CART: Final = 20


@dataclass(frozen=True)
class Row:
    """One kind of request."""

    name: str
    server: str
    target_us: float | None
    ratio: float | None
    """At most so many times what the bare Starlette route costs."""
    prepare: Callable[[Connections, int], list[bytes]]
    """So many requests, made ready at the server without being measured."""
    status: int = 200


class Rows:
    """The rows over some traffic."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic
        self._quantities = count(2)
        self._shoppers = Shoppers(traffic)
        self._full_word: str | None = None

    def all(self, *, with_postgres: bool) -> list[Row]:
        """Every row, in the order of the table."""
        databases = ["sqlite", "postgres"] if with_postgres else ["sqlite"]
        changes = [
            row
            for database in databases
            for row in (
                Row(f"addItem, {_NAMES[database]}", database, _CHANGES[database], None, self._additions),
                Row(f"modifyItem, {_NAMES[database]}", database, _CHANGES[database], None, self._modifications),
            )
        ]
        return [
            Row("search, seen before", "cached", 120, 1.3, self._search_again),
            Row("product, seen before", "cached", 120, 1.3, self._product_again),
            Row("search, not modified (GET, 304)", "cached", 100, None, self._not_modified, 304),
            Row("search, upstream answers seen before", "sqlite", 500, None, self._search_upstream),
            Row("search, nothing cached but documents", "sqlite", 4500, None, self._searches),
            Row("product, nothing cached but documents", "sqlite", 900, None, self._products),
            Row("cart query (live CartGet)", "sqlite", 900, None, self._carts),
            *changes,
            Row("addItem to carts of up to 20 lines, SQLite", "sqlite", None, None, self._additions_to_large_carts),
            Row("{ __typename }", "sqlite", 150, None, self._typename),
        ]

    def _search_again(self, opened: Connections, number: int) -> list[bytes]:
        return _repeated(opened, client.post(self._traffic.search(self._word(opened))), number)

    def _product_again(self, opened: Connections, number: int) -> list[bytes]:
        return _repeated(opened, client.post(self._traffic.product(self._traffic.catalog.asins[0])), number)

    def _not_modified(self, opened: Connections, number: int) -> list[bytes]:
        body = self._traffic.search(self._word(opened))
        digest = sha256(body["query"].encode()).hexdigest()
        persisted = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
        all_good(opened.burst([client.post({**body, "extensions": persisted})]))
        parameters = {"documentId": f"sha256:{digest}", "variables": json.dumps(body["variables"])}
        (reply,) = all_good(opened.burst([client.get(parameters)]))
        return [client.get(parameters, etag=reply.header("etag"))] * number

    def _search_upstream(self, opened: Connections, number: int) -> list[bytes]:
        words = self._traffic.catalog.words[:_WORDS_REPEATED]
        requests = [client.post(self._traffic.search(word)) for word in words]
        all_good(opened.burst(requests))
        return _taken(cycle(requests), number)

    def _searches(self, _: Connections, number: int) -> list[bytes]:
        return [self._traffic.fresh_search() for _ in range(number)]

    def _products(self, _: Connections, number: int) -> list[bytes]:
        return [self._traffic.fresh_product() for _ in range(number)]

    def _typename(self, opened: Connections, number: int) -> list[bytes]:
        return _repeated(opened, client.post({"query": "{ __typename }"}), number)

    def _carts(self, opened: Connections, number: int) -> list[bytes]:
        requests = [read_cart(shopper) for shopper in self._shoppers.new(opened, _GUESTS // 4)]
        return _taken(cycle(requests), number)

    def _additions(self, opened: Connections, number: int) -> list[bytes]:
        return self._added(opened, number, _LINES_OF_A_CART)

    def _additions_to_large_carts(self, opened: Connections, number: int) -> list[bytes]:
        return self._added(opened, number, _LINES_OF_A_LARGE_CART)

    def _added(self, opened: Connections, number: int, lines: int) -> list[bytes]:
        # A new shopper's cart has one line already.
        shoppers = self._shoppers.new(opened, -(-number // (lines - 1)))
        text = document("addItem")
        requests = []
        for turn in range(number):
            variables = {"input": {"item": {"asin": self._shoppers.buyable(opened)}}}
            token = shoppers[turn % len(shoppers)].token
            requests.append(client.post({"query": text, "variables": variables}, token=token))
        return requests

    def _modifications(self, opened: Connections, number: int) -> list[bytes]:
        shoppers = cycle(self._shoppers.new(opened, _GUESTS))
        return [modification(next(shoppers), 2 + next(self._quantities) % 900) for _ in range(number)]

    def _word(self, opened: Connections) -> str:
        """A word whose twenty products have every picture, price and offer; the fullest of fifty where none does."""
        if self._full_word is None:
            sizes: dict[str, int] = {}
            for word in self._traffic.catalog.words[:_WORDS_TRIED]:
                (reply,) = all_good(opened.burst([client.post(self._traffic.search(word))]))
                sizes[word] = fields_of(json.loads(reply.body)["data"])
                if sizes[word] >= _FIELDS:
                    break
            self._full_word = max(sizes, key=lambda word: sizes[word])
        return self._full_word


_NAMES: Final = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
_CHANGES: Final = {"sqlite": 2000, "postgres": 3000}


def _repeated(opened: Connections, request: bytes, number: int) -> list[bytes]:
    all_good(opened.burst([request]))
    return [request] * number


def _taken(requests: Iterator[bytes], number: int) -> list[bytes]:
    return [next(requests) for _ in range(number)]


def fields_of(value: Any) -> int:
    """How many fields an answer has, at every level."""
    if isinstance(value, dict):
        return len(value) + sum(map(fields_of, value.values()))
    return sum(map(fields_of, value)) if isinstance(value, list) else 0
