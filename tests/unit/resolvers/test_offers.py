"""Offers beyond the first page, and what their prices range over."""

from ecs.model import OfferPage
from ecs.vocabulary import ResponseGroup
from resolvers.offers import all_offers, first_offers, price_range, reachable_offers
from resolvers.prices import money
from tests.support.fakes import FakeCatalog, an_item, an_offer


async def test_an_item_without_offers_asks_nobody() -> None:
    """No offers were sent, so there are none to page through."""
    catalog = FakeCatalog()

    assert await all_offers(catalog, an_item(offers=None)) == ()
    assert await all_offers(catalog, an_item("A", an_offer("1"))) == (an_offer("1"),)
    assert catalog.calls == []


async def test_offers_that_came_whole_are_not_asked_again() -> None:
    """The total says that no further page holds more."""
    catalog = FakeCatalog()
    item = an_item(offers=OfferPage(1, 2, (an_offer("1"),)))

    assert await all_offers(catalog, item) == (an_offer("1"),)
    assert catalog.calls == []


async def test_further_pages_are_fetched_up_to_the_fifth() -> None:
    """Paging reaches fifty offers, in the upstream's order."""
    catalog = FakeCatalog()
    for page in range(2, 9):
        catalog.offer_pages["A", page] = an_item("A", an_offer(f"{page}"))
    catalog.offer_pages["A", 4] = an_item("A", offers=None)

    found = await all_offers(catalog, an_item(offers=OfferPage(80, 8, (an_offer("1"),))))

    assert [offer.listing_id for offer in found] == ["1", "2", "3", "5"]
    assert [call.options["offer_page"] for call in catalog.calls] == [2, 3, 4, 5]
    assert {call.groups for call in catalog.calls} == {frozenset({ResponseGroup.OFFER_FULL})}


def test_the_first_offers_are_those_that_came() -> None:
    """Whoever wants more than came with the item needs a further page; paging ends after fifty."""
    item = an_item(offers=OfferPage(80, 8, (an_offer("1"), an_offer("2"))))

    assert first_offers(item, 1) == (an_offer("1"),)
    assert first_offers(item, 2) == (an_offer("1"), an_offer("2"))
    assert first_offers(item, 3) is None
    assert reachable_offers(item) == 50
    assert reachable_offers(an_item(offers=OfferPage(12, 2, ()))) == 12
    assert first_offers(an_item(offers=None), 1) is None
    assert reachable_offers(an_item(offers=None)) == 0


def test_a_range_spans_the_shown_prices_of_its_condition() -> None:
    """A hidden price must not be given away by a range."""
    offers = [
        an_offer("1", price=money(1500, "USD")),
        an_offer("2", price=money(900, "USD")),
        an_offer("3", price=money(100, "USD"), is_price_hidden=True),
        an_offer("4", price=None),
        an_offer("5", price=money(50, "USD"), condition="Used"),
    ]

    assert price_range(offers, "New") == (money(900, "USD"), money(1500, "USD"))
    assert price_range(offers, "Used") == (money(50, "USD"), money(50, "USD"))
    assert price_range(offers, "Refurbished") is None
