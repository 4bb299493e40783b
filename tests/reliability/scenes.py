"""Every way to change a cart, with what must be there before: for tests that break each of them at every point."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from resolvers.shop import Shop
from tests.reliability.effects import Clear, HandOver, Merge, Move, Put, Set
from tests.reliability.histories import History, Outcome
from tests.reliability.process import HOBBIT, RINGS
from tests.reliability.simulation.driver import Answer, Step, perform
from tests.reliability.wishes import Wish, effects_of, is_unordered

Make = Callable[[str], Wish]


@dataclass(frozen=True, slots=True)
class Scene:
    """A change of ``owner``'s cart; ``before`` says what he and his guest put in first."""

    name: str
    change: Make
    before: tuple[Make, ...] = ()
    takes_key: bool = True
    """Joining a guest's cart at sign-in has none: it may be asked for again and again."""


def guest_of(owner: str) -> str:
    """Whom a customer was before he signed in."""
    return f"guest-{owner}"


def _puts(thing: str, units: int) -> Make:
    return lambda owner: Put(owner, thing, units)


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
        lambda owner: Merge(guest_of(owner), owner),
        (_HOBBITS, lambda owner: Put(guest_of(owner), HOBBIT, 1), lambda owner: Put(guest_of(owner), RINGS, 1)),
        takes_key=False,
    ),
    Scene(
        "merge into nothing",
        lambda owner: Merge(guest_of(owner), owner),
        (lambda owner: Put(guest_of(owner), RINGS, 1),),
        takes_key=False,
    ),
)


@dataclass
class Story:
    """A history told call by call, over any shop."""

    history: History = field(default_factory=History)
    line_ids: dict[str, Mapping[str, str]] = field(default_factory=dict)

    async def do(self, shop: Shop, wish: Wish | None, owner: str, key: str | None = None) -> Answer:
        """One call, and what was told; an exception leaves its outcome unknown."""
        call = self.history.invoke("p", owner, *effects_of(wish), key=key, is_unordered=is_unordered(wish))
        answer = await perform(shop, Step(owner, wish, key), self.line_ids.get(owner, {}))
        match answer.outcome:
            case Outcome.OK:
                self.history.ok(call, answer.observed, is_stale=answer.is_stale)
            case Outcome.FAILED:
                self.history.failed(call)
            case Outcome.UNKNOWN:
                self.history.unknown(call)
        if answer.line_ids is not None:
            self.line_ids[owner] = answer.line_ids
        return answer

    async def prepare(self, shop: Shop, scene: Scene, owner: str) -> None:
        """What must be there before the scene's change."""
        for make in scene.before:
            wish = make(owner)
            answer = await self.do(shop, wish, wish.owner)
            assert answer.outcome is Outcome.OK, self.history
