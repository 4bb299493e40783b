"""ItemLookup and SimilarityLookup on the wire, in the older and the later shape."""

from urllib.parse import unquote

import pytest
from lxml import etree

from tests.unit.ecs.embedded.caller import Answer, Caller
from tests.unit.ecs.embedded.feeds import (
    CABLE,
    HARBOR,
    HEADPHONES,
    HIDDEN,
    KETTLE,
    LANTERN,
    PREORDER,
    SOLD_OUT,
    SPEAKER,
    UNOFFERED,
)


def _offers(answer: Answer) -> list[tuple[str | None, ...]]:
    paths = ("Merchant/Name", "OfferAttributes/Condition", "OfferListing/Price/Amount")
    offers = answer.root.iterfind(".//{*}Offer")
    return [
        tuple(offer.findtext("/".join(f"{{*}}{step}" for step in path.split("/"))) for path in paths)
        for offer in offers
    ]


async def test_items_come_in_the_order_asked(ecs: Caller) -> None:
    """Lower case and repetitions do not matter."""
    answer = await ecs("ItemLookup", ItemId=f"{KETTLE},{LANTERN.lower()},{KETTLE}", ResponseGroup="ItemIds")

    assert answer.texts("Item/ASIN") == [KETTLE, LANTERN]
    assert answer.texts("ItemLookupRequest/ItemId") == [KETTLE, LANTERN]
    assert answer.texts("TotalResults") == []


