"""Amounts that the storefront reckons itself, written as the marketplace writes its own."""

from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from ecs.model import Money
from ecs.vocabulary import fraction_digits

# How recorded answers write prices: "$9.99", "EUR 9.999,99", "￥ 9,999".
_PREFIX: Final = MappingProxyType({
    "USD": "$", "GBP": "£", "EUR": "EUR ", "JPY": "￥ ", "CAD": "CDN$ ", "CNY": "￥ ", "INR": "INR ", "BRL": "R$ ",
})  # fmt: skip
_COMMA_DECIMALS: Final = frozenset({"EUR", "BRL"})
_AMOUNTS: Final = 8192
"""Amounts whose text is kept: prices are few beside products."""


@lru_cache(maxsize=4096)
def money(amount_minor: int, currency: str) -> Money:
    """An amount in minor units with its display text; a negative one has its sign in front."""
    digits = fraction_digits(currency)
    number = f"{Decimal(abs(amount_minor)).scaleb(-digits):,.{digits}f}"
    if currency in _COMMA_DECIMALS:
        number = number.translate(str.maketrans(",.", ".,"))
    sign = "-" if amount_minor < 0 else ""
    return Money(amount_minor, currency, f"{sign}{_PREFIX.get(currency, f'{currency} ')}{number}")


@lru_cache(_AMOUNTS)
def major_units(amount_minor: int, currency: str) -> str:
    """The exact amount in major units, such as ``19.99``; whole for yen."""
    digits = fraction_digits(currency)
    if not digits:
        return str(amount_minor)
    if digits == 2 and amount_minor >= 100:
        text = str(amount_minor)
        return f"{text[:-2]}.{text[-2:]}"
    return f"{Decimal(amount_minor).scaleb(-digits):.{digits}f}"


def minor_units(amount: Decimal, currency: str) -> int:
    """An amount in major units as the wire counts it; digits beyond the smallest coin are cut off."""
    return int(amount.scaleb(fraction_digits(currency)))
