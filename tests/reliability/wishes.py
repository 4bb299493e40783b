"""What shoppers want next, by chance: the mixture of changes and looks that the tests with real processes run."""

from collections.abc import Collection
from random import Random
from typing import Final

from tests.reliability.histories import Clear, Effect, HandOver, Merge, Move, Put, Set
from tests.reliability.process import HOBBIT, RINGS
from tests.reliability.simulation.driver import Step

KING: Final = "0345339738"
THINGS: Final = (HOBBIT, RINGS, KING)
LIMITS: Final = {HOBBIT: 16, RINGS: 695, KING: 19}
"""So many units of each the sample catalog's offers sell."""


def wish(random: Random, owner: str, guest: str | None = None) -> Effect | None:
    """A change of the owner's cart, or None to look at it; ``guest`` is whose cart may be joined to his."""
    thing, dice = random.choice(THINGS), random.random()
    if dice < 0.05 and guest is not None:
        return Merge(guest, owner)
    if dice < 0.1:
        return None
    if dice < 0.5:
        return Put(owner, thing, random.randrange(1, 4))
    if dice < 0.75:
        return Set(owner, thing, random.randrange(6))
    if dice < 0.9:
        return Move(owner, thing, random.random() < 0.5)
    if dice < 0.95:
        return Clear(owner, random.choice((None, False, True)))
    return HandOver(owner)


def step(random: Random, owner: str, guest: str | None = None) -> Step:
    """The same, under a request key where it can have one."""
    effect = wish(random, owner, guest)
    has_key = effect is not None and not isinstance(effect, Merge)
    return Step(owner, effect, f"key-{random.getrandbits(64):016x}" if has_key else None)


def race_step(random: Random, owner: str, known: Collection[str]) -> Step:
    """What a cart is raced for with: items added, and those ``known`` changed, put aside, or just looked at."""
    dice = random.random()
    if dice < 0.15:
        return Step(owner)
    if dice < 0.6 or not known:
        effect: Effect = Put(owner, random.choice(THINGS), random.randrange(1, 4))
    elif dice < 0.8:
        effect = Set(owner, random.choice(sorted(known)), random.randrange(6))
    else:
        effect = Move(owner, random.choice(sorted(known)), random.random() < 0.5)
    return Step(owner, effect, f"key-{random.getrandbits(64):016x}")
