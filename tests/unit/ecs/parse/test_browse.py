"""Browse nodes."""

import pytest

from ecs import parse
from ecs.errors import BadReply
from ecs.model import Attribute, BrowseNode, Contributor, SimilarProduct, TopItem, TopItemSet
from tests.unit.ecs.parse.answers import answer, request


def _nodes(*inside: str) -> tuple[BrowseNode, ...]:
    nodes = "".join(f"<BrowseNode>{one}</BrowseNode>" for one in inside)
    return parse.browse_nodes(answer("BrowseNodeLookup", f"<BrowseNodes>{request()}{nodes}</BrowseNodes>"))


def _node(node_id: int, inside: str = "") -> str:
    return f"<BrowseNodeId>{node_id}</BrowseNodeId><Name>N{node_id}</Name>{inside}"


def test_ancestors_run_from_the_parent_to_the_root() -> None:
    """On the wire each holds the next."""
    root = f"<Ancestors><BrowseNode>{_node(1, '<IsCategoryRoot>1</IsCategoryRoot>')}</BrowseNode></Ancestors>"
    parent = f"<Ancestors><BrowseNode>{_node(2, root)}</BrowseNode></Ancestors>"

    (node,) = _nodes(_node(3, parent))

    assert node.ancestors == (BrowseNode("2", "N2"), BrowseNode("1", "N1", is_root=True))


def test_children_and_their_children() -> None:
    """In the order of the answer; a child without a name keeps what is below it."""
    grandchild = f"<Children><BrowseNode>{_node(4)}</BrowseNode></Children>"
    nameless = f"<BrowseNode><BrowseNodeId>3</BrowseNodeId>{grandchild}</BrowseNode>"

    (node,) = _nodes(_node(1, f"<Children><BrowseNode>{_node(2)}</BrowseNode>{nameless}</Children>"))

    assert node.children == (BrowseNode("2", "N2"), BrowseNode("3", "3", children=(BrowseNode("4", "N4"),)))


def test_top_items_in_both_forms() -> None:
    """TopItemSet came in 2008 beside TopSellers and NewReleases."""
    top = "<TopSellers><TopSeller><ASIN>B1</ASIN><Title>One</Title></TopSeller></TopSellers>"
    new = "<TopItemSet><Type>NewReleases</Type><TopItem><ASIN>B2</ASIN><Title>Two</Title></TopItem></TopItemSet>"
    gifts = "<TopItemSet><Type>MostGifted</Type><TopItem><ASIN>B3</ASIN></TopItem></TopItemSet>"

    first, second = _nodes(_node(1, gifts + top + new), _node(2, gifts))

    assert first.top_sellers == (SimilarProduct("B1", "One"),)
    assert first.new_releases == (SimilarProduct("B2", "Two"),)
    assert (second.top_sellers, second.new_releases) == ((), ())


@pytest.mark.parametrize("broken", ["<Name>N</Name>", "<Name>N</Name><BrowseNodeId/>"])
def test_a_node_needs_its_id(broken: str) -> None:
    """Nothing could be asked about it."""
    with pytest.raises(BadReply, match="BrowseNodeId"):
        _nodes(broken)


def test_what_a_node_says_of_itself_and_of_its_top_items() -> None:
    """Properties, and who made the items; what nothing names is left out."""
    item = "<TopItem><ASIN>B1</ASIN><Author>Ann</Author><Artist/><Actor>Ben</Actor></TopItem><TopItem/>"
    body = (
        "<BrowseNodes><BrowseNode><BrowseNodeId>1</BrowseNodeId><Name>Tea</Name><Properties><Property><Name>a</Name>"
        f"<Value>b</Value></Property><Property/></Properties><TopItemSet><Type>MostGifted</Type>{item}</TopItemSet>"
        "</BrowseNode></BrowseNodes>"
    )

    (node,) = parse.browse_nodes(answer("BrowseNodeLookup", body))

    assert node.properties == (Attribute("a", "b"),)
    assert node.top_sets == (
        TopItemSet(
            "MostGifted",
            (TopItem("B1", "B1", contributors=(Contributor("Ann", "Author"), Contributor("Ben", "Actor"))),),
        ),
    )
    assert (node.top_sellers, node.new_releases) == ((), ())
