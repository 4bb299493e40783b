"""Which seeds a run tries: those that once found something, one that is asked for, or fresh ones."""

import os
from collections.abc import Iterator
from random import SystemRandom
from typing import Final

KNOWN_BAD: Final[tuple[int, ...]] = (
    1958, 103983, 110031, 301190, 302569, 401547, 401590,
    5000056, 5000075, 5000127, 5000166, 5000290, 5000339, 5000403, 5000657, 5000971,
    7000273, 7000886, 7001745, 7001833, 853831033708, 802106178028, 590420677994, 987402058264,
)  # fmt: skip
"""Seeds that failed once, for good reasons or bad ones; every run replays them first."""
BAD_ON_WIRE: Final[tuple[int, ...]] = (
    61331561877, 529875304102, 16407115145, 542721673507, 8914901296, 733406503400, 315925699335,
)  # fmt: skip
"""The same for sequences of faults of the wire."""
ASKED_FOR: Final = os.environ.get("CARTOGRAPH_SEED")
"""With it set, only its history is run."""
IS_DEEP: Final = bool(os.environ.get("CARTOGRAPH_DEEP"))


def to_replay(known_bad: tuple[int, ...] = KNOWN_BAD) -> tuple[int, ...]:
    """What is run before anything new."""
    return known_bad if ASKED_FOR is None else (int(ASKED_FOR),)


def to_replay_on_wire() -> tuple[int, ...]:
    """The same for sequences of faults of the wire."""
    return BAD_ON_WIRE if ASKED_FOR is None else (int(ASKED_FOR),)


def fresh(count: int) -> Iterator[int]:
    """Seeds that nobody has tried; none when one was asked for."""
    if ASKED_FOR is None:
        start = SystemRandom().getrandbits(40)
        yield from range(start, start + count)


def of_part(part: int, known_bad: tuple[int, ...]) -> Iterator[int]:
    """The seeds of a part of a run: one that nobody has tried; before it, in the first part, those that failed once."""
    if part == 0:
        yield from to_replay(known_bad)
    yield from fresh(1)
