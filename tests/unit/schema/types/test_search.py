"""Search results and the ways to narrow them."""

import pytest

from ecs.model import SearchBin, SearchBinSet
from schema.enums import FacetKind
from schema.facet_tokens import read_token
from schema.types.search import Facet


def bins(narrow_by: str, *parameters: tuple[tuple[str, str], ...]) -> SearchBinSet:
    """A set with one bin for each choice."""
    return SearchBinSet(
        narrow_by, tuple(SearchBin(f"Choice {number}", number, each) for number, each in enumerate(parameters))
    )


@pytest.mark.parametrize(
    ("narrow_by", "key", "label"),
    [
        ("BrandName", "brand", "Brand"),
        ("Subject", "browseNode", "Subject"),
        ("PriceRange", "price", "Price"),
        ("SearchIndex", "searchIndex", "Department"),
        ("Unheard", "unheard", "Unheard"),
    ],
)
def test_a_facet_has_a_stable_name_and_one_for_people(narrow_by: str, key: str, label: str) -> None:
    """What the upstream invents later is shown under its own name."""
    facet = Facet.of(bins(narrow_by, (("Brand", "Acme"),)), frozenset(), "USD")

    assert (facet.key, facet.label) == (key, label)


@pytest.mark.parametrize(
    ("choice", "kind"),
    [
        ((("Brand", "Acme"),), FacetKind.LIST),
        ((("BrowseNode", "17"),), FacetKind.BROWSE_NODE),
        ((("MinimumPrice", "1000"), ("MaximumPrice", "1999")), FacetKind.PRICE_RANGE),
        ((("MinimumPrice", "1000"),), FacetKind.PRICE_RANGE),
        ((("MaximumPrice", "1999"),), FacetKind.PRICE_RANGE),
    ],
)
def test_a_facet_is_drawn_by_what_it_narrows(choice: tuple[tuple[str, str], ...], kind: FacetKind) -> None:
    """Bands, nodes and words look different."""
    assert Facet.of(bins("Any", choice), frozenset(), "USD").kind is kind


def test_a_price_band_has_its_ends() -> None:
    """An open band has none; its label says so."""
    closed = (("MinimumPrice", "1000"), ("MaximumPrice", "1999"))
    facet = Facet.of(bins("PriceRange", closed, (("MinimumPrice", "2000"),)), frozenset(), "USD")

    band = facet.values[0].range
    assert band
    assert (band.min.formatted(), band.max.formatted()) == ("$10.00", "$19.99")
    assert facet.values[1].range is None


def test_chosen_values_come_first_and_keep_their_order() -> None:
    """What is on stands on top; every token can be sent back."""
    choices = tuple((("Brand", name),) for name in "abcd")

    facet = Facet.of(bins("BrandName", *choices), frozenset({choices[3], choices[1]}), "USD")

    assert [read_token(value.token)[0][1] for value in facet.values] == ["b", "d", "a", "c"]
    assert [value.is_selected for value in facet.values] == [True, True, False, False]
    assert [value.count for value in facet.values] == [1, 3, 0, 2]
