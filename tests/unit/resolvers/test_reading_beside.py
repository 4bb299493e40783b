"""A cart read while a change of it is under way: nothing is shown under a name that it will not have."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence

import pytest

from ecs.errors import NotSent, OutcomeUnknown
from persistence.records import CartStatus, LineRecord
from resolvers import carts
from resolvers.changes import Target
from resolvers.changing import set_quantity
from resolvers.lines import Addition
from resolvers.merging import MergeStrategy, merge
from resolvers.outcomes import CartOutcome
from resolvers.restoring import restore
from resolvers.views import CartView
from tests.reliability.points import journal_store_and_carts
from tests.support.fakes import Storefront, a_cart, a_line
from tests.support.shopping import ANN, codes, filled, kept, one, put, several, sweep_later, the_cart

Change = Callable[[Storefront], Awaitable[object]]


class Onlooker:
    """Reads a cart from another process after each request of a change took effect, before its answer is there."""

    def __init__(self, front: Storefront, customer: str = ANN) -> None:
        self._front = front
        self._customer = customer
        self._is_looking = False
        self.views: list[CartView | None] = []
        number = len(front.carts.calls)
        front.carts.meanwhile = dict.fromkeys(range(number + 1, number + 40), self._look)

    @property
    def shown(self) -> list[dict[str, str]]:
        """The lines' ids by what the upstream calls them, in each view."""
        return [ids_of(view.record.lines) for view in self.views if view]

    @property
    def last(self) -> tuple[LineRecord, ...]:
        """The lines as they were shown last."""
        return self.views[-1].record.lines if self.views and self.views[-1] else ()

    async def _look(self) -> None:
        if not self._is_looking:
            self._is_looking = True
            self.views.append(await carts.read(self._front.process(), self._customer))
            self._is_looking = False


def ids_of(lines: Sequence[LineRecord]) -> dict[str, str]:
    """The lines' ids by what the upstream calls them."""
    return {line.upstream_key: line.id for line in lines}


def stored(front: Storefront) -> dict[str, str]:
    """The ids of Ann's lines, as they are stored."""
    return ids_of(the_cart(front).lines)


async def _add(front: Storefront) -> None:
    await put(front, one("B"))


async def _add_several(front: Storefront) -> None:
    await put(front, *several("B", "C", "D"))


async def _add_two_offers(front: Storefront) -> None:
    await put(front, Addition(0, "B", 1), Addition(1, "A", 1, "A-second"))


async def _restore(front: Storefront) -> None:
    old = a_cart(a_line(1, id="old-B", asin="B"), a_line(2, id="old-C", asin="C"), id="old", status=CartStatus.EXPIRED)
    front.store.keep(old)
    await restore(front.shop, ANN, "old", Target())


async def _put_back(front: Storefront) -> None:
    await put(front, one("B"))
    line = next(line for line in the_cart(front).lines if line.asin == "B")
    await set_quantity(front.shop, ANN, Target(), line.id, 0)
    await put(front, one("B", 3))


async def _add_all_or_nothing(front: Storefront) -> None:
    await put(front, one("A"), Addition(1, "B", 1), Addition(2, "C", 1), is_atomic=True)


async def _take_back(front: Storefront) -> None:
    front.carts.offer("C-offer").is_available = False
    await put(front, one("A"), Addition(1, "B", 1), Addition(2, "C", 1), is_atomic=True)


@pytest.mark.parametrize("change", [_restore, _add_all_or_nothing, _take_back])
async def test_what_must_be_seen_whole_is_not_seen_half(front: Storefront, change: Change) -> None:
    """Several items or none of them, and what is put aside again at last: until then the cart is as last seen."""
    before = await filled(front, "A")
    onlooker = Onlooker(front)

    await change(front)

    assert onlooker.views
    assert all(view and view.record.lines == before.lines for view in onlooker.views)


@pytest.mark.parametrize("change", [_add, _add_several, _add_two_offers, _put_back])
async def test_a_new_line_is_shown_under_the_id_it_is_stored_under(front: Storefront, change: Change) -> None:
    """A client that takes its id from a read beside the change can use it."""
    before = await filled(front, "A")
    onlooker = Onlooker(front)

    await change(front)

    assert stored(front).keys() > ids_of(before.lines).keys()
    assert onlooker.last == the_cart(front).lines
    for shown in onlooker.shown:
        assert shown.items() <= stored(front).items()


async def test_nobody_sees_a_first_line_before_it_is_stored(front: Storefront) -> None:
    """Nor the cart it makes, nor one that takes the place of another."""
    first = Onlooker(front)
    await put(front, *several("A", "B"))
    before = the_cart(front)
    second = Onlooker(front)
    await put(front, *several("B", "C"), replace=True)

    assert first.views == [None]
    assert second.shown == [ids_of(before.lines)]
    assert not stored(front).items() & ids_of(before.lines).items()


async def test_a_cart_that_is_built_anew_is_shown_as_last_seen_until_it_is(front: Storefront) -> None:
    """Its lines keep their ids, and the new one has its own from the start."""
    before = await filled(front, "A", "B")
    front.carts.carts.clear()
    onlooker = Onlooker(front)

    await put(front, one("C"))

    assert onlooker.shown
    assert all(shown == ids_of(before.lines) for shown in onlooker.shown)
    assert stored(front).items() > ids_of(before.lines).items()


