"""
Which response groups a selection needs. Pure.

Cost at the upstream and in parsing is linear in them, so nobody pays for what was not selected. A selection is a tree
of field names of the API; aliases, fragments and directives are resolved before (see ``schema.selection``).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ecs.vocabulary import ResponseGroup

Selection = Mapping[str, "Selection"]
Groups = frozenset[ResponseGroup]

_ATTRIBUTES: Final = ResponseGroup.ITEM_ATTRIBUTES
_GROUPS: Final[Mapping[str, tuple[ResponseGroup, ...]]] = MappingProxyType({
    "binding": (_ATTRIBUTES,),
    "brand": (_ATTRIBUTES,),
    "manufacturer": (_ATTRIBUTES,),
    "model": (_ATTRIBUTES,),
    "contributors": (_ATTRIBUTES,),
    "identifiers": (_ATTRIBUTES,),
    "releaseDate": (_ATTRIBUTES,),
    "features": (_ATTRIBUTES,),
    "attributes": (_ATTRIBUTES,),
    "listPrice": (_ATTRIBUTES,),
    "isAdultContent": (_ATTRIBUTES,),
    "editorialReviews": (ResponseGroup.EDITORIAL_REVIEW,),
    "image": (ResponseGroup.IMAGES,),
    "images": (ResponseGroup.IMAGES,),
    "priceRange": (ResponseGroup.OFFER_FULL,),
    "featuredOffer": (ResponseGroup.OFFER_FULL,),
    "offers": (ResponseGroup.OFFER_FULL,),
    "salesRank": (ResponseGroup.SALES_RANK,),
    "rating": (ResponseGroup.REVIEWS,),
    "browseNodes": (ResponseGroup.BROWSE_NODES,),
    "accessories": (ResponseGroup.ACCESSORIES,),
    "similar": (ResponseGroup.SIMILARITIES,),
    "variationAttributes": (ResponseGroup.VARIATIONS,),
    "variations": (ResponseGroup.VARIATIONS,),
})  # fmt: skip

# Fields whose sub-selection leads back to the same product: offers name what they offer.
_OFFER_PATHS: Final = (("featuredOffer",), ("offers", "edges", "node"))


def product_groups(selection: Selection) -> Groups:
    """The groups that ``selection`` of a Product needs; always enough for asin, title, url and group."""
    groups = {group for name in selection for group in _GROUPS.get(name, ())}
    for path in _OFFER_PATHS:
        again = below(selection, *path, "product")
        if again:
            groups |= product_groups(again)
    if _ATTRIBUTES not in groups:
        groups.add(ResponseGroup.SMALL)
    return frozenset(groups)


def offer_product_groups(selection: Selection) -> Groups:
    """The groups of the product look-up behind ``selection`` of an Offer."""
    return product_groups(below(selection, "product")) | {ResponseGroup.OFFER_FULL}


def connection_groups(selection: Selection) -> Groups:
    """The groups that ``selection`` of a connection of products needs for its nodes."""
    return product_groups(below(selection, "edges", "node"))


def united(first: Groups, second: Groups) -> Groups:
    """The groups of one look-up that serves both."""
    both = first | second
    return both - {ResponseGroup.SMALL} if _ATTRIBUTES in both else both


def covers(asked: Groups, wanted: Groups) -> bool:
    """True when an answer with ``asked`` holds all that ``wanted`` would bring: attributes hold what SMALL has."""
    return wanted <= (asked | {ResponseGroup.SMALL} if _ATTRIBUTES in asked else asked)


def below(selection: Selection, *path: str) -> Selection:
    """The part of ``selection`` below a path of fields; empty where it is not selected."""
    for name in path:
        selection = selection.get(name, {})
    return selection
