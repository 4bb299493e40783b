"""Nodes of the browse tree."""

from msgspec import Struct

from ecs.model.values import Attribute, Contributor, SimilarProduct


class TopItem(Struct, frozen=True, gc=False):
    """An item of a TopItemSet; contributors are its Authors, Artists and Actors."""

    asin: str
    title: str
    detail_url: str | None = None
    group: str | None = None
    contributors: tuple[Contributor, ...] = ()


class TopItemSet(Struct, frozen=True, gc=False):
    """The most of something in a node; ``kind`` is TopSellers, NewReleases, MostGifted or MostWishedFor."""

    kind: str
    items: tuple[TopItem, ...]


class BrowseNode(Struct, frozen=True, gc=False):
    """A node of the browse tree. ``ancestors`` runs from the parent up to the root."""

    node_id: str
    name: str
    is_root: bool = False
    ancestors: tuple["BrowseNode", ...] = ()
    children: tuple["BrowseNode", ...] = ()
    top_sellers: tuple[SimilarProduct, ...] = ()
    new_releases: tuple[SimilarProduct, ...] = ()
    top_sets: tuple[TopItemSet, ...] = ()
    """The sets of TopItemSet with all they say, those behind ``top_sellers`` and ``new_releases`` too."""
    properties: tuple[Attribute, ...] = ()
