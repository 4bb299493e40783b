"""Scalars of the API, each with the text that specifies it."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal as PythonDecimal
from types import MappingProxyType
from typing import Final, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

Decimal = NewType("Decimal", str)
"""Exact decimal number as text."""
DateTime = NewType("DateTime", datetime)
PartialDate = NewType("PartialDate", str)
URL = NewType("URL", str)
CurrencyCode = NewType("CurrencyCode", str)
FacetToken = NewType("FacetToken", str)

_MAX_DIGITS: Final = 18
_DECIMAL: Final = re.compile(r"-?(\d+(\.\d*)?|\.\d+)", re.ASCII)


def _parse_decimal(value: object) -> Decimal:
    # No exponent: "1E99999999" would unfold to a hundred million zeros.
    if not isinstance(value, str) or len(value) > _MAX_DIGITS or not _DECIMAL.fullmatch(value):
        raise ValueError(f'Decimal is a number of at most {_MAX_DIGITS} digits in quotes, such as "19.99".')
    return Decimal(format(PythonDecimal(value), "f"))


def _write_instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("This value is a text in quotes.")
    return value


SCALARS: Mapping[object, ScalarDefinition] = MappingProxyType({
    Decimal: strawberry.scalar(
        name="Decimal",
        description='Exact decimal number written as a string, such as "19.99".',
        specified_by_url="https://docs.example.invalid/scalars/decimal",
        serialize=str,
        parse_value=_parse_decimal,
    ),
    DateTime: strawberry.scalar(
        name="DateTime",
        description="Instant with offset, RFC 3339, UTC on output.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=_write_instant,
        parse_value=datetime.fromisoformat,
    ),
    PartialDate: strawberry.scalar(
        name="PartialDate",
        description=(
            "Calendar date that may be year only or year and month, as the catalog gives it: "
            "2005, 2005-03 or 2005-03-14."
        ),
        specified_by_url="https://www.loc.gov/standards/datetime/",
        serialize=str,
        parse_value=_text,
    ),
    URL: strawberry.scalar(
        name="URL",
        description="Absolute URL, RFC 3986.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3986",
        serialize=str,
        parse_value=_text,
    ),
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode",
        description="ISO 4217 alphabetic currency code.",
        specified_by_url="https://www.iso.org/iso-4217-currency-codes.html",
        serialize=str,
        parse_value=_text,
    ),
    FacetToken: strawberry.scalar(
        name="FacetToken",
        description=(
            "Opaque value of one facet choice; take it from `FacetValue.token` and send it back in "
            "`SearchFilter.facets`."
        ),
        specified_by_url="https://docs.example.invalid/scalars/facet-token",
        serialize=str,
        parse_value=_text,
    ),
})  # fmt: skip
