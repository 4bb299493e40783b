"""Batch and multi-operation requests on the wire."""

from lxml import etree

from tests.unit.ecs.embedded.caller import Caller
from tests.unit.ecs.embedded.feeds import CABLE, HARBOR, HEADPHONES, KETTLE, LANTERN

_BATCH = {
    "ItemLookup.1.ItemId": f"{LANTERN},{KETTLE}",
    "ItemLookup.2.ItemId": CABLE,
    "ItemLookup.Shared.ResponseGroup": "ItemIds",
}


async def test_two_parts_are_answered_one_after_the_other(ecs: Caller) -> None:
    """One Items each, with an echo of its own; the arguments keep their dotted names."""
    answer = await ecs("ItemLookup", _BATCH)

    assert answer.name == "ItemLookupResponse"
    assert [
        [asin.text for asin in items.iterfind("./{*}Item/{*}ASIN")] for items in answer.root.iterfind("./{*}Items")
    ] == [[LANTERN, KETTLE], [CABLE]]
    assert answer.texts("ItemLookupRequest/ItemId") == [LANTERN, KETTLE, CABLE]
    assert answer.texts("ItemLookupRequest/ResponseGroup") == ["ItemIds", "ItemIds"]
    assert answer.root.xpath("//*[local-name()='Argument' and @Name='ItemLookup.1.ItemId']/@Value") == [
        f"{LANTERN},{KETTLE}"
    ]


async def test_one_part_may_fail(ecs: Caller) -> None:
    """The other is answered all the same."""
    answer = await ecs("ItemLookup", {**_BATCH, "ItemLookup.2.IdType": "EAN"})

    assert answer.texts("Request/IsValid") == ["True", "False"]
    assert answer.codes == ["AWS.MissingParameterValueCombination"]
    assert answer.texts("Item/ASIN") == [LANTERN, KETTLE]


async def test_parameters_without_a_prefix_are_shared(ecs: Caller) -> None:
    """A label alone is a part; labels need not be numbers."""
    answer = await ecs("ItemLookup", {"ItemLookup.only.ItemId": HARBOR}, ResponseGroup="ItemIds")

    assert answer.texts("Item/ASIN") == [HARBOR]


async def test_three_parts_are_too_many(ecs: Caller) -> None:
    """Nothing is looked up."""
    answer = await ecs("ItemLookup", {**_BATCH, "ItemLookup.3.ItemId": HARBOR})

    assert (answer.texts("Request/IsValid"), answer.codes) == (["False"], ["AWS.ExceededMaxBatchRequestsPerOperation"])
    assert answer.texts("Item") == []


async def test_carts_take_no_batch(ecs: Caller) -> None:
    """Neither one part nor two; no cart is made."""
    first = {"CartCreate.1.Item.1.ASIN": HARBOR, "CartCreate.1.Item.1.Quantity": "1"}
    second = {"CartCreate.2.Item.1.ASIN": KETTLE, "CartCreate.2.Item.1.Quantity": "1"}
    one = await ecs("CartCreate", first)
    two = await ecs("CartCreate", {**first, **second})

    assert one.codes == two.codes == ["AWS.ExceededMaxBatchRequestsPerOperation"]
    assert one.texts("CartId") == two.texts("CartId") == []


async def test_two_operations_in_one_request(older: Caller) -> None:
    """Each has its own response inside one, in the order of the schema; parts may be combined with it."""
    answer = await older(
        "SimilarityLookup,ItemSearch",
        {
            "ItemSearch.1.SearchIndex": "Electronics",
            "ItemSearch.1.Keywords": "headphones",
            "ItemSearch.2.SearchIndex": "Electronics",
            "ItemSearch.2.Keywords": "cable",
            "SimilarityLookup.1.ItemId": LANTERN,
            "SimilarityLookup.Shared.ResponseGroup": "ItemIds",
        },
    )

    assert answer.name == "MultiOperationResponse"
    assert [etree.QName(element).localname for element in answer.root] == [
        *("OperationRequest", "ItemSearchResponse", "SimilarityLookupResponse"),
    ]
    assert answer.texts("ItemSearchResponse/Items/Item/ASIN") == [HEADPHONES, CABLE]
    assert answer.texts("SimilarityLookupResponse/Items/Item/ASIN")[0] == HARBOR
    assert answer.texts("ItemSearchResponse/Items/Request/IsValid") == ["True", "True"]


async def test_what_may_not_stand_together(ecs: Caller, older: Caller) -> None:
    """Carts, unknown names, three of them, one twice, and any two from 2011-08-01 on."""
    wrong = ("CartGet,ItemSearch", "ItemSearch,Nothing", "Help,ItemSearch,ItemLookup", "ItemSearch,ItemSearch")
    answers = [await older(operations) for operations in wrong]
    answers.append(await ecs("ItemSearch,SimilarityLookup"))

    assert {answer.name for answer in answers} == {"Errors"}
    assert {answer.first("Error/Code") for answer in answers} == {"AWS.InvalidOperationParameter"}


async def test_validate_checks_without_doing(older: Caller) -> None:
    """Of a list, a seller, a cart and both parts of a batch: right ones are valid and empty, wrong ones refused."""
    listed = await older("ListLookup", ListId="x", ListType="WishList", Validate="True")
    seller = await older("SellerLookup", SellerId="x", Validate="True")
    batch = await older("ItemLookup", _BATCH, Validate="True")
    cart = await older("CartCreate", {"Item.1.ASIN": HARBOR, "Item.1.Quantity": "1"}, Validate="True")
    wrong = await older("ListLookup", Validate="True")

    for answer in (listed, seller, batch, cart):
        assert (set(answer.texts("Request/IsValid")), answer.codes) == ({"True"}, [])
    assert batch.texts("Item") == cart.texts("CartId") == []
    assert (wrong.is_valid, wrong.codes) == ("False", ["AWS.MissingParameters", "AWS.MissingParameters"])
