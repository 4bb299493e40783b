"""Histories of shoppers in a world that fails (T2). What was tried is printed at the end of the run."""

from collections.abc import Callable

import pytest

from tests.reliability.checker import IllegalHistory
from tests.reliability.ordering import MANY_STEPS
from tests.reliability.simulation import seeds
from tests.reliability.simulation.network import Harm
from tests.reliability.simulation.world import Tally, Violated, World

PARTS = 500 if seeds.IS_DEEP else 20
HISTORIES = 1_000_000 if seeds.IS_DEEP else 20_000
"""Each part of a deep run is a test of its own, so that the run shows how far it has come."""

Record = Callable[[str, object], None]


@pytest.mark.parametrize("seed", seeds.to_replay())
def test_history_of_a_seed(seed: int) -> None:
    """What was found once stays found, and repaired; one that was given up can be judged here."""
    assert World(seed).run(MANY_STEPS).unjudged == ()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", range(PARTS))
def test_fresh_histories(part: int, record_property: Record) -> None:
    """Losses, delays, repeats, kills and restarts leave no invariant broken."""
    tally = Tally()
    for seed in seeds.fresh(HISTORIES // PARTS):
        try:
            tally += World(seed).run()
        except BaseException as error:
            error.add_note(f"repeat it with CARTOGRAPH_SEED={seed}; then add the seed to seeds.KNOWN_BAD")
            raise

    assert len(tally.unjudged) <= tally.histories / 500, tally
    record_property("tried", f"simulation, part {part}: {tally}")


@pytest.mark.parametrize("harm", ["change dropped", "change doubled", "another's cart"])
def test_fault_of_ours_is_found(harm: Harm) -> None:
    """A simulation that finds nothing must not be one that cannot."""
    found = 0
    for seed in range(20):
        try:
            World(seed, has_trouble=False, harm=harm).run()
        except (IllegalHistory, Violated):
            found += 1

    # In some histories the harm is overwritten before anybody looks.
    assert found >= 15, found


def test_same_seed_same_history() -> None:
    """Else a failure could not be found again."""
    first, second = World(7), World(7)
    first.run()
    second.run()

    assert str(first.history) == str(second.history)
    assert len(first.history.calls) > 30
