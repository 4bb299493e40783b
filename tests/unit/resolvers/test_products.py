"""Products by number, similar ones, and nodes of the browse tree."""

import pytest

from ecs.model import BrowseNode, Seen, SimilarProduct
from ecs.vocabulary import ResponseGroup
from resolvers.errors import BadInput
from resolvers.products import browse_node, by_asin, by_number, similar
from tests.support.fakes import NOON, FakeCatalog, an_item

SMALL = frozenset({ResponseGroup.SMALL})


def catalog_of(*numbers: str) -> FakeCatalog:
    """A catalog with these items."""
    catalog = FakeCatalog()
    catalog.stock(*(an_item(number) for number in numbers))
    return catalog


async def test_products_come_in_the_order_asked_with_gaps() -> None:
    """The upstream leaves out what it does not know; the caller must see which."""
    catalog = catalog_of("A", "B")

    found = await by_asin(catalog, ["B", "X", "a", "B"], SMALL)

    assert found == [Seen(an_item("B"), NOON), None, Seen(an_item("A"), NOON), Seen(an_item("B"), NOON)]
    assert [call.ids for call in catalog.calls] == [("B", "X", "A")]


async def test_many_products_are_asked_in_tens() -> None:
    """The upstream takes ten a look-up."""
    numbers = [f"A{number}" for number in range(23)]
    catalog = catalog_of(*numbers)

    found = await by_asin(catalog, numbers, SMALL)

    assert [each.value.asin for each in found if each] == numbers
    assert [len(call.ids) for call in catalog.calls] == [10, 10, 3]


async def test_no_products_ask_nobody() -> None:
    """The upstream refuses an empty look-up."""
    catalog = FakeCatalog()

    assert await by_asin(catalog, [], SMALL) == []
    assert catalog.calls == []


async def test_a_product_is_found_by_its_other_numbers() -> None:
    """Signs between the digits are for people; books keep ISBNs in their own index."""
    catalog = catalog_of("A")
    catalog.numbers = {("ISBN", "9780306406157"): "A", ("EAN", "123"): "A", ("UPC", "456"): "A"}

    isbn = await by_number(catalog, "ISBN", "978-0-306 40615-7", SMALL)
    ean = await by_number(catalog, "EAN", "123", SMALL)
    upc = await by_number(catalog, "UPC", "456", SMALL)
    none = await by_number(catalog, "UPC", "789", SMALL)

    assert isbn == ean == upc == Seen(an_item("A"), NOON)
    assert none is None
    assert [(call.ids, call.options["id_type"], call.options["search_index"]) for call in catalog.calls] == [
        (("9780306406157",), "ISBN", "Books"),
        (("123",), "EAN", "All"),
        (("456",), "UPC", "All"),
        (("789",), "UPC", "All"),
    ]


async def test_similar_to_one_is_the_upstreams_own_list() -> None:
    """Without the product itself, cut to the limit."""
    catalog = FakeCatalog(similar_to={("A",): tuple(an_item(asin) for asin in ("B", "A", "C", "D"))})

    found = await similar(catalog, ["A", "A"], SMALL, to_all=False, limit=2)

    assert [each.value.asin for each in found] == ["B", "C"]
    assert [(call.operation, call.options) for call in catalog.calls] == [("similar", {"similarity": "Intersection"})]


async def test_similar_to_all_is_the_intersection() -> None:
    """None of those given is in it."""
    catalog = FakeCatalog(similar_to={("A", "B"): (an_item("B"), an_item("C"))})

    found = await similar(catalog, ["A", "B"], SMALL, to_all=True, limit=10)

    assert [each.value.asin for each in found] == ["C"]


async def test_similar_to_any_joins_the_lists_the_same_way_every_time() -> None:
    """The upstream would choose at random; shoppers want the same page twice."""
    catalog = catalog_of("C", "D", "E", "G")
    lists = {"A": ("C", "D", "B"), "B": ("D", "E", "F", "G")}
    catalog.stock(
        *(an_item(asin, similar=tuple(SimilarProduct(each, each) for each in found)) for asin, found in lists.items())
    )

    # D counts 1/2 + 1, C 1, E 1/2, F 1/3 (gone from the catalog), G 1/4; B is one of those given.
    first = await similar(catalog, ["A", "B"], SMALL, to_all=False, limit=10)
    second = await similar(catalog, ["A", "B"], SMALL, to_all=False, limit=10)
    short = await similar(catalog, ["A", "B"], SMALL, to_all=False, limit=1)

    assert [each.value.asin for each in first] == ["D", "C", "E", "G"]
    assert second == first
    assert [each.value.asin for each in short] == ["D"]
    assert catalog.calls[0].groups == {ResponseGroup.SIMILARITIES}


async def test_equal_weight_goes_by_catalog_number() -> None:
    """Ties are broken, or the order would change with the answer's."""
    catalog = catalog_of("X", "Y")
    catalog.stock(an_item("A", similar=(SimilarProduct("Y", "Y"),)), an_item("B", similar=(SimilarProduct("X", "X"),)))

    found = await similar(catalog, ["A", "B"], SMALL, to_all=False, limit=10)

    assert [each.value.asin for each in found] == ["X", "Y"]


async def test_at_most_one_look_up_of_ten_is_shown() -> None:
    """More than ten similar products nobody looks at."""
    numbers = [f"S{number:02}" for number in range(14)]
    catalog = catalog_of(*numbers)
    catalog.stock(an_item("A", similar=tuple(SimilarProduct(each, each) for each in numbers)), an_item("B"))

    found = await similar(catalog, ["A", "B"], SMALL, to_all=False, limit=50)

    assert [each.value.asin for each in found] == numbers[:10]
    assert len(catalog.calls) == 2


@pytest.mark.parametrize("count", [0, 11])
async def test_similar_takes_one_to_ten_products(count: int) -> None:
    """The upstream's limit, told before it is asked."""
    catalog = FakeCatalog()

    with pytest.raises(BadInput) as refused:
        await similar(catalog, [f"A{number}" for number in range(count)], SMALL, to_all=False, limit=10)

    assert str(refused.value) == "`to` takes 1 to 10 products."
    assert catalog.calls == []


async def test_a_node_is_found_by_its_number() -> None:
    """With its name and place unless something else was asked for."""
    catalog = FakeCatalog(nodes={"17": BrowseNode("17", "Tea")})
    top = frozenset({ResponseGroup.TOP_SELLERS})

    assert await browse_node(catalog, "17", frozenset()) == BrowseNode("17", "Tea")
    assert await browse_node(catalog, "17", top) == BrowseNode("17", "Tea")
    assert await browse_node(catalog, "18", top) is None
    assert [call.groups for call in catalog.calls] == [frozenset({ResponseGroup.BROWSE_NODE_INFO}), top, top]
