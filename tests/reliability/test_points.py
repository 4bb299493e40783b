"""Points are around every call, and what fails there fails the call."""

import asyncio

import pytest

from persistence.errors import StoreUnavailable
from resolvers.ports import Carts, CartStore, Journal
from tests.reliability.points import KINDS, Kind, NthPoint, all_points, journal_store_and_carts, methods_of, with_points
from tests.support.fake_carts import FakeCarts
from tests.support.fakes import a_cart
from tests.support.memory_journal import MemoryStore


async def test_points_are_before_and_after_a_call() -> None:
    """A kill between two of them is between two steps of the product."""
    passed: list[str] = []

    async def at(name: str) -> None:
        passed.append(name)

    memory = MemoryStore()
    memory.keep(a_cart())
    journal, store, carts = journal_store_and_carts(memory, memory, FakeCarts([]), at)

    assert await store.active("customer:ann", "US") == a_cart()
    assert await journal.held("cart-1") is None
    with pytest.raises(ValueError, match="1 to 10 items"):
        await carts.create([])

    assert passed == [
        "before store.active",
        "after store.active",
        "before journal.held",
        "after journal.held",
        "before carts.create",
    ]


def test_every_method_has_two_points() -> None:
    """A method that a port gets later has them too."""
    assert methods_of(Carts) == ["add", "clear", "create", "get", "modify"]
    assert len(all_points(journal=Journal, store=CartStore, carts=Carts)) == 2 * (10 + 9 + 5)
    assert all_points(carts=Carts)[:2] == ["before carts.add", "after carts.add"]


@pytest.mark.parametrize("kind", KINDS)
async def test_nth_point_fails(kind: Kind) -> None:
    """Each of the three ways ends the call where it is, and once."""
    at = NthPoint(3, kind, StoreUnavailable)
    memory = MemoryStore()
    store = with_points(CartStore, "store", memory, at)

    async def work() -> str:
        try:
            async with asyncio.timeout(0.01):
                await store.active("customer:ann", "US")
                await store.customer("customer:ann")
        except (StoreUnavailable, TimeoutError) as error:
            return type(error).__name__
        return "nothing"

    task = asyncio.ensure_future(work())
    done = (await asyncio.gather(task, return_exceptions=True))[0]

    expected = {"exception": "StoreUnavailable", "time-out": "TimeoutError"}
    assert isinstance(done, asyncio.CancelledError) if kind == "cancellation" else done == expected[kind]
    assert (at.failed_at, at.passed[-1]) == ("before store.customer", "before store.customer")
    assert await store.customer("customer:ann") is None
