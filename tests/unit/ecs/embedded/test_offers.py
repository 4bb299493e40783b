"""Offers of the feed, and those made where it has none."""

import msgspec
import pytest

from ecs.embedded.offers import CONDITIONS, OfferBook, OfferBooks, offer_book
from ecs.embedded.product import Product
from ecs.embedded.sellers import HOUSE, seller_id
from tests.unit.ecs.embedded.feeds import LANTERN, ROWS, Row, offer, row


def _product(fields: Row) -> Product:
    return msgspec.convert(fields, Product)


def _made(asin: str, **fields: object) -> OfferBook:
    return offer_book(_product({"asin": asin, "title": "x", "search_index": "Books", **fields}), "USD")


def test_offers_of_the_feed_come_cheapest_first() -> None:
    """What the feed says is sold as it says."""
    book = offer_book(_product(next(entry for entry in ROWS if entry["asin"] == LANTERN)), "USD")

    assert [(found.seller.name, found.condition, found.amount, found.limit) for found in book.offers] == [
        ("Paper Moon", "Used", 800, 1),
        ("Cartograph Sample Store", "New", 1250, 5),
        ("Paper Moon", "New", 1400, 999),
    ]
    assert book.featured is book.offers[1]
    assert book.list_price == 2500
    assert [book.counts[condition] for condition in CONDITIONS] == [2, 1, 0, 0]


def test_featured_offer_is_the_cheapest_new_one_that_can_be_had() -> None:
    """Adding by ASIN must put in the cart what the shopper would expect."""
    fields = row(
        "B0FEATURED",
        "x",
        offer(100, stock="none"),
        offer(150, "Used Shop", condition="Used"),
        offer(300, "Second Shop"),
        offer(200, "First Shop"),
    )

    book = offer_book(_product(fields), "USD")

    assert book.featured is not None
    assert (book.featured.amount, book.featured.seller.name) == (200, "First Shop")


def test_without_a_new_offer_the_cheapest_is_featured() -> None:
    """A product that is only sold used can still be bought by its ASIN."""
    fields = row("B0USEDONLY", "x", offer(400, condition="Collectible"), offer(250, "B", condition="Used"))

    book = offer_book(_product(fields), "USD")

    assert book.featured is not None
    assert book.featured.amount == 250
    assert book.lowest.get("New") is None


def test_offers_of_one_seller_and_condition_have_keys_of_their_own() -> None:
    """Two copies of one seller are two offers."""
    book = offer_book(_product(row("B0TWOCOPYS", "x", offer(1), offer(2), offer(3))), "USD")

    assert len({found.key for found in book.offers}) == 3


def test_other_currency_is_converted() -> None:
    """The marketplace sells in one currency."""
    fields = row("B0POUNDS00", "x", {"seller": "S", "price": {"amount": 1000, "currency": "GBP"}})

    book = offer_book(_product(fields), "USD")

    assert [found.amount for found in book.offers] == [1250]


def test_made_offers_are_the_same_each_time() -> None:
    """Two processes must make the same offers, or a listing id would lead nowhere."""
    book = _made("B0SAMEMADE")

    again = _made("B0SAMEMADE")

    assert book.offers == again.offers
    assert [(found.key, found.amount, found.condition) for found in book.offers] == [
        ("00ff650b", 896, "Used"),
        ("7ddbb476", 1000, "Used"),
        ("9005cc6d", 1299, "New"),
    ]


def test_price_of_the_feed_is_that_of_the_first_new_offer() -> None:
    """The one price a feed knows is what a shopper pays for it new."""
    for number in range(200):
        book = _made(f"B0PRICE{number:03}", price={"amount": 4321, "currency": "USD"})

        new = [found for found in book.offers if found.condition == "New"]
        assert new[0].amount == 4321
        if book.featured is not None:
            assert book.featured.amount == 4321


def test_offer_count_of_the_feed_is_kept() -> None:
    """A feed that knows how many offers there are is believed, up to twenty-four."""
    assert [len(_made("B0COUNTED0", offer_count=count).offers) for count in (1, 7, 30)] == [1, 7, 24]


def test_made_offers_are_of_all_kinds() -> None:
    """Every state that a storefront must show occurs in a catalog of a few hundred products."""
    books = [_made(f"B0KIND{number:04}") for number in range(1000)]
    offers = [found for book in books for found in book.offers]

    assert {found.condition for found in offers} == {"New", "Used", "Collectible"}
    assert {found.stock for found in offers} == {"now", "backorder", "preorder", "none"}
    assert sum(len(book.offers) > 10 for book in books) == pytest.approx(20, abs=10)
    assert sum(any(found.is_hidden for found in book.offers) for book in books) == pytest.approx(33, abs=15)
    assert sum(book.featured is None for book in books) == pytest.approx(25, abs=12)
    assert sum(book.offers[0].seller.id == HOUSE.id for book in books) > 100
    assert all(1 <= found.limit <= 999 for found in offers if found.is_buyable)
    assert all(found.limit == 0 for found in offers if not found.is_buyable)
    assert all(book.list_price is None or book.list_price > 0 for book in books)


@pytest.mark.parametrize("search_index", ["Electronics", "Toys", "Books", "Nonsense"])
def test_prices_are_usual_for_the_group(search_index: str) -> None:
    """A made price must not look absurd."""
    books = [_made(f"B0GROUP{number:03}", search_index=search_index) for number in range(300)]
    new = [found.amount for book in books for found in book.offers if found.condition == "New"]

    assert min(new) >= 300
    assert max(new) <= {"Electronics": 31_000, "Toys": 8_000, "Books": 5_500, "Nonsense": 11_000}[search_index]


def test_seller_id_follows_from_the_name() -> None:
    """A feed that only names its sellers gets lasting ids."""
    assert seller_id("Paper Moon") == seller_id("PAPER MOON") != seller_id("Paper Sun")
    assert len(seller_id("Paper Moon")) == 14


def test_books_are_remembered_by_product_and_currency() -> None:
    """A page of products is asked for many times; another marketplace has other prices."""
    books = OfferBooks()
    product = _product(row("B000000001", "x", offer(1000)))

    assert books.of(product, "USD") is books.of(product, "USD")
    assert books.of(product, "EUR") is not books.of(product, "USD")
    assert books.of(product, "EUR").offers != books.of(product, "USD").offers


def test_remembered_books_are_bounded() -> None:
    """A crawler must not fill the memory: past four thousand the memory starts anew."""
    books = OfferBooks()
    first = books.of(_product(row("B000000000", "x", offer(1))), "USD")

    for number in range(1, 4097):
        books.of(_product(row(f"B{number:09}", "x", offer(1))), "USD")

    assert books.of(_product(row("B000000000", "x", offer(1))), "USD") is not first
