"""Batching look-ups of one request."""

import asyncio

from ecs.model import Seen, Seller
from ecs.vocabulary import ResponseGroup
from resolvers.loaders import ProductLoader, SellerLoader
from tests.support.fakes import NOON, FakeCatalog, FakeDirectory, an_item

SMALL = frozenset({ResponseGroup.SMALL})
IMAGES = frozenset({ResponseGroup.IMAGES})


async def test_products_asked_for_together_go_out_together() -> None:
    """Ten lines of a cart do not cost ten calls."""
    catalog = FakeCatalog()
    catalog.stock(an_item("A"), an_item("B"))
    loader = ProductLoader(catalog)

    found = await asyncio.gather(loader.load("A", SMALL), loader.load_many(["B", "X"], SMALL), loader.load("A", SMALL))

    assert list(found) == [Seen(an_item("A"), NOON), [Seen(an_item("B"), NOON), None], Seen(an_item("A"), NOON)]
    assert [call.ids for call in catalog.calls] == [("A", "B", "X")]


async def test_each_set_of_response_groups_is_asked_for_by_itself() -> None:
    """A product with pictures is another answer than one without."""
    catalog = FakeCatalog()
    catalog.stock(an_item("A"))
    loader = ProductLoader(catalog)

    await asyncio.gather(loader.load("A", SMALL), loader.load("A", IMAGES))
    await loader.load("A", SMALL)

    assert [(call.ids, call.groups) for call in catalog.calls] == [(("A",), SMALL), (("A",), IMAGES)]


async def test_sellers_asked_for_together_go_out_in_fives() -> None:
    """The upstream takes five; one it does not know is none."""
    directory = FakeDirectory(known_sellers=[Seller(f"S{number}", f"Shop {number}") for number in range(6)])
    loader = SellerLoader(directory)

    found = await asyncio.gather(*(loader.load(f"S{number}") for number in range(7)))

    assert found == [*directory.known_sellers, None]
    assert directory.calls == [("sellers", ("S0", "S1", "S2", "S3", "S4")), ("sellers", ("S5", "S6"))]
