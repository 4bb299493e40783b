"""Which response groups a selection needs."""

import pytest

from ecs.vocabulary import ResponseGroup as Group
from resolvers.planning import (
    Groups,
    Selection,
    below,
    connection_groups,
    covers,
    offer_product_groups,
    product_groups,
    united,
)

SMALL = Group.SMALL


@pytest.mark.parametrize("field", ["id", "asin", "title", "url", "group", "marketplace", "freshness", "viewerState"])
def test_what_every_answer_holds_costs_the_small_group_only(field: str) -> None:
    """Nobody pays for what was not selected."""
    assert product_groups({field: {}}) == {SMALL}


@pytest.mark.parametrize(
    "field",
    [
        "binding", "brand", "manufacturer", "model", "contributors", "identifiers", "releaseDate", "features",
        "attributes", "listPrice", "isAdultContent",
    ],
)  # fmt: skip
def test_attributes_come_in_one_group_that_holds_the_small_one(field: str) -> None:
    """ItemAttributes has the title too: Small beside it would be paid twice."""
    assert product_groups({field: {}, "title": {}}) == {Group.ITEM_ATTRIBUTES}


@pytest.mark.parametrize(
    ("field", "group"),
    [
        ("editorialReviews", Group.EDITORIAL_REVIEW),
        ("image", Group.IMAGES),
        ("images", Group.IMAGES),
        ("priceRange", Group.OFFER_FULL),
        ("featuredOffer", Group.OFFER_FULL),
        ("offers", Group.OFFER_FULL),
        ("salesRank", Group.SALES_RANK),
        ("rating", Group.REVIEWS),
        ("browseNodes", Group.BROWSE_NODES),
        ("accessories", Group.ACCESSORIES),
        ("similar", Group.SIMILARITIES),
        ("variationAttributes", Group.VARIATIONS),
        ("variations", Group.VARIATIONS),
    ],
)
def test_each_further_field_brings_its_group(field: str, group: Group) -> None:
    """A field without its group would come empty."""
    assert product_groups({field: {}}) == {SMALL, group}


@pytest.mark.parametrize(
    "selection",
    [
        {"featuredOffer": {"product": {"rating": {}}}},
        {"offers": {"edges": {"node": {"product": {"rating": {}}}}}},
        {"featuredOffer": {"product": {"offers": {"edges": {"node": {"product": {"rating": {}}}}}}}},
    ],
)
def test_the_product_below_an_offer_is_the_same_product(selection: Selection) -> None:
    """Offers name what they offer: that is not looked up again."""
    assert product_groups(selection) == {SMALL, Group.OFFER_FULL, Group.REVIEWS}


def test_what_is_looked_up_by_itself_does_not_count() -> None:
    """Similar products, parents and variations bring their own look-up."""
    nested: Selection = {"rating": {}}

    assert product_groups({"parent": nested}) == {SMALL}
    assert product_groups({"similar": nested, "variations": nested}) == {SMALL, Group.SIMILARITIES, Group.VARIATIONS}


def test_an_offer_needs_offers_and_what_is_selected_of_its_product() -> None:
    """An offer is found in a look-up of its product."""
    assert offer_product_groups({"price": {}}) == {SMALL, Group.OFFER_FULL}
    assert offer_product_groups({"product": {"brand": {}}}) == {Group.ITEM_ATTRIBUTES, Group.OFFER_FULL}


def test_a_connection_needs_what_its_nodes_need() -> None:
    """Selections of pages lead through edges and node."""
    assert connection_groups({"edges": {"node": {"image": {}}}, "totalCount": {}}) == {SMALL, Group.IMAGES}
    assert connection_groups({"totalCount": {}}) == {SMALL}


def test_below_what_is_not_selected_lies_nothing() -> None:
    """A path may end anywhere."""
    assert below({"a": {"b": {"c": {}}}}, "a", "b") == {"c": {}}
    assert below({"a": {}}, "x", "y") == {}


ATTRIBUTES = Group.ITEM_ATTRIBUTES


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        ({SMALL}, {SMALL}, {SMALL}),
        ({SMALL, Group.IMAGES}, {SMALL, Group.OFFER_FULL}, {SMALL, Group.IMAGES, Group.OFFER_FULL}),
        ({SMALL, Group.IMAGES}, {ATTRIBUTES}, {ATTRIBUTES, Group.IMAGES}),
    ],
)
def test_one_look_up_serves_several_fields(first: set[Group], second: set[Group], both: set[Group]) -> None:
    """What stands in another group already is not paid twice."""
    assert united(frozenset(first), frozenset(second)) == both


@pytest.mark.parametrize(
    ("asked", "wanted", "expected"),
    [
        ({SMALL}, {SMALL}, True),
        ({SMALL, Group.IMAGES}, {SMALL}, True),
        ({SMALL}, {SMALL, Group.IMAGES}, False),
        ({ATTRIBUTES}, {SMALL}, True),
        ({ATTRIBUTES}, {SMALL, Group.IMAGES}, False),
        ({SMALL}, {ATTRIBUTES}, False),
        ({Group.IMAGES}, {SMALL}, False),
    ],
)
def test_what_was_asked_for_more_serves_less(asked: set[Group], wanted: set[Group], expected: bool) -> None:
    """And never the other way round."""
    groups: tuple[Groups, Groups] = frozenset(asked), frozenset(wanted)

    assert covers(*groups) is expected
