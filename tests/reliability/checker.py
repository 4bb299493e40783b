"""
Is there an order of effects that explains a history?

A call that said "done" took effect once between its start and its end; one that does not know, at most once, at any
time after its start; one that said "nothing happened", never. Every cart that was answered is the cart at some instant
between the start and the end of its call; an answer of a change shows the cart right after its last effect. Calls of
one owner with one request key are one change.

The search (Wing and Gong's, with a memory of what was tried) places one effect after the other. It is exponential at
worst; effects that may be left out are placed only where nothing else fits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.reliability.effects import Cart, Clear, Effect, HandOver, Lines, Merge
from tests.reliability.histories import Call, History, Outcome, shown

_NEVER = float("inf")
_PATIENT_STEPS = 100
"""So many are taken before it is asked, of each, whether it can lead anywhere: that costs more than a step."""
_MOST_STEPS = 200_000


class IllegalHistory(AssertionError):
    """No order explains the history; the message tells it and how far the best attempt came."""


class TooHard(Exception):
    """The search was given up: the history has too many calls at once that may or may not have happened."""


@dataclass(slots=True)
class _Step:
    """One effect, one observation, or both, to be placed on the line of time."""

    call: Call
    effect: Effect | None
    observed: Cart | None
    start: float
    end: float
    is_required: bool
    needs: int = 0
    """Bits of the steps that come first."""
    is_needed: bool = False
    """Another step comes after it, so that it is no waste where it changes nothing."""


def check(history: History, limits: Mapping[str, int] | None = None) -> int:
    """
    The number of steps that the search took.

    Raises:
        IllegalHistory: no order of effects explains what the callers saw.
    """
    check_keys(history)
    return sum(_search(steps, limits or {}, history) for steps in _independent(history))


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


def _independent(history: History) -> Iterable[list[_Step]]:
    """The steps of each group of owners whose carts have to do with each other, by start."""
    group = {call.owner: {call.owner} for call in history.calls}
    for call in history.calls:
        for effect in call.effects:
            if isinstance(effect, Merge):
                joined = group.setdefault(effect.source, {effect.source}) | group[effect.owner]
                for owner in joined:
                    group[owner] = joined
    for owners in {frozenset(owners) for owners in group.values()}:
        yield _steps([call for call in history.calls if call.owner in owners])


def _steps(calls: list[Call]) -> list[_Step]:
    chains: list[list[_Step]] = []
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
        for place in range(1, len(chain)):
            for before in _comes_before(chain, place):
                chain[place].needs |= bit[number, before]
                chain[before].is_needed = True
    steps = [chains[number][place] for _, number, place in order]
    for step in steps:
        if step.call.is_stale and step.effect is None:
            step.needs |= _acknowledged_before(step.call, steps)
    return steps


def _comes_before(chain: list[_Step], place: int) -> Sequence[int]:
    """The effects of a chain follow each other, unless they are unordered; its further observations need them."""
    effects = [before for before in range(place) if chain[before].effect is not None]
    if not chain[place].call.is_unordered:
        return effects[-1:]
    return effects if chain[place].effect is None else []


def _acknowledged_before(call: Call, steps: list[_Step]) -> int:
    """The effects that a stale read must show."""
    return sum(
        1 << index
        for index, step in enumerate(steps)
        if step.effect is not None
        and step.is_required
        and step.end < call.start
        and call.owner in (step.effect.owner, getattr(step.effect, "source", None))
    )


def _chain(call: Call, start: float) -> list[_Step]:
    is_ok = call.outcome is Outcome.OK
    end = call.end if is_ok and call.end is not None else _NEVER
    # A change answered with the cart as last confirmed does not show what it did.
    seen = call.observed if is_ok and not (call.effects and call.is_stale) else None
    effects: tuple[Effect | None, ...] = call.effects or (None,)
    if call.is_unordered and len(effects) > 1 and seen is not None:
        effects = (*effects, None)
    last = len(effects) - 1
    return [
        _Step(call, effect, seen if place == last else None, start, end, is_ok) for place, effect in enumerate(effects)
    ]


def _chain_of_key(calls: list[Call]) -> list[_Step]:
    """One change for all calls with a key; who was told of it saw the cart some time after it, each in his own call."""
    told = [call for call in calls if call.outcome is Outcome.OK]
    if len(calls) == 1:
        return _chain(calls[0], calls[0].start)
    first, start = calls[0], min(call.start for call in calls)
    end = min((call.end for call in told if call.end is not None), default=_NEVER)
    # Of a change of several parts it is those who were told that know which were made.
    made = (told or calls)[0].effects
    effects = [_Step(first, effect, None, start, end, bool(told)) for effect in made]
    return effects + [
        _Step(call, None, call.observed, call.start, _NEVER if call.end is None else call.end, is_required=True)
        for call in told
        if call.observed is not None and not call.is_stale
    ]


def _search(steps: list[_Step], limits: Mapping[str, int], history: History) -> int:
    required = sum(1 << index for index, step in enumerate(steps) if step.is_required)
    tried: set[tuple[int, frozenset[tuple[tuple[str, str], tuple[int, bool]]]]] = set()
    stack: list[tuple[int, Lines]] = [(0, {})]
    best: tuple[int, int, Lines] = (-1, 0, {})
    taken = 0
    while stack:
        placed, lines = stack.pop()
        if placed & required == required:
            return taken
        place = (placed, frozenset(lines.items()))
        if place in tried:
            continue
        tried.add(place)
        taken += 1
        if taken > _PATIENT_STEPS and _is_hopeless(steps, placed, lines, limits):
            continue
        if taken > _MOST_STEPS:
            raise TooHard(f"gave up after {_MOST_STEPS} steps:\n{history}")
        reached = (placed & required).bit_count()
        if reached > best[0]:
            best = (reached, placed, lines)
        # The last one pushed is tried first: what must happen, by its end; what may happen comes after all that.
        for index in _candidates(steps, placed):
            after = _after(steps[index], lines, limits)
            if after is not None:
                stack.append((placed | 1 << index, after))
    raise IllegalHistory(_counter_example(steps, best[1], best[2], limits, history))


def _candidates(steps: list[_Step], placed: int) -> list[int]:
    """
    Steps that may come next, the likeliest last: nothing that must happen has ended before their start.

    Of several equal effects that may be left out, the first to be asked for stands for all.
    """
    deadline = _NEVER
    found: list[int] = []
    optional: set[Effect | None] = set()
    for index, step in enumerate(steps):
        if step.start > deadline:
            break
        if placed >> index & 1:
            continue
        if step.is_required and step.end < deadline:
            deadline = step.end
        if step.needs & placed != step.needs:
            continue
        if not step.is_required:
            if step.effect in optional:
                continue
            optional.add(step.effect)
        found.append(index)
    ready = [index for index in found if steps[index].start <= deadline]
    ready.sort(key=lambda index: (steps[index].is_required, -steps[index].end, -index))
    return ready


def _after(step: _Step, lines: Lines, limits: Mapping[str, int]) -> Lines | None:
    """The lines after the step; None when it cannot come now, or would be for nothing."""
    after = lines
    if step.effect is not None:
        changed = step.effect.done_to(lines, limits)
        if changed is None or (not step.is_required and not step.is_needed and changed == lines):
            return None
        after = changed
    if step.observed is not None and _cart(after, step.call.owner) != step.observed:
        return None
    return after


def _is_hopeless(steps: list[_Step], placed: int, lines: Lines, limits: Mapping[str, int]) -> bool:
    """
    True when the cart that must be observed next cannot come about: some line of it is not to be had, whatever is
    placed before. Each line is looked at by itself, so that what is not hopeless may still be.
    """
    waiting = [step for index, step in enumerate(steps) if not placed >> index & 1]
    following = min((step for step in waiting if step.is_required), key=lambda step: step.end, default=None)
    if following is None or following.observed is None:
        return False
    owner, wanted = following.call.owner, {thing: (units, saved) for thing, units, saved in following.observed}
    effects = [
        step.effect
        for step in waiting
        if step.effect is not None
        and step.start < following.end
        and owner in (step.effect.owner, getattr(step.effect, "source", None))
    ]
    if any(isinstance(effect, Merge) for effect in effects):
        # A merge brings lines of another cart, which are not looked at here.
        return False
    things = wanted.keys() | {thing for whose, thing in lines if whose == owner}
    return not all(
        _can_become(lines.get((owner, thing)), wanted.get(thing), (owner, thing), effects, limits) for thing in things
    )


def _can_become(
    line: tuple[int, bool] | None,
    wanted: tuple[int, bool] | None,
    place: tuple[str, str],
    effects: list[Effect],
    limits: Mapping[str, int],
) -> bool:
    """Whether some of the effects, in some order, make the line what is wanted."""
    touching = [effect for effect in effects if getattr(effect, "thing", place[1]) == place[1]]
    reached: set[tuple[int, tuple[int, bool] | None]] = set()
    stack = [(0, line)]
    while stack:
        used, now = found = stack.pop()
        if now == wanted:
            return True
        if found in reached:
            continue
        reached.add(found)
        for number, effect in enumerate(touching):
            if not used >> number & 1:
                # A hand-over is refused without other lines; here it only takes this one out.
                alone = Clear(effect.owner) if isinstance(effect, HandOver) else effect
                after = alone.done_to({} if now is None else {place: now}, limits)
                if after is not None:
                    stack.append((used | 1 << number, after.get(place)))
    return False


def _cart(lines: Lines, owner: str) -> Cart:
    return frozenset((thing, units, saved) for (whose, thing), (units, saved) in lines.items() if whose == owner)


def _counter_example(steps: list[_Step], placed: int, lines: Lines, limits: Mapping[str, int], history: History) -> str:
    done = sorted({str(step.call.number) for index, step in enumerate(steps) if placed >> index & 1}, key=int)
    report = ["no order of effects explains this history:", str(history)]
    report.append(f"The longest attempt explains {', '.join('#' + number for number in done) or 'nothing'}.")
    for index in _candidates(steps, placed):
        step = steps[index]
        if _after(step, lines, limits) is None and step.is_required:
            owner = step.call.owner
            changed = lines if step.effect is None else step.effect.done_to(lines, limits)
            would = "it cannot happen" if changed is None else f"the cart would be {shown(_cart(changed, owner))}"
            report.append(f"With the cart {shown(_cart(lines, owner))}, {would} at {step.call}")
    return "\n".join(report)
