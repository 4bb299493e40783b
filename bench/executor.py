"""
CPU time of running operations, graphql-core beside the compiled executor: ``python -m bench.executor``.

The catalog answers with ready values and the carts are in memory, so what is left is the schema with its resolvers, and
the executor. Both run in turns of one process, since only figures of one run can be compared. "first sight" is of a
document that the server has not seen: parsed, validated and run, for the compiled executor with making its plan.
"""

import asyncio
import gc
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

from graphql import DocumentNode, ExecutionResult, execute, parse, validate
from msgspec import Struct
from msgspec.structs import replace

from ecs.model import Image, ImageSet, Item, Offer, SearchPage, Seen
from resolvers.prices import money
from schema.build import build_schema
from schema.context import Context
from schema.execution import CompiledExecutor
from tests.support.fake_carts import FakeCarts, Goods
from tests.support.fakes import NOON, FakeCatalog, Storefront, an_item, an_offer
from tests.unit.schema.conftest import FakeSession, FakeStatus

_ROUNDS: Final = 15
_ROUND_S: Final = 0.02
_OPERATIONS: Final = Path(__file__).parents[1] / "graphql" / "operations"

SEARCH: Final = """
query Search(
  $query: String, $filter: SearchFilter, $sort: ProductSort! = RELEVANCE, $first: Int, $after: String,
  $size: ImageSize! = MEDIUM, $images: Boolean! = true
) {
  search(query: $query, filter: $filter, sort: $sort, first: $first, after: $after) {
    totalCount
    edges { node { ...Card images @include(if: $images) { image(size: $size) { ...Picture } } } }
  }
}
fragment Card on Product {
  asin title url listPrice { ...Price }
  offers(first: 3) { edges { node { condition price { ...Price } seller { name } availability { status } } } }
}
fragment Picture on Image { url width height }
fragment Price on Money { amount currencyCode formatted }
"""
"""20 products with three pictures, a price and three offers each: 1,063 keys in the answer."""

Execute = Callable[..., ExecutionResult | Awaitable[ExecutionResult]]


class Case(Struct):
    """One row of the table."""

    name: str
    text: str
    variables: dict[str, Any]
    is_first_sight: bool = False


class ReadyCatalog(FakeCatalog):
    """Gives its answers at once, as a cache of typed answers does."""

    by_asin: dict[str, Seen[tuple[Item, ...]]]

    def prepare(self, items: Sequence[Item]) -> None:
        """Make the answers."""
        halves = (tuple(items[:10]), tuple(items[10:]))
        self.at_hand = {page: Seen(SearchPage(half, len(items), 2), NOON) for page, half in enumerate(halves, 1)}
        self.by_asin = {item.asin: Seen((item,), NOON) for item in items}

    async def look_up(self, ids: Sequence[str], groups: object, **_: object) -> Seen[tuple[Item, ...]]:
        """See ``resolvers.ports.Catalog``."""
        return self.by_asin[ids[0]]


def front() -> Storefront:
    """A shop with twenty products."""
    names = [f"B{number:09}" for number in range(20)]
    catalog = ReadyCatalog()
    catalog.prepare([_item(name) for name in names])
    return Storefront(FakeCarts([Goods(name) for name in names]), catalog)


def _item(asin: str) -> Item:
    offers: list[Offer] = [an_offer(f"{asin}-{number}", max_quantity=9) for number in range(3)]
    picture = Image(f"https://images.shop.example/{asin}._SL160_.jpg", 160, 107)
    views = tuple(ImageSet(f"view{number}", picture, picture, picture, picture) for number in range(3))
    item = an_item(asin, *offers, list_price=money(2500, "USD"), image_sets=views)
    return replace(item, detail_url=f"https://shop.example/dp/{asin}")


def cases() -> list[Case]:
    """What is measured."""
    variables = {"query": "tea", "sort": "RELEVANCE", "first": 20, "size": "MEDIUM", "images": True}
    product, cart = ((_OPERATIONS / f"{name}.graphql").read_text("utf-8") for name in ("product", "cart"))
    return [
        Case("search, 20 products", SEARCH, variables),
        Case("product page", product, {"by": {"asin": "B000000001"}}),
        Case("cart of three lines", cart, {}),
        Case("{ __typename }", "{ __typename }", {}),
        Case("search, first sight", SEARCH, variables, is_first_sight=True),
    ]


class Bench:
    """Runs cases with either executor over one shop."""

    def __init__(self) -> None:
        self._schema = build_schema()
        self._core = self._schema._schema
        self._front = front()
        self.executors: dict[str, Execute] = {
            "graphql-core": execute,
            "compiled": CompiledExecutor(self._schema).execute,
        }

    async def fill_cart(self) -> None:
        """Put three lines in the cart."""
        text = "mutation ($input: AddItemsInput!) { addItems(input: $input) { userErrors { message } } }"
        items = [{"item": {"asin": f"B{number:09}"}} for number in range(3)]
        result = await self.run(execute, parse(text), {"input": {"items": items}})
        assert result.errors is None

    async def run(self, executor: Execute, document: DocumentNode, variables: dict[str, Any]) -> ExecutionResult:
        """One request."""
        context = Context(self._front.shop, FakeSession("ann"), FakeStatus())
        running = executor(
            self._core, document, context_value=context, variable_values=variables, hide_suggestions=True
        )
        return running if isinstance(running, ExecutionResult) else await running

    def turn(self, executor: Execute, case: Case) -> Callable[[], Coroutine[Any, Any, ExecutionResult]]:
        """What one turn of a case does."""
        document = parse(case.text)
        assert not validate(self._core, document)

        async def known() -> ExecutionResult:
            return await self.run(executor, document, case.variables)

        async def unknown() -> ExecutionResult:
            fresh = parse(case.text)
            validate(self._core, fresh)
            return await self.run(executor, fresh, case.variables)

        return unknown if case.is_first_sight else known


async def cpu_us(turn: Callable[[], Coroutine[Any, Any, object]]) -> float:
    """CPU microseconds of one turn, from a batch of at least ``_ROUND_S``."""
    turns, begun, taken = 0, time.process_time(), 0.0
    while taken < _ROUND_S:
        await turn()
        turns += 1
        taken = time.process_time() - begun
    return taken / turns * 1e6


async def measured(bench: Bench, case: Case) -> dict[str, list[float]]:
    """CPU microseconds of each round, by executor; both must give the same answer."""
    turns = {name: bench.turn(executor, case) for name, executor in bench.executors.items()}
    answers = [await turn() for turn in turns.values()]
    assert answers[0] == answers[1]
    assert answers[0].errors is None
    taken: dict[str, list[float]] = {name: [] for name in turns}
    for _ in range(_ROUNDS):
        for name, turn in turns.items():
            taken[name].append(await cpu_us(turn))
    return taken


async def main() -> None:
    """Print the table."""
    bench = Bench()
    await bench.fill_cart()
    gc.collect()
    gc.freeze()
    sys.stdout.write(f"CPU µs a request, best (median) of {_ROUNDS} rounds\n")
    sys.stdout.write(f"{'':22}{'graphql-core':>20}{'compiled':>20}{'ratio':>8}\n")
    for case in cases():
        taken = await measured(bench, case)
        best = [min(rounds) for rounds in taken.values()]
        columns = [f"{min(rounds):.0f} ({statistics.median(rounds):.0f})" for rounds in taken.values()]
        sys.stdout.write(f"{case.name:22}{columns[0]:>20}{columns[1]:>20}{best[0] / best[1]:>8.1f}\n")


if __name__ == "__main__":
    asyncio.run(main())
