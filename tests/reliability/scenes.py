"""Every way to change a cart, with what must be there before: for tests that break each of them at every point."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from resolvers.shop import Shop
from tests.reliability.effects import Clear, HandOver, Merge, Move, Put, Set
from tests.reliability.histories import History, Outcome
from tests.reliability.process import HOBBIT, RINGS
from tests.reliability.simulation.driver import Answer, Step, perform
from tests.reliability.wishes import (
    SOLD_OUT,
    Acknowledge,
    AddMany,
    Create,
    MergeCart,
    Restore,
    Wish,
    effects_of,
    is_unordered,
)

Make = Callable[[str], Wish]


@dataclass(frozen=True, slots=True)
class Scene:
    """A change of ``owner``'s cart; ``before`` says what he and his guest put in first."""

    name: str
    change: Make
    before: tuple[Make, ...] = ()
    is_done: bool = True
    """False when the upstream has no use for it."""
    takes_key: bool = True
    """Joining a guest's cart at sign-in has none: it may be asked for again and again."""


def guest_of(owner: str) -> str:
    """Whom a customer was before he signed in."""
    return f"guest-{owner}"


def _puts(thing: str, units: int) -> Make:
    return lambda owner: Put(owner, thing, units)


def _meets(owner: str) -> Wish:
    return Merge(guest_of(owner), owner)


def _all_of(*things: str) -> Make:
    return lambda owner: AddMany(owner, tuple(Put(owner, thing, 2) for thing in things), is_atomic=True)


LAST: Final = ""
"""Stands for the cart that was shown last."""
_HOBBITS = _puts(HOBBIT, 2)
_SAVED: Make = lambda owner: Move(owner, HOBBIT, is_saved=True)  # noqa: E731 - one of several alike

SCENES: Final = (
    Scene("first item", _HOBBITS),
    Scene("more of it", _puts(HOBBIT, 3), (_HOBBITS,)),
    Scene("another item", _puts(RINGS, 1), (_HOBBITS,)),
    Scene("more of what is saved", _puts(HOBBIT, 1), (_HOBBITS, _SAVED)),
    Scene("quantity", lambda owner: Set(owner, HOBBIT, 5), (_HOBBITS,)),
    Scene("taken out", lambda owner: Set(owner, HOBBIT, 0), (_HOBBITS,)),
    Scene("saved", _SAVED, (_HOBBITS,)),
    Scene("back", lambda owner: Move(owner, HOBBIT, is_saved=False), (_HOBBITS, _SAVED)),
    Scene("clear", Clear, (_HOBBITS,)),
    Scene("hand over", HandOver, (_HOBBITS,)),
    Scene(
        "merge",
        _meets,
        (_HOBBITS, lambda owner: Put(guest_of(owner), HOBBIT, 1), lambda owner: Put(guest_of(owner), RINGS, 1)),
        takes_key=False,
    ),
    Scene("several", lambda owner: AddMany(owner, (Put(owner, HOBBIT, 2), Put(owner, RINGS, 1))), (_HOBBITS,)),
    Scene("all of several", _all_of(HOBBIT, RINGS), (_HOBBITS,)),
    Scene("none of several", _all_of(HOBBIT, SOLD_OUT, RINGS), (_HOBBITS,), is_done=False),
    Scene("new cart", lambda owner: Create(owner, (Put(owner, RINGS, 3),)), (_HOBBITS,)),
    Scene(
        "merge by id",
        lambda owner: MergeCart(guest_of(owner), owner, LAST),
        (_HOBBITS, lambda owner: Put(guest_of(owner), HOBBIT, 1), lambda owner: Put(guest_of(owner), RINGS, 1)),
    ),
    Scene("restore", lambda owner: Restore(owner, LAST, ()), (_HOBBITS, _puts(RINGS, 1), _SAVED, HandOver)),
    Scene(
        "acknowledge",
        lambda owner: Acknowledge(owner, frozenset()),
        (_HOBBITS, lambda owner: Put(guest_of(owner), RINGS, 1), _meets),
        takes_key=False,
    ),
    Scene(
        "merge into nothing",
        _meets,
        (lambda owner: Put(guest_of(owner), RINGS, 1),),
        takes_key=False,
    ),
)


@dataclass
class Story:
    """A history told call by call, over any shop."""

    history: History = field(default_factory=History)
    line_ids: dict[str, Mapping[str, str]] = field(default_factory=dict)
    last: dict[str, Answer] = field(default_factory=dict)
    """The last cart with lines that each owner was shown."""

    async def do(self, shop: Shop, wish: Wish | None, owner: str, key: str | None = None) -> Answer:
        """One call, and what was told; an exception leaves its outcome unknown."""
        call = self.history.invoke("p", owner, *effects_of(wish), key=key, is_unordered=is_unordered(wish))
        answer = await perform(shop, Step(owner, wish, key), self.line_ids.get(owner, {}))
        match answer.outcome:
            case Outcome.OK:
                if answer.refused:
                    call.effects = effects_of(wish, answer.refused)
                self.history.ok(call, answer.observed, is_stale=answer.is_stale)
            case Outcome.FAILED:
                self.history.failed(call)
            case Outcome.UNKNOWN:
                self.history.unknown(call)
        if answer.observed:
            self.last[owner] = answer
        if answer.line_ids is not None:
            self.line_ids[owner] = answer.line_ids
        return answer

    def meant(self, wish: Wish) -> Wish:
        """``wish`` with the ids that a scene cannot know: of the cart, or of the notices, that were shown last."""
        match wish:
            case MergeCart(source, owner, _):
                return MergeCart(source, owner, self.last[source].cart_id or "")
            case Restore(owner, _, _):
                last = self.last[owner]
                return Restore(owner, last.cart_id or "", tuple(sorted(last.observed or ())))
            case Acknowledge(owner, _):
                return Acknowledge(owner, self.last[owner].notice_ids)
        return wish

    async def prepare(self, shop: Shop, scene: Scene, owner: str) -> None:
        """What must be there before the scene's change."""
        for make in scene.before:
            wish = self.meant(make(owner))
            answer = await self.do(shop, wish, wish.owner)
            assert answer.outcome is Outcome.OK, self.history
