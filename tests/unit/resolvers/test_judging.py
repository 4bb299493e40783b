"""Telling what became of a change."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from ecs.errors import NotSent, OutcomeUnknown, UpstreamThrottled
from persistence.records import LineRecord, Placement
from resolvers.goals import Goal
from resolvers.intents import Intent, Kind
from resolvers.judging import (
    Carried,
    Verdict,
    any_rejected,
    called_off,
    explained,
    judge,
    line_not_found,
    refused_all,
    stopped_all,
)
from resolvers.outcomes import ItemOutcome, ItemResult
from resolvers.problems import Problem, ProblemCode, UnavailableProblem, unknown_outcome
from tests.support.fakes import FakeCatalog, a_line, an_item

ACTIVE, SAVED = Placement.ACTIVE, Placement.SAVED_FOR_LATER
FULL = Problem(ProblemCode.CART_FULL, "Full.")


def added(goal: Goal, *after: LineRecord, touched: bool = True, **carried: Any) -> ItemResult:
    """What is told of the only entry of an addition."""
    went = Carried((goal,), frozenset({0} if touched else ()), **carried)
    (result,) = judge(Intent(kind=Kind.ADD, entries=1), went, (), after).results
    return result


@pytest.mark.parametrize(
    ("goal", "line", "outcome"),
    [
        ({"quantity": 2}, {"quantity": 2}, ItemOutcome.ADDED),
        ({"quantity": 2}, {"quantity": 3}, ItemOutcome.ADDED),
        ({"quantity": 3, "quantity_before": 1}, {"quantity": 3}, ItemOutcome.UPDATED),
        ({"quantity": 3}, {"quantity": 2}, ItemOutcome.CAPPED),
        ({"quantity": 3, "quantity_before": 1}, {"quantity": 2}, ItemOutcome.CAPPED),
        ({"quantity": 3}, {"quantity": 3, "placement": SAVED}, ItemOutcome.SAVED_FOR_LATER),
        ({"quantity": 3, "placement": SAVED}, {"quantity": 3, "placement": SAVED}, ItemOutcome.ADDED),
    ],
)
def test_an_entry_is_told_by_its_line(goal: dict[str, Any], line: dict[str, Any], outcome: ItemOutcome) -> None:
    """It counts as done as soon as its line holds some of it."""
    wanted = Goal("A1", key="K1", entries=(0,), **goal)

    assert added(wanted, a_line(1, **line)) == ItemResult(0, outcome, "line-1")


def test_an_entry_without_a_line_is_rejected() -> None:
    """Refused upstream, or gone by now; why is found out later."""
    assert added(Goal("A1", 1, entries=(0,))) == ItemResult(0, ItemOutcome.REJECTED)
    assert added(Goal("A1", 1, key="K1", entries=(0,))) == ItemResult(0, ItemOutcome.REJECTED)


def test_an_entry_that_was_not_answered_is_told_by_the_error() -> None:
    """Its old line does not make it done."""
    goal = Goal("A1", 5, key="K1", quantity_before=1, entries=(0,))
    line = a_line(1)

    stopped = added(goal, line, touched=False, error=NotSent("down"))
    unknown = added(goal, line, touched=False, error=OutcomeUnknown("slow"), is_unknown=True)

    assert (stopped, unknown) == (ItemResult(0, ItemOutcome.REJECTED), ItemResult(0, ItemOutcome.UNKNOWN))


def test_what_was_answered_beside_something_unknown_is_not_done_before_it_is_committed() -> None:
    """Only a refusal is known for good."""
    error = OutcomeUnknown("slow")
    put, refused = Goal("A1", 1, key="K1", entries=(0,)), Goal("A1", 1, entries=(0,))

    assert added(put, error=error, is_unknown=True).outcome is ItemOutcome.UNKNOWN
    assert added(refused, error=error, is_unknown=True).outcome is ItemOutcome.REJECTED


def test_entries_refused_beforehand_and_those_without_a_goal_are_rejected() -> None:
    """One result each, in order; two entries of one thing have one line."""
    goal = Goal("A1", 3, key="K1", entries=(0, 3))
    intent = Intent(kind=Kind.MERGE, entries=4, refused={1: FULL})
    before = (a_line(2),)

    verdict = judge(intent, Carried((goal,), frozenset({0})), before, (a_line(1, quantity=3),))

    assert verdict == Verdict(
        results=(
            ItemResult(0, ItemOutcome.ADDED, "line-1"),
            ItemResult(1, ItemOutcome.REJECTED, problems=(FULL,)),
            ItemResult(2, ItemOutcome.REJECTED),
            ItemResult(3, ItemOutcome.ADDED, "line-1"),
        ),
        removed_line_ids=("line-2",),
    )


def codes(verdict: Verdict) -> list[str]:
    """Its problems."""
    return [problem.code.value for problem in verdict.problems]


@pytest.mark.parametrize(
    ("quantity", "is_there", "expected"),
    [(5, True, ()), (5, False, (line_not_found(("lineId",)),)), (0, False, ()), (0, True, ())],
)
def test_a_quantity_of_a_line_that_is_gone_was_not_set(
    quantity: int, is_there: bool, expected: tuple[Problem, ...]
) -> None:
    """Unless it was to go."""
    goal = Goal("A1", quantity, key="K1", line_id="line-1", quantity_before=1)
    intent = Intent(kind=Kind.SET_QUANTITY, goals=(goal,), asked=("line-1",))
    after = (a_line(1, quantity=5),) if is_there else ()

    verdict = judge(intent, Carried((goal,), frozenset({0})), (a_line(1),), after)

    assert (verdict.problems, verdict.removed_line_ids) == (expected, () if is_there else ("line-1",))


def move(
    after: Sequence[LineRecord], *, goals: Sequence[Goal] = (), asked: tuple[str, ...] = ("line-1",), **carried: Any
) -> Verdict:
    """What is told of putting line 1 back into the cart."""
    made = goals or (Goal("A1", 1, key="K1", line_id="line-1", quantity_before=1, placement_before=SAVED),)
    intent = Intent(kind=Kind.MOVE, goals=tuple(made), asked=asked)
    before = (a_line(1, placement=SAVED), a_line(2))
    return judge(intent, Carried(made, carried.pop("touched", frozenset({0})), **carried), before, after)


def test_a_line_that_stayed_where_it_was_is_told_by_its_place_in_the_call() -> None:
    """It cannot be bought now."""
    verdict = move((a_line(1, placement=SAVED), a_line(2)), asked=("x", "line-1"))

    assert verdict.line_ids == ()
    assert verdict.problems == (
        UnavailableProblem(
            ProblemCode.OUT_OF_STOCK, "Title of A1 could not be moved; it cannot be bought now.", ("lineIds", "1")
        ),
    )


def test_a_line_that_was_moved_is_named_once() -> None:
    """However often it was asked for."""
    assert move((a_line(1), a_line(2)), asked=("line-1", "line-1")) == Verdict(line_ids=("line-1",))


def test_a_line_nobody_asked_for_is_not_blamed_on_a_move() -> None:
    """A cart that was built anew has goals for its other lines too."""
    goals = [
        Goal("A1", 1, key="K1", line_id="line-1"),
        Goal("A2", 1, key="K2", line_id="line-2"),
    ]

    assert move((a_line(1), a_line(2, placement=SAVED)), goals=goals) == Verdict(line_ids=("line-1",))


def test_a_move_that_was_stopped_says_so_and_nothing_of_stock() -> None:
    """Why a line still lies there is the error's doing."""
    verdict = move((a_line(1, placement=SAVED),), error=NotSent("down"), touched=frozenset())

    assert codes(verdict) == ["UPSTREAM_UNAVAILABLE"]


