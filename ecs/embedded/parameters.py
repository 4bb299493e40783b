"""
The parameters of each operation in the order of the schemas, and the versions that have them.

An echo holds only what the schema of its version has a place for; everything sent stands among the Arguments anyway.
"""

from functools import lru_cache
from types import MappingProxyType
from typing import Final

from ecs.embedded.versions import Version
from ecs.vocabulary import Operation

_CART: Final = ("CartId", "HMAC", "MergeCart", "Items", "ResponseGroup")
_ORDER: Final = MappingProxyType(
    {
        Operation.BROWSE_NODE_LOOKUP: ("BrowseNodeId", "ResponseGroup"),
        Operation.CART_ADD: _CART,
        Operation.CART_CLEAR: _CART,
        Operation.CART_CREATE: ("MergeCart", "Items", "ResponseGroup"),
        Operation.CART_GET: _CART,
        Operation.CART_MODIFY: _CART,
        Operation.HELP: ("About", "HelpType", "ResponseGroup"),
        Operation.ITEM_LOOKUP: (
            *("Condition", "DeliveryMethod", "FutureLaunchDate", "IdType", "ISPUPostalCode", "MerchantId", "OfferPage"),
            *("ItemId", "ResponseGroup", "ReviewPage", "ReviewSort", "SearchIndex", "SearchInsideKeywords", "TagPage"),
            *("TagsPerPage", "TagSort", "VariationPage", "RelatedItemPage", "RelationshipType"),
            *("IncludeReviewsSummary", "TruncateReviewsAt"),
        ),
        Operation.ITEM_SEARCH: (
            *("Actor", "Artist", "Availability", "AudienceRating", "Author", "Brand", "BrowseNode", "City", "Composer"),
            *("Condition", "Conductor", "Count", "Cuisine", "DeliveryMethod", "Director", "FutureLaunchDate"),
            *("ISPUPostalCode", "ItemPage", "Keywords", "Manufacturer", "MaximumPrice", "MerchantId", "MinimumPrice"),
            *("MinPercentageOff", "MusicLabel", "Neighborhood", "Orchestra", "PostalCode", "Power", "Publisher"),
            *("RelatedItemPage", "RelationshipType", "ResponseGroup", "ReviewSort", "SearchIndex", "Sort", "State"),
            *("TagPage", "TagsPerPage", "TagSort", "TextStream", "Title", "ReleaseDate", "IncludeReviewsSummary"),
            "TruncateReviewsAt",
        ),
        Operation.LIST_LOOKUP: (
            *("Condition", "DeliveryMethod", "ISPUPostalCode", "ListId", "ListType", "MerchantId", "ProductGroup"),
            *("ProductPage", "ResponseGroup", "ReviewSort", "Sort", "IsOmitPurchasedItems", "IsIncludeUniversal"),
        ),
        Operation.LIST_SEARCH: (
            *("City", "Email", "FirstName", "LastName", "ListPage", "ListType", "Name", "ResponseGroup", "State"),
        ),
        Operation.SELLER_LISTING_LOOKUP: ("Id", "SellerId", "IdType", "ResponseGroup"),
        Operation.SELLER_LISTING_SEARCH: (
            *("BrowseNode", "Country", "Keywords", "ListingPage", "OfferStatus", "PostalCode", "ResponseGroup"),
            *("SearchIndex", "SellerId", "ShipOption", "Sort", "Title"),
        ),
        Operation.SELLER_LOOKUP: ("ResponseGroup", "SellerId", "FeedbackPage"),
        Operation.SIMILARITY_LOOKUP: (
            *("Condition", "DeliveryMethod", "ItemId", "ISPUPostalCode", "MerchantId", "ResponseGroup", "ReviewSort"),
            "SimilarityType",
        ),
    }
)
_REQUIRED: Final = MappingProxyType(
    {
        Operation.BROWSE_NODE_LOOKUP: ("BrowseNodeId",),
        Operation.CART_ADD: ("CartId", "HMAC", "Items"),
        Operation.CART_CLEAR: ("CartId", "HMAC"),
        Operation.CART_CREATE: ("Items",),
        Operation.CART_GET: ("CartId", "HMAC"),
        Operation.CART_MODIFY: ("CartId", "HMAC", "Items"),
        Operation.HELP: ("About", "HelpType"),
        Operation.ITEM_LOOKUP: ("ItemId",),
        Operation.ITEM_SEARCH: ("SearchIndex",),
        Operation.LIST_LOOKUP: ("ListId", "ListType"),
        Operation.LIST_SEARCH: ("ListType",),
        Operation.SELLER_LISTING_LOOKUP: ("Id", "IdType"),
        Operation.SELLER_LISTING_SEARCH: ("SellerId",),
        Operation.SELLER_LOOKUP: ("SellerId",),
        Operation.SIMILARITY_LOOKUP: ("ItemId",),
    }
)
_OBLIGATORY: Final = MappingProxyType(
    {
        Operation.LIST_SEARCH: ("ListType",),
        Operation.SELLER_LISTING_LOOKUP: ("Id", "IdType"),
        Operation.SELLER_LISTING_SEARCH: ("SellerId",),
    }
)
"""Parameters that the schemas (of sellers: from 2007-09-21 on) want in every echo."""
LISTS: Final = frozenset({"BrowseNodeId", "ItemId", "RelationshipType", "ResponseGroup"})
"""Parameters that may hold several values, each echoed in an element of its own."""

