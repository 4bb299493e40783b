"""BrowseNodeLookup on the wire."""

from tests.unit.ecs.embedded.caller import Caller
from tests.unit.ecs.embedded.feeds import HARBOR, LANTERN


async def test_node_has_children_and_nested_ancestors(ecs: Caller) -> None:
    """A storefront draws its menu from this."""
    answer = await ecs("BrowseNodeLookup", BrowseNodeId="9000000011")

    assert answer.texts("BrowseNodes/BrowseNode/Name") == ["Fiction"]
    assert answer.texts("Children/BrowseNode/Name") == ["Mystery"]
    assert answer.texts("Ancestors/BrowseNode/BrowseNodeId") == ["100"]
    assert answer.texts("Ancestors/BrowseNode/IsCategoryRoot") == ["1"]
    assert answer.texts("BrowseNodeLookupRequest/ResponseGroup") == ["BrowseNodeInfo"]


async def test_deep_node_holds_ancestors_in_ancestors(ecs: Caller) -> None:
    """From the parent outwards."""
    answer = await ecs("BrowseNodeLookup", BrowseNodeId="9000000012")

    assert answer.texts("BrowseNodes/BrowseNode/Ancestors/BrowseNode/Name") == ["Fiction"]
    assert answer.texts("BrowseNodes/BrowseNode/Ancestors/BrowseNode/Ancestors/BrowseNode/Name") == ["Books"]
    assert answer.texts("Children") == []


async def test_best_sellers_and_new_releases(ecs: Caller) -> None:
    """By sales rank, and by date."""
    answer = await ecs("BrowseNodeLookup", BrowseNodeId="9000000012", ResponseGroup="TopSellers,NewReleases")

    assert answer.texts("TopSeller/ASIN") == [HARBOR, LANTERN]
    assert answer.texts("NewRelease/ASIN") == [HARBOR, LANTERN]
    assert answer.texts("Children") == answer.texts("Ancestors") == []


async def test_unknown_node_beside_a_known_one(ecs: Caller) -> None:
    """One wrong id must not cost the other."""
    answer = await ecs("BrowseNodeLookup", BrowseNodeId="404,100")

    assert (answer.is_valid, answer.codes) == ("True", ["AWS.InvalidParameterValue"])
    assert answer.messages == [
        "404 is not a valid value for BrowseNodeId. Please change this value and retry your request."
    ]
    assert answer.texts("BrowseNodes/BrowseNode/BrowseNodeId") == ["100"]
    assert answer.texts("BrowseNodes/BrowseNode/Children/BrowseNode/Name") == ["Cooking", "Fiction"]


async def test_response_group_of_items_is_refused(ecs: Caller) -> None:
    """As recorded: two errors for an unknown group, one for another operation's."""
    unknown = await ecs("BrowseNodeLookup", BrowseNodeId="100", ResponseGroup="???")
    foreign = await ecs("BrowseNodeLookup", BrowseNodeId="100", ResponseGroup="Large")

    assert unknown.codes == ["AWS.InvalidResponseGroup", "AWS.InvalidEnumeratedParameter"]
    assert (foreign.is_valid, foreign.codes) == ("False", ["AWS.InvalidResponseGroup"])
    assert unknown.messages[1] == (
        "The value you specified for ResponseGroup is invalid. Valid values include BrowseNodeInfo, MostGifted,"
        " MostWishedFor, NewReleases, Request, TopSellers."
    )
