"""Amounts in the words of each marketplace."""

import pytest

from ecs.embedded.money import RATES, Price, converted, formatted
from ecs.vocabulary import LOCALES


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (999, "USD", "$9.99"),
        (123456, "USD", "$1,234.56"),
        (5, "GBP", "£0.05"),
        (999999, "EUR", "EUR 9.999,99"),
        (9999, "JPY", "￥ 9,999"),
        (999, "CAD", "CDN$ 9.99"),
        (999, "CNY", "￥ 9.99"),
        (999, "INR", "INR 9.99"),
    ],
)
def test_prices_read_as_recorded(amount: int, currency: str, text: str) -> None:
    """Clients show the text as it is."""
    assert formatted(amount, currency) == text


@pytest.mark.parametrize(
    ("price", "currency", "amount"),
    [
        (Price(1245, "GBP"), "GBP", 1245),
        (Price(1245, "GBP"), "USD", 1556),
        (Price(20900, "INR"), "USD", 251),
        (Price(1, "INR"), "USD", 1),
        (Price(0, "INR"), "USD", 0),
        (Price(1000, "USD"), "JPY", 1429),
        (Price(1429, "JPY"), "USD", 1000),
    ],
)
def test_other_currencies_are_sold_at_a_fixed_rate(price: Price, currency: str, amount: int) -> None:
    """A cart has one currency, whatever the feed has; nothing that costs something becomes free."""
    assert converted(price, currency) == amount


def test_every_marketplace_can_be_priced() -> None:
    """A marketplace without rate or format would fail at its first offer."""
    currencies = {locale.currency for locale in LOCALES.values()}

    assert currencies <= RATES.keys()
    assert all(formatted(100, currency) for currency in currencies)
