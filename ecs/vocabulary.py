"""
Names of the ECS wire that the client and the embedded service share: operations, response groups, locales, error codes.

Facts only; how they travel is said in ``ecs.request`` (client) and ``ecs.embedded`` (service). Values are those of
the developer guides from 2005-10-05 to 2013-08-01.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

SERVICE: Final = "AWSECommerceService"
PATH: Final = "/onca/xml"
NAMESPACE: Final = "http://webservices.amazon.com/AWSECommerceService/"
"""Namespace of ordinary answers; the version follows it."""
ERROR_NAMESPACE: Final = "http://ecs.amazonaws.com/doc/"
"""Namespace of answers refused before the operation ran; the version and a slash follow it."""

LATEST_VERSION: Final = "2013-08-01"
DEFAULT_VERSION: Final = "2005-10-05"
"""What a request without ``Version`` gets."""
SELLER_VERSION: Final = "2010-12-01"
"""The last version whose offers name sellers, sub-conditions and quantities, and whose reviews hold an average."""

ITEMS_PER_PAGE: Final = 10
MAX_ITEM_PAGE: Final = 10
MAX_ITEM_PAGE_ALL: Final = 5
"""Last ``ItemPage`` of a search; the second for SearchIndex All. TotalPages may promise more."""
MAX_LOOKUP_IDS: Final = 10
MAX_BATCH_PARTS: Final = 2
MAX_CART_ITEMS_PER_REQUEST: Final = 10
MAX_CART_LINES: Final = 50
MAX_QUANTITY: Final = 999


class Operation(StrEnum):
    """Operations by their wire name."""

    ITEM_SEARCH = "ItemSearch"
    ITEM_LOOKUP = "ItemLookup"
    SIMILARITY_LOOKUP = "SimilarityLookup"
    BROWSE_NODE_LOOKUP = "BrowseNodeLookup"
    CART_CREATE = "CartCreate"
    CART_GET = "CartGet"
    CART_ADD = "CartAdd"
    CART_MODIFY = "CartModify"
    CART_CLEAR = "CartClear"
    LIST_SEARCH = "ListSearch"
    LIST_LOOKUP = "ListLookup"
    SELLER_LOOKUP = "SellerLookup"
    SELLER_LISTING_SEARCH = "SellerListingSearch"
    SELLER_LISTING_LOOKUP = "SellerListingLookup"
    HELP = "Help"
    CUSTOMER_CONTENT_SEARCH = "CustomerContentSearch"
    CUSTOMER_CONTENT_LOOKUP = "CustomerContentLookup"
    TAG_LOOKUP = "TagLookup"
    TRANSACTION_LOOKUP = "TransactionLookup"
    VEHICLE_SEARCH = "VehicleSearch"
    VEHICLE_PART_SEARCH = "VehiclePartSearch"
    VEHICLE_PART_LOOKUP = "VehiclePartLookup"


CHANGES: Final = frozenset(
    {Operation.CART_CREATE, Operation.CART_ADD, Operation.CART_MODIFY, Operation.CART_CLEAR},
)
"""Operations that change something at the upstream; the others may be repeated at will."""


class ResponseGroup(StrEnum):
    """Response groups by their wire name; an answer's size is linear in them."""

    REQUEST = "Request"
    ITEM_IDS = "ItemIds"
    SMALL = "Small"
    MEDIUM = "Medium"
    LARGE = "Large"
    ITEM_ATTRIBUTES = "ItemAttributes"
    IMAGES = "Images"
    OFFER_SUMMARY = "OfferSummary"
    OFFERS = "Offers"
    OFFER_FULL = "OfferFull"
    OFFER_LISTINGS = "OfferListings"
    SALES_RANK = "SalesRank"
    REVIEWS = "Reviews"
    EDITORIAL_REVIEW = "EditorialReview"
    SIMILARITIES = "Similarities"
    ACCESSORIES = "Accessories"
    TRACKS = "Tracks"
    BROWSE_NODES = "BrowseNodes"
    ALTERNATE_VERSIONS = "AlternateVersions"
    VARIATIONS = "Variations"
    VARIATION_SUMMARY = "VariationSummary"
    SEARCH_BINS = "SearchBins"
    BROWSE_NODE_INFO = "BrowseNodeInfo"
    TOP_SELLERS = "TopSellers"
    NEW_RELEASES = "NewReleases"
    CART = "Cart"
    CART_SIMILARITIES = "CartSimilarities"
    CART_TOP_SELLERS = "CartTopSellers"
    CART_NEW_RELEASES = "CartNewReleases"


