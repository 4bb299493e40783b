"""Where a goal stands by what the cart shows: the comparison that settles a change whose answer was lost."""

import pytest

from persistence.records import Placement
from resolvers.goals import Goal, Standing, standing
from tests.support.fakes import a_remote_item

CART, SAVED = Placement.ACTIVE, Placement.SAVED_FOR_LATER


def a_goal(quantity: int, before: int, placement: Placement = CART, placement_before: Placement = CART) -> Goal:
    """What the line of item A is to become."""
    return Goal("A", quantity, placement, key="K1", quantity_before=before, placement_before=placement_before)


@pytest.mark.parametrize(
    ("goal", "held", "placed", "expected"),
    [
        pytest.param(a_goal(3, 0), None, CART, Standing.AS_BEFORE, id="new and not there"),
        pytest.param(a_goal(3, 0), 3, CART, Standing.REACHED, id="new and there"),
        pytest.param(a_goal(3, 0), 2, CART, Standing.SHORT, id="new and capped"),
        pytest.param(a_goal(3, 0), 3, SAVED, Standing.ASIDE, id="new and put aside by the upstream"),
        pytest.param(a_goal(3, 0), 4, CART, Standing.OTHERWISE, id="new and more than asked"),
        pytest.param(a_goal(5, 2), 2, CART, Standing.AS_BEFORE, id="not changed"),
        pytest.param(a_goal(5, 2), 5, CART, Standing.REACHED, id="changed"),
        pytest.param(a_goal(5, 2), 4, CART, Standing.SHORT, id="changed and capped"),
        pytest.param(a_goal(5, 2), None, CART, Standing.OTHERWISE, id="to be changed and gone"),
        pytest.param(a_goal(0, 2), None, CART, Standing.REACHED, id="taken out"),
        pytest.param(a_goal(0, 2), 2, CART, Standing.AS_BEFORE, id="not taken out"),
        pytest.param(a_goal(5, 5, CART, SAVED), 5, SAVED, Standing.AS_BEFORE, id="not moved back"),
        pytest.param(a_goal(5, 5, CART, SAVED), 5, CART, Standing.REACHED, id="moved back"),
        pytest.param(a_goal(8, 5, CART, SAVED), 5, SAVED, Standing.AS_BEFORE, id="neither moved nor changed"),
        pytest.param(a_goal(8, 5, CART, SAVED), 5, CART, Standing.SHORT, id="moved back and capped where it was"),
        pytest.param(a_goal(8, 5, CART, SAVED), 8, CART, Standing.REACHED, id="moved back and changed"),
        pytest.param(a_goal(2, 2, SAVED, CART), 2, CART, Standing.AS_BEFORE, id="not put aside"),
        pytest.param(a_goal(2, 2, SAVED, CART), 2, SAVED, Standing.REACHED, id="put aside"),
    ],
)
def test_standing(goal: Goal, held: int | None, placed: Placement, expected: Standing) -> None:
    """Sending again is right for what is as before, and for nothing else."""
    item = None if held is None else a_remote_item("K1", "A", held)

    assert standing(goal, item, placed) is expected
