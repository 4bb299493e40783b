"""When a breaker opens, tries, and closes."""

import pytest

from ecs.resilience.breaker import Breaker, BreakerState, Permit

CLOSED, OPEN, HALF_OPEN = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN


def told(breaker: Breaker, outcomes: str, *, at: float = 0.0, every_s: float = 0.0) -> float:
    """Make one call for each sign: + is good, - fails. Gives the instant after the last."""
    for outcome in outcomes:
        permit = breaker.permit(at)
        assert permit is not None
        (breaker.succeeded if outcome == "+" else breaker.failed)(permit, at)
        at += every_s
    return at


@pytest.mark.parametrize(
    ("outcomes", "every_s", "state"),
    [
        ("", 0, CLOSED),
        ("----", 0, CLOSED),
        ("-----", 0, OPEN),
        ("----+----", 0, CLOSED),
        ("----+-----", 0, OPEN),
        ("--------", 0, OPEN),
        # Half of twenty, never five in a row.
        ("+-" * 9 + "+", 0, CLOSED),
        ("+-" * 10, 0, OPEN),
        ("+-" * 10, 1.5, OPEN),
        # Over more than thirty seconds that is bad weather, not an outage.
        ("+-" * 20, 1.6, CLOSED),
        ("++-" * 20, 0, CLOSED),
        # Only the last twenty count.
        ("++-" * 20 + "+-" * 6, 0, CLOSED),
        ("++-" * 20 + "+-" * 10, 0, OPEN),
    ],
)
def test_it_opens_by_failures_in_a_row_or_by_their_share(outcomes: str, every_s: float, state: BreakerState) -> None:
    """Five in a row, or half of twenty within thirty seconds."""
    breaker = Breaker()
    at = 0.0

    for outcome in outcomes:
        if breaker.state(at) is OPEN:
            break
        told(breaker, outcome, at=at)
        at += every_s

    assert breaker.state(at) is state


@pytest.mark.parametrize(("last_at", "state"), [(30.0, OPEN), (30.1, CLOSED)])
def test_the_share_of_failures_counts_within_thirty_seconds(last_at: float, state: BreakerState) -> None:
    """The first of the twenty may be that old, and no older."""
    breaker = Breaker()

    told(breaker, "+-" * 9 + "+")
    told(breaker, "-", at=last_at)

    assert breaker.state(last_at) is state


def test_an_open_breaker_lets_nothing_through_for_ten_seconds() -> None:
    """The upstream gets time to recover, and callers an answer at once."""
    breaker = Breaker()
    assert breaker.permit(0.0) == Permit(0, is_trial=False)
    told(breaker, "-----")

    assert breaker.permit(9.9) is None
    assert breaker.retry_after_s(4.0) == 6.0
    assert breaker.state(10.0) is HALF_OPEN


def test_one_trial_at_a_time() -> None:
    """An upstream that comes back is not run over by all who waited."""
    breaker = Breaker()
    told(breaker, "-----")

    first = breaker.permit(10.0)
    second = breaker.permit(10.0)

    assert first is not None
    assert first.is_trial
    assert second is None
    assert breaker.retry_after_s(10.0) == 1.0
    breaker.released(first)
    assert breaker.permit(10.0) is not None


def test_two_good_trials_close_it() -> None:
    """One good answer may be luck."""
    breaker = Breaker()
    told(breaker, "-----")

    told(breaker, "+", at=10.0)
    assert breaker.state(10.0) is HALF_OPEN
    told(breaker, "+", at=10.0)

    assert breaker.state(10.0) is CLOSED
    assert breaker.retry_after_s(10.0) == 0.0
    # What was before the outage is forgotten.
    assert told(breaker, "----", at=100.0) == 100.0
    assert breaker.state(100.0) is CLOSED


def test_a_failed_trial_opens_it_for_ten_seconds_more() -> None:
    """An outage of any length ends at most ten seconds after the upstream is back: one trial each ten seconds."""
    breaker = Breaker()
    told(breaker, "-----")

    for at in (10.0, 20.0, 30.0, 40.0):
        told(breaker, "-", at=at)
        assert breaker.state(at + 9.9) is OPEN
        assert breaker.state(at + 10.0) is HALF_OPEN


def test_an_upstream_that_comes_and_goes_is_left_alone_longer_each_time() -> None:
    """Ten seconds, twenty, forty, a minute at most; after a minute without trouble it is ten again."""
    breaker = Breaker()
    told(breaker, "-----")
    at, openings = 0.0, []

    for _ in range(5):
        opening = breaker.retry_after_s(at)
        openings.append(opening)
        at += opening
        told(breaker, "++", at=at)
        told(breaker, "-----", at=at)
    at += breaker.retry_after_s(at)
    told(breaker, "++", at=at)
    told(breaker, "-----", at=at + 60.0)

    assert openings == [10.0, 20.0, 40.0, 60.0, 60.0]
    assert breaker.retry_after_s(at + 60.0) == 10.0


def test_a_trial_that_fails_after_a_good_one_is_a_relapse() -> None:
    """It doubles the opening as well."""
    breaker = Breaker()
    told(breaker, "-----")

    told(breaker, "+-", at=10.0)

    assert breaker.retry_after_s(10.0) == 20.0


def test_news_of_calls_from_before_changes_nothing() -> None:
    """Calls that were under way when it opened end one after the other; none is a trial."""
    breaker = Breaker()
    late = [breaker.permit(0.0) for _ in range(3)]
    told(breaker, "-----")
    good, bad, gone = late
    assert good is not None
    assert bad is not None
    assert gone is not None

    breaker.succeeded(good, 5.0)
    breaker.failed(bad, 6.0)
    breaker.released(gone)

    assert not breaker.holds(good)
    assert breaker.state(9.9) is OPEN
    assert breaker.state(10.0) is HALF_OPEN


def test_a_call_given_up_counts_neither_way() -> None:
    """A shopper who leaves says nothing about the upstream."""
    breaker = Breaker()
    told(breaker, "----")
    permit = breaker.permit(0.0)
    assert permit is not None

    breaker.released(permit)
    told(breaker, "-")

    assert breaker.state(0.0) is OPEN


def test_a_trial_of_an_earlier_opening_frees_no_other_trials_place() -> None:
    """Whoever gives his leave back late, or twice, lets no second trial through beside the one under way."""
    breaker = Breaker()
    told(breaker, "-----")
    early = breaker.permit(10.0)
    assert early is not None
    breaker.released(early)
    told(breaker, "-", at=10.0)
    trial = breaker.permit(20.0)

    breaker.released(early)

    assert (early, trial) == (Permit(1, is_trial=True), Permit(2, is_trial=True))
    assert not breaker.holds(early)
    assert breaker.permit(20.0) is None