_GONE: Final = frozenset(
    {
        *("City", "Count", "Cuisine", "DeliveryMethod", "FutureLaunchDate", "ISPUPostalCode", "Neighborhood"),
        *("OfferPage", "PostalCode", "ReviewPage", "ReviewSort", "SearchInsideKeywords", "State", "TagPage"),
        *("TagsPerPage", "TagSort", "TextStream"),
    }
)
"""Parameters whose last version is 2010-12-01."""
_SINCE: Final = MappingProxyType(
    {
        "Availability": "2007-09-21",
        "IncludeReviewsSummary": "2010-09-01",
        "IsIncludeUniversal": "2009-06-01",
        "IsOmitPurchasedItems": "2008-08-19",
        "MinPercentageOff": "2011-08-01",
        "RelatedItemPage": "2008-08-19",
        "RelationshipType": "2008-08-19",
        "ReleaseDate": "2007-09-21",
        "ReviewSort": "2007-09-21",
        "TagPage": "2007-09-21",
        "TagSort": "2007-09-21",
        "TagsPerPage": "2007-09-21",
        "TruncateReviewsAt": "2010-09-01",
    }
)
_SEARCH_SINCE: Final = MappingProxyType({"RelatedItemPage": "2009-10-01", "RelationshipType": "2009-10-01"})
"""What ItemSearch got later than the other operations."""
_FIRST_ONLY: Final = frozenset({"BrowseNode", "Country", "PostalCode", "SearchIndex", "ShipOption"})
"""Parameters of SellerListingSearch that only the oldest schema has."""


@lru_cache(maxsize=512)
def echoed(operation: str, version: Version) -> tuple[str, ...]:
    """The parameters the echo of an operation may hold, in order."""
    return tuple(name for name in _ORDER[Operation(operation)] if _is_known(operation, name, version))


def obligatory(operation: str, version: Version) -> tuple[str, ...]:
    """The parameters without which an echo has no valid form."""
    if operation != Operation.LIST_SEARCH and not version.since("2007-09-21"):
        return ()
    return _OBLIGATORY.get(Operation(operation), ())


def required(operation: str, version: Version) -> tuple[str, ...]:
    """The parameters without which an operation does nothing."""
    if operation == Operation.SELLER_LISTING_SEARCH and not version.since("2007-09-21"):
        return ()
    return _REQUIRED[Operation(operation)]


def _is_known(operation: str, name: str, version: Version) -> bool:
    if name in _GONE and version.since("2011-08-01"):
        return False
    since = version.since("2007-09-21")
    if operation == Operation.SELLER_LISTING_SEARCH and name in _FIRST_ONLY and since:
        return False
    if operation == Operation.SELLER_LISTING_LOOKUP and name == "SellerId" and not since:
        return False
    first = _SEARCH_SINCE.get(name) if operation == Operation.ITEM_SEARCH else None
    first = first or _SINCE.get(name)
    return first is None or version.since(first)