class ErrorCode(StrEnum):
    """Error codes that decisions depend on; messages are localised and never looked at."""

    MISSING_PARAMETERS = "AWS.MissingParameters"
    MINIMUM_PARAMETERS = "AWS.MinimumParameterRequirement"
    EXACT_PARAMETERS = "AWS.ExactParameterRequirement"
    OUT_OF_RANGE = "AWS.ParameterOutOfRange"
    INVALID_ENUMERATED = "AWS.InvalidEnumeratedParameter"
    INVALID_RESPONSE_GROUP = "AWS.InvalidResponseGroup"
    RESTRICTED_COMBINATION = "AWS.RestrictedParameterValueCombination"
    MISSING_COMBINATION = "AWS.MissingParameterValueCombination"
    INVALID_COMBINATION = "AWS.InvalidParameterCombination"
    TOO_MANY_VALUES = "AWS.ExceededMaximumParameterValues"
    TOO_MANY_BATCHES = "AWS.ExceededMaxBatchRequestsPerOperation"
    INVALID_VALUE = "AWS.InvalidParameterValue"
    REPEATED_PARAMETER = "AWS.ParameterRepeatedInRequest"
    INVALID_OPERATION = "AWS.InvalidOperationParameter"
    MISSING_OPERATION = "AWS.MissingOperationParameter"
    INVALID_ASSOCIATE = "AWS.InvalidAssociate"
    INVALID_ACCOUNT = "AWS.InvalidAccount"
    NO_EXACT_MATCHES = "AWS.ECommerceService.NoExactMatches"
    NO_SIMILARITIES = "AWS.ECommerceService.NoSimilarities"
    ITEM_NOT_ACCESSIBLE = "AWS.ECommerceService.ItemNotAccessible"
    CART_INFO_MISMATCH = "AWS.ECommerceService.CartInfoMismatch"
    INVALID_CART_ID = "AWS.ECommerceService.InvalidCartId"
    INVALID_HMAC = "AWS.ECommerceService.InvalidHMAC"
    ITEM_ALREADY_IN_CART = "AWS.ECommerceService.ItemAlreadyInCart"
    INVALID_QUANTITY = "AWS.ECommerceService.InvalidQuantity"
    ITEM_NOT_ELIGIBLE = "AWS.ECommerceService.ItemNotEligibleForCart"
    EXCEEDED_CART_ITEMS = "AWS.ECommerceService.ExceededMaximumCartItems"
    MISSING_CLIENT_TOKEN = "MissingClientTokenId"
    INVALID_CLIENT_TOKEN = "InvalidClientTokenId"
    SIGNATURE_MISMATCH = "SignatureDoesNotMatch"
    REQUEST_EXPIRED = "RequestExpired"
    THROTTLED = "RequestThrottled"
    ACCOUNT_LIMIT = "AccountLimitExceeded"
    INTERNAL_ERROR = "InternalError"
    DEPRECATED = "Deprecated"


@dataclass(frozen=True, slots=True)
class Locale:
    """One store front: the host it is asked at, the site it sells on, its money."""

    code: str
    """Marketplace code of the API, such as ``US``; the wire has no locale parameter."""
    host: str
    site: str
    """Host of the shop, where PurchaseURL and DetailPageURL lead."""
    currency: str


_LOCALES = (
    Locale("AU", "webservices.amazon.com.au", "www.amazon.com.au", "AUD"),
    Locale("BR", "webservices.amazon.com.br", "www.amazon.com.br", "BRL"),
    Locale("CA", "webservices.amazon.ca", "www.amazon.ca", "CAD"),
    Locale("CN", "webservices.amazon.cn", "www.amazon.cn", "CNY"),
    Locale("DE", "webservices.amazon.de", "www.amazon.de", "EUR"),
    Locale("ES", "webservices.amazon.es", "www.amazon.es", "EUR"),
    Locale("FR", "webservices.amazon.fr", "www.amazon.fr", "EUR"),
    Locale("IN", "webservices.amazon.in", "www.amazon.in", "INR"),
    Locale("IT", "webservices.amazon.it", "www.amazon.it", "EUR"),
    Locale("JP", "webservices.amazon.co.jp", "www.amazon.co.jp", "JPY"),
    Locale("MX", "webservices.amazon.com.mx", "www.amazon.com.mx", "MXN"),
    Locale("UK", "webservices.amazon.co.uk", "www.amazon.co.uk", "GBP"),
    Locale("US", "webservices.amazon.com", "www.amazon.com", "USD"),
)
LOCALES: Final = MappingProxyType({locale.code: locale for locale in _LOCALES})

# Currencies whose Amount is not in hundredths on the wire: a Japanese Amount is whole yen.
_FRACTION_DIGITS: Final = MappingProxyType({"JPY": 0})


def fraction_digits(currency: str) -> int:
    """Digits after the decimal point in which ``Amount`` counts: 0 for yen, else 2."""
    return _FRACTION_DIGITS.get(currency, 2)
