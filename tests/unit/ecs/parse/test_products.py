"""Items, their pictures, reviews and pointers."""

import pytest

from ecs import parse
from ecs.errors import BadReply
from ecs.model import (
    BrowseNode,
    EditorialReview,
    Image,
    ImageSet,
    Item,
    Rating,
    SimilarProduct,
    VariationAttribute,
)
from tests.unit.ecs.parse.answers import looked_up


def _image(name: str, url: str, height: str = "75", width: str = "60") -> str:
    return f"<{name}><URL>{url}</URL><Height Units='pixels'>{height}</Height><Width>{width}</Width></{name}>"


def _item(inside: str) -> Item:
    (item,) = parse.items(looked_up(f"<ASIN>B000000001</ASIN>{inside}"))
    return item


def test_an_item_needs_its_asin_alone() -> None:
    """ItemIds brings nothing else."""
    assert _item("") == Item("B000000001")
    with pytest.raises(BadReply, match="ASIN"):
        parse.items(looked_up("<SalesRank>1</SalesRank>"))


def test_plain_parts() -> None:
    """Addresses and the parent of a variation."""
    item = _item("<ParentASIN>B000000009</ParentASIN><DetailPageURL>https://x.example/1</DetailPageURL>")

    assert (item.parent_asin, item.detail_url) == ("B000000009", "https://x.example/1")


@pytest.mark.parametrize(("sent", "rank"), [("12", 12), ("1,200", None), ("", None), ("٣", None), ("1_0", None)])
def test_a_malformed_rank_is_none(sent: str, rank: int | None) -> None:
    """An optional number that cannot be read must not cost the item."""
    assert _item(f"<SalesRank>{sent}</SalesRank>").sales_rank == rank


def test_pictures() -> None:
    """The three of the item, and sets in every size that was sent."""
    sets = (
        f"<ImageSets><ImageSet Category='swatch'>{_image('SwatchImage', 'sw')}{_image('HiResImage', 'hi')}</ImageSet>"
        f"</ImageSets><ImageSets><ImageSet>{_image('SmallImage', 's')}{_image('MediumImage', 'm')}"
        f"{_image('LargeImage', 'l')}</ImageSet></ImageSets>"
    )

    item = _item(_image("SmallImage", "s") + _image("MediumImage", "m") + _image("LargeImage", "l") + sets)

    assert item.small_image == Image("s", 75, 60)
    assert item.medium_image == Image("m", 75, 60)
    assert item.large_image == Image("l", 75, 60)
    assert item.image_sets == (
        ImageSet("swatch", swatch=Image("sw", 75, 60), hires=Image("hi", 75, 60)),
        ImageSet("primary", small=Image("s", 75, 60), medium=Image("m", 75, 60), large=Image("l", 75, 60)),
    )


def test_the_own_pictures_are_those_of_the_primary_view() -> None:
    """They are the same in every recorded answer, so they are read once; what the view lacks is read all the same."""
    own = _image("SmallImage", "small") + _image("MediumImage", "medium")
    view = f"<ImageSet Category='primary'>{_image('SmallImage', 's')}</ImageSet>"
    other = f"<ImageSet Category='swatch'>{_image('MediumImage', 'm')}</ImageSet>"

    item = _item(f"{own}<ImageSets>{view}{other}</ImageSets>")

    assert (item.small_image, item.medium_image, item.large_image) == (
        Image("s", 75, 60),
        Image("medium", 75, 60),
        None,
    )
    assert _item(own).small_image == Image("small", 75, 60)


@pytest.mark.parametrize(
    "broken",
    ["<SmallImage/>", _image("SmallImage", ""), _image("SmallImage", "u", "x"), _image("SmallImage", "u", "1", "")],
)
def test_a_picture_without_its_measures_is_none(broken: str) -> None:
    """A page lays out by the sizes it is told."""
    assert _item(broken).small_image is None


@pytest.mark.parametrize(
    ("average", "count", "rating"),
    [
        ("4.5", "12", Rating(4.5, 12)),
        ("5", "1", Rating(5.0, 1)),
        ("5.5", "1", None),
        ("0.0", "0", None),
        ("4.5", "0", None),
        ("4.-5", "3", None),
        ("nan", "3", None),
        ("4.5", "-3", None),
        ("4.5", "", None),
    ],
)
def test_a_rating_lies_between_one_and_five(average: str, count: str, rating: Rating | None) -> None:
    """Anything else is no rating."""
    reviews = f"<AverageRating>{average}</AverageRating><TotalReviews>{count}</TotalReviews>"

    assert _item(f"<CustomerReviews>{reviews}</CustomerReviews>").rating == rating


def test_editorial_reviews() -> None:
    """One without content says nothing."""
    reviews = (
        "<EditorialReview><Source>Shop</Source><Content>&lt;b&gt;Good&lt;/b&gt;</Content></EditorialReview>"
        "<EditorialReview><Source>Shop</Source></EditorialReview>"
        "<EditorialReview><Content>Nameless</Content></EditorialReview>"
    )

    item = _item(f"<EditorialReviews>{reviews}</EditorialReviews>")

    assert item.editorial_reviews == (EditorialReview("Shop", "<b>Good</b>"), EditorialReview("", "Nameless"))


def test_pointers_to_other_items() -> None:
    """One without an ASIN points nowhere; one without a title goes by its ASIN."""
    similar = "<SimilarProduct><ASIN>B2</ASIN><Title>Two</Title></SimilarProduct><SimilarProduct><Title>T</Title>"
    accessory = "<Accessory><ASIN>B3</ASIN></Accessory>"

    item = _item(f"<SimilarProducts>{similar}</SimilarProduct></SimilarProducts><Accessories>{accessory}</Accessories>")

    assert item.similar == (SimilarProduct("B2", "Two"),)
    assert item.accessories == (SimilarProduct("B3", "B3"),)


def test_browse_nodes_of_an_item() -> None:
    """With the way up."""
    node = "<BrowseNode><BrowseNodeId>2</BrowseNodeId><Name>Tea</Name><Ancestors><BrowseNode>"
    node += "<BrowseNodeId>1</BrowseNodeId><Name>All</Name></BrowseNode></Ancestors></BrowseNode>"

    item = _item(f"<BrowseNodes>{node}</BrowseNodes>")

    assert item.browse_nodes == (BrowseNode("2", "Tea", ancestors=(BrowseNode("1", "All"),)),)


def test_variations() -> None:
    """A parent holds its children, each with what tells it apart."""
    attribute = "<VariationAttribute><Name>Color</Name><Value>Red</Value></VariationAttribute><VariationAttribute/>"
    child = f"<Item><ASIN>B2</ASIN><VariationAttributes>{attribute}</VariationAttributes></Item>"

    item = _item(f"<Variations><TotalVariations>1</TotalVariations>{child}</Variations>")

    assert item.variations == (Item("B2", variation_attributes=(VariationAttribute("Color", "Red"),)),)
