"""Amounts that the storefront reckons and writes itself."""

from decimal import Decimal

import pytest

from ecs.model import Money
from resolvers.prices import major_units, minor_units, money


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (999, "USD", "$9.99"),
        (123456, "USD", "$1,234.56"),
        (999, "GBP", "£9.99"),
        (999999, "EUR", "EUR 9.999,99"),
        (5, "EUR", "EUR 0,05"),
        (9999, "JPY", "￥ 9,999"),
        (999, "CAD", "CDN$ 9.99"),
        (999, "CNY", "￥ 9.99"),
        (999, "INR", "INR 9.99"),
        (123456, "BRL", "R$ 1.234,56"),
        (999, "AUD", "AUD 9.99"),
        (0, "USD", "$0.00"),
        (-250, "USD", "-$2.50"),
        (-250, "EUR", "-EUR 2,50"),
    ],
)
def test_an_amount_is_written_as_its_marketplace_writes(amount: int, currency: str, text: str) -> None:
    """Our own sums stand beside the upstream's and must look alike."""
    assert money(amount, currency) == Money(amount, currency, text)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [(1999, "USD", "19.99"), (5, "EUR", "0.05"), (-5, "USD", "-0.05"), (1999, "JPY", "1999")],
)
def test_major_units_are_exact(amount: int, currency: str, text: str) -> None:
    """Clients reckon with this text."""
    assert major_units(amount, currency) == text


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("19.99", "USD", 1999), ("19.999", "USD", 1999), ("20", "EUR", 2000), ("500.9", "JPY", 500), ("0", "USD", 0)],
)
def test_minor_units_cut_what_no_coin_pays(amount: str, currency: str, minor: int) -> None:
    """The wire takes whole coins."""
    assert minor_units(Decimal(amount), currency) == minor
