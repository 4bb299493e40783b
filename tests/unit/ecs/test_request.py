"""Request parameters, exactly."""

import pytest
from pydantic import SecretStr

from ecs.request import (
    CartHandle,
    Move,
    NewItem,
    QuantityChange,
    SearchQuery,
    browse_node_lookup,
    cart_add,
    cart_clear,
    cart_create,
    cart_get,
    cart_modify,
    item_lookup,
    item_search,
    similarity_lookup,
)
from ecs.vocabulary import ResponseGroup

HANDLE = CartHandle(SecretStr("000-1111111-2222222"), SecretStr("aGVsbG8="))
OPENED = {"CartId": "000-1111111-2222222", "HMAC": "aGVsbG8=", "ResponseGroup": "Cart"}


def test_search_names_everything_asked() -> None:
    """A parameter lost on the way silently widens the search."""
    query = SearchQuery("Books", keywords="tea", sort="salesrank", parameters=(("MinimumPrice", "500"),))

    parameters = item_search(query, 3, {ResponseGroup.SMALL, ResponseGroup.OFFERS})

    assert parameters == {
        "Operation": "ItemSearch",
        "SearchIndex": "Books",
        "Keywords": "tea",
        "Sort": "salesrank",
        "Condition": "All",
        "MerchantId": "All",
        "MinimumPrice": "500",
        "ItemPage": "3",
        "ResponseGroup": "Offers,Small",
    }


def test_search_leaves_out_what_was_not_asked() -> None:
    """An empty Keywords or Sort is an error at the upstream."""
    parameters = item_search(SearchQuery("All", parameters=(("Brand", "Acme"),)), 1, ())

    assert parameters == {
        "Operation": "ItemSearch",
        "SearchIndex": "All",
        "Condition": "All",
        "MerchantId": "All",
        "Brand": "Acme",
        "ItemPage": "1",
    }


def test_search_takes_the_condition_and_seller_asked_for() -> None:
    """Every seller and condition is the default, not a rule."""
    query = SearchQuery("Books", keywords="tea", parameters=(("Condition", "Used"), ("MerchantId", "A1SELLER")))

    parameters = item_search(query, 1, ())

    assert (parameters["Condition"], parameters["MerchantId"]) == ("Used", "A1SELLER")


def test_search_refuses_a_name_that_is_none() -> None:
    """The service would ignore it and find more."""
    with pytest.raises(ValueError, match=r"ItemSearch has no parameter Autor; did you mean Author\?"):
        item_search(SearchQuery("Books", parameters=(("Autor", "Ann"),)), 1, ())


def test_look_up_by_asin_asks_for_every_sellers_offers() -> None:
    """The service's own default is Amazon's new offer alone."""
    assert item_lookup(["B000000001", "B000000002"], (ResponseGroup.LARGE,)) == {
        "Operation": "ItemLookup",
        "ItemId": "B000000001,B000000002",
        "Condition": "All",
        "MerchantId": "All",
        "ResponseGroup": "Large",
    }


def test_look_up_by_number_names_type_index_and_page() -> None:
    """SearchIndex is needed with every type but ASIN."""
    parameters = item_lookup(["1234567890123"], (), id_type="EAN", search_index="DVD", condition="Used", offer_page=2)

    assert parameters == {
        "Operation": "ItemLookup",
        "ItemId": "1234567890123",
        "IdType": "EAN",
        "SearchIndex": "DVD",
        "Condition": "Used",
        "MerchantId": "All",
        "OfferPage": "2",
    }


def test_similarity_and_nodes() -> None:
    """The two remaining look-ups."""
    assert similarity_lookup(["B000000001"], "Random", (ResponseGroup.SMALL,)) == {
        "Operation": "SimilarityLookup",
        "ItemId": "B000000001",
        "SimilarityType": "Random",
        "Condition": "All",
        "MerchantId": "All",
        "ResponseGroup": "Small",
    }
    assert browse_node_lookup(["1", "2"], (ResponseGroup.TOP_SELLERS, ResponseGroup.BROWSE_NODE_INFO)) == {
        "Operation": "BrowseNodeLookup",
        "BrowseNodeId": "1,2",
        "ResponseGroup": "BrowseNodeInfo,TopSellers",
    }


def test_cart_create_numbers_its_items() -> None:
    """By ASIN or by offer, each under its number."""
    parameters = cart_create([NewItem(1, asin="B000000001"), NewItem(999, listing_id="a+b/c=")])

    assert parameters == {
        "Operation": "CartCreate",
        "Item.1.ASIN": "B000000001",
        "Item.1.Quantity": "1",
        "Item.2.OfferListingId": "a+b/c=",
        "Item.2.Quantity": "999",
        "ResponseGroup": "Cart",
    }


def test_cart_operations_carry_the_handle() -> None:
    """CartId and HMAC as they were answered."""
    assert cart_get(HANDLE) == {"Operation": "CartGet", **OPENED}
    assert cart_clear(HANDLE) == {"Operation": "CartClear", **OPENED}
    assert cart_add(HANDLE, [NewItem(2, asin="B000000001")]) == {
        "Operation": "CartAdd",
        "Item.1.ASIN": "B000000001",
        "Item.1.Quantity": "2",
        **OPENED,
    }


def test_cart_modify_sends_a_quantity_or_an_action() -> None:
    """Later services refuse both at once."""
    assert cart_modify(HANDLE, [QuantityChange("C1", 0), Move("C2", "SaveForLater")]) == {
        "Operation": "CartModify",
        "Item.1.CartItemId": "C1",
        "Item.1.Quantity": "0",
        "Item.2.CartItemId": "C2",
        "Item.2.Action": "SaveForLater",
        **OPENED,
    }


@pytest.mark.parametrize("count", [0, 11])
def test_ten_at_most_and_one_at_least(count: int) -> None:
    """The upstream would refuse the whole request."""
    ids = ["B000000001"] * count

    with pytest.raises(ValueError, match=f"not {count}"):
        item_lookup(ids, ())
    with pytest.raises(ValueError, match=f"not {count}"):
        similarity_lookup(ids, "Intersection", ())
    with pytest.raises(ValueError, match=f"not {count}"):
        browse_node_lookup(ids, ())
    with pytest.raises(ValueError, match=f"not {count}"):
        cart_create([NewItem(1, asin=asin) for asin in ids])
    with pytest.raises(ValueError, match=f"not {count}"):
        cart_modify(HANDLE, [QuantityChange("C1", 1)] * count)


@pytest.mark.parametrize("item", [NewItem(1), NewItem(1, asin="B000000001", listing_id="x")])
def test_new_item_has_exactly_one_name(item: NewItem) -> None:
    """ASIN and OfferListingId together are refused by the upstream."""
    with pytest.raises(ValueError, match="never both"):
        cart_create([item])


def test_search_may_use_what_the_embedded_service_adds() -> None:
    """No schema knows a lowest rating; our own service does."""
    parameters = item_search(SearchQuery("Books", "tea", parameters=(("MinRating", "4"),)), 1, ())

    assert parameters["MinRating"] == "4"
