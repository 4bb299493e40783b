"""What a life tells is what the history is made of: nothing it was told may be missing, or come in another order."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from resolvers.shop import Shop
from tests.reliability.chronicle import Chronicle
from tests.reliability.effects import Put
from tests.reliability.histories import Outcome
from tests.reliability.lives import Kill, Life, OpenShop, Visit, live
from tests.reliability.points import At
from tests.reliability.process import HOBBIT, process
from tests.reliability.simulation.driver import Step
from tests.support.database import DatabaseMaker

FIRST = Step("ann", Put("ann", HOBBIT, 2), "key-1")
SECOND = Step("ann", Put("ann", HOBBIT, 3), "key-2")
LIVES = (Life("p1", [Visit([FIRST, SECOND], {})], sweeps=False),)
POINTS_OF_A_CHANGE = 8


@pytest.fixture
async def open_shop(database_maker: DatabaseMaker, endpoint: str) -> OpenShop:
    """A shop over an SQLite file."""
    url = await database_maker.migrated("sqlite")

    @asynccontextmanager
    async def opened(at: At) -> AsyncIterator[Shop]:
        async with process(url, endpoint, at=at) as (shop, _):
            yield shop

    return opened


def test_a_life_tells_of_every_step(open_shop: OpenShop) -> None:
    """Each call begins, passes its points and ends, with the cart it was shown."""
    lived = live(open_shop, LIVES)
    chronicle = Chronicle()
    chronicle.add(LIVES, lived.told)

    what = ["began", *["passed"] * POINTS_OF_A_CHANGE, "ended"]
    assert [each.what for each in lived.told] == what + what
    assert not lived.was_killed
    calls = chronicle.history.calls
    assert [call.outcome for call in calls] == [Outcome.OK, Outcome.OK]
    assert [call.observed for call in calls] == [frozenset({(HOBBIT, 2, False)}), frozenset({(HOBBIT, 5, False)})]
    assert [(call.start, call.end) for call in calls] == [(0, 1), (2, 3)]
    assert chronicle.cut_off == {}


def test_a_killed_life_leaves_its_call_unknown(open_shop: OpenShop) -> None:
    """Whatever it was about to say was told to nobody; its client may ask for it again."""
    lived = live(open_shop, LIVES, Kill(lines=1, delay_s=0.0))
    chronicle = Chronicle()
    chronicle.add(LIVES, lived.told)

    assert lived.was_killed
    last = chronicle.history.calls[-1]
    assert (last.outcome, last.end) == (Outcome.UNKNOWN, None)
    assert chronicle.cut_off["ann"] in {FIRST, SECOND}
    assert sum(chronicle.kills.values()) == 1


def test_what_escapes_fails_the_test(open_shop: OpenShop) -> None:
    """A fault of the product in a child must not look like a kill."""

    @asynccontextmanager
    async def broken(at: At) -> AsyncIterator[Shop]:
        async with open_shop(at) as shop:
            yield shop
            raise LookupError("a fault of ours")

    with pytest.raises(AssertionError, match="a fault of ours"):
        live(broken, LIVES)
