"""A helper that comes and goes."""

import pytest
from structlog.testing import capture_logs

from server.shelter import Shelter


class Helper:
    """Works unless told otherwise."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.asked = 0

    async def ask(self) -> str:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return "help"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def a_shelter(clock: Clock) -> Shelter:
    return Shelter("helper", (OSError,), "look after it", clock)


async def test_a_helper_that_fails_is_left_out_for_ten_seconds() -> None:
    """Requests do not wait for it one after the other."""
    helper, clock = Helper(), Clock()
    shelter = a_shelter(clock)
    helper.error = ConnectionRefusedError()

    answers = [await shelter.run(helper.ask, "without") for _ in range(3)]
    clock.now = 10.0
    helper.error = None
    answers.append(await shelter.run(helper.ask, "without"))

    assert answers == ["without", "without", "without", "help"]
    assert helper.asked == 2


async def test_it_is_logged_once_when_it_goes_and_once_when_it_is_back() -> None:
    """An hour's outage is two lines."""
    helper, clock = Helper(), Clock()
    shelter = a_shelter(clock)
    helper.error = ConnectionRefusedError()

    with capture_logs() as lines:
        for _ in range(5):
            await shelter.run(helper.ask, "without")
            clock.now += 10.0
        helper.error = None
        for _ in range(3):
            await shelter.run(helper.ask, "without")

    assert lines == [
        {
            "event": "helper.away",
            "helper": "helper",
            "kind": "ConnectionRefusedError",
            "advice": "look after it",
            "log_level": "warning",
        },
        {"event": "helper.back", "helper": "helper", "log_level": "info"},
    ]


async def test_a_fault_of_ours_is_not_hidden() -> None:
    """Only the helper's own errors are its absence."""
    helper = Helper()
    helper.error = LookupError("ours")

    with pytest.raises(LookupError, match="ours"):
        await a_shelter(Clock()).run(helper.ask, "without")
