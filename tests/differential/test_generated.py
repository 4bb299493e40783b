"""
Generated requests with both executors: 10,000 in each run of the tests, 500,000 with ``CARTOGRAPH_DEEP=1``.

A failure names the seed of its document and the turn; ``case(seed, turn)`` of the class below repeats it.
"""

import os
from typing import Any

import pytest
from graphql import DocumentNode, GraphQLSchema, execute, parse, validate

from schema.build import build_schema
from schema.execution import CompiledExecutor
from tests.differential.comparing import Came, Execute, difference, run
from tests.differential.documents import Drawing, Drawn
from tests.differential.storefront import TEXTS, Shopfront
from tests.differential.world import SCHEMA, World

# graphql-core drops coroutines unawaited when an error goes up past them: its own, Strawberry's, and those of plain
# methods (``_later``). Ours are not among these.
pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine '(Executor|GraphQLCoreConverter|_later):RuntimeWarning"),
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <coroutine object (Executor|GraphQLCoreConverter|_later):"
        "pytest.PytestUnraisableExceptionWarning"
    ),
]

TURNS = 20
"""Requests of one document, each with other variables, values and faults."""
TIMES = 50 if os.environ.get("CARTOGRAPH_DEEP") == "1" else 1


class Counting:
    """graphql-core, as the compiled executor's fallback."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """See ``graphql.execute``."""
        self.calls += 1
        return execute(*arguments, **options)


class OfWorld:
    """Requests to the schema with every kind of field."""

    def __init__(self) -> None:
        self.schema: GraphQLSchema = SCHEMA._schema
        self.core = Counting()
        self.compiled = CompiledExecutor(SCHEMA, self.core).execute

    def drawing(self, seed: int) -> Drawing:
        """Draws a document."""
        return Drawing(self.schema, seed)

    async def came(
        self, executor: Execute, document: DocumentNode, variables: dict[str, Any], seed: int, turn: int
    ) -> Came:
        """One request in a world of its own."""
        world = World(seed * TURNS + turn, faults=(0, 0, 10, 40, 100, 250)[turn % 6], delays=(0, 0, 0, 300)[turn % 4])
        result = await run(executor, self.schema, document, world, variables)
        return Came(result, [*world.journal, *(("", str(number)) for number in world.loaded)])


class OfShop:
    """Requests to the schema of the product, over the fakes of its ports."""

    def __init__(self) -> None:
        built = build_schema()
        self.schema: GraphQLSchema = built._schema
        self.core = Counting()
        self.compiled = CompiledExecutor(built, self.core).execute

    def drawing(self, seed: int) -> Drawing:
        """Draws a document."""
        return Drawing(self.schema, seed, TEXTS, frozenset({"last", "before", "sort"}), max_fields=20, mutations=20)

    async def came(
        self,
        executor: Execute,
        document: DocumentNode,
        variables: dict[str, Any],
        seed: int,
        turn: int,
        operation: str | None = None,
    ) -> Came:
        """One request in a shop of its own."""
        shop = await Shopfront.opened(seed * TURNS + turn, faults=(0, 20, 60, 150)[turn % 4])
        result = await run(executor, self.schema, document, shop.context(), variables, operation)
        return Came(result, shop.effects())


async def case(requests: OfWorld | OfShop, seed: int, drawn: Drawn, document: DocumentNode, turn: int) -> bool:
    """Compare one request; True when graphql-core was not needed."""
    drawing = requests.drawing(seed * TURNS + turn)
    variables = drawing.values(drawn)
    before = requests.core.calls
    by_core = await requests.came(execute, document, variables, seed, turn)
    compiled = await requests.came(requests.compiled, document, variables, seed, turn)

    found = difference(by_core, compiled)
    if found is not None:
        pytest.fail(f"seed {seed}, turn {turn}\n{drawn.text}\n{variables}\n{found}")
    return requests.core.calls == before


async def documents(requests: OfWorld | OfShop, seeds: range) -> tuple[int, int]:
    """Compare all turns of the documents of these seeds: how many there were, and how many needed no graphql-core."""
    cases = plain = 0
    for seed in seeds:
        drawn = requests.drawing(seed).document()
        document = parse(drawn.text)
        assert validate(requests.schema, document) == [], drawn.text
        for turn in range(TURNS):
            plain += await case(requests, seed, drawn, document, turn)
            cases += 1
    return cases, plain


@pytest.mark.parametrize("chunk", range(16))
async def test_every_kind_of_field_comes_out_the_same(chunk: int) -> None:
    """Whatever a resolver does, a client cannot tell which executor ran."""
    size = 25 * TIMES

    cases, plain = await documents(OfWorld(), range(chunk * size, (chunk + 1) * size))

    assert cases == size * TURNS
    assert plain > cases // 3


@pytest.mark.parametrize("chunk", range(10))
async def test_the_shop_answers_the_same(chunk: int) -> None:
    """The product's own schema, its queries and mutations, with and without faults of its ports."""
    size = 10 * TIMES

    cases, plain = await documents(OfShop(), range(chunk * size, (chunk + 1) * size))

    assert cases == size * TURNS
    assert plain > cases // 3
