"""Telling a cart that has lapsed from a server that is set up wrong."""

from datetime import timedelta

import pytest

from persistence.records import CartRecord
from resolvers.expiry import SUSPICIOUS, WINDOW, ExpiryGuard, is_past_its_life
from resolvers.snapshots import SeenCart, to_snapshot
from tests.support.fakes import NOON, a_cart, a_line

OURS = "amazon-1"


def cart(number: int = 1) -> CartRecord:
    """A young cart with something in it."""
    return a_cart(a_line(1), id=f"cart-{number}", made_with=OURS)


@pytest.mark.parametrize(
    ("has_lines", "days", "is_past"), [(True, 89, False), (True, 90, True), (False, 6, False), (False, 7, True)]
)
def test_a_cart_lives_longer_with_something_in_it(has_lines: bool, days: int, is_past: bool) -> None:
    """The upstream keeps it for 90 days after its last use, an empty one for seven."""
    record = a_cart(a_line(1)) if has_lines else a_cart()

    assert is_past_its_life(record, NOON + timedelta(days=days)) is is_past


def test_being_looked_at_is_use() -> None:
    """The later of the last change and the last sight counts."""
    seen = a_cart(a_line(1), snapshot=to_snapshot(SeenCart(), NOON + timedelta(days=50)))
    changed = a_cart(a_line(1), updated_at=NOON + timedelta(days=50))

    assert [is_past_its_life(each, NOON + timedelta(days=139)) for each in (seen, changed)] == [False, False]
    assert [is_past_its_life(each, NOON + timedelta(days=140)) for each in (seen, changed)] == [True, True]


def test_the_third_young_cart_gone_within_a_minute_is_suspicious() -> None:
    """One that stays away is counted once."""
    guard = ExpiryGuard()

    doubts = []
    for number in (1, 1, 1, 2, 3):
        guard.gone(cart(number), NOON)
        doubts.append(guard.doubts(cart(number), OURS, NOON))

    assert SUSPICIOUS == 3
    assert doubts == [False, False, False, False, True]


def test_suspicion_passes_after_a_minute() -> None:
    """Old trouble says nothing of now."""
    guard = ExpiryGuard()
    for number in range(3):
        guard.gone(cart(number), NOON)

    assert guard.doubts(cart(), OURS, NOON + WINDOW - timedelta(seconds=1)) is True
    assert guard.doubts(cart(), OURS, NOON + WINDOW) is False


def test_where_more_carts_are_found_than_gone_settings_are_right() -> None:
    """A busy shop loses three carts a minute by itself."""
    guard = ExpiryGuard()
    for number in range(3):
        guard.gone(cart(number), NOON)
    for number in range(10, 13):
        guard.found(cart(number), NOON)
    evenly = guard.doubts(cart(), OURS, NOON)
    guard.found(cart(13), NOON)

    assert (evenly, guard.doubts(cart(), OURS, NOON)) == (True, False)


def test_a_cart_that_is_found_again_is_not_gone() -> None:
    """And the other way round."""
    guard = ExpiryGuard()
    for number in range(3):
        guard.gone(cart(number), NOON)
    guard.found(cart(0), NOON)
    found_again = guard.doubts(cart(1), OURS, NOON)
    guard.gone(cart(0), NOON)

    assert (found_again, guard.doubts(cart(1), OURS, NOON)) == (False, True)


def test_a_cart_that_is_gone_is_no_longer_found() -> None:
    """What was found before the trouble began does not speak for the settings for ever."""
    guard = ExpiryGuard()
    for number in range(5):
        guard.found(cart(number), NOON)

    doubts = []
    for number in range(3):
        guard.gone(cart(number), NOON)
        doubts.append(guard.doubts(cart(number), OURS, NOON))

    assert doubts == [False, False, True]


def test_a_cart_past_its_life_is_no_news_and_no_doubt() -> None:
    """It may go even while others are in doubt."""
    guard = ExpiryGuard()
    later = NOON + timedelta(days=90)
    for number in range(5):
        guard.gone(cart(number), later)
    young = a_cart(a_line(1), id="young", updated_at=later, made_with=OURS)

    assert guard.doubts(young, OURS, later) is False
    for number in range(3):
        guard.gone(a_cart(a_line(1), id=f"young-{number}", updated_at=later), later)
    assert (guard.doubts(young, OURS, later), guard.doubts(cart(), OURS, later)) == (True, False)


def test_a_cart_made_with_other_settings_is_always_in_doubt() -> None:
    """Only those can open it; carts from before that was noted are taken for ours."""
    guard = ExpiryGuard()
    much_later = NOON + timedelta(days=900)

    assert guard.doubts(a_cart(made_with="amazon-2"), OURS, much_later) is True
    assert guard.doubts(a_cart(made_with=""), OURS, NOON) is False


def test_only_the_latest_thousand_are_remembered() -> None:
    """Memory stays bounded, whatever happens upstream."""
    guard = ExpiryGuard()
    for number in range(1003):
        guard.found(cart(number), NOON)
    for number in range(2000, 3000):
        guard.gone(cart(number), NOON)

    # With more than a thousand found it would be no doubt.
    assert guard.doubts(cart(), OURS, NOON) is True


def test_a_thousand_are_remembered() -> None:
    """One fewer gone than found is no doubt; as many are."""
    guard = ExpiryGuard()
    for number in range(1000):
        guard.found(cart(number), NOON)
    for number in range(2000, 2999):
        guard.gone(cart(number), NOON)
    fewer = guard.doubts(cart(), OURS, NOON)
    guard.gone(cart(2999), NOON)

    assert (fewer, guard.doubts(cart(), OURS, NOON)) == (False, True)


def test_the_oldest_are_forgotten_first() -> None:
    """What was found just now speaks for the settings, however much was found before."""
    guard = ExpiryGuard()
    for number in range(1000):
        guard.found(cart(number), NOON)
    soon = NOON + WINDOW
    for number in range(1000, 1004):
        guard.found(cart(number), soon)
    for number in range(2000, 2003):
        guard.gone(cart(number), soon)

    assert guard.doubts(cart(), OURS, soon) is False
