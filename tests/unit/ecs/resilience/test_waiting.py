"""The order of turns, and who is refused."""

import pytest

from ecs.resilience.operations import Rank
from ecs.resilience.waiting import MAX_WAITING, Waiter, planned

NEVER = 1e9


@pytest.mark.parametrize(
    ("waiters", "waiting", "refused", "free_at"),
    [
        ([], "", "", 10.0),
        ([("a", Rank.SEARCH, NEVER)], "a", "", 11.0),
        # By rank, then by arrival.
        (
            [
                ("a", Rank.REFRESH, NEVER),
                ("b", Rank.SEARCH, NEVER),
                ("c", Rank.SETTLE, NEVER),
                ("d", Rank.SEARCH, NEVER),
            ],
            "cbda",
            "",
            14.0,
        ),
        # A turn at the very deadline is in time, a later one is not.
        ([("a", Rank.SEARCH, 10.0), ("b", Rank.SEARCH, 10.9), ("c", Rank.SEARCH, 11.0)], "ac", "b", 12.0),
        # Who is refused takes nobody's turn.
        ([("a", Rank.CART_READ, 9.0), ("b", Rank.SEARCH, 10.0)], "b", "a", 11.0),
        # The important push the others past their deadlines.
        ([("a", Rank.SEARCH, 10.5), ("b", Rank.CART_CHANGE, 10.5)], "b", "a", 11.0),
    ],
)
def test_turns(waiters: list[tuple[str, Rank, float]], waiting: str, refused: str, free_at: float) -> None:
    """Turns begin at ten and come each second."""
    queue = planned(
        [Waiter(rank, number, deadline, name) for number, (name, rank, deadline) in enumerate(waiters)], 10.0, 1.0
    )

    assert "".join(waiter.ticket for waiter in queue.waiting) == waiting
    assert "".join(waiter.ticket for waiter in queue.refused) == refused
    assert queue.free_at == free_at


def test_a_full_queue_refuses_the_last() -> None:
    """Memory stays bounded; a newcomer of more importance takes the place of the least one."""
    searches = [Waiter(Rank.SEARCH, number, NEVER, f"s{number}") for number in range(MAX_WAITING)]
    cart = Waiter(Rank.CART_CHANGE, MAX_WAITING, NEVER, "cart")

    queue = planned([*searches, cart], 0.0, 0.0)

    assert queue.waiting[0] is cart
    assert [waiter.ticket for waiter in queue.refused] == ["s63"]
    assert len(queue.waiting) == MAX_WAITING == 64


def test_the_hopeless_make_room_first() -> None:
    """One who cannot be served in time does not cost another his place."""
    hopeless = Waiter(Rank.SEARCH, 0, -1.0, "hopeless")
    others = [Waiter(Rank.SEARCH, number, NEVER, "s") for number in range(1, MAX_WAITING + 1)]

    queue = planned([hopeless, *others], 0.0, 0.0)

    assert [waiter.ticket for waiter in queue.refused] == ["hopeless"]
