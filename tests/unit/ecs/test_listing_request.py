"""Requests of lists, sellers and help, exactly; and of several parts."""

import pytest

from ecs.compound import batch, two_operations
from ecs.listing_request import (
    ListingQuery,
    ListQuery,
    any_operation,
    help_,
    list_lookup,
    list_search,
    seller_listing_lookup,
    seller_listing_search,
    seller_lookup,
)
from ecs.request import item_lookup, similarity_lookup
from ecs.vocabulary import Operation, ResponseGroup


def test_lists() -> None:
    """By owner, and by id."""
    assert list_search(ListQuery("WishList", name="Ann", state="WA"), 2, ("ListInfo",)) == {
        "Operation": "ListSearch",
        "ListType": "WishList",
        "ListPage": "2",
        "Name": "Ann",
        "State": "WA",
        "ResponseGroup": "ListInfo",
    }
    assert list_lookup("L1", "Listmania", 1, ("ListItems", "ListInfo"), sort="DateAdded", group="Book") == {
        "Operation": "ListLookup",
        "ListId": "L1",
        "ListType": "Listmania",
        "ProductPage": "1",
        "Sort": "DateAdded",
        "ProductGroup": "Book",
        "ResponseGroup": "ListInfo,ListItems",
    }
    with pytest.raises(ValueError, match="needs a name"):
        list_search(ListQuery("BabyRegistry"), 1, ())


def test_sellers_and_their_listings() -> None:
    """One to five sellers; a listing by ASIN needs its seller."""
    assert seller_lookup(["A1", "A2"], ("Seller",), feedback_page=3) == {
        "Operation": "SellerLookup",
        "SellerId": "A1,A2",
        "FeedbackPage": "3",
        "ResponseGroup": "Seller",
    }
    assert seller_listing_search(ListingQuery("A1", keywords="tea", status="Open"), 1, ()) == {
        "Operation": "SellerListingSearch",
        "SellerId": "A1",
        "Keywords": "tea",
        "OfferStatus": "Open",
        "ListingPage": "1",
    }
    assert seller_listing_lookup("B000000001", "ASIN", (), seller_id="A1") == {
        "Operation": "SellerListingLookup",
        "Id": "B000000001",
        "IdType": "ASIN",
        "SellerId": "A1",
    }
    with pytest.raises(ValueError, match="together with its seller"):
        seller_listing_lookup("B000000001", "ASIN", ())
    for count in (0, 6):
        with pytest.raises(ValueError, match=f"not {count}"):
            seller_lookup(["A1"] * count, ())


def test_help_and_any_operation() -> None:
    """Whatever the schemas have, and nothing else."""
    assert help_("Operation", "ItemSearch") == {
        "Operation": "Help",
        "HelpType": "Operation",
        "About": "ItemSearch",
        "ResponseGroup": "Help",
    }
    assert any_operation(Operation.TAG_LOOKUP, {"TagName": ["tea"], "Count": 5}) == {
        "Operation": "TagLookup",
        "TagName": "tea",
        "Count": "5",
    }
    with pytest.raises(ValueError, match="not in 2013-08-01"):
        any_operation(Operation.TAG_LOOKUP, {"TagName": ["tea"]}, version="2013-08-01")


def test_a_batch_shares_what_is_alike() -> None:
    """Two parts, each with its number."""
    first = item_lookup(["A1"], (ResponseGroup.SMALL,))
    second = item_lookup(["A2"], (ResponseGroup.SMALL,), condition="Used")

    assert batch(first, second) == {
        "Operation": "ItemLookup",
        "ItemLookup.1.ItemId": "A1",
        "ItemLookup.2.ItemId": "A2",
        "ItemLookup.1.Condition": "All",
        "ItemLookup.2.Condition": "Used",
        "ItemLookup.Shared.MerchantId": "All",
        "ItemLookup.Shared.ResponseGroup": "Small",
    }


def test_two_operations_go_together() -> None:
    """Each with the parameters of its own name."""
    both = two_operations(item_lookup(["A1"], ()), similarity_lookup(["A1"], "Random", ()))

    assert both["Operation"] == "ItemLookup,SimilarityLookup"
    assert (both["ItemLookup.1.ItemId"], both["SimilarityLookup.1.SimilarityType"]) == ("A1", "Random")


def test_what_cannot_go_together_is_refused() -> None:
    """Carts never, and a batch is of one operation."""
    look_up, similar = item_lookup(["A1"], ()), similarity_lookup(["A1"], "Random", ())

    with pytest.raises(ValueError, match="of one operation"):
        batch(look_up, similar)
    with pytest.raises(ValueError, match="are a batch"):
        two_operations(look_up, look_up)
    with pytest.raises(ValueError, match="carts take no part"):
        batch({"Operation": "CartGet"}, {"Operation": "CartGet"})
