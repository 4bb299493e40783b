"""Telling, entry by entry, what became of an adding call: asked, planned and answered are compared."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from ecs.errors import UpstreamError
from persistence.records import LineRecord, Placement
from resolvers.additions import Plan
from resolvers.diagnosis import why_rejected
from resolvers.lines import Addition, line_of
from resolvers.outcomes import ItemOutcome, ItemResult
from resolvers.ports import Catalog
from resolvers.problems import Problem, upstream_problem
from resolvers.sending import Sending


def judge(
    asked: Sequence[Addition],
    plan: Plan,
    sending: Sending,
    before: Sequence[LineRecord],
    after: Sequence[LineRecord],
) -> tuple[ItemResult, ...]:
    """
    One result an entry, in order. A rejected entry has the problem the plan found, or none yet: ``explained`` adds it.

    An entry counts as done as soon as its line holds more than before; fewer units than asked in all is CAPPED.
    """
    earlier = {line.id: line for line in before}
    results = []
    for entry in asked:
        problem = plan.refused.get(entry.index)
        line = None if problem else _landed(entry, sending, after)
        if line is None or _is_untouched(line, earlier.get(line.id), entry, sending):
            results.append(ItemResult(entry.index, ItemOutcome.REJECTED, problems=(problem,) if problem else ()))
            continue
        outcome = _outcome(line, earlier.get(line.id), _wanted(entry, plan, sending))
        results.append(ItemResult(entry.index, outcome, line.id))
    return tuple(results)


async def explained(
    catalog: Catalog,
    results: Sequence[ItemResult],
    asked: Sequence[Addition],
    error: UpstreamError | None,
) -> tuple[ItemResult, ...]:
    """
    ``results`` of a call that was sent, with a problem for every rejected entry.

    The catalog is asked only when the upstream refused something without ``error``.
    """
    open_ones = [
        entry
        for entry, result in zip(asked, results, strict=True)
        if result.outcome is ItemOutcome.REJECTED and not result.problems
    ]
    reasons: Mapping[int, Problem]
    if error is not None:
        reasons = {entry.index: upstream_problem(error, ("item",)) for entry in open_ones}
    else:
        reasons = await why_rejected(catalog, open_ones)
    return tuple(
        replace(result, problems=(reasons[result.index],)) if result.index in reasons else result for result in results
    )


def refused_all(asked: Sequence[Addition]) -> tuple[ItemResult, ...]:
    """The results of a call that was refused as a whole."""
    return tuple(ItemResult(entry.index, ItemOutcome.REJECTED) for entry in asked)


def called_off(results: Sequence[ItemResult]) -> tuple[ItemResult, ...]:
    """The results of an atomic call of which nothing stays; problems stay with the entries that had them."""
    return tuple(replace(result, outcome=ItemOutcome.REJECTED, line_id=None) for result in results)


def any_rejected(results: Sequence[ItemResult]) -> bool:
    """True when at least one entry went nowhere."""
    return any(result.outcome is ItemOutcome.REJECTED for result in results)


def wanted_by_line(
    results: Sequence[ItemResult], asked: Sequence[Addition], plan: Plan, sending: Sending
) -> dict[str, int]:
    """The units each line that a call touched was to hold."""
    return {
        result.line_id: _wanted(entry, plan, sending)
        for entry, result in zip(asked, results, strict=True)
        if result.line_id
    }


def _landed(entry: Addition, sending: Sending, after: Sequence[LineRecord]) -> LineRecord | None:
    joined = sending.joined.get(entry.what)
    if joined is not None:
        return next((line for line in after if line.upstream_key == joined.item.key), None)
    return line_of(entry, after)


def _is_untouched(line: LineRecord, before: LineRecord | None, entry: Addition, sending: Sending) -> bool:
    """True when an error ended the sending before the entry's line got its units."""
    joined = sending.joined.get(entry.what)
    held = joined.held if joined else before.quantity if before else None
    return sending.error is not None and line.quantity == held


def _wanted(entry: Addition, plan: Plan, sending: Sending) -> int:
    """The units the entry's line is to hold in the end."""
    joined = sending.joined.get(entry.what)
    return joined.quantity if joined else plan.wanted.get(entry.what, entry.quantity)


def _outcome(line: LineRecord, before: LineRecord | None, wanted: int) -> ItemOutcome:
    if line.placement is Placement.SAVED_FOR_LATER:
        return ItemOutcome.SAVED_FOR_LATER
    if line.quantity < wanted:
        return ItemOutcome.CAPPED
    return ItemOutcome.ADDED if before is None else ItemOutcome.UPDATED
