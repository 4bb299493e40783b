"""
Is there an order of effects that explains a history?

A call that said "done" took effect once between its start and its end; one that does not know, at most once, at any
time after its start; one that said "nothing happened", never. Every cart that was answered is the cart at some instant
between the start and the end of its call; an answer of a change shows the cart right after its last effect. Calls of
one owner with one request key are one change.
"""

from collections.abc import Iterable, Mapping, Sequence

from tests.reliability.effects import Effect, Merge, cart_of
from tests.reliability.histories import Call, History, Outcome, shown
from tests.reliability.ordering import MOST_STEPS, Ordering
from tests.reliability.steps import Step, tell_lines

_NEVER = float("inf")


class IllegalHistory(AssertionError):
    """No order explains the history; the message tells it and how far the best attempt came."""


def check(history: History, limits: Mapping[str, int] | None = None, most_steps: int = MOST_STEPS) -> int:
    """
    The number of steps that the search took.

    Raises:
        IllegalHistory: no order of effects explains what the callers saw.
        TooHard: nobody can tell.
    """
    check_keys(history)
    return sum(_ordered(steps, limits or {}, history, most_steps) for steps in _independent(history))


def check_keys(history: History) -> None:
    """
    A change that was acknowledged under a request key is acknowledged again under it, never refused.

    Raises:
        IllegalHistory: a later call with the key said that nothing happened.
    """
    acknowledged: dict[tuple[str, str], Call] = {}
    for call in history.calls:
        if call.key is not None and call.outcome is Outcome.OK:
            acknowledged.setdefault((call.owner, call.key), call)
    for call in history.calls:
        earlier = acknowledged.get((call.owner, call.key or ""))
        if earlier and call.outcome is Outcome.FAILED and earlier.end is not None and call.start > earlier.end:
            raise IllegalHistory(f"acknowledged, then refused under the same key:\n  {earlier}\n  {call}")


def steps_of(calls: Iterable[Call]) -> list[Step]:
    """What must be placed for these calls, and what may be, by start. A call that failed has no steps."""
    chains: list[list[Step]] = []
    by_key: dict[tuple[str, str], list[Call]] = {}
    for call in calls:
        if call.outcome is Outcome.FAILED:
            continue
        if call.key is not None and call.effects:
            by_key.setdefault((call.owner, call.key), []).append(call)
        elif call.effects or (call.outcome is Outcome.OK and call.observed is not None):
            # A stale read may show the cart of long ago; what it must show, it needs.
            chains.append(_chain(call, -1 if call.is_stale and not call.effects else call.start))
    chains += [_chain_of_key(same) for same in by_key.values()]
    # Chains are told apart by their place; bits are given once the steps are in order.
    order = sorted(
        ((step.start, number, place) for number, chain in enumerate(chains) for place, step in enumerate(chain))
    )
    bit = {(number, place): 1 << index for index, (_, number, place) in enumerate(order)}
    for number, chain in enumerate(chains):
        for place, step in enumerate(chain):
            step.needs = sum(bit[number, before] for before in _comes_before(chain, place))
            if not step.call.is_unordered:
                step.followers = tuple(after.effect for after in chain[place + 1 :])
    steps = [chains[number][place] for _, number, place in order]
    for step in steps:
        if step.call.is_stale and step.effect is None:
            step.needs |= _acknowledged_before(step.call, steps)
    return steps


def _independent(history: History) -> Iterable[list[Step]]:
    """The steps of each group of owners whose carts have to do with each other, by start."""
    group = {call.owner: {call.owner} for call in history.calls}
    for call in history.calls:
        for effect in call.effects:
            if isinstance(effect, Merge):
                joined = group.setdefault(effect.source, {effect.source}) | group[effect.owner]
                for owner in joined:
                    group[owner] = joined
    for owners in {frozenset(owners) for owners in group.values()}:
        yield steps_of([call for call in history.calls if call.owner in owners])


def _comes_before(chain: list[Step], place: int) -> Sequence[int]:
    """The effects of a chain follow each other, unless they are unordered; its further observations need them."""
    effects = [before for before in range(place) if chain[before].effect is not None]
    if not chain[place].call.is_unordered:
        return effects[-1:]
    return effects if chain[place].effect is None else []


def _acknowledged_before(call: Call, steps: list[Step]) -> int:
    """The effects that a stale read must show."""
    return sum(
        1 << index
        for index, step in enumerate(steps)
        if step.effect is not None
        and step.is_required
        and step.end < call.start
        and call.owner in (step.effect.owner, getattr(step.effect, "source", None))
    )


def _chain(call: Call, start: float) -> list[Step]:
    is_ok = call.outcome is Outcome.OK
    end = call.end if is_ok and call.end is not None else _NEVER
    # A change answered with the cart as last confirmed does not show what it did.
    seen = call.observed if is_ok and not (call.effects and call.is_stale) else None
    effects: tuple[Effect | None, ...] = call.effects or (None,)
    if call.is_unordered and len(effects) > 1 and seen is not None:
        effects = (*effects, None)
    last = len(effects) - 1
    return [
        Step(call, effect, seen if place == last else None, start, end, is_ok) for place, effect in enumerate(effects)
    ]


def _chain_of_key(calls: list[Call]) -> list[Step]:
    """One change for all calls with a key; who was told of it saw the cart some time after it, each in his own call."""
    told = [call for call in calls if call.outcome is Outcome.OK]
    if len(calls) == 1:
        return _chain(calls[0], calls[0].start)
    first, start = calls[0], min(call.start for call in calls)
    end = min((call.end for call in told if call.end is not None), default=_NEVER)
    # Of a change of several parts it is those who were told that know which were made.
    made = (told or calls)[0].effects
    effects = [Step(first, effect, None, start, end, bool(told)) for effect in made]
    return effects + [
        Step(call, None, call.observed, call.start, _NEVER if call.end is None else call.end, is_required=True)
        for call in told
        if call.observed is not None and not call.is_stale
    ]


def _ordered(steps: list[Step], limits: Mapping[str, int], history: History, most_steps: int) -> int:
    tell_lines(steps)
    ordering = Ordering(steps, limits, most_steps)
    if not ordering.exists():
        raise IllegalHistory(_counter_example(steps, ordering, limits, history))
    return ordering.taken


def _counter_example(steps: list[Step], ordering: Ordering, limits: Mapping[str, int], history: History) -> str:
    placed, lines = ordering.best.placed, ordering.best.lines
    done = sorted({step.call.number for index, step in enumerate(steps) if placed >> index & 1})
    report = ["no order of effects explains this history:", str(history)]
    report.append(f"The longest attempt explains {', '.join(f'#{number}' for number in done) or 'nothing'}.")
    for index in ordering.candidates(placed)[0]:
        step = steps[index]
        if step.after(lines, limits) is None:
            owner = step.call.owner
            changed = lines if step.effect is None else step.effect.done_to(lines, limits)
            would = "it cannot happen" if changed is None else f"the cart would be {shown(cart_of(changed, owner))}"
            report.append(f"With the cart {shown(cart_of(lines, owner))}, {would} at {step.call}")
    return "\n".join(report)
