"""Scalars of the API."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from schema.scalars import SCALARS, URL, CurrencyCode, DateTime, Decimal, FacetToken, PartialDate


def read(scalar: object, value: object) -> object:
    """What a client's value becomes."""
    parse = SCALARS[scalar].parse_value
    assert parse
    return parse(value)


def write(scalar: object, value: object) -> object:
    """What a client gets."""
    serialize = SCALARS[scalar].serialize
    assert serialize
    return serialize(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("19.99", "19.99"), ("0", "0"), ("-5", "-5"), ("007.50", "7.50"), (".5", "0.5"), ("1" * 18, "1" * 18)],
)
def test_a_decimal_is_read_exactly(value: str, expected: str) -> None:
    """Prices never pass through floating point."""
    assert read(Decimal, value) == expected


@pytest.mark.parametrize(
    "value",
    ["", "a", "1,5", "NaN", "Infinity", "-Infinity", "1" * 19, "1.2.3", 19.99, 5, None, True, [], "1E5", "1E99999999"],
)
def test_what_is_no_decimal_is_refused(value: object) -> None:
    """Numbers without quotes have lost digits already; an exponent would unfold to millions of zeros."""
    with pytest.raises(ValueError, match=r'^Decimal is a number of at most 18 digits in quotes, such as "19\.99"\.$'):
        read(Decimal, value)


def test_an_instant_is_written_in_utc_to_the_millisecond() -> None:
    """One form everywhere, so that texts compare."""
    berlin = timezone(timedelta(hours=2))

    assert write(DateTime, datetime(2024, 2, 29, 14, 0, 0, 123456, tzinfo=berlin)) == "2024-02-29T12:00:00.123Z"
    assert write(DateTime, datetime(2024, 2, 29, tzinfo=UTC)) == "2024-02-29T00:00:00.000Z"


def test_an_instant_is_read_with_its_offset() -> None:
    """RFC 3339."""
    assert read(DateTime, "2024-02-29T12:00:00+00:00") == datetime(2024, 2, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize("scalar", [PartialDate, URL, CurrencyCode, FacetToken])
def test_texts_are_texts(scalar: object) -> None:
    """Nothing is made of a number."""
    assert read(scalar, "text") == write(scalar, "text") == "text"
    with pytest.raises(ValueError, match=r"^This value is a text in quotes\.$"):
        read(scalar, 5)


def test_every_scalar_says_where_it_is_specified() -> None:
    """Clients map scalars to their own types by it."""
    assert all(definition.specified_by_url and definition.description for definition in SCALARS.values())
