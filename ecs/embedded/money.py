"""
Amounts in the words and the currency of a marketplace.

A cart has one currency and a catalog feed may have several, so what is priced in another currency is sold at a fixed,
documented rate. The rates are round figures of about 2023; they make a sane sample shop, not an exchange.
"""

from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from msgspec import Struct

from ecs.vocabulary import fraction_digits

REFERENCE_CURRENCY: Final = "USD"
"""The currency in which the search index compares prices."""

# Worth of one major unit in hundred-thousandths of a US dollar.
RATES: Final = MappingProxyType(
    {
        "AUD": 66_000,
        "BRL": 20_000,
        "CAD": 74_000,
        "CNY": 14_000,
        "EUR": 108_000,
        "GBP": 125_000,
        "INR": 1_200,
        "JPY": 700,
        "MXN": 5_600,
        "USD": 100_000,
    }
)


class Price(Struct, frozen=True, gc=False):
    """An amount in minor units (whole yen for JPY)."""

    amount: int
    currency: str


class _Format(NamedTuple):
    sign: str
    thousands: str = ","
    point: str = "."
    digits: int = 2


_FORMATS: Final = MappingProxyType(
    {
        "AUD": _Format("$"),
        "BRL": _Format("R$ ", ".", ","),
        "CAD": _Format("CDN$ "),
        "CNY": _Format("￥ "),
        "EUR": _Format("EUR ", ".", ","),
        "GBP": _Format("£"),
        "INR": _Format("INR "),
        "JPY": _Format("￥ ", digits=0),
        "MXN": _Format("$"),
        "USD": _Format("$"),
    }
)


def converted(price: Price, currency: str) -> int:
    """``price`` in minor units of ``currency``, rounded to the nearest and never less than 1 for a positive price."""
    if price.currency == currency:
        return price.amount
    dividend = price.amount * RATES[price.currency] * _minor_units(currency)
    divisor = RATES[currency] * _minor_units(price.currency)
    rounded = (2 * dividend + divisor) // (2 * divisor)
    return max(rounded, 1) if price.amount > 0 else rounded


def _minor_units(currency: str) -> int:
    return 1 if fraction_digits(currency) == 0 else 100


@lru_cache(maxsize=8192)
def formatted(amount: int, currency: str) -> str:
    """The amount as shoppers of the currency read it, such as ``$1,234.50`` or ``EUR 9,99``."""
    sign, thousands, point, digits = _FORMATS[currency]
    major, minor = divmod(amount, 100) if digits else (amount, 0)
    text = str(major) if major < 1000 else f"{major:,}".replace(",", thousands)
    return f"{sign}{text}{point}{minor:02}" if digits else f"{sign}{text}"
