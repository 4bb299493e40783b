"""Batching look-ups of one request."""

import asyncio

import pytest

from ecs.errors import UpstreamFault
from ecs.model import Seen, Seller, SimilarProduct
from ecs.vocabulary import ResponseGroup
from resolvers.loaders import ProductLoader, SellerLoader, SimilarLoader, planned
from resolvers.planning import Groups
from tests.support.fakes import NOON, FakeCatalog, FakeDirectory, an_item

SMALL = frozenset({ResponseGroup.SMALL})
IMAGES = frozenset({ResponseGroup.IMAGES})
OFFERS = frozenset({ResponseGroup.OFFER_FULL})


async def test_products_asked_for_together_go_out_together() -> None:
    """Ten lines of a cart do not cost ten calls."""
    catalog = FakeCatalog()
    catalog.stock(an_item("A"), an_item("B"))
    loader = ProductLoader(catalog)

    found = await asyncio.gather(loader.load("A", SMALL), loader.load_many(["B", "X"], SMALL), loader.load("A", SMALL))

    assert list(found) == [Seen(an_item("A"), NOON), [Seen(an_item("B"), NOON), None], Seen(an_item("A"), NOON)]
    assert [call.ids for call in catalog.calls] == [("A", "B", "X")]


async def test_response_groups_of_one_turn_are_united() -> None:
    """Three fields of a line that need different groups cost one look-up; later ones find all of it there."""
    catalog = FakeCatalog()
    catalog.stock(an_item("A"))
    loader = ProductLoader(catalog)

    await asyncio.gather(loader.load("A", SMALL), loader.load("A", IMAGES), loader.load("a", OFFERS))
    await loader.load("A", IMAGES)

    assert [(call.ids, call.groups) for call in catalog.calls] == [(("A",), SMALL | IMAGES | OFFERS)]


async def test_more_groups_later_are_another_look_up() -> None:
    """A product without pictures is no answer to who wants them."""
    catalog = FakeCatalog()
    catalog.stock(an_item("A"))
    loader = ProductLoader(catalog)

    await loader.load("A", SMALL)
    await loader.load("A", IMAGES)

    assert [call.groups for call in catalog.calls] == [SMALL, IMAGES]


async def test_one_failed_look_up_fails_all_it_was_for() -> None:
    """With the upstream's own error; what was known all the same is given."""
    catalog = FakeCatalog()
    known = Seen(an_item("B"), NOON, "cache", is_stale=True)
    catalog.error = UpstreamFault("500").with_found((known,))
    loader = ProductLoader(catalog)

    first, second, third = await asyncio.gather(
        *(loader.load(asin, SMALL) for asin in ("A", "B", "C")), return_exceptions=True
    )

    assert isinstance(first, UpstreamFault)
    assert second is known
    assert isinstance(third, UpstreamFault)
    assert len(catalog.calls) == 1


async def test_whoever_leaves_does_not_disturb_the_others() -> None:
    """A field that was given up is no reason to lose its neighbours."""
    catalog = FakeCatalog()
    catalog.stock(an_item("A"), an_item("B"))
    loader = ProductLoader(catalog)
    leaving = asyncio.create_task(loader.load("A", SMALL))
    staying = asyncio.create_task(loader.load("B", SMALL))
    await asyncio.sleep(0)

    leaving.cancel()

    assert await staying == Seen(an_item("B"), NOON)


async def test_whoever_leaves_does_not_take_along_who_waits_for_the_same_product() -> None:
    """graphql-core cancels the fields beside one whose error goes up, and another field may want the same product."""
    catalog = FakeCatalog()
    catalog.stock(an_item("A"))
    loader = ProductLoader(catalog)
    leaving, staying = (asyncio.create_task(loader.load("A", SMALL)) for _ in range(2))
    await asyncio.sleep(0)

    leaving.cancel()

    assert await staying == Seen(an_item("A"), NOON)
    assert leaving.cancelled()


async def test_whoever_leaves_does_not_take_along_who_waits_for_the_same_seller() -> None:
    """Three offers of one seller are three fields."""
    directory = FakeDirectory(known_sellers=[Seller("S1", "Shop 1")])
    loader = SellerLoader(directory)
    leaving, staying = (asyncio.create_task(loader.load("S1")) for _ in range(2))
    await asyncio.sleep(0)

    leaving.cancel()

    assert await staying == Seller("S1", "Shop 1")
    assert leaving.cancelled()


@pytest.mark.parametrize(
    ("wanted", "calls"),
    [
        ({}, []),
        ({"A": SMALL, "B": SMALL}, [(2, SMALL)]),
        # One call instead of two.
        ({"A": SMALL, "B": IMAGES}, [(2, SMALL | IMAGES)]),
        # Twelve and twelve would be three together and four apart.
        (
            {f"A{n}": SMALL for n in range(12)} | {f"B{n}": IMAGES for n in range(12)},
            [(10, SMALL | IMAGES), (10, SMALL | IMAGES), (4, SMALL | IMAGES)],
        ),
        # Ten and ten are two either way: nobody pays for what he does not need.
        ({f"A{n}": SMALL for n in range(10)} | {f"B{n}": IMAGES for n in range(10)}, [(10, SMALL), (10, IMAGES)]),
    ],
)
def test_calls_are_as_few_as_can_be(wanted: dict[str, Groups], calls: list[tuple[int, Groups]]) -> None:
    """Groups are united only where that saves a call."""
    assert [(len(call.asins), call.groups) for call in planned(wanted)] == calls


async def test_what_is_similar_to_one_product_is_asked_of_the_upstream() -> None:
    """It names up to ten."""
    catalog = FakeCatalog(similar_to={("A",): tuple(an_item(f"S{n}") for n in range(10))})
    loader = SimilarLoader(catalog, ProductLoader(catalog))

    found = await loader.load(an_item("A"), SMALL, 8)

    assert [seen.value.asin for seen in found] == [f"S{n}" for n in range(8)]
    assert [call.operation for call in catalog.calls] == ["similar"]


async def test_what_is_similar_to_several_is_looked_up_together() -> None:
    """Those that came with each product, best first; one that is gone is left out, and none is an empty list."""
    catalog = FakeCatalog()
    catalog.stock(an_item("S1"), an_item("S2"), an_item("S3"))
    loader = SimilarLoader(catalog, ProductLoader(catalog))
    items = [
        an_item("A", similar=(SimilarProduct("S2", "2"), SimilarProduct("S1", "1"), SimilarProduct("S3", "3"))),
        an_item("B", similar=(SimilarProduct("GONE", "?"), SimilarProduct("S2", "2"))),
        an_item("C"),
    ]

    found = await asyncio.gather(*(loader.load(item, SMALL, 2) for item in items))

    assert [[seen.value.asin for seen in each] for each in found] == [["S2", "S1"], ["S2"], []]
    assert [call.ids for call in catalog.calls] == [("S2", "S1", "GONE")]


async def test_sellers_asked_for_together_go_out_in_fives() -> None:
    """The upstream takes five; one it does not know is none."""
    directory = FakeDirectory(known_sellers=[Seller(f"S{number}", f"Shop {number}") for number in range(6)])
    loader = SellerLoader(directory)

    found = await asyncio.gather(*(loader.load(f"S{number}") for number in range(7)))

    assert found == [*directory.known_sellers, None]
    assert directory.calls == [("sellers", ("S0", "S1", "S2", "S3", "S4")), ("sellers", ("S5", "S6"))]
