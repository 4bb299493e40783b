"""ItemSearch on the wire."""

import pytest

from tests.unit.ecs.embedded.caller import Caller
from tests.unit.ecs.embedded.feeds import HARBOR, HEADPHONES, LANTERN


async def test_answer_tells_matches_pages_and_echo(ecs: Caller) -> None:
    """What every client reads first."""
    answer = await ecs("ItemSearch", SearchIndex="Books", Keywords="filler", ItemPage="7", ResponseGroup="ItemIds")

    assert (answer.name, answer.is_valid, answer.codes) == ("ItemSearchResponse", "True", [])
    assert (answer.first("TotalResults"), answer.first("TotalPages")) == ("60", "6")
    assert answer.texts("Items/Item") == []
    assert answer.texts("ItemSearchRequest/*") == ["7", "filler", "ItemIds", "Books"]


async def test_small_is_the_default_group(ecs: Caller) -> None:
    """Nothing is sent that was not asked for."""
    answer = await ecs("ItemSearch", SearchIndex="Books", Keywords="red lantern")

    assert answer.texts("ItemSearchRequest/ResponseGroup") == ["Small"]
    assert answer.texts("Item/DetailPageURL") == [f"http://shop.example/dp/{LANTERN}"]
    assert answer.texts("Item/ItemAttributes/Title") == ["The Red Lantern & the <Sea>"]
    assert answer.texts("Item/OfferSummary") == answer.texts("Item/SalesRank") == []


