"""Input types and their turning into what the resolvers take."""

from decimal import Decimal as Number
from typing import Any

import pytest
import strawberry

from resolvers.changes import Target
from resolvers.errors import BadInput
from resolvers.searching import SearchRequest, Sort
from schema.cart_inputs import target_of
from schema.departments import SearchIndex
from schema.enums import ItemCondition, ProductSort
from schema.facet_tokens import write_token
from schema.ids import to_id
from schema.inputs import SearchFilter
from schema.scalars import Decimal, FacetToken


def requested(words: str | None = None, **fields: Any) -> SearchRequest:
    """What a filter asks the resolvers for."""
    return SearchFilter(**fields).request(words, ProductSort.RELEVANCE, "US")


def test_an_empty_filter_narrows_nothing() -> None:
    """Null and left out are the same."""
    assert requested() == requested(brand=None, min_price=None, facets=None, min_rating=None) == SearchRequest()


def test_every_field_reaches_the_search() -> None:
    """A filter that is lost silently shows wrong results."""
    narrowing = SearchFilter(
        search_index=SearchIndex.BOOKS,
        browse_node_id=strawberry.ID("17"),
        facets=[FacetToken(write_token((("Brand", "Acme"),)))],
        min_price=Decimal("0"),
        max_price=Decimal("19.99"),
        brand="Acme",
        contributor="Ann Lee",
        title="Tea",
        manufacturer="Acme Inc",
        condition=ItemCondition.USED,
        available_only=True,
        seller_id=to_id("Seller", "US", "A1", "Fair Books"),
        min_rating=4,
    )

    assert narrowing.request("green", ProductSort.PRICE_DESC, "US") == SearchRequest(
        words="green",
        search_index="Books",
        sort=Sort.PRICE_DESC,
        browse_node_id="17",
        facets=((("Brand", "Acme"),),),
        min_price=Number(0),
        max_price=Number("19.99"),
        brand="Acme",
        contributor="Ann Lee",
        title="Tea",
        manufacturer="Acme Inc",
        condition="Used",
        is_available_only=True,
        merchant_id="A1",
        min_rating=4,
    )
    assert narrowing.chosen() == ((("Brand", "Acme"),),)


def test_a_department_may_be_a_facet_choice() -> None:
    """It is a parameter of its own kind; a department in the filter goes first."""
    facets = [FacetToken(write_token((("SearchIndex", "Music"),)))]

    assert requested(facets=facets).search_index == "Music"
    assert requested(facets=facets).facets == ((),)
    assert requested(facets=facets, search_index=SearchIndex.BOOKS).search_index == "Books"


def test_a_browse_node_is_named_by_number_or_id() -> None:
    """Shops link by number, the API by id."""
    assert requested(browse_node_id="17").browse_node_id == "17"
    assert requested(browse_node_id=to_id("BrowseNode", "US", "17")).browse_node_id == "17"


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("browse_node_id", "`filter.browseNodeId` is no browse node of this marketplace; take it from browseNodes."),
        ("seller_id", "`filter.sellerId` is no seller of this marketplace; take it from an offer's seller."),
    ],
)
@pytest.mark.parametrize("text", ["garbage", to_id("Product", "US", "A"), to_id("BrowseNode", "DE", "17")])
def test_an_id_of_something_else_is_refused(field: str, sentence: str, text: str) -> None:
    """Ignoring it would widen the search."""
    with pytest.raises(BadInput) as refused:
        requested(**{field: text})

    assert str(refused.value) == sentence


def test_a_target_names_a_cart_a_version_or_neither() -> None:
    """An id that is none of ours finds no cart, like a foreign one."""
    assert target_of(None, None, "US") == Target(None, None)
    assert target_of(strawberry.UNSET, strawberry.UNSET, "US") == Target(None, None)
    assert target_of(to_id("Cart", "US", "cart-1"), 3, "US") == Target("cart-1", 3)
    assert target_of("garbage", 0, "US") == Target("", 0)
    assert target_of(to_id("Cart", "DE", "cart-1"), None, "US") == Target("", None)