@pytest.mark.parametrize(
    ("carried", "code", "message"),
    [
        (
            {},
            "UPSTREAM_UNAVAILABLE",
            "The marketplace cannot be reached, so nothing was changed; try again in a moment.",
        ),
        (
            {"touched": frozenset({0})},
            "UPSTREAM_UNAVAILABLE",
            "Only part of the change was made; look at the cart and try again.",
        ),
        (
            {"is_unknown": True},
            "OUTCOME_UNKNOWN",
            "The marketplace did not answer, so it is not known yet whether the change was made; "
            "look at the cart before you repeat it.",
        ),
        (
            {"is_unknown": True, "has_key": True, "touched": frozenset({0})},
            "OUTCOME_UNKNOWN",
            "The marketplace did not answer, so it is not known yet whether the change was made; "
            "send the same call with the same idempotencyKey again.",
        ),
    ],
)
@pytest.mark.parametrize("kind", [Kind.CLEAR, Kind.CHECKOUT, Kind.GIVE, Kind.SET_QUANTITY, Kind.MOVE])
def test_an_error_is_told_by_what_is_known(kind: Kind, carried: Mapping[str, Any], code: str, message: str) -> None:
    """Nothing, a part, or nobody knows."""
    goals = (Goal("A1", 0, key="K1"), Goal("A2", 0, key="K2"))
    went = Carried(goals, carried.get("touched", frozenset()), NotSent("down"), **_without_touched(carried))

    (problem,) = judge(Intent(kind=kind), went, (), ()).problems

    assert (problem.code, problem.message) == (code, message)


