"""Which seeds a run tries: those that once found something, one that is asked for, or fresh ones."""

import os
from collections.abc import Iterator
from random import SystemRandom
from typing import Final

KNOWN_BAD: Final[tuple[int, ...]] = (1958, 103983, 110031, 301190, 302569, 401547, 401590)
"""Seeds that failed once, for good reasons or bad ones; every run replays them first."""
ASKED_FOR: Final = os.environ.get("CARTOGRAPH_SEED")
"""With it set, only its history is run."""
IS_DEEP: Final = bool(os.environ.get("CARTOGRAPH_DEEP"))


def to_replay(known_bad: tuple[int, ...] = KNOWN_BAD) -> tuple[int, ...]:
    """What is run before anything new."""
    return known_bad if ASKED_FOR is None else (int(ASKED_FOR),)


def fresh(count: int) -> Iterator[int]:
    """Seeds that nobody has tried; none when one was asked for."""
    if ASKED_FOR is None:
        start = SystemRandom().getrandbits(40)
        yield from range(start, start + count)
