"""
Which response groups an operation accepts, and which it takes when none is asked for.

The tables of item operations, browse nodes and carts are those of the messages recorded from the original; those of
lists, sellers and Help are the developer guide's. Groups for which a catalog has no facts are accepted and bring
nothing.
"""

from types import MappingProxyType
from typing import Final, NamedTuple

from ecs.vocabulary import Operation

_ITEM: Final = (
    *("Accessories", "AlternateVersions", "BrowseNodes", "Collections", "EditorialReview", "Images", "ItemAttributes"),
    *("ItemIds", "Large", "ListmaniaLists", "Medium", "MerchantItemAttributes", "OfferFull", "OfferListings"),
    *("OfferSummary", "Offers", "PromotionDetails", "PromotionSummary", "PromotionalTag", "RelatedItems", "Request"),
    *("Reviews", "SalesRank", "SearchInside", "ShippingCharges", "ShippingOptions", "Similarities", "Small"),
    *("Subjects", "Tags", "TagsSummary", "Tracks", "VariationImages", "VariationMatrix", "VariationMinimum"),
    *("VariationOffers", "VariationSummary", "Variations"),
)
_NODE: Final = ("BrowseNodeInfo", "MostGifted", "MostWishedFor", "NewReleases", "Request", "TopSellers")
_CART: Final = ("Cart", "CartNewReleases", "CartSimilarities", "CartTopSellers", "Request")
_LIST_SEARCH: Final = ("ListInfo", "ListMinimum", "Request")
_LIST_LOOKUP: Final = tuple(sorted({*_ITEM, *_LIST_SEARCH, "ListFull", "ListItems"} - {"RelatedItems"}))


class Groups(NamedTuple):
    """The groups an operation accepts, by name, and its default beside Request."""

    valid: tuple[str, ...]
    default: str


_CARTS: Final = Groups(_CART, "Cart")
_SELLER_LISTINGS: Final = Groups(("Request", "SellerListing"), "SellerListing")
_GROUPS: Final = MappingProxyType(
    {
        Operation.BROWSE_NODE_LOOKUP: Groups(_NODE, "BrowseNodeInfo"),
        Operation.CART_ADD: _CARTS,
        Operation.CART_CLEAR: _CARTS,
        Operation.CART_CREATE: _CARTS,
        Operation.CART_GET: _CARTS,
        Operation.CART_MODIFY: _CARTS,
        Operation.HELP: Groups(("Help", "Request"), "Help"),
        Operation.ITEM_LOOKUP: Groups(_ITEM, "Small"),
        Operation.ITEM_SEARCH: Groups(tuple(sorted({*_ITEM, "SearchBins"})), "Small"),
        Operation.LIST_LOOKUP: Groups(_LIST_LOOKUP, "ListInfo"),
        Operation.LIST_SEARCH: Groups(_LIST_SEARCH, "ListInfo"),
        Operation.SELLER_LISTING_LOOKUP: _SELLER_LISTINGS,
        Operation.SELLER_LISTING_SEARCH: _SELLER_LISTINGS,
        Operation.SELLER_LOOKUP: Groups(("Request", "Seller"), "Seller"),
        Operation.SIMILARITY_LOOKUP: Groups(_ITEM, "Small"),
    }
)
ALL_GROUPS: Final = frozenset(name for groups in _GROUPS.values() for name in groups.valid)


def groups_of(operation: str) -> tuple[str, ...]:
    """The response groups an operation accepts."""
    return _GROUPS[Operation(operation)].valid


def default_group(operation: str) -> str:
    """The response group an operation takes, beside Request, when none is asked for."""
    return _GROUPS[Operation(operation)].default