async def test_lines_of_another_cart_are_shown_once_they_are_there(front: Storefront) -> None:
    """They keep the ids that they have in the other cart, and stand there until then: in one place at a time."""
    before = await filled(front, "A")
    guests = await filled(front, "A", "B", customer="guest")
    onlooker = Onlooker(front)

    await merge(front.shop, ANN, guests.id, Target(), MergeStrategy.SUM_QUANTITIES)
    beside = tuple(onlooker.views)
    seen_after = await carts.read(front.shop, ANN)

    assert len(beside) == 2
    assert all(view and view.record.lines == before.lines for view in beside)
    assert seen_after
    assert seen_after.record.lines == the_cart(front).lines
    assert ids_of(guests.lines).items() & stored(front).items() == {("-B-offer", ids_of(guests.lines)["-B-offer"])}


async def test_a_lost_change_is_stored_as_it_was_shown(front: Storefront) -> None:
    """Its process is gone; whoever carries it to its end makes the same line of it."""
    await filled(front, "A")
    front.carts.fail(1, OutcomeUnknown("slow"), after_effect=True)
    front.carts.fail(2, NotSent("down"))
    await put(front, one("B"))

    view = await carts.read(front.process(), ANN)
    assert view
    line = next(line for line in view.lines if line.record.asin == "B")
    await sweep_later(front)
    outcome = await set_quantity(front.shop, ANN, Target(), line.record.id, 5)

    assert codes(outcome) == []
    assert kept(front) == {("A", None): 2, ("B", None): 5}


async def test_the_id_can_be_used_while_the_change_is_under_way(front: Storefront) -> None:
    """The second change waits for the first; it does not miss the line."""
    await filled(front, "A")
    changes: list[asyncio.Future[CartOutcome]] = []

    async def use() -> None:
        view = await carts.read(front.process(), ANN)
        assert view
        using = set_quantity(front.process(), ANN, Target(), view.lines[-1].record.id, 7)
        changes.append(asyncio.ensure_future(using))

    front.carts.meanwhile = {1: use}
    await put(front, one("B"))
    (outcome,) = await asyncio.gather(*changes)

    assert codes(outcome) == []
    assert kept(front) == {("A", None): 2, ("B", None): 7}


async def test_half_a_change_has_no_version(front: Storefront) -> None:
    """Whoever names the version of what he saw changes nothing that he did not see."""
    before = await filled(front, "A")
    onlooker = Onlooker(front)

    await put(front, *several("B", "C"))

    (view,) = onlooker.views
    assert view
    assert (view.record.version, the_cart(front).version) == (before.version, before.version + 1)


async def test_an_offer_that_went_meanwhile_is_not_taken_for_the_new_one(front: Storefront) -> None:
    """What was just asked for is a line of its own, also for who looks on."""
    await put(front, Addition(0, "A", 1, "A-second"), Addition(1, "B", 1))
    remote = front.carts.carts["100-1"]
    front.carts.calls.clear()
    remote.lines = [line for line in remote.lines if line.goods.asin != "A"]
    onlooker = Onlooker(front)

    await put(front, one("A"))

    assert onlooker.last == the_cart(front).lines


async def test_a_reader_who_is_overtaken_sees_what_is_stored(front: Storefront) -> None:
    """The change he looked beside is done, and the next is under way: of that one he knows nothing."""
    await filled(front, "A")
    front.carts.fail(1, OutcomeUnknown("slow"), after_effect=True)
    front.carts.fail(2, NotSent("down"))
    await put(front, one("B"))

    async def another() -> None:
        await sweep_later(front)
        front.carts.fail(len(front.carts.calls) + 1, OutcomeUnknown("slow"), after_effect=True)
        front.carts.fail(len(front.carts.calls) + 2, NotSent("down"))
        await put(front, one("C"))
        front.carts.carts["100-1"].lines[0].quantity = 9

    front.carts.meanwhile = {3: another}
    view = await carts.read(front.process(), ANN)

    assert view
    assert view.record.lines == the_cart(front).lines
    assert [line.record.asin for line in view.lines] == ["A", "B"]
    assert view.record.hold is not None


async def test_looking_beside_a_change_costs_one_statement_more(front: Storefront) -> None:
    """And none where nothing of the change can be seen yet."""
    before = await filled(front, "A")
    front.carts.fail(1, OutcomeUnknown("slow"), after_effect=True)
    front.carts.fail(2, NotSent("down"))
    await put(front, one("B"))
    points: list[str] = []

    async def noted(point: str) -> None:
        points.append(point)

    process = front.process()
    journal, store, _ = journal_store_and_carts(process.journal, process.store, process.carts, noted)
    watched = dataclasses.replace(process, journal=journal, store=store)
    await carts.read(watched, ANN)
    front.carts.carts["100-1"].lines = front.carts.carts["100-1"].lines[-1:]
    await carts.read(watched, ANN)

    assert [line.asin for line in before.lines] == ["A"]
    asked = [point for point in points if point.startswith("before")]
    assert asked == ["before store.active", "before journal.held", "before store.active"]