@pytest.mark.parametrize(
    ("parameters", "code", "message"),
    [
        (
            {"Keywords": "x"},
            "AWS.MissingParameters",
            "Your request is missing required parameters. Required parameters include SearchIndex.",
        ),
        (
            {"SearchIndex": "Books"},
            "AWS.MinimumParameterRequirement",
            "Your request should have atleast 1 of the following parameters: Keywords, Title, Power, BrowseNode,"
            " Artist, Author, Actor, Director, AudienceRating, Manufacturer, MusicLabel, Composer, Publisher, Brand,"
            " Conductor, Orchestra, TextStream, Cuisine, City, Neighborhood.",
        ),
        (
            {"SearchIndex": "Books", "Keywords": "x", "ItemPage": "11"},
            "AWS.ParameterOutOfRange",
            "The value you specified for ItemPage is invalid.  Valid values must be between 1 and 10.",
        ),
        (
            {"SearchIndex": "All", "Keywords": "x", "ItemPage": "6"},
            "AWS.ParameterOutOfRange",
            "The value you specified for ItemPage is invalid.  Valid values must be between 1 and 5.",
        ),
        (
            {"SearchIndex": "All", "Keywords": "x", "BrowseNode": "100"},
            "AWS.RestrictedParameterValueCombination",
            "Your request contained a restricted parameter combination.  When SearchIndex equals All, BrowseNode cannot"
            " be present.",
        ),
        (
            {"SearchIndex": "All", "Keywords": "x", "Sort": "price"},
            "AWS.RestrictedParameterValueCombination",
            "Your request contained a restricted parameter combination.  When SearchIndex equals All, Sort cannot be"
            " present.",
        ),
        (
            {"SearchIndex": "DVD", "Keywords": "x", "Sort": "reviewrank"},
            "AWS.InvalidEnumeratedParameter",
            "The value you specified for Sort is invalid. Valid values include -price, -releasedate,"
            " -video-release-date, price, relevancerank, salesrank, titlerank.",
        ),
        (
            {"SearchIndex": "Books", "Keywords": "x", "MinimumPrice": "-1"},
            "AWS.ParameterOutOfRange",
            "The value you specified for MinimumPrice is invalid.  Valid values must be between 0 and 1000000000.",
        ),
        (
            {"SearchIndex": "Books", "Keywords": "x", "MinRating": "lots"},
            "AWS.ParameterOutOfRange",
            "The value you specified for MinRating is invalid.  Valid values must be between 1 and 5.",
        ),
        (
            {"SearchIndex": "Books", "Keywords": "x", "Condition": "Broken"},
            "AWS.InvalidEnumeratedParameter",
            "The value you specified for Condition is invalid. Valid values include All, New, Used, Collectible,"
            " Refurbished.",
        ),
        (
            {"SearchIndex": "Books", "Keywords": "x", "Availability": "Never"},
            "AWS.InvalidEnumeratedParameter",
            "The value you specified for Availability is invalid. Valid values include Available.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("AWS") else None,
)
async def test_wrong_parameters(ecs: Caller, parameters: dict[str, str], code: str, message: str) -> None:
    """Refused on syntax: IsValid False, the recorded text, no results."""
    answer = await ecs("ItemSearch", parameters)

    assert (answer.status, answer.is_valid) == (200, "False")
    assert list(zip(answer.codes, answer.messages, strict=True)) == [(code, message)]
    assert answer.texts("TotalResults") == answer.texts("Item") == []


async def test_unknown_search_index_is_told_the_known_ones(ecs: Caller) -> None:
    """The list is how developers find out about indexes."""
    answer = await ecs("ItemSearch", SearchIndex="???", Keywords="x")

    assert (answer.is_valid, answer.codes) == ("False", ["AWS.InvalidEnumeratedParameter"])
    assert "Valid values include All, Apparel, Appliances," in answer.messages[0]


async def test_unknown_response_group_gives_two_errors(ecs: Caller) -> None:
    """As recorded; a group of another operation gives one."""
    unknown = await ecs("ItemSearch", SearchIndex="Books", Keywords="x", ResponseGroup="Small,Everything")
    foreign = await ecs("ItemSearch", SearchIndex="Books", Keywords="x", ResponseGroup="Cart")

    assert unknown.codes == ["AWS.InvalidEnumeratedParameter", "AWS.InvalidResponseGroup"]
    assert foreign.codes == ["AWS.InvalidResponseGroup"]
    assert "Valid response groups for ItemSearch requests include Accessories, " in foreign.messages[0]


async def test_several_errors_come_together(ecs: Caller) -> None:
    """One round of mending is enough."""
    answer = await ecs("ItemSearch", SearchIndex="Books", ItemPage="0", MaximumPrice="cheap")

    assert answer.codes == ["AWS.MinimumParameterRequirement", "AWS.ParameterOutOfRange", "AWS.ParameterOutOfRange"]


async def test_nothing_found_is_valid_with_zero_totals(ecs: Caller) -> None:
    """A search without a hit is no mistake of the client."""
    answer = await ecs("ItemSearch", SearchIndex="Books", Keywords="xyzzy")

    assert (answer.is_valid, answer.codes) == ("True", ["AWS.ECommerceService.NoExactMatches"])
    assert answer.messages == ["We did not find any matches for your request."]
    assert (answer.first("TotalResults"), answer.first("TotalPages")) == ("0", "0")


async def test_correction_is_said(ecs: Caller) -> None:
    """The storefront can offer the likelier spelling."""
    answer = await ecs("ItemSearch", SearchIndex="Books", Keywords="haror <ligths>")

    assert answer.texts("Item/ASIN") == [HARBOR]
    assert answer.first("CorrectedQuery/Keywords") == "harbor lights"
    assert "haror <ligths>" in (answer.first("CorrectedQuery/Message") or "")


async def test_bins_can_be_sent_back(ecs: Caller) -> None:
    """A facet is a set of request parameters."""
    answer = await ecs("ItemSearch", SearchIndex="Electronics", Keywords="philips", ResponseGroup="ItemIds,SearchBins")

    sets = {group.get("NarrowBy"): group for group in answer.root.iterfind(".//{*}SearchBinSet")}
    assert list(sets) == ["Subject", "BrandName", "PriceRange", "Condition"]
    first = sets["PriceRange"][0]
    assert [element.text for element in first.iter() if element.text] == [
        "$25.00 to $49.99",
        "1",
        "MinimumPrice",
        "2500",
        "MaximumPrice",
        "4999",
    ]
    narrowed = await ecs(
        "ItemSearch", SearchIndex="Electronics", Keywords="philips", MinimumPrice="2500", MaximumPrice="4999"
    )
    assert narrowed.texts("Item/ASIN") == [HEADPHONES]


@pytest.mark.parametrize(
    ("parameters", "asins"),
    [
        ({"Power": "author:writer and title:(red)"}, [LANTERN]),
        ({"TextStream": "a red lantern"}, [LANTERN]),
        ({"Title": "red"}, [LANTERN]),
        ({"Author": "Ann Writer", "Sort": "titlerank"}, [HARBOR, LANTERN]),
        ({"BrowseNode": "9000000012", "Sort": "-titlerank"}, [LANTERN, HARBOR]),
        ({"Keywords": "lantern", "MerchantId": "Paper Moon", "Condition": "All"}, [LANTERN]),
        ({"Keywords": "lantern", "MerchantId": "All", "Condition": "Used"}, [LANTERN]),
        ({"Keywords": "lantern", "MinRating": "4"}, [LANTERN]),
    ],
    ids=str,
)
async def test_search_parameters(ecs: Caller, parameters: dict[str, str], asins: list[str]) -> None:
    """Every way in leads to the same catalog."""
    answer = await ecs("ItemSearch", parameters, SearchIndex="Books")

    assert answer.texts("Item/ASIN") == asins


async def test_blended_searches_every_department(ecs: Caller) -> None:
    """It is answered like All."""
    answer = await ecs("ItemSearch", SearchIndex="Blended", Keywords="philips")

    assert answer.first("TotalResults") == "2"


async def test_checking_alone_searches_nothing(ecs: Caller) -> None:
    """Validate=True is for trying requests out."""
    answer = await ecs("ItemSearch", SearchIndex="Books", Keywords="lantern", Validate="True")

    assert (answer.is_valid, answer.codes, answer.texts("TotalResults")) == ("True", [], [])
