"""How long answers may be shown."""

import pytest

from ecs.caching.ageing import CONTENT, NOTHING, PRICES, Ages, Lifetime, ages_of, lifetime
from ecs.vocabulary import ResponseGroup


@pytest.mark.parametrize(
    ("groups", "ages"),
    [
        ((), CONTENT),
        ((ResponseGroup.SMALL, ResponseGroup.IMAGES), CONTENT),
        ((ResponseGroup.ITEM_ATTRIBUTES,), CONTENT),
        ((ResponseGroup.ITEM_ATTRIBUTES, ResponseGroup.OFFER_FULL), PRICES),
        ((ResponseGroup.OFFERS,), PRICES),
        ((ResponseGroup.OFFER_SUMMARY,), PRICES),
        ((ResponseGroup.OFFER_LISTINGS,), PRICES),
        ((ResponseGroup.MEDIUM,), PRICES),
        ((ResponseGroup.LARGE,), PRICES),
        ((ResponseGroup.VARIATIONS,), PRICES),
        ((ResponseGroup.VARIATION_SUMMARY,), PRICES),
        (("Seller",), CONTENT),
        (("SellerListing",), PRICES),
        (("ListInfo",), CONTENT),
        (("ListInfo", "ListItems"), PRICES),
    ],
)
def test_prices_age_faster(groups: tuple[str, ...], ages: Ages) -> None:
    """One group with prices makes the whole answer one of prices."""
    assert ages_of(groups) is ages


def test_hard_ages_are_those_of_the_licence() -> None:
    """Prices an hour, everything else a day."""
    assert (PRICES.hard_s, CONTENT.hard_s) == (3600, 86400)
    assert PRICES.soft_s < PRICES.hard_s
    assert CONTENT.soft_s < CONTENT.hard_s
    assert NOTHING.hard_s == 60


@pytest.mark.parametrize(("luck", "due_at"), [(0.0, 1080.0), (0.5, 1090.0), (1.0, 1100.0)])
def test_an_answer_is_read_anew_a_little_early_by_chance(luck: float, due_at: float) -> None:
    """What was read together is not read anew together."""
    assert lifetime(1000.0, Ages(100.0, 500.0), luck) == Lifetime(due_at, soft_at=1100.0, hard_at=1500.0)
