"""Parts of items that were written when the catalog was loaded: the same as those that are written on the spot."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import combinations
from pathlib import Path
from shutil import copytree

import pytest

from ecs.embedded.catalog import Catalog
from ecs.embedded.generations import current
from ecs.embedded.item_xml import PREPARED_GROUPS, ItemView, expanded, is_card, item
from ecs.embedded.offer_xml import OfferChoice
from ecs.embedded.offers import offer_book
from ecs.embedded.prepared import Packing, dictionary_of, prepared, suits
from ecs.embedded.product import Product
from ecs.embedded.versions import version_of
from tests.unit.ecs.embedded.caller import Caller

SITE = "http://shop.example/?a=1&b=2"
ALL = OfferChoice(condition="All", merchant="All")


def _opened(data_dir: Path) -> Iterator[Catalog]:
    directory = current(data_dir)
    assert directory is not None
    catalog = Catalog(directory)
    yield catalog
    catalog.close()


@pytest.fixture
def shipped(sample: Path) -> Iterator[Catalog]:
    """The catalog that ships."""
    yield from _opened(sample)


@pytest.fixture
def varied(rich: Path) -> Iterator[Catalog]:
    """One with variations and relations."""
    yield from _opened(rich)


class _Shelf:
    """Other products, in the same catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self.by_asins = catalog.by_asins
        self.titles = catalog.titles
        self.variations = catalog.variations
        self.recommending = catalog.lists.recommending


def _view(catalog: Catalog, groups: tuple[str, ...]) -> ItemView:
    return ItemView(
        site=SITE,
        currency="USD",
        version=version_of("2010-12-01"),
        groups=expanded(groups),
        choice=ALL,
        books=lambda product: offer_book(product, "USD"),
        similar=lambda _: (),
        shelf=_Shelf(catalog),
    )


def _products(catalog: Catalog) -> list[Product]:
    return catalog.by_rows(range(1, catalog.state.products + 1))


@pytest.mark.parametrize("groups", [*combinations(sorted(PREPARED_GROUPS), 2), ("Large",), ("Small", "Images")])
@pytest.mark.parametrize("which", ["shipped", "varied"])
def test_items_are_the_same(which: str, groups: tuple[str, ...], request: pytest.FixtureRequest) -> None:
    """Every product of two catalogs, with any two of the groups and with those that stand for many."""
    catalog: Catalog = request.getfixturevalue(which)
    products = _products(catalog)
    view = _view(catalog, groups)

    ready = catalog.prepared([product.asin for product in products], SITE)

    assert len(ready) == len(products) == catalog.state.products
    for product in products:
        assert item(product, view, ready[product.asin]) == item(product, view), product.asin


CARDS = (
    ("Images", "ItemAttributes", "OfferFull"),
    ("Images", "ItemAttributes", "Offers"),
    ("Images", "ItemAttributes", "OfferFull", "OfferSummary", "Small", "Request", "ItemIds"),
)
NO_CARDS = (
    ("Images", "ItemAttributes"),
    ("Images", "OfferFull"),
    ("ItemAttributes", "OfferFull"),
    ("Images", "ItemAttributes", "OfferListings"),
    ("Images", "ItemAttributes", "OfferFull", "SalesRank"),
    ("Large",),
)


@pytest.mark.parametrize("groups", CARDS)
@pytest.mark.parametrize("which", ["shipped", "varied"])
def test_cards_are_the_items(which: str, groups: tuple[str, ...], request: pytest.FixtureRequest) -> None:
    """All parts, one after the other; what has variations, a parent or relations is no card."""
    catalog: Catalog = request.getfixturevalue(which)
    products = dict(enumerate(_products(catalog), start=1))
    view = _view(catalog, groups)

    cards = catalog.cards([*products], SITE)

    assert is_card(view.groups)
    assert cards == {
        row: item(product, view)
        for row, product in products.items()
        if not (product.parent or product.variation or product.variation_dimensions or product.related)
    }
    assert 0 < len(cards) < len(products) or which == "shipped"


@pytest.mark.parametrize("groups", NO_CARDS)
def test_anything_else_is_no_card(groups: tuple[str, ...]) -> None:
    """One part more or less, and the item is put together by itself."""
    assert not is_card(expanded(groups))


async def test_a_page_of_cards_is_written_alike_each_time(shelf: Caller) -> None:
    """From the prepared parts, then from memory; by products that are no cards as well."""
    asked = {"SearchIndex": "All", "Keywords": "lantern", "Condition": "All", "MerchantId": "All"}
    groups = "Images,ItemAttributes,OfferFull"

    first = await shelf("ItemSearch", **asked, ResponseGroup=groups)
    again = await shelf("ItemSearch", **asked, ResponseGroup=groups)
    looked_up = await shelf(
        "ItemLookup",
        ItemId=",".join(first.texts("Item/ASIN")),
        Condition="All",
        MerchantId="All",
        ResponseGroup=groups,
    )

    assert len(first.texts("Item/ASIN")) > 2
    items = [answer.text[answer.text.index("<Item>") : answer.text.rindex("</Item>")] for answer in (first, again)]
    assert items[0] == items[1]
    assert looked_up.text[looked_up.text.index("<Item>") : looked_up.text.rindex("</Item>")] == items[0]


def test_they_suit_one_way_of_asking() -> None:
    """The storefront's own: its version, the reference currency, everybody's offers, the first page."""
    version = version_of("2010-12-01")

    assert suits(version, "USD", ALL)
    assert not suits(version_of("2011-08-01"), "USD", ALL)
    assert not suits(version, "GBP", ALL)
    assert not suits(version, "USD", OfferChoice(condition="New", merchant="All"))
    assert not suits(version, "USD", OfferChoice(condition="All", merchant="All", page=2))
    assert not suits(version, "USD", OfferChoice(condition="All"))


def test_packed_they_take_a_tenth(shipped: Catalog) -> None:
    """What is unpacked has the address of the service that answers."""
    texts = [prepared(product, offer_book(product, "USD")) for product in _products(shipped)]
    packing = Packing(dictionary_of(texts[:8]))

    packed = [packing.packed(text) for text in texts]

    assert sum(map(len, packed)) < sum(map(len, texts)) / 6
    assert packing.unpacked(packed[20], "http://a&b").pictures == texts[20].split("\x00")[1].replace(
        "\x01", "http://a&amp;b"
    )


def test_a_catalog_of_an_earlier_version_has_none(loaded: Path, tmp_path: Path) -> None:
    """It is read all the same, and its items are written on the spot."""
    copytree(loaded / "catalog", tmp_path / "catalog")
    directory = current(tmp_path)
    assert directory is not None
    with closing(sqlite3.connect(directory / "products.sqlite3")) as database:
        asins = [asin for (asin,) in database.execute("SELECT asin FROM product")]
        database.executescript("DROP TABLE packing; ALTER TABLE product DROP COLUMN prepared")

    with closing(Catalog(directory)) as catalog:
        assert len(catalog.by_asins(asins)) == len(catalog.by_rows(range(1, len(asins) + 1))) == len(asins) > 0
        assert catalog.prepared(asins, SITE) == {}
        assert catalog.cards([1, 2], SITE) == {}
