"""Telling what became of a change: what was asked is compared with the cart before and after."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ecs.errors import UpstreamError
from persistence.records import LineRecord, Placement
from resolvers.diagnosis import why_rejected
from resolvers.goals import Goal
from resolvers.intents import Intent, Kind
from resolvers.lines import Addition
from resolvers.outcomes import ItemOutcome, ItemResult
from resolvers.ports import Catalog
from resolvers.problems import (
    AnyProblem,
    Path,
    Problem,
    ProblemCode,
    UnavailableProblem,
    unknown_outcome,
    upstream_problem,
)


class Carried(Struct, frozen=True):
    """How a change went: its goals as they came out, which of them were answered, and what ended it."""

    goals: Sequence[Goal]
    touched: frozenset[int]
    error: UpstreamError | None = None
    is_unknown: bool = False
    has_key: bool = False


class Verdict(Struct, frozen=True, kw_only=True):
    """What to tell, beside the cart."""

    problems: tuple[AnyProblem, ...] = ()
    results: tuple[ItemResult, ...] = ()
    line_ids: tuple[str, ...] = ()
    removed_line_ids: tuple[str, ...] = ()


def judge(intent: Intent, carried: Carried, before: Sequence[LineRecord], after: Sequence[LineRecord]) -> Verdict:
    """
    The verdict on ``intent``, whose cart's lines were ``before`` and are ``after``.

    A rejected entry has the problem it was refused for, or none yet: ``explained`` adds it.
    """
    now = {line.id: line for line in after}
    problems: tuple[Problem, ...]
    moved: tuple[str, ...] = ()
    removed = tuple(line.id for line in before if line.id not in now)
    match intent.kind:
        case Kind.SET_QUANTITY:
            problems = _set_quantity(intent, carried, now)
        case Kind.MOVE:
            problems, moved = _move(intent, carried, before, now)
        case Kind.ADD | Kind.RESTORE | Kind.MERGE:
            return Verdict(results=_results(intent, carried, after), removed_line_ids=removed)
        case Kind.CLEAR | Kind.CHECKOUT | Kind.GIVE:
            problems = _failure(carried)
    return Verdict(problems=problems, line_ids=moved, removed_line_ids=removed)


async def explained(catalog: Catalog, results: Sequence[ItemResult], carried: Carried) -> tuple[ItemResult, ...]:
    """
    ``results`` with a problem for every rejected entry.

    The catalog is asked only when the upstream refused something without an error that says why; what was not answered
    has the error that ended the call.
    """
    open_ones = [
        result.index
        for result in results
        if result.outcome in {ItemOutcome.REJECTED, ItemOutcome.UNKNOWN} and not result.problems
    ]
    serving = {entry: place for place, goal in enumerate(carried.goals) for entry in goal.entries}
    reasons: dict[int, Problem] = {}
    if carried.error is not None:
        unanswered = [entry for entry in open_ones if not _is_refused(carried, serving.get(entry))]
        reasons = {entry: _reason(carried, carried.error, ("item",)) for entry in unanswered}
    asked = [
        Addition(entry, goal.asin, goal.quantity, goal.listing_id)
        for entry in open_ones
        if entry in serving and entry not in reasons
        for goal in (carried.goals[serving[entry]],)
    ]
    reasons |= await why_rejected(catalog, asked)
    return tuple(
        replace(result, problems=(reasons[result.index],)) if result.index in reasons else result for result in results
    )


def refused_all(count: int) -> tuple[ItemResult, ...]:
    """The results of a call of ``count`` entries that was refused as a whole."""
    return tuple(ItemResult(index, ItemOutcome.REJECTED) for index in range(count))


def stopped_all(count: int, problem: Problem) -> tuple[ItemResult, ...]:
    """The results of a call of ``count`` entries that ``problem`` ended; another may carry it on nevertheless."""
    is_unknown = problem.code is ProblemCode.OUTCOME_UNKNOWN
    return tuple(ItemResult(index, ItemOutcome.UNKNOWN) for index in range(count)) if is_unknown else refused_all(count)


def called_off(results: Sequence[ItemResult]) -> tuple[ItemResult, ...]:
    """The results of an atomic call of which nothing stays; problems stay with the entries that had them."""
    return tuple(replace(result, outcome=ItemOutcome.REJECTED, line_id=None) for result in results)


def any_rejected(results: Sequence[ItemResult]) -> bool:
    """True when at least one entry went nowhere."""
    return any(result.outcome is ItemOutcome.REJECTED for result in results)


def line_not_found(field: Path) -> Problem:
    """The line is not in this cart, or not any more."""
    message = "There is no such line in this cart; take line ids from the latest cart."
    return Problem(code=ProblemCode.LINE_NOT_FOUND, message=message, field=field)


def _results(intent: Intent, carried: Carried, after: Sequence[LineRecord]) -> tuple[ItemResult, ...]:
    """One result an entry, in order. An entry counts as done as soon as its line holds some of it."""
    by_key = {line.upstream_key: line for line in after}
    serving = {entry: place for place, goal in enumerate(carried.goals) for entry in goal.entries}
    made = []
    for entry in range(intent.entries):
        problem = intent.refused.get(entry)
        place = serving.get(entry)
        if problem is not None or place is None:
            made.append(ItemResult(entry, ItemOutcome.REJECTED, problems=(problem,) if problem else ()))
            continue
        goal = carried.goals[place]
        line = by_key.get(goal.key) if goal.key is not None else None
        if carried.is_unknown and not _is_refused(carried, place):
            # What was answered already is not committed yet: nothing is called done before it is.
            made.append(ItemResult(entry, ItemOutcome.UNKNOWN))
        elif line is None or (place not in carried.touched and carried.error is not None):
            made.append(ItemResult(entry, ItemOutcome.REJECTED))
        else:
            made.append(ItemResult(entry, _outcome(line, goal), line.id))
    return tuple(made)


def _is_refused(carried: Carried, place: int | None) -> bool:
    """True when the upstream answered that goal, and made no line of it."""
    return place is not None and place in carried.touched and carried.goals[place].key is None


def _outcome(line: LineRecord, goal: Goal) -> ItemOutcome:
    if line.placement is Placement.SAVED_FOR_LATER and goal.placement is Placement.ACTIVE:
        return ItemOutcome.SAVED_FOR_LATER
    if line.quantity < goal.quantity:
        return ItemOutcome.CAPPED
    return ItemOutcome.UPDATED if goal.quantity_before else ItemOutcome.ADDED


def _set_quantity(intent: Intent, carried: Carried, now: Mapping[str, LineRecord]) -> tuple[Problem, ...]:
    problems = _failure(carried)
    # A cart that was built anew has goals for its other lines too.
    wants_some = any(goal.quantity for goal in carried.goals if goal.line_id in intent.asked)
    if not problems and wants_some and not any(line_id in now for line_id in intent.asked):
        return (line_not_found(("lineId",)),)
    return problems


def _move(
    intent: Intent, carried: Carried, before: Sequence[LineRecord], now: Mapping[str, LineRecord]
) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    to = {goal.line_id: goal.placement for goal in carried.goals if goal.line_id in intent.asked}
    there = [line.id for line in before if line.id in to and line.id in now and now[line.id].placement is to[line.id]]
    problems = _failure(carried) + tuple(intent.refused.values())
    if carried.error is None:
        problems += tuple(
            _stayed(line, intent.asked.index(line.id)) for line in before if line.id in to and line.id not in there
        )
    return problems, tuple(line_id for line_id in dict.fromkeys(intent.asked) if line_id in there)


def _stayed(line: LineRecord, place: int) -> Problem:
    message = f"{line.title} could not be moved; it cannot be bought now."
    return UnavailableProblem(code=ProblemCode.OUT_OF_STOCK, message=message, field=("lineIds", str(place)))


def _failure(carried: Carried) -> tuple[Problem, ...]:
    if carried.error is None:
        return ()
    problem = _reason(carried, carried.error)
    if carried.touched and not carried.is_unknown:
        # Some of the requests were answered before one failed; all of them are absolute and may be sent again.
        problem = replace(problem, message="Only part of the change was made; look at the cart and try again.")
    return (problem,)


def _reason(carried: Carried, error: UpstreamError, field: Path | None = None) -> Problem:
    if carried.is_unknown:
        return replace(unknown_outcome(error, has_key=carried.has_key), field=field)
    return upstream_problem(error, field)
