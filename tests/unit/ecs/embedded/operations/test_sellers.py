"""SellerLookup, SellerListingSearch and SellerListingLookup on the wire."""

import pytest

from ecs.embedded.sellers import HOUSE, seller_id
from tests.unit.ecs.embedded.caller import Caller
from tests.unit.ecs.embedded.feeds import LANTERN, SOLD_OUT, UNOFFERED
from tests.unit.ecs.embedded.rich import GONE, PAPER_MOON, RECORD, SHIRT_M, SHIRT_S


async def test_seller_with_a_page_of_feedback(shelf: Caller) -> None:
    """What the feed says of a seller; five opinions a page."""
    first = await shelf("SellerLookup", SellerId=PAPER_MOON.lower())
    second = await shelf("SellerLookup", SellerId=PAPER_MOON, FeedbackPage="2")

    assert first.texts("Seller/*")[:4] == [PAPER_MOON, "Paper Moon", "Paper Moon", "Made of paper."]
    assert first.texts("Location/*") == ["Anytown", "OR", "US"]
    assert (first.first("AverageFeedbackRating"), first.first("TotalFeedbackPages")) == ("4.6", "2")
    assert first.texts("Feedback/Comment") == [f"Fine {number}." for number in range(5)]
    assert second.texts("Feedback/Comment") == ["Fine 5."]


async def test_sellers_that_only_offer_something(shelf: Caller) -> None:
    """Whoever offers is a seller, made offers included; unknown ones are named."""
    found = await shelf("ItemLookup", ItemId=UNOFFERED, ResponseGroup="OfferFull", MerchantId="All", Condition="All")
    made = found.texts("Merchant/MerchantId")[0]
    named = seller_id("Second Chance")
    answer = await shelf("SellerLookup", SellerId=f"{made},{named},ANOBODY,{HOUSE.id}")

    assert answer.texts("Seller/SellerId") == [made, named, HOUSE.id]
    assert answer.texts("SellerLookupRequest/SellerId") == [made, named, "ANOBODY", HOUSE.id]
    assert (answer.is_valid, answer.codes) == ("True", ["AWS.InvalidParameterValue"])
    assert answer.messages[0].startswith("ANOBODY is not a valid value for SellerId.")


async def test_listings_of_a_seller(shelf: Caller) -> None:
    """One for each product, at the seller's lowest price for it; what is sold out is closed."""
    opened = await shelf("SellerListingSearch", SellerId=PAPER_MOON, Sort="price")
    closed = await shelf("SellerListingSearch", SellerId=PAPER_MOON, OfferStatus="Closed")

    assert opened.texts("SellerListing/ASIN") == [RECORD, SHIRT_S, SHIRT_M]
    assert opened.texts("SellerListing/Price/Amount") == ["700", "1500", "1700"]
    assert opened.texts("SellerListing/Condition") == ["used", "new", "new"]
    assert (opened.first("TotalResults"), opened.first("TotalPages")) == ("3", "1")
    assert set(opened.texts("SellerListing/Seller/SellerId")) == {PAPER_MOON}
    assert (closed.texts("SellerListing/ASIN"), closed.first("Status")) == ([GONE], "Closed")


@pytest.mark.parametrize(
    ("parameters", "asins"),
    [
        ({"Title": "shirt"}, {SHIRT_S, SHIRT_M}),
        ({"Keywords": "wicks"}, {RECORD}),
        ({"Keywords": "kettle"}, set()),
        ({"ListingPage": "2"}, set()),
    ],
)
async def test_listings_by_words(shelf: Caller, parameters: dict[str, str], asins: set[str]) -> None:
    """Words of the title alone, or of any text."""
    answer = await shelf("SellerListingSearch", parameters, SellerId=PAPER_MOON)

    assert set(answer.texts("SellerListing/ASIN")) == asins
    assert answer.codes == ([] if asins or "ListingPage" in parameters else ["AWS.ECommerceService.NoExactMatches"])


async def test_oldest_version_searches_all_sellers(shelf: Caller) -> None:
    """There SellerId was optional, and either it or words were wanted."""
    shelf.version = "2005-10-05"
    answer = await shelf("SellerListingSearch", Title="lantern")
    refused = await shelf("SellerListingSearch")

    assert LANTERN in answer.texts("SellerListing/ASIN")
    assert answer.texts("SellerListing/Availability")[0] == "Usually ships in 24 hours"
    assert (refused.is_valid, refused.codes) == ("False", ["AWS.MinimumParameterRequirement"])


