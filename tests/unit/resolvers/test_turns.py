"""Turns: one change at a time for a cart."""

import asyncio

import pytest

from resolvers.turns import MAX_WAITING, TooManyWaiting, Turns


class Desk:
    """Visitors of one key, each holding the turn until he is let go; ``served`` is who has had it, in order."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.served: list[str] = []
        self._leave: dict[str, asyncio.Event] = {}

    async def enter(self, name: str, key: str = "cart") -> asyncio.Task[None]:
        """Let somebody come; he has the turn or waits for it when this returns."""
        self._leave[name] = asyncio.Event()
        task = asyncio.create_task(self._visit(name, key))
        await settled()
        return task

    def let_go(self, name: str) -> None:
        """Tell a visitor to leave, at the loop's next round."""
        self._leave[name].set()

    async def _visit(self, name: str, key: str) -> None:
        async with self.turns.take(key):
            self.served.append(name)
            await self._leave[name].wait()


async def settled() -> None:
    """Let everybody who can run do so."""
    for _ in range(5):
        await asyncio.sleep(0)


def is_empty(turns: Turns) -> bool:
    """True when no key takes memory."""
    return not turns._waiting


async def test_turns_are_had_one_by_one_in_the_order_of_coming() -> None:
    """Two taps on a button are carried out one after the other."""
    desk = Desk()
    tasks = [await desk.enter(name) for name in "abc"]
    assert desk.served == ["a"]

    for name in "abc":
        desk.let_go(name)
        await settled()
    await asyncio.gather(*tasks)

    assert desk.served == ["a", "b", "c"]
    assert is_empty(desk.turns)


async def test_carts_do_not_wait_for_each_other() -> None:
    """Only changes of one cart can get in each other's way."""
    desk = Desk()
    tasks = [await desk.enter("a", "cart-1"), await desk.enter("b", "cart-2")]

    assert desk.served == ["a", "b"]

    desk.let_go("a")
    desk.let_go("b")
    await asyncio.gather(*tasks)
    assert is_empty(desk.turns)


async def test_a_ninth_waiter_is_refused_at_once() -> None:
    """Whoever hammers one cart gains nothing by a longer queue."""
    desk = Desk()
    tasks = [await desk.enter(str(number)) for number in range(1 + MAX_WAITING)]
    late = await desk.enter("late")

    with pytest.raises(TooManyWaiting):
        await late

    for number in range(1 + MAX_WAITING):
        desk.let_go(str(number))
    await asyncio.gather(*tasks)
    assert desk.served == [str(number) for number in range(9)]
    assert is_empty(desk.turns)


async def test_a_waiter_who_leaves_is_passed_over() -> None:
    """A closed connection must not hold up the cart."""
    desk = Desk()
    first, second, third = [await desk.enter(name) for name in "abc"]

    second.cancel()
    await settled()
    desk.let_go("a")
    desk.let_go("c")
    await asyncio.gather(first, third)

    assert second.cancelled()
    assert desk.served == ["a", "c"]
    assert is_empty(desk.turns)


async def test_a_place_freed_by_leaving_can_be_taken() -> None:
    """Those who left do not count as waiting."""
    desk = Desk()
    tasks = [await desk.enter(str(number)) for number in range(1 + MAX_WAITING)]
    tasks.pop().cancel()
    await settled()

    tasks.append(await desk.enter("next"))

    for name in [*(str(number) for number in range(MAX_WAITING)), "next"]:
        desk.let_go(name)
    await asyncio.gather(*tasks)
    assert desk.served[-1] == "next"


async def test_a_turn_just_handed_over_to_somebody_who_leaves_is_passed_on() -> None:
    """Else the cart would be locked for ever."""
    desk = Desk()
    first, second, third = [await desk.enter(name) for name in "abc"]

    desk.let_go("a")
    # One round of the loop: a has left and handed the turn to b, who has not heard of it yet.
    await asyncio.sleep(0)
    second.cancel()
    desk.let_go("c")
    await asyncio.gather(first, third)

    assert second.cancelled()
    assert desk.served == ["a", "c"]
    assert is_empty(desk.turns)


async def test_a_waiter_who_leaves_just_before_the_holder_is_cancelled_and_nothing_else() -> None:
    """The holder may find the place given up before the waiter has cleared it."""
    desk = Desk()
    first, second = await desk.enter("a"), await desk.enter("b")

    desk.let_go("a")
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)

    assert second.cancelled()
    assert desk.served == ["a"]
    assert is_empty(desk.turns)


async def test_an_error_within_a_turn_gives_it_back() -> None:
    """The next change goes on."""
    turns = Turns()

    with pytest.raises(KeyError):
        async with turns.take("cart"):
            raise KeyError

    assert is_empty(turns)
