"""A storefront that sells a few things, over fakes."""

import pytest

from tests.support.fake_carts import Goods
from tests.support.fakes import Storefront


@pytest.fixture
def front() -> Storefront:
    """A shop that sells A (of two sellers), B, C at most five a cart, and D, which cannot be bought now."""
    return Storefront.selling(
        Goods("A", 1000),
        Goods("A", 900, listing_id="A-second", seller="Second Books"),
        Goods("B", 2000),
        Goods("C", 500, max_quantity=5),
        Goods("D", 700, is_available=False),
    )
