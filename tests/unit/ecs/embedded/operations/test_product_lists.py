"""ListSearch and ListLookup on the wire."""

import pytest

from tests.unit.ecs.embedded.caller import Caller
from tests.unit.ecs.embedded.feeds import HARBOR, KETTLE, LANTERN, SOLD_OUT
from tests.unit.ecs.embedded.rich import BABY, MANIA, RECORD, WEDDING, WISHES


async def test_wish_list_is_found_by_its_owner(shelf: Caller) -> None:
    """By any word of the name, by address; the e-mail address itself is never shown."""
    by_name = await shelf("ListSearch", ListType="WishList", Name="ann")
    by_email = await shelf("ListSearch", ListType="WishList", Email="ANN@example.com", City="anytown", State="or")

    assert by_name.texts("List/ListId") == by_email.texts("List/ListId") == [WISHES]
    assert (by_name.first("Lists/TotalResults"), by_name.first("Lists/TotalPages")) == ("1", "1")
    assert by_name.texts("List/*") == [
        *(WISHES, "Things I & mine like", "WishList", "3", "1", "2009-01-01", "2010-02-03", "Ann Example"),
        "Any edition.",
    ]
    assert "ann@example.com" not in by_name.text


async def test_registry_is_found_by_either_partner(shelf: Caller) -> None:
    """Guests know one of the two."""
    answer = await shelf("ListSearch", ListType="WeddingRegistry", FirstName="Bo", LastName="Sample")

    assert answer.texts("List/ListId") == [WEDDING]
    assert answer.texts("List/PartnerName") == ["Bo Sample"]
    assert (answer.first("OccasionDate"), answer.first("RegistryNumber")) == ("2010-06-19", "100200300")


async def test_listminimum_is_name_and_size(shelf: Caller) -> None:
    """What a page of results needs."""
    answer = await shelf("ListSearch", ListType="BabyRegistry", LastName="Example", ResponseGroup="ListMinimum")

    assert answer.texts("List/*") == [BABY, "Soon", "BabyRegistry", "0", "0"]


@pytest.mark.parametrize(
    ("parameters", "codes", "is_valid"),
    [
        ({"ListType": "???"}, ["AWS.InvalidEnumeratedParameter"], "False"),
        ({"ListType": "Listmania"}, ["AWS.InvalidEnumeratedParameter"], "False"),
        ({"ListType": "WishList"}, ["AWS.MinimumParameterRequirement"], "False"),
        ({"ListType": "WeddingRegistry", "Email": "x@example.com"}, ["AWS.MinimumParameterRequirement"], "False"),
        ({"ListType": "WishList", "Email": "???"}, ["AWS.ECommerceService.NoExactMatches"], "True"),
        ({"ListType": "WishList", "Name": "x", "ListPage": "21"}, ["AWS.ParameterOutOfRange"], "False"),
        ({"ListType": "WishList", "Name": "x", "ResponseGroup": "ListItems"}, ["AWS.InvalidResponseGroup"], "False"),
        ({"Name": "x"}, ["AWS.MissingParameters"], "False"),
    ],
)
async def test_wrong_searches(shelf: Caller, parameters: dict[str, str], codes: list[str], is_valid: str) -> None:
    """As recorded where there is a recording."""
    answer = await shelf("ListSearch", parameters)

    assert (answer.codes, answer.is_valid, answer.texts("List")) == (codes, is_valid, [])


async def test_no_match_is_one_page_of_nothing(shelf: Caller) -> None:
    """The original says 0 results on 1 page."""
    answer = await shelf("ListSearch", ListType="WishList", Email="???")

    assert (answer.first("Lists/TotalResults"), answer.first("Lists/TotalPages")) == ("0", "1")


