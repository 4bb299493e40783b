"""The share of mutants that were killed is reckoned so that nothing looks better than it is."""

from pathlib import Path

import pytest

from tests.mutation.__main__ import ROOT, mutated_files
from tests.mutation.verdicts import Tally, is_good, read, row, summed, tallied

RESULTS = """
    resolvers.goals.x_standing__mutmut_1: killed
    resolvers.goals.xǁGoalǁunits__mutmut_1: survived
    resolvers.goals.x_found__mutmut_1: timeout
    resolvers.goals.x_found__mutmut_2: no tests
    ecs.caching.ageing.x_lifetime__mutmut_1: suspicious
"""


def test_only_what_a_test_has_noticed_is_killed() -> None:
    """A mutant that no test runs lives, like one that nobody knows how it ended."""
    goals, ageing, none = tallied(read(RESULTS), ["resolvers.goals", "ecs.caching.ageing", "resolvers.steps"])

    alive = ("resolvers.goals.xǁGoalǁunits__mutmut_1", "resolvers.goals.x_found__mutmut_2")
    assert goals == Tally("resolvers.goals", 4, alive)
    assert (goals.killed, goals.percent) == (2, 50.0)
    assert ageing == Tally("ecs.caching.ageing", 1, ("ecs.caching.ageing.x_lifetime__mutmut_1",))
    assert (none, none.percent) == (Tally("resolvers.steps", 0, ()), 0.0)
    assert summed([goals, ageing, none]) == Tally("all modules", 5, (*goals.alive, *ageing.alive))


def test_a_line_of_the_table_says_how_many_and_which_share() -> None:
    """Readable at a glance, one below the other."""
    assert (
        row(Tally("resolvers.goals", 3, ("a",))) == "resolvers.goals                  3 mutants     2 killed   66.7 %"
    )


@pytest.mark.parametrize(
    ("tallies", "expected"),
    [
        ([Tally("a", 10, ("x",))], True),
        ([Tally("a", 10, ("x", "y"))], False),
        ([Tally("a", 4, ("x",)), Tally("b", 6, ())], True),
        ([Tally("a", 10, ()), Tally("b", 0, ())], False),
        ([], False),
    ],
)
def test_nine_of_ten_are_enough_unless_a_module_has_no_mutants(tallies: list[Tally], expected: bool) -> None:
    """A module that mutmut passes over would go unnoticed for ever."""
    assert is_good(tallies) is expected


def test_every_file_to_be_mutated_is_there() -> None:
    """A module that was renamed is not left out in silence."""
    assert [name for name in mutated_files() if not (Path(ROOT) / name).is_file()] == []
