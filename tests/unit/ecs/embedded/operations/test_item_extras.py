"""Response groups that lead from an item to others: variations, relations, accessories; and tracks."""

import pytest

from tests.unit.ecs.embedded.caller import Caller
from tests.unit.ecs.embedded.feeds import HARBOR, LANTERN
from tests.unit.ecs.embedded.rich import AUDIOBOOK, RECORD, SHIRT, SHIRT_M, SHIRT_S


async def test_parent_lists_its_variations(shelf: Caller) -> None:
    """What they differ in, what they cost, each with its offers."""
    answer = await shelf("ItemLookup", ItemId=SHIRT, ResponseGroup="Variations", MerchantId="All")

    assert answer.texts("VariationSummary/LowestPrice/Amount") == ["1500"]
    assert answer.texts("VariationSummary/HighestPrice/Amount") == ["1700"]
    assert (answer.first("TotalVariations"), answer.first("TotalVariationPages")) == ("2", "1")
    assert answer.texts("VariationDimension") == ["Size"]
    assert answer.texts("Variations/Item/ASIN") == [SHIRT_S, SHIRT_M]
    assert answer.texts("Variations/Item/ParentASIN") == [SHIRT, SHIRT]
    assert answer.texts("VariationAttribute/*") == ["Size", "S", "Size", "M"]
    assert answer.texts("Variations/Item/Offers/Offer/OfferListing/Price/Amount") == ["1500", "1700"]
    assert len(answer.texts("Variations/Item/LargeImage")) == 2


@pytest.mark.parametrize(
    ("group", "found"),
    [
        ("VariationSummary", {"VariationSummary"}),
        ("VariationMinimum", {"Variations/Item"}),
        ("VariationMatrix", {"Variations/Item", "VariationDimensions", "VariationAttributes"}),
        ("VariationOffers", {"Variations/Item", "Variations/Item/Offers"}),
        ("VariationImages", {"Variations/Item", "Variations/Item/ImageSets"}),
        ("Large", set()),
    ],
)
async def test_each_variation_group_brings_its_part(shelf: Caller, group: str, found: set[str]) -> None:
    """The smaller groups are for clients that count bytes."""
    answer = await shelf("ItemLookup", ItemId=SHIRT, ResponseGroup=group, MerchantId="All")

    paths = (
        *(
            "VariationSummary",
            "Variations/Item",
            "VariationDimensions",
            "VariationAttributes",
            "Variations/Item/Offers",
        ),
        "Variations/Item/ImageSets",
    )
    assert {path for path in paths if answer.texts(path)} == found


@pytest.mark.parametrize(("page", "asins"), [("1", [SHIRT_S, SHIRT_M]), ("2", []), ("All", [SHIRT_S, SHIRT_M])])
async def test_variations_have_pages(shelf: Caller, page: str, asins: list[str]) -> None:
    """Ten a page, or all."""
    answer = await shelf("ItemLookup", ItemId=SHIRT, ResponseGroup="VariationMinimum", VariationPage=page)

    assert answer.texts("Variations/Item/ASIN") == asins
    assert answer.texts("ItemLookupRequest/VariationPage") == [page]


async def test_parent_cannot_be_bought(shelf: Caller) -> None:
    """Only its variations can; they name it."""
    wanted = {"Item.1.ASIN": SHIRT, "Item.1.Quantity": "1", "Item.2.ASIN": SHIRT_M, "Item.2.Quantity": "1"}
    parent = await shelf("ItemLookup", ItemId=SHIRT, ResponseGroup="Large", MerchantId="All", Condition="All")
    cart = await shelf("CartCreate", wanted)

    assert parent.texts("Item/Offers") == parent.texts("Item/OfferSummary") == []
    assert cart.codes == ["AWS.ECommerceService.ItemNotEligibleForCart"]
    assert cart.texts("CartItem/ASIN") == [SHIRT_M]


async def test_tracks_and_accessories(shelf: Caller) -> None:
    """Discs and tracks are numbered; accessories that are not in the catalog are passed over."""
    answer = await shelf("ItemLookup", ItemId=RECORD, ResponseGroup="Tracks,Accessories")

    assert answer.texts("Tracks/Disc/Track") == ["First Light", "Wick & Wax", "Last Light"]
    assert answer.root.xpath("//*[local-name()='Disc' or local-name()='Track']/@Number") == ["1", "1", "2", "2", "1"]
    assert answer.texts("Accessory/*") == [HARBOR, "Harbor Lights"]


async def test_related_items_of_the_type_asked_for(shelf: Caller) -> None:
    """With the groups of the item itself; the type must be named."""
    parameters = {"ItemId": AUDIOBOOK, "ResponseGroup": "RelatedItems,Small"}
    answer = await shelf("ItemLookup", parameters, RelationshipType="AuthorityTitle")
    other = await shelf("ItemLookup", parameters, RelationshipType="Episode")
    refused = await shelf("ItemLookup", parameters)

    assert answer.texts("RelatedItems/*")[:5] == ["Parents", "AuthorityTitle", "1", "1", "1"]
    assert answer.texts("RelatedItem/Item/ASIN") == [LANTERN]
    assert answer.texts("RelatedItem/Item/ItemAttributes/Title") == ["The Red Lantern & the <Sea>"]
    assert (other.codes, other.texts("RelatedItems")) == ([], [])
    assert (refused.is_valid, refused.codes) == ("False", ["AWS.MissingParameterValueCombination"])


async def test_best_of_a_node_with_what_a_page_shows(shelf: Caller) -> None:
    """From 2008-08-19 on, beside the older elements."""
    answer = await shelf("BrowseNodeLookup", BrowseNodeId="9000000012", ResponseGroup="TopSellers,NewReleases")

    assert answer.texts("TopItemSet/Type") == ["TopSellers", "NewReleases"]
    assert answer.texts("TopItemSet/TopItem/ASIN") == [HARBOR, LANTERN, HARBOR, LANTERN]
    assert answer.texts("TopSellers/TopSeller/ASIN") == [HARBOR, LANTERN]
    assert answer.texts("TopItem/Author") == ["Ann Writer", "Bo Second", "Ann Writer"] * 2


async def test_group_without_facts_brings_nothing(shelf: Caller) -> None:
    """Nobody gave anything of that node, and no record is on it."""
    answer = await shelf("BrowseNodeLookup", BrowseNodeId="9000000021", ResponseGroup="MostGifted,MostWishedFor")
    groups = (
        "PromotionSummary,PromotionDetails,Collections,Subjects,Tags,SearchInside,ShippingOptions,Variations,Tracks"
    )
    item = await shelf("ItemLookup", ItemId=LANTERN, ResponseGroup=groups)

    assert (answer.codes, answer.texts("TopItemSet")) == ([], [])
    assert (item.codes, item.texts("Item/*")) == ([], [LANTERN])
