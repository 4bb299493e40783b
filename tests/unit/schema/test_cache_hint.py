"""How long an answer may be shared: it begins with what the schema allows and only gets shorter."""

from datetime import UTC, datetime, timedelta

import pytest

from schema.cache_hint import CacheHint

NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


def _ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def test_what_the_schema_allows_holds_for_new_data() -> None:
    """And for an answer that needed none."""
    hint = CacheHint(300)
    assert hint.seconds(NOW) == 300

    hint.saw(NOW, False)

    assert hint.seconds(NOW) == 300


@pytest.mark.parametrize(
    ("allowed_s", "age_s", "expected"),
    [
        (300, 0, 300),
        (300, 3300, 300),
        (300, 3301, 299),
        (300, 3599.5, 0),
        (300, 3600, 0),
        (300, 9000, 0),
        (3600, 600, 3000),
        (86400, 3600, 82800),
    ],
)
def test_data_of_a_while_ago_is_shared_until_it_is_an_hour_old(allowed_s: int, age_s: float, expected: int) -> None:
    """Or as old as the schema allows, where that is more."""
    hint = CacheHint(allowed_s)

    hint.saw(_ago(age_s), False)

    assert hint.seconds(NOW) == expected


def test_the_oldest_data_counts() -> None:
    """In whatever order it came."""
    hint = CacheHint(3600)

    for age_s in (10, 600, 20):
        hint.saw(_ago(age_s), False)

    assert hint.seconds(NOW) == 3000


def test_stale_data_is_not_shared() -> None:
    """However much fresh data stands beside it."""
    hint = CacheHint(3600)

    hint.saw(NOW, True)
    hint.saw(NOW, False)
    hint.shorten(100)

    assert hint.seconds(NOW) == 0


def test_anybody_may_shorten_and_nobody_lengthen() -> None:
    """A resolver may know better than the schema."""
    hint = CacheHint(60)

    hint.shorten(90)
    assert hint.seconds(NOW) == 60
    hint.shorten(5.9)
    assert hint.seconds(NOW) == 5
    hint.forbid()
    assert hint.seconds(NOW) == 0
