"""The vocabulary of request parameters: what is known, and what a slip of the pen gets."""

import pytest

from ecs.parameters import COMMON, PARAMETERS, Kind, RequestParameter, checked, parameter_of
from ecs.vocabulary import Operation


def test_every_operation_has_its_parameters() -> None:
    """As many as the schemas have, without ResponseGroup."""
    assert set(PARAMETERS) == set(Operation)
    assert {operation.value: len(known) for operation, known in PARAMETERS.items()} == {
        "ItemSearch": 44,
        "ItemLookup": 20,
        "SimilarityLookup": 7,
        "BrowseNodeLookup": 1,
        "CartCreate": 8,
        "CartGet": 3,
        "CartAdd": 10,
        "CartModify": 6,
        "CartClear": 3,
        "ListSearch": 8,
        "ListLookup": 12,
        "SellerLookup": 2,
        "SellerListingSearch": 11,
        "SellerListingLookup": 3,
        "Help": 2,
        "CustomerContentSearch": 3,
        "CustomerContentLookup": 5,
        "TagLookup": 5,
        "TransactionLookup": 1,
        "VehicleSearch": 4,
        "VehiclePartSearch": 19,
        "VehiclePartLookup": 19,
    }


def test_a_parameter_is_typed() -> None:
    """Kind, choices, whether it is a list, and the versions that know it."""
    assert parameter_of(Operation.ITEM_SEARCH, "Condition") == RequestParameter(
        "Condition",
        Kind.CHOICE,
        ("All", "New", "Used", "Collectible", "Refurbished"),
        is_list=False,
        since="2005-10-05",
        until="2013-08-01",
    )
    assert parameter_of(Operation.ITEM_SEARCH, "MinPercentageOff").since == "2011-08-01"
    assert parameter_of(Operation.ITEM_LOOKUP, "ItemId").is_list
    assert parameter_of(Operation.ITEM_LOOKUP, "VariationPage").kind is Kind.PAGE
    assert parameter_of(Operation.HELP, "Validate") is COMMON["Validate"]


@pytest.mark.parametrize(
    ("operation", "name", "known"),
    [
        (Operation.CART_CREATE, "Item.1.ASIN", "Item.N.ASIN"),
        (Operation.CART_CREATE, "Item.foo.MetaData.2.Key", "Item.N.MetaData.N.Key"),
        (Operation.ITEM_LOOKUP, "ItemLookup.2.ItemId", "ItemId"),
        (Operation.ITEM_LOOKUP, "ItemLookup.Shared.ResponseGroup", "ResponseGroup"),
    ],
)
def test_labels_and_parts_of_a_batch_are_understood(operation: Operation, name: str, known: str) -> None:
    """Any label groups the parameters of an item."""
    assert parameter_of(operation, name).name == known


@pytest.mark.parametrize(
    ("operation", "name", "message"),
    [
        (Operation.ITEM_SEARCH, "Keyword", "ItemSearch has no parameter Keyword; did you mean Keywords?"),
        (Operation.ITEM_SEARCH, "keywords", "ItemSearch has no parameter keywords; did you mean Keywords?"),
        (Operation.HELP, "Zzz", "Help has no parameter Zzz"),
        (Operation.ITEM_LOOKUP, "ItemSearch.1.ItemId", "ItemLookup has no parameter ItemSearch.1.ItemId"),
        (Operation.CART_ADD, "Item.1.Action", "CartAdd has no parameter Item.1.Action"),
    ],
)
def test_an_unknown_name_is_refused(operation: Operation, name: str, message: str) -> None:
    """The service would ignore it and search for something wider."""
    with pytest.raises(ValueError, match=message.replace("?", r"\?")):
        checked(operation, {name: "x"})


def test_values_become_text() -> None:
    """Numbers, truths and lists as the wire has them."""
    assert checked(
        Operation.LIST_LOOKUP,
        {"ListId": "L1", "ListType": "WishList", "ProductPage": 2, "IsOmitPurchasedItems": True},
    ) == {"ListId": "L1", "ListType": "WishList", "ProductPage": "2", "IsOmitPurchasedItems": "True"}
    assert checked(Operation.ITEM_LOOKUP, {"ItemId": ["A1", "A2"], "VariationPage": "All"}) == {
        "ItemId": "A1,A2",
        "VariationPage": "All",
    }


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("Condition", "new", "one of All, New, Used, Collectible, Refurbished"),
        ("ItemPage", 0, "a whole number from 1 on"),
        ("ItemPage", "٣", "a whole number from 1 on"),
        ("MinimumPrice", "9.99", "a whole number from 0 on"),
        ("RelatedItemPage", "all", "a whole number from 1 on or All"),
        ("AudienceRating", "G,X", "one of G, PG"),
        ("Validate", "yes", "True or False"),
        ("Keywords", " ", "a text"),
    ],
)
def test_a_value_of_another_kind_is_refused(name: str, value: str | int, wanted: str) -> None:
    """Before a request is spent on it."""
    with pytest.raises(ValueError, match=f"{name} must be {wanted}"):
        checked(Operation.ITEM_SEARCH, {name: value})


def test_several_values_need_a_list() -> None:
    """Keywords joined by commas would be other keywords."""
    with pytest.raises(ValueError, match="Keywords takes one value alone"):
        checked(Operation.ITEM_SEARCH, {"Keywords": ["a", "b"]})


@pytest.mark.parametrize(("name", "version"), [("OfferPage", "2013-08-01"), ("TruncateReviewsAt", "2005-10-05")])
def test_a_parameter_of_another_version_is_refused(name: str, version: str) -> None:
    """Told only when the version is known."""
    assert checked(Operation.ITEM_LOOKUP, {name: 1}) == {name: "1"}
    with pytest.raises(ValueError, match=f"{name} is known from .* not in {version}"):
        checked(Operation.ITEM_LOOKUP, {name: 1}, version)