def _without_touched(carried: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in carried.items() if name != "touched"}


async def test_every_rejected_entry_gets_a_reason() -> None:
    """The catalog's for what the upstream refused, the error's for what it did not answer."""
    catalog = FakeCatalog()
    catalog.stock(an_item("A1"))
    goals = [Goal("A1", 1, entries=(0,)), Goal("A2", 1, entries=(1,)), Goal("A3", 1, entries=(2,))]
    went = Carried(goals, frozenset({0, 1}), UpstreamThrottled("busy"))
    results = [
        ItemResult(0, ItemOutcome.REJECTED),
        ItemResult(1, ItemOutcome.REJECTED),
        ItemResult(2, ItemOutcome.REJECTED),
        ItemResult(3, ItemOutcome.REJECTED, problems=(FULL,)),
        ItemResult(4, ItemOutcome.ADDED, "line-1"),
    ]

    found = await explained(catalog, results, went)

    assert [[problem.code.value for problem in result.problems] for result in found] == [
        ["OUT_OF_STOCK"],
        ["PRODUCT_NOT_FOUND"],
        ["RATE_LIMITED"],
        ["CART_FULL"],
        [],
    ]
    assert [problem.field for result in found[:3] for problem in result.problems] == [("item",)] * 3
    assert [call.ids for call in catalog.calls] == [("A1", "A2")]


async def test_an_entry_of_which_nothing_is_known_is_told_by_its_place() -> None:
    """The catalog knows nothing of lost answers and is not asked."""
    catalog = FakeCatalog()
    went = Carried([Goal("A1", 1, entries=(0,))], frozenset(), OutcomeUnknown("slow"), is_unknown=True, has_key=True)

    (result,) = await explained(catalog, [ItemResult(0, ItemOutcome.UNKNOWN)], went)

    lost = replace(unknown_outcome(OutcomeUnknown("slow"), has_key=True), field=("item",))
    assert result == ItemResult(0, ItemOutcome.UNKNOWN, problems=(lost,))
    assert catalog.calls == []


async def test_the_catalog_is_not_asked_about_what_nobody_refused() -> None:
    """An entry without a goal has no reason of its own."""
    catalog = FakeCatalog()
    results = [ItemResult(0, ItemOutcome.ADDED, "line-1"), ItemResult(1, ItemOutcome.REJECTED)]

    assert await explained(catalog, results, Carried((), frozenset())) == tuple(results)
    assert catalog.calls == []


def test_a_call_that_was_ended_as_a_whole_is_rejected_unless_another_carries_it_on() -> None:
    """ "Not done" is only said when nothing can have happened."""
    unknown = Problem(ProblemCode.OUTCOME_UNKNOWN, "Who knows.")

    assert refused_all(2) == (ItemResult(0, ItemOutcome.REJECTED), ItemResult(1, ItemOutcome.REJECTED))
    assert stopped_all(2, FULL) == refused_all(2)
    assert stopped_all(1, unknown) == (ItemResult(0, ItemOutcome.UNKNOWN),)
    assert stopped_all(0, unknown) == ()


def test_an_atomic_call_is_called_off_in_every_entry() -> None:
    """Problems stay with the entries that had them."""
    results = [ItemResult(0, ItemOutcome.ADDED, "line-1"), ItemResult(1, ItemOutcome.REJECTED, problems=(FULL,))]

    assert (any_rejected(results), any_rejected(results[:1])) == (True, False)
    assert called_off(results) == (
        ItemResult(0, ItemOutcome.REJECTED),
        ItemResult(1, ItemOutcome.REJECTED, problems=(FULL,)),
    )


def test_a_line_that_is_not_there_is_told_where_it_was_named() -> None:
    """The path into the input."""
    assert line_not_found(("lineIds", "2")) == Problem(
        ProblemCode.LINE_NOT_FOUND,
        "There is no such line in this cart; take line ids from the latest cart.",
        ("lineIds", "2"),
    )
