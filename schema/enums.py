"""Enumerations of the catalog side of the API. A member's value is what the resolvers and the wire call it."""

from enum import Enum

import strawberry
from strawberry import enum_value


@strawberry.enum(description="Store front of one country; ids, carts and prices never cross it.")
class Marketplace(Enum):
    """Store front of one country; ids, carts and prices never cross it."""

    AU = enum_value("AU", description="Australia.")
    BR = enum_value("BR", description="Brazil.")
    CA = enum_value("CA", description="Canada.")
    CN = enum_value("CN", description="China.")
    DE = enum_value("DE", description="Germany.")
    ES = enum_value("ES", description="Spain.")
    FR = enum_value("FR", description="France.")
    IN = enum_value("IN", description="India.")
    IT = enum_value("IT", description="Italy.")
    JP = enum_value("JP", description="Japan.")
    MX = enum_value("MX", description="Mexico.")
    UK = enum_value("UK", description="United Kingdom.")
    US = enum_value("US", description="United States.")


@strawberry.enum(description="Where upstream data was read.")
class FreshnessSource(Enum):
    """Where upstream data was read."""

    CACHE = enum_value("cache", description="A cached answer within its lifetime.")
    SNAPSHOT = enum_value("snapshot", description="The cart snapshot in our own database.")
    UPSTREAM = enum_value("upstream", description="A live upstream call in this request.")


@strawberry.enum(description="Who may reuse a cached field.")
class CacheScope(Enum):
    """Who may reuse a cached field."""

    PRIVATE = enum_value("PRIVATE", description="Only the session that asked.")
    PUBLIC = enum_value("PUBLIC", description="Any caller in the same marketplace and language.")


@strawberry.enum(description="Size classes the catalog keeps for each picture.")
class ImageSize(Enum):
    """Size classes the catalog keeps for each picture."""

    LARGE = enum_value("LARGE", description="About 500 pixels on the longer side.")
    MEDIUM = enum_value("MEDIUM", description="About 160 pixels on the longer side.")
    SMALL = enum_value("SMALL", description="About 75 pixels on the longer side.")
    SWATCH = enum_value("SWATCH", description="About 30 pixels on the longer side.")


@strawberry.enum(description="Parts a contributor plays.")
class ContributorRole(Enum):
    """Parts a contributor plays."""

    ACTOR = enum_value("Actor", description="On stage or screen.")
    ARTIST = enum_value("Artist", description="Music or artwork.")
    AUTHOR = enum_value("Author", description="Writer.")
    COMPOSER = enum_value("Composer", description="Composer or conductor.")
    CREATOR = enum_value("Creator", description="Creator in some other part.")
    DIRECTOR = enum_value("Director", description="Film director.")


@strawberry.enum(description="Kinds of item number.")
class ProductIdentifierKind(Enum):
    """Kinds of item number."""

    EAN = enum_value("EAN", description="European article number.")
    ISBN = enum_value("ISBN", description="International standard book number.")
    MPN = enum_value("MPN", description="Maker's part number.")
    SKU = enum_value("SKU", description="Merchant's stock number.")
    UPC = enum_value("UPC", description="Universal product code.")


@strawberry.enum(description="State of an item.")
class ItemCondition(Enum):
    """State of an item."""

    COLLECTIBLE = enum_value("Collectible", description="Rare or signed.")
    NEW = enum_value("New", description="Unused.")
    REFURBISHED = enum_value("Refurbished", description="Restored by the maker or seller.")
    USED = enum_value("Used", description="Used.")


@strawberry.enum(description="Whether a price can be shown.")
class PriceVisibility(Enum):
    """Whether a price can be shown."""

    IN_CART_ONLY = enum_value(
        "IN_CART_ONLY", description="The maker forbids showing it; it appears once the item is in a cart."
    )
    UNKNOWN = enum_value("UNKNOWN", description="The upstream gave none.")
    VISIBLE = enum_value("VISIBLE", description="Shown.")


@strawberry.enum(description="Coarse availability.")
class AvailabilityStatus(Enum):
    """Coarse availability."""

    BACKORDER = enum_value("BACKORDER", description="Can be bought; ships later.")
    IN_STOCK = enum_value("IN_STOCK", description="Can be bought.")
    OUT_OF_STOCK = enum_value("OUT_OF_STOCK", description="Cannot be bought now.")
    PREORDER = enum_value("PREORDER", description="Can be bought; not out yet.")
    UNKNOWN = enum_value("UNKNOWN", description="The upstream did not say.")


@strawberry.enum(description="How a facet is drawn.")
class FacetKind(Enum):
    """How a facet is drawn."""

    BROWSE_NODE = enum_value("BROWSE_NODE", description="A choice of browse nodes.")
    LIST = enum_value("LIST", description="A choice of words.")
    PRICE_RANGE = enum_value("PRICE_RANGE", description="A choice of price bands.")


@strawberry.enum(description="Where a suggestion comes from.")
class SearchSuggestionKind(Enum):
    """Where a suggestion comes from."""

    COMPLETION = enum_value("COMPLETION", description="A name seen in earlier results.")
    SPELLING = enum_value("SPELLING", description="A correction of the spelling.")


@strawberry.enum(description="Orders of search results.")
class ProductSort(Enum):
    """Orders of search results."""

    BEST_SELLING = enum_value("BEST_SELLING", description="Most sold first.")
    NEWEST = enum_value("NEWEST", description="Newest first.")
    PRICE_ASC = enum_value("PRICE_ASC", description="Cheapest first.")
    PRICE_DESC = enum_value("PRICE_DESC", description="Dearest first.")
    RATING_DESC = enum_value("RATING_DESC", description="Best rated first.")
    RELEVANCE = enum_value("RELEVANCE", description="The upstream's own order.")
    TITLE_ASC = enum_value("TITLE_ASC", description="A to Z.")
    TITLE_DESC = enum_value("TITLE_DESC", description="Z to A.")


@strawberry.enum(description="How several products are compared when looking for similar ones.")
class SimilarMatch(Enum):
    """How several products are compared when looking for similar ones."""

    ALL = enum_value("ALL", description="Similar to every product given.")
    ANY = enum_value("ANY", description="Similar to any product given.")


@strawberry.enum(description="State of the upstream.")
class UpstreamState(Enum):
    """State of the upstream."""

    DEGRADED = enum_value("DEGRADED", description="Some calls fail or are slow; stale data may be served.")
    DOWN = enum_value("DOWN", description="No call succeeds; only cached data and cart snapshots are served.")
    UP = enum_value("UP", description="All is well.")


@strawberry.enum(description="Kinds of list.")
class ProductListKind(Enum):
    """Kinds of list; a value is the upstream's ListType."""

    BABY_REGISTRY = enum_value("BabyRegistry", description="Baby registry.")
    LISTMANIA = enum_value("Listmania", description="Editor's or shopper's themed list.")
    WEDDING_REGISTRY = enum_value("WeddingRegistry", description="Wedding registry.")
    WISH_LIST = enum_value("WishList", description="Wish list.")


@strawberry.enum(description="Orders of list entries.")
class ProductListSort(Enum):
    """Orders of list entries; a value is the upstream's Sort."""

    DATE_ADDED = enum_value("DateAdded", description="Latest entry first.")
    PRIORITY = enum_value("Priority", description="Most wanted first.")
    PRICE_ASC = enum_value("Price", description="Cheapest first.")
