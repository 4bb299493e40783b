"""What an offer's availability means to a shopper."""

from typing import Any

import pytest

from resolvers.availability import Availability, availability_of, featured_offer, is_buyable
from tests.support.fakes import an_item, an_offer


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Availability.IN_STOCK),
        ({"min_hours": None}, Availability.IN_STOCK),
        ({"min_hours": 335}, Availability.IN_STOCK),
        ({"min_hours": 336}, Availability.BACKORDER),
        ({"availability_type": "futureDate"}, Availability.BACKORDER),
        ({"availability_type": "unknown"}, Availability.UNKNOWN),
        ({"availability_type": None}, Availability.UNKNOWN),
        ({"is_preorder": True}, Availability.PREORDER),
        ({"is_preorder": True, "max_quantity": 0}, Availability.PREORDER),
        ({"max_quantity": 0}, Availability.OUT_OF_STOCK),
        ({"max_quantity": 1}, Availability.IN_STOCK),
    ],
)
def test_availability_is_read_from_the_attributes_alone(changes: dict[str, Any], expected: Availability) -> None:
    """The wording is localised and never looked at."""
    assert availability_of(an_offer(availability="Usually ships in 24 hours", **changes)) is expected


def test_only_a_sold_out_offer_cannot_be_bought() -> None:
    """Unknown is not a refusal."""
    assert is_buyable(an_offer(availability_type=None)) is True
    assert is_buyable(an_offer(max_quantity=0)) is False


def test_the_featured_offer_is_the_first_new_one_that_can_be_bought() -> None:
    """It is what a plain add-to-cart takes."""
    used, sold_out, new = an_offer("u", condition="Used"), an_offer("s", max_quantity=0), an_offer("n")

    assert featured_offer(an_item("A", used, sold_out, new)) == new
    assert featured_offer(an_item("A", sold_out, used)) == used
    assert featured_offer(an_item("A", sold_out)) is None
    assert featured_offer(an_item("A", offers=None)) is None
