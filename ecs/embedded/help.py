"""What Help tells: of each operation its parameters and response groups, of each group its operations and elements."""

from types import MappingProxyType
from typing import Final

from ecs.embedded.groups import ALL_GROUPS, default_group, groups_of
from ecs.embedded.parameters import echoed, required
from ecs.embedded.versions import Version
from ecs.embedded.xml import element, elements, wrapped

_COMMON: Final = (
    *("AssociateTag", "ContentType", "Marketplace", "MarketplaceDomain", "Style", "Validate", "Version"),
    "XMLEscaping",
)
"""Parameters of every operation, as recorded for Help."""

_ELEMENTS: Final = MappingProxyType(
    {
        "Accessories": ("Accessories/Accessory/ASIN", "Accessories/Accessory/Title"),
        "AlternateVersions": ("AlternateVersions/AlternateVersion/ASIN", "AlternateVersions/AlternateVersion/Binding"),
        "BrowseNodeInfo": ("BrowseNode/BrowseNodeId", "BrowseNode/Name", "BrowseNode/Children", "BrowseNode/Ancestors"),
        "BrowseNodes": ("BrowseNodes/BrowseNode/BrowseNodeId", "BrowseNodes/BrowseNode/Name"),
        "Cart": ("Cart/CartId", "Cart/HMAC", "Cart/PurchaseURL", "Cart/SubTotal", "CartItems/CartItem"),
        "CartNewReleases": ("NewReleases/NewRelease/ASIN", "NewReleases/NewRelease/Title"),
        "CartSimilarities": ("SimilarProducts/SimilarProduct/ASIN", "SimilarProducts/SimilarProduct/Title"),
        "CartTopSellers": ("TopSellers/TopSeller/ASIN", "TopSellers/TopSeller/Title"),
        "EditorialReview": ("EditorialReviews/EditorialReview/Source", "EditorialReviews/EditorialReview/Content"),
        "Help": ("OperationInformation/Name", "ResponseGroupInformation/Name"),
        "Images": ("SmallImage/URL", "MediumImage/URL", "LargeImage/URL", "ImageSets/ImageSet"),
        "ItemAttributes": ("ItemAttributes/Title", "ItemAttributes/ProductGroup"),
        "ItemIds": ("Item/ASIN",),
        "ListInfo": ("List/ListId", "List/ListName", "List/ListType", "List/TotalItems", "List/CustomerName"),
        "ListItems": ("ListItem/ListItemId", "ListItem/DateAdded", "ListItem/QuantityDesired", "ListItem/Item"),
        "ListMinimum": ("List/ListId", "List/ListName", "List/TotalItems", "List/TotalPages"),
        "ListmaniaLists": ("ListmaniaLists/ListmaniaList/ListId", "ListmaniaLists/ListmaniaList/ListName"),
        "MostGifted": ("TopItemSet/Type", "TopItemSet/TopItem/ASIN"),
        "MostWishedFor": ("TopItemSet/Type", "TopItemSet/TopItem/ASIN"),
        "NewReleases": ("NewReleases/NewRelease/ASIN", "NewReleases/NewRelease/Title"),
        "OfferFull": ("Offers/Offer/Merchant", "Offers/Offer/OfferListing"),
        "OfferListings": ("Offers/Offer/OfferListing/OfferListingId", "Offers/Offer/OfferListing/Price"),
        "OfferSummary": ("OfferSummary/LowestNewPrice", "OfferSummary/TotalNew"),
        "Offers": ("Offers/TotalOffers", "Offers/Offer/OfferListing"),
        "RelatedItems": ("RelatedItems/Relationship", "RelatedItems/RelatedItem/Item"),
        "Request": ("Arguments/Argument/Name", "Arguments/Argument/Value", "Errors/Error/Code", "Request/IsValid"),
        "Reviews": ("CustomerReviews/AverageRating", "CustomerReviews/TotalReviews"),
        "SalesRank": ("Item/SalesRank",),
        "SearchBins": ("SearchBinSets/SearchBinSet/Bin/BinName", "SearchBinSets/SearchBinSet/Bin/BinItemCount"),
        "Seller": ("Seller/SellerId", "Seller/SellerName", "Seller/AverageFeedbackRating"),
        "SellerListing": ("SellerListing/ExchangeId", "SellerListing/ListingId", "SellerListing/Price"),
        "Similarities": ("SimilarProducts/SimilarProduct/ASIN", "SimilarProducts/SimilarProduct/Title"),
        "Small": ("Item/ASIN", "Item/DetailPageURL", "ItemAttributes/Title"),
        "TopSellers": ("TopSellers/TopSeller/ASIN", "TopSellers/TopSeller/Title"),
        "Tracks": ("Tracks/Disc/Track",),
        "VariationSummary": ("VariationSummary/LowestPrice", "VariationSummary/HighestPrice"),
        "Variations": ("Variations/TotalVariations", "Variations/VariationDimensions", "Variations/Item"),
    }
)


def known_names(operations: tuple[str, ...]) -> list[str]:
    """Everything Help can be asked about."""
    return sorted({*operations, *ALL_GROUPS})


def operation_information(operation: str, version: Version) -> str:
    """The element of an operation."""
    needed = required(operation, version)
    available = sorted({*_COMMON, *echoed(operation, version)} - {*needed})
    groups = groups_of(operation)
    default = ("Request", default_group(operation))
    return (
        f"<OperationInformation>{element('Name', operation)}"
        f"{wrapped('RequiredParameters', elements('Parameter', sorted(needed)))}"
        f"{wrapped('AvailableParameters', elements('Parameter', available))}"
        f"{wrapped('DefaultResponseGroups', elements('ResponseGroup', default))}"
        f"{wrapped('AvailableResponseGroups', elements('ResponseGroup', groups))}</OperationInformation>"
    )


def group_information(group: str, operations: tuple[str, ...]) -> str:
    """The element of a response group."""
    valid = [operation for operation in operations if group in groups_of(operation)]
    return (
        f"<ResponseGroupInformation>{element('Name', group)}"
        f"{wrapped('ValidOperations', elements('Operation', valid))}"
        f"{wrapped('Elements', elements('Element', _ELEMENTS.get(group, ())))}</ResponseGroupInformation>"
    )
