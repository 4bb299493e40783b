"""What becomes of a request on its way: awaited fields, failures, and graphql-core taking over."""

import asyncio
import gc
from collections.abc import Sequence
from typing import TypeVar, cast

import pytest
from graphql import ExecutionResult, parse

from tests.differential.world import Broken, World
from tests.unit.schema.execution.conftest import Watched

T = TypeVar("T")


class Faulty(World):
    """A world in which chosen values are wrong: ``values`` by name, and ``broken`` resolvers."""

    def __init__(self, *broken: str, **values: object) -> None:
        super().__init__(seed=1)
        self._broken = broken
        self._values = values

    def value(self, number: int, name: str, right: Sequence[T]) -> T:
        """See ``World``."""
        return cast("T", self._values[name]) if name in self._values else super().value(number, name, right)

    def raises(self, number: int, name: str) -> None:
        """See ``World``."""
        if name in self._broken:
            raise Broken(f"{name} of {number}")


async def test_a_failed_field_that_may_be_null_needs_no_core(watched: Watched) -> None:
    """An upstream that is away must not make requests dearer."""
    watched.world = Faulty("discount")

    result = await watched.run("{ late { key discount price } }")

    assert (result.data or {})["late"]["discount"] is None
    assert [(error.message, error.path, error.locations) for error in result.errors or ()] == [
        ("discount of 2", ["late", "discount"], [(1, 14)])
    ]
    assert watched.left == []


async def test_nobody_is_asked_twice_when_core_takes_over(watched: Watched) -> None:
    """Two fields were awaited before a number turned out too large for an Int."""
    watched.world = Faulty(count=2**31)

    result = await watched.run("{ late { owner { price } count } }")

    assert [(error.message, error.path) for error in result.errors or ()] == [
        ("Int cannot represent non 32-bit signed integer value: 2147483648", ["late", "count"])
    ]
    assert result.data == {"late": None}
    assert [path for path, _ in watched.world.journal].count("late") == 1
    assert len(watched.left) == 1


async def test_a_mutation_takes_effect_once_when_its_answer_is_unusual(watched: Watched) -> None:
    """graphql-core makes the answer of what the mutation gave, and goes on with the next one."""
    watched.world = Faulty(count=None)

    result = await watched.run("mutation { a: change { key } b: change { count } c: change { key } }")

    assert result.data == {"a": {"key": "k"}, "b": None, "c": {"key": "k"}}
    assert [path for path, _ in watched.world.journal] == ["a", "b", "c"]
    assert len(watched.left) == 1


async def test_mutations_run_one_after_the_other(watched: Watched) -> None:
    """The specification promises it; what lies below the first is done before the second begins."""
    watched.world.delays = 1000

    result = await watched.run("mutation { a: change { owner { key } price } b: change { key } }")

    assert result.errors is None
    assert [path for path, _ in watched.world.journal] == ["a", "a.owner", "a.price", "b"]
    assert watched.left == []


async def test_a_loader_gets_one_batch(watched: Watched) -> None:
    """Fields of many objects are started together."""
    await watched.run("{ things(numbers: [1, 2, 3, 5]) { ... on Thing { loaded { key } } } }")
    alone = len(watched.world.loaded)

    assert watched.left == []
    assert alone == len(set(watched.world.loaded))


async def test_a_plain_method_may_give_back_a_coroutine(watched: Watched) -> None:
    """Some values are at hand for some objects and have to be fetched for others."""
    result = await watched.run("{ things(numbers: [1, 2, 3, 4]) { ... on Thing { sometimes { key } key } } }")

    assert result.errors is None
    assert watched.left == []


async def test_a_request_that_is_given_up_stops(watched: Watched) -> None:
    """A query that takes too long must not go on."""
    release = asyncio.Event()
    ended = []

    class Slow(World):
        async def wait(self, number: int, name: str) -> None:
            """Wait for ever."""
            try:
                await release.wait()
            finally:
                ended.append(name)

    watched.world = Slow(seed=1)
    running = watched.start(parse("{ a: late { key } b: late { key } }"))
    assert not isinstance(running, ExecutionResult)
    task = asyncio.ensure_future(running)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    assert ended == ["late", "late"]


async def test_a_request_goes_on_when_its_document_is_let_go_of(watched: Watched) -> None:
    """Others may push it out of the server's cache meanwhile, and its plan with it."""
    release = asyncio.Event()

    class Slow(World):
        async def wait(self, number: int, name: str) -> None:
            """Until it is said."""
            await release.wait()

    watched.world = Slow(seed=1)
    running = watched.start(parse("{ late { key owner { key } } }"))
    assert not isinstance(running, ExecutionResult)
    task = asyncio.ensure_future(running)
    await asyncio.sleep(0)
    gc.collect()
    release.set()
    watched.world = World(seed=1)

    assert await task == await watched.run("{ late { key owner { key } } }")
    assert watched.left == []


async def test_core_waits_for_what_still_runs(watched: Watched) -> None:
    """What was started when something turned out unusual is taken up, not started again."""
    watched.world = Faulty(**{"owner=": "no thing"})
    watched.world.delays = 0

    class Late(Faulty):
        async def wait(self, number: int, name: str) -> None:
            """The price comes long after the owner."""
            for _ in range(20 if name == "price" else 0):
                await asyncio.sleep(0)

    watched.world = Late(**{"owner=": "no thing"})

    result = await watched.run("{ late { owner { key } price } }")

    assert result.data == {"late": {"owner": None, "price": 3}}
    assert [error.message for error in result.errors or ()] == ["Expected value of type 'Thing' but got: 'no thing'."]
    assert sorted(path for path, _ in watched.world.journal) == ["late", "late.owner", "late.price"]
    assert len(watched.left) == 1
