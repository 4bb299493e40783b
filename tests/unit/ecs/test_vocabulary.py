"""The shared names of the wire."""

import pytest

from ecs.vocabulary import CHANGES, LOCALES, Operation, fraction_digits


def test_every_locale_is_found_by_its_code() -> None:
    """The marketplace code of the API chooses host, shop and money."""
    assert len(LOCALES) == 13
    assert all(code == locale.code for code, locale in LOCALES.items())
    assert (LOCALES["UK"].host, LOCALES["UK"].site) == ("webservices.amazon.co.uk", "www.amazon.co.uk")


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("USD", 2), ("EUR", 2)])
def test_yen_have_no_hundredths(currency: str, digits: int) -> None:
    """A yen amount read as hundredths is wrong by a factor of a hundred."""
    assert fraction_digits(currency) == digits


def test_four_operations_change_something() -> None:
    """Whatever is not in this table is repeated at will."""
    assert sorted(CHANGES) == ["CartAdd", "CartClear", "CartCreate", "CartModify"]
    assert len(Operation) == 22