async def test_bad_ids_beside_good_ones(ecs: Caller) -> None:
    """One wrong id must not cost the others."""
    answer = await ecs("ItemLookup", ItemId=f"123,{KETTLE},?<", ResponseGroup="ItemIds")

    assert (answer.is_valid, answer.texts("Item/ASIN")) == ("True", [KETTLE])
    assert answer.codes == ["AWS.InvalidParameterValue"] * 2
    assert answer.messages == [
        "123 is not a valid value for ItemId. Please change this value and retry your request.",
        "?< is not a valid value for ItemId. Please change this value and retry your request.",
    ]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, "AWS.MissingParameters"),
        ({"ItemId": ",".join(f"B{n:09}" for n in range(11))}, "AWS.ExceededMaximumParameterValues"),
        ({"ItemId": "1", "IdType": "EAN"}, "AWS.MissingParameterValueCombination"),
        ({"ItemId": "1", "SearchIndex": "Books"}, "AWS.RestrictedParameterValueCombination"),
        ({"ItemId": "1", "IdType": "GTIN"}, "AWS.InvalidEnumeratedParameter"),
        ({"ItemId": "1", "ResponseGroup": "SearchBins"}, "AWS.InvalidResponseGroup"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_wrong_parameters(ecs: Caller, parameters: dict[str, str], code: str) -> None:
    """Refused on syntax."""
    answer = await ecs("ItemLookup", parameters)

    assert (answer.is_valid, answer.codes, answer.texts("Item")) == ("False", [code], [])


@pytest.mark.parametrize(
    ("id_type", "item_id", "asin"),
    [
        ("EAN", "9780306406157", LANTERN),
        ("ISBN", "0306406152", LANTERN),
        ("ISBN", "978-0-306-40615-7", LANTERN),
        ("UPC", "012345678905", SPEAKER),
        ("SKU", KETTLE, KETTLE),
    ],
)
async def test_other_numbers(ecs: Caller, id_type: str, item_id: str, asin: str) -> None:
    """Bar codes and book numbers lead to the product."""
    answer = await ecs("ItemLookup", ItemId=item_id, IdType=id_type, SearchIndex="Books", ResponseGroup="ItemIds")

    assert answer.texts("Item/ASIN") == [asin]


async def test_full_attributes(older: Caller) -> None:
    """Everything the feed knows has its place."""
    answer = await older("ItemLookup", ItemId=LANTERN, ResponseGroup="Large,AlternateVersions")

    attributes = answer.root.find(".//{*}ItemAttributes")
    assert attributes is not None
    assert [(etree.QName(element).localname, element.text) for element in attributes.iter() if element.text] == [
        ("Author", "Ann Writer"),
        ("EAN", "9780306406157"),
        ("EANListElement", "9780306406157"),
        ("ISBN", "0306406152"),
        ("Label", "North Press"),
        ("Name", "English"),
        ("Type", "Published"),
        ("Amount", "2500"),
        ("CurrencyCode", "USD"),
        ("FormattedPrice", "$25.00"),
        ("Manufacturer", "North Press"),
        ("NumberOfPages", "320"),
        ("ProductGroup", "Book"),
        ("PublicationDate", "2001-05-01"),
        ("Publisher", "North Press"),
        ("Studio", "North Press"),
        ("Title", "The Red Lantern & the <Sea>"),
    ]
    assert answer.texts("Item/SalesRank") == ["30"]
    assert answer.texts("CustomerReviews/*") == ["4.5", "20", "4"]
    assert answer.texts("EditorialReview/Content") == ["A lighthouse, a letter, a storm."]
    assert answer.first("SimilarProducts/SimilarProduct/ASIN") == HARBOR
    assert answer.texts("AlternateVersion/ASIN") == ["B0ALTERNAT"]
    assert answer.texts("BrowseNodeId") == ["9000000012", "9000000011", "100"]
    assert answer.texts("IsCategoryRoot") == ["1"]


async def test_pictures_of_the_feed_and_drawn_ones(ecs: Caller) -> None:
    """Every product has a picture in every size."""
    answer = await ecs("ItemLookup", ItemId=f"{HARBOR},{LANTERN}", ResponseGroup="Images")

    assert answer.texts("Item/LargeImage/URL") == [
        "http://pictures.example/l.jpg",
        f"http://shop.example/covers/{LANTERN}-500.svg",
    ]
    assert answer.texts("Item/MediumImage/URL")[0] == "http://pictures.example/l.jpg"
    assert answer.texts("Item/SmallImage/URL")[0] == "http://pictures.example/s.jpg"
    assert answer.texts("Item/LargeImage/Height") == ["500", "500"]
    assert answer.texts("Item/LargeImage/Width") == ["500", "333"]


async def test_older_shape_names_sellers_cheapest_first(older: Caller) -> None:
    """What a marketplace storefront compares offers by."""
    answer = await older("ItemLookup", ItemId=LANTERN, ResponseGroup="OfferFull", MerchantId="All", Condition="All")

    assert _offers(answer) == [
        ("Paper Moon", "Used", "800"),
        ("Cartograph Sample Store", "New", "1250"),
        ("Paper Moon", "New", "1400"),
    ]
    assert (answer.first("TotalOffers"), answer.first("TotalOfferPages")) == ("3", "1")
    assert answer.texts("SubCondition") == ["good", "new", "new"]
    assert answer.texts("ConditionNote") == ["A name inside."]
    assert answer.texts("OfferListing/Quantity") == ["1", "5", "999"]
    assert answer.texts("IsFulfilledByAmazon") == ["0", "1", "0"]
    assert answer.texts("AverageFeedbackRating") == ["4.2"]
    assert answer.texts("TotalFeedback") == ["77"]
    assert answer.texts("AmountSaved/Amount") == ["1700", "1250", "1100"]
    assert answer.texts("PercentageSaved") == ["68", "50", "44"]
    assert answer.texts("MinimumHours") == ["24"]
    ids = answer.texts("Merchant/MerchantId")
    assert ids[0] == ids[2] != ids[1]
    assert [answer.first(f"OfferSummary/{name}") for name in ("TotalNew", "TotalUsed", "TotalCollectible")] == [
        "2",
        "1",
        "0",
    ]
    assert answer.texts("LowestNewPrice/Amount") == ["1250"]
    assert answer.texts("LowestUsedPrice/FormattedPrice") == ["$8.00"]


@pytest.mark.parametrize(
    ("parameters", "amounts"),
    [
        ({}, ["1250"]),
        ({"MerchantId": "Amazon", "Condition": "All"}, ["1250"]),
        ({"MerchantId": "Featured"}, ["1250"]),
        ({"MerchantId": "Paper Moon", "Condition": "All"}, ["800", "1400"]),
        ({"MerchantId": "All", "Condition": "Used"}, ["800"]),
        ({"MerchantId": "All", "Condition": "Collectible"}, []),
        ({"MerchantId": "All", "Condition": "All", "OfferPage": "2"}, []),
    ],
    ids=str,
)
async def test_choice_of_offers(older: Caller, parameters: dict[str, str], amounts: list[str]) -> None:
    """The defaults are the original's: new, and the house's own."""
    answer = await older("ItemLookup", parameters, ItemId=LANTERN, ResponseGroup="Offers")

    assert answer.texts("OfferListing/Price/Amount") == amounts


async def test_offer_pages_hold_ten(older: Caller) -> None:
    """Every offer is on exactly one page, the cheapest first."""
    offers = {"ItemId": UNOFFERED, "ResponseGroup": "OfferListings", "MerchantId": "All", "Condition": "All"}

    pages = [await older("ItemLookup", offers, OfferPage=str(page)) for page in (1, 2, 3, 4)]

    amounts = [int(amount) for page in pages for amount in page.texts("OfferListing/Price/Amount")]
    assert [len(page.texts("Offer")) for page in pages] == [10, 10, 3, 0]
    assert [(page.first("TotalOffers"), page.first("TotalOfferPages")) for page in pages] == [("23", "3")] * 4
    assert amounts == sorted(amounts)
    assert len({token for page in pages for token in page.texts("OfferListingId")}) == 23
    assert pages[0].texts("OfferSummary") == []


async def test_late_shape_features_one_offer(ecs: Caller) -> None:
    """From 2011 on the seller's name is all that is left, and only with OfferFull."""
    one = await ecs("ItemLookup", ItemId=LANTERN, ResponseGroup="OfferFull")
    all_ = await ecs("ItemLookup", ItemId=LANTERN, ResponseGroup="Offers", MerchantId="All", Condition="All")

    assert _offers(one) == [("Cartograph Sample Store", "New", "1250")]
    assert one.texts("MerchantId") == one.texts("SubCondition") == one.texts("OfferListing/Quantity") == []
    assert _offers(all_) == [(None, "New", "1250"), (None, "Used", "800"), (None, "New", "1400")]
    assert one.texts("HasReviews") == []


async def test_listing_id_is_percent_encoded_in_the_xml(ecs: Caller) -> None:
    """As the original sent it."""
    answer = await ecs("ItemLookup", ItemId=LANTERN, ResponseGroup="Offers", MerchantId="All", Condition="All")

    ids = answer.texts("OfferListingId")
    assert len(ids) == 3
    assert all(token.endswith("%3D") and unquote(token) != token for token in ids)


async def test_hidden_price_is_not_shown(older: Caller) -> None:
    """The maker allows it to be seen in the cart only."""
    answer = await older("ItemLookup", ItemId=HIDDEN, ResponseGroup="OfferFull", MerchantId="All")

    assert answer.texts("Price/FormattedPrice") == ["Too low to display"]
    assert answer.texts("Price/Amount") == answer.texts("LowestNewPrice") == []
    assert answer.texts("IsMapViolated") == ["1"]


async def test_states_of_availability(older: Caller) -> None:
    """Now, not out yet, and sold out are told apart without reading the words."""
    answer = await older(
        "ItemLookup", ItemId=f"{KETTLE},{PREORDER},{SOLD_OUT}", ResponseGroup="Offers", MerchantId="All"
    )

    assert answer.texts("AvailabilityType") == ["now", "futureDate", "unknown"]
    assert answer.texts("OfferListing/Quantity") == ["999", "3", "0"]
    assert answer.texts("IsPreorder") == ["1"]
    assert answer.texts("Availability") == ["Usually ships in 24 hours", "Not yet released", "Currently unavailable"]


async def test_similar_items(ecs: Caller) -> None:
    """To one item, to all of several, to any of several."""
    one = await ecs("SimilarityLookup", ItemId=HEADPHONES, ResponseGroup="ItemIds")
    any_ = await ecs("SimilarityLookup", ItemId=f"{HEADPHONES},{LANTERN}", SimilarityType="Random")

    assert one.texts("Item/ASIN") == [SPEAKER, CABLE]
    assert any_.texts("Item/ASIN")[:2] == [SPEAKER, HARBOR]
    assert one.texts("TotalResults") == []


async def test_nothing_similar(ecs: Caller) -> None:
    """Valid, tried, without result."""
    answer = await ecs("SimilarityLookup", ItemId=f"{HEADPHONES},{KETTLE}")

    assert (answer.is_valid, answer.codes) == ("True", ["AWS.ECommerceService.NoSimilarities"])
    assert answer.messages == [f"There are no similar items for this ASIN: {HEADPHONES}, {KETTLE}."]


async def test_similar_to_an_unknown_item(ecs: Caller) -> None:
    """The id is at fault, not the likeness."""
    answer = await ecs("SimilarityLookup", ItemId="B0UNKNOWN0")

    assert (answer.is_valid, answer.codes, answer.texts("Item")) == ("True", ["AWS.InvalidParameterValue"], [])
