"""What is similar to what."""

from ecs.embedded.catalog import Catalog
from ecs.embedded.similar import Similarities
from tests.unit.ecs.embedded.feeds import CABLE, FILLERS, HARBOR, HEADPHONES, KETTLE, LANTERN, SPEAKER


def test_feed_comes_first_then_like_words(catalog: Catalog) -> None:
    """What customers bought together is worth more than words; what is not in the catalog is left out."""
    product = catalog.product(LANTERN)
    assert product is not None

    pairs = Similarities(catalog).pairs(product)

    assert pairs[0] == (HARBOR, "Harbor Lights")
    assert LANTERN not in [asin for asin, _ in pairs]
    assert "B0NOTHERE0" not in [asin for asin, _ in pairs]


def test_likeness_stays_within_the_department_and_is_the_same_each_time(catalog: Catalog) -> None:
    """A page that shuffles at each visit looks broken."""
    first, second = Similarities(catalog), Similarities(catalog)

    found = first.to_all([HEADPHONES])

    assert found == second.to_all([HEADPHONES]) == [SPEAKER, CABLE]


def test_intersection_is_similar_to_every_one(catalog: Catalog) -> None:
    """What two products have in common, themselves left out."""
    similarities = Similarities(catalog)

    common = similarities.to_all(FILLERS[:2])

    assert len(common) == 10
    assert set(common) <= set(FILLERS[2:])
    assert similarities.to_all([HEADPHONES, KETTLE]) == []


def test_union_takes_turns(catalog: Catalog) -> None:
    """Each of several products has its say."""
    found = Similarities(catalog).to_any([HEADPHONES, LANTERN])

    assert found[:2] == [SPEAKER, HARBOR]
    assert len(found) == len(set(found)) <= 10


def test_unknown_product_has_nothing_similar(catalog: Catalog) -> None:
    """An ASIN from elsewhere is no error here."""
    assert Similarities(catalog).to_any(["B0UNKNOWN0"]) == []