async def test_list_with_its_items(shelf: Caller) -> None:
    """Newest first; an entry whose product is not in the catalog is passed over."""
    answer = await shelf("ListLookup", ListId=WISHES.lower(), ListType="WishList", ResponseGroup="ListFull")

    assert answer.texts("ListItem/Item/ASIN") == [KETTLE, HARBOR, LANTERN]
    assert answer.texts("ListItem/ListItemId")[0] == "IKETTLE"
    assert answer.texts("ListItem/QuantityDesired") == ["1", "1", "3"]
    assert answer.texts("ListItem/QuantityReceived") == ["1", "0", "1"]
    assert answer.texts("ListItem/Priority") == ["2", "1"]
    assert answer.texts("List/TotalItems") == ["3"]
    assert answer.texts("ListItem/Item/ItemAttributes/Title")[1] == "Harbor Lights"


async def test_default_is_the_list_alone(shelf: Caller) -> None:
    """Items are asked for."""
    answer = await shelf("ListLookup", ListId=MANIA, ListType="Listmania")

    assert (answer.texts("ListItem"), answer.first("AverageRating"), answer.first("TotalVotes")) == ([], "4.0", "3")
    assert answer.texts("ListLookupRequest/*") == [MANIA, "Listmania"]


async def test_item_groups_show_products_without_entries(shelf: Caller) -> None:
    """As recorded for ItemAttributes with ListInfo."""
    answer = await shelf("ListLookup", ListId=MANIA, ListType="Listmania", ResponseGroup="ItemAttributes,ListInfo")

    assert answer.texts("ListItem/Item/ASIN") == [LANTERN, RECORD]
    assert answer.texts("ListItem/ListItemId") == []


@pytest.mark.parametrize(
    ("parameters", "asins"),
    [
        ({"Sort": "Priority"}, [HARBOR, LANTERN, KETTLE]),
        ({"Sort": "Price"}, [HARBOR, LANTERN, KETTLE]),
        ({"IsOmitPurchasedItems": "True"}, [HARBOR, LANTERN]),
        ({"ProductGroup": "Music"}, []),
        ({"ProductPage": "2"}, []),
    ],
)
async def test_choices_of_a_lookup(shelf: Caller, parameters: dict[str, str], asins: list[str]) -> None:
    """Sorting, leaving out, turning pages."""
    answer = await shelf("ListLookup", parameters, ListId=WISHES, ListType="WishList", ResponseGroup="ListItems")

    assert (answer.codes, answer.texts("ListItem/Item/ASIN")) == ([], asins)


@pytest.mark.parametrize(
    ("list_id", "list_type"), [("???", "WishList"), (WISHES, "WeddingRegistry"), (SOLD_OUT, "Listmania")]
)
async def test_unknown_list(shelf: Caller, list_id: str, list_type: str) -> None:
    """Tried and failed; an id of another type is unknown, too."""
    answer = await shelf("ListLookup", ListId=list_id, ListType=list_type)

    assert (answer.is_valid, answer.codes) == ("True", ["AWS.InvalidParameterValue"])
    assert answer.messages == [
        f"{list_id} is not a valid value for ListId. Please change this value and retry your request."
    ]


async def test_products_name_the_listmania_lists_they_are_on(shelf: Caller) -> None:
    """Until 2010; later versions have no place for it."""
    parameters = {"ItemId": LANTERN, "ResponseGroup": "ListmaniaLists"}

    older = await shelf("ItemLookup", parameters)
    shelf.version = "2011-08-01"
    later = await shelf("ItemLookup", parameters)

    assert older.texts("ListmaniaList/*") == [MANIA, "Lanterns <all>"]
    assert (later.codes, later.texts("ListmaniaList")) == ([], [])


async def test_what_is_wished_for_and_given(shelf: Caller) -> None:
    """Wish lists and registries tell it, within a browse node."""
    answer = await shelf("BrowseNodeLookup", BrowseNodeId="100", ResponseGroup="MostWishedFor,MostGifted")

    assert answer.texts("TopItemSet/Type") == ["MostGifted", "MostWishedFor"]
    sets = [[asin.text for asin in found.iterfind(".//{*}ASIN")] for found in answer.root.iterfind(".//{*}TopItemSet")]
    assert sets == [[KETTLE, LANTERN], [LANTERN, HARBOR, KETTLE]]