async def test_listing_is_found_by_each_of_its_names(shelf: Caller) -> None:
    """ExchangeId and ListingId name one; the ASIN, or SKU, of a seller all there are."""
    found = await shelf("SellerListingSearch", SellerId=PAPER_MOON, Keywords="songs")
    exchange, listing = found.texts("ExchangeId")[0], found.texts("ListingId")[0]

    by_exchange = await shelf("SellerListingLookup", Id=exchange, IdType="Exchange")
    by_listing = await shelf("SellerListingLookup", Id=listing.lower(), IdType="Listing", SellerId=PAPER_MOON)
    by_asin = await shelf("SellerListingLookup", Id=RECORD, IdType="ASIN", SellerId=PAPER_MOON)
    by_sku = await shelf("SellerListingLookup", Id=RECORD, IdType="SKU", SellerId=PAPER_MOON)

    offered = await shelf("ItemLookup", ItemId=RECORD, ResponseGroup="OfferFull", MerchantId="All", Condition="Used")

    assert offered.texts("OfferListing/ExchangeId") == [exchange]
    assert by_exchange.texts("SellerListing/Price/Amount") == by_listing.texts("SellerListing/Price/Amount") == ["700"]
    assert by_asin.texts("SellerListing/Price/Amount") == by_sku.texts("SellerListing/Price/Amount") == ["700", "900"]


@pytest.mark.parametrize(
    ("operation", "parameters", "codes", "is_valid"),
    [
        ("SellerLookup", {}, ["AWS.MissingParameters"], "False"),
        ("SellerLookup", {"SellerId": "A,B,C,D,E,F"}, ["AWS.ExceededMaximumParameterValues"], "False"),
        ("SellerLookup", {"SellerId": PAPER_MOON, "FeedbackPage": "11"}, ["AWS.ParameterOutOfRange"], "False"),
        ("SellerListingSearch", {"Title": "x"}, ["AWS.MissingParameters"], "False"),
        ("SellerListingSearch", {"SellerId": "ANOBODY"}, ["AWS.InvalidParameterValue"], "True"),
        ("SellerListingSearch", {"SellerId": "A", "ResponseGroup": "Seller"}, ["AWS.InvalidResponseGroup"], "False"),
        ("SellerListingLookup", {}, ["AWS.MissingParameters", "AWS.MissingParameters"], "False"),
        ("SellerListingLookup", {"Id": "x", "IdType": "ISBN"}, ["AWS.InvalidEnumeratedParameter"], "False"),
        ("SellerListingLookup", {"Id": "x", "IdType": "ASIN"}, ["AWS.MissingParameterValueCombination"], "False"),
        ("SellerListingLookup", {"Id": "x", "IdType": "Exchange"}, ["AWS.InvalidParameterValue"], "True"),
        (
            "SellerListingLookup",
            {"Id": LANTERN, "IdType": "ASIN", "SellerId": "ANOBODY"},
            ["AWS.InvalidParameterValue"],
            "True",
        ),
    ],
)
async def test_wrong_requests(
    shelf: Caller, operation: str, parameters: dict[str, str], codes: list[str], is_valid: str
) -> None:
    """Refused, or tried and failed."""
    answer = await shelf(operation, parameters)

    assert (answer.codes, answer.is_valid) == (codes, is_valid)
    assert answer.texts("SellerListing") == answer.texts("Sellers/Seller") == []


async def test_oldest_version_asks_for_closed_listings_and_names_them_alone(shelf: Caller) -> None:
    """Whatever is sold out everywhere; a listing was looked up without its seller."""
    shelf.version = "2005-10-05"
    closed = await shelf("SellerListingSearch", Title="lantern", OfferStatus="Closed")
    exchange = closed.texts("ExchangeId")[0]
    found = await shelf("SellerListingLookup", Id=exchange, IdType="Exchange", SellerId=PAPER_MOON)

    assert set(closed.texts("SellerListing/ASIN")) == {GONE, SOLD_OUT}
    assert set(closed.texts("SellerListing/Status")) == {"Closed"}
    assert found.texts("SellerListingLookupRequest/*") == [exchange, "Exchange"]
