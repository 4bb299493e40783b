"""
Every request parameter that the schemas from 2005-10-05 to 2013-08-01 know: its operation, kind, values and versions.

The service ignores a name it does not know, so that a slip of the pen silently widens a search; ``checked`` refuses it
before anything is sent. ``ResponseGroup`` belongs to every operation and is not listed.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from ecs.vocabulary import Operation

Value = str | int | bool | Sequence[str]


class Kind(StrEnum):
    """What a value looks like on the wire."""

    TEXT = "text"
    CHOICE = "choice"
    POSITIVE = "positive"
    """A whole number from 1 on."""
    COUNT = "count"
    """A whole number from 0 on; of prices in minor units."""
    PAGE = "page"
    """A whole number from 1 on, or ``All``."""
    FLAG = "flag"
    """``True`` or ``False``."""


class RequestParameter(NamedTuple):
    """One parameter of an operation. ``N`` in a name stands for any label, such as 1 in Item.1.ASIN."""

    name: str
    kind: Kind
    choices: tuple[str, ...]
    is_list: bool
    """Whether several values may come, joined by commas."""
    since: str
    until: str


# Under the first and the last version that know them: names, with * where several values may come and the kind where
# it is not text.
_FACTS: Final = {
    Operation.ITEM_SEARCH: {
        ("2005-10-05", "2013-08-01"): (
            "Actor Artist AudienceRating*=G|PG|PG-13|R|NC-17|NR|Unrated|6|12|16|18|FamilyViewing Author Brand "
            "BrowseNode Composer Condition=All|New|Used|Collectible|Refurbished Conductor Director "
            "ItemPage:positive Keywords Manufacturer MaximumPrice:count MerchantId MinimumPrice:count "
            "MusicLabel Orchestra Power Publisher SearchIndex Sort Title"
        ),
        ("2007-09-21", "2013-08-01"): "Availability=Available ReleaseDate",
        ("2005-10-05", "2010-12-01"): (
            "City Count:positive Cuisine DeliveryMethod=Ship|ISPU FutureLaunchDate ISPUPostalCode Neighborhood "
            "PostalCode State TextStream"
        ),
        ("2010-09-01", "2013-08-01"): "IncludeReviewsSummary TruncateReviewsAt:count",
        ("2011-08-01", "2013-08-01"): "MinPercentageOff:count",
        ("2009-10-01", "2013-08-01"): "RelatedItemPage:page RelationshipType*",
        ("2007-09-21", "2010-12-01"): "ReviewSort TagPage:positive TagSort TagsPerPage:positive",
    },
    Operation.ITEM_LOOKUP: {
        ("2005-10-05", "2013-08-01"): (
            "Condition=All|New|Used|Collectible|Refurbished IdType=ASIN|UPC|SKU|EAN|ISBN ItemId* MerchantId "
            "SearchIndex VariationPage:page"
        ),
        ("2005-10-05", "2010-12-01"): (
            "DeliveryMethod=Ship|ISPU FutureLaunchDate ISPUPostalCode OfferPage:positive ReviewPage:positive "
            "SearchInsideKeywords"
        ),
        ("2010-09-01", "2013-08-01"): "IncludeReviewsSummary TruncateReviewsAt:count",
        ("2008-08-19", "2013-08-01"): "RelatedItemPage:page RelationshipType*",
        ("2007-09-21", "2010-12-01"): "ReviewSort TagPage:positive TagSort TagsPerPage:positive",
    },
    Operation.SIMILARITY_LOOKUP: {
        ("2005-10-05", "2013-08-01"): (
            "Condition=All|New|Used|Collectible|Refurbished ItemId* MerchantId SimilarityType=Intersection|Random"
        ),
        ("2005-10-05", "2010-12-01"): "DeliveryMethod=Ship|ISPU ISPUPostalCode",
        ("2007-09-21", "2010-12-01"): "ReviewSort",
    },
    Operation.BROWSE_NODE_LOOKUP: {
        ("2005-10-05", "2013-08-01"): "BrowseNodeId*",
    },
    Operation.CART_CREATE: {
        ("2005-10-05", "2013-08-01"): (
            "Item.N.ASIN Item.N.AssociateTag Item.N.ListItemId Item.N.OfferListingId Item.N.Quantity:positive "
            "MergeCart=True|False"
        ),
        ("2007-09-21", "2013-08-01"): "Item.N.MetaData.N.Key Item.N.MetaData.N.Value",
    },
    Operation.CART_GET: {
        ("2005-10-05", "2013-08-01"): "CartId HMAC MergeCart=True|False",
    },
    Operation.CART_ADD: {
        ("2005-10-05", "2013-08-01"): (
            "CartId HMAC Item.N.ASIN Item.N.AssociateTag Item.N.ListItemId Item.N.OfferListingId "
            "Item.N.Quantity:positive MergeCart=True|False"
        ),
        ("2007-09-21", "2010-12-01"): "Item.N.MetaData.N.Key Item.N.MetaData.N.Value",
    },
    Operation.CART_MODIFY: {
        ("2005-10-05", "2013-08-01"): (
            "CartId HMAC Item.N.Action=MoveToCart|SaveForLater Item.N.CartItemId Item.N.Quantity:count "
            "MergeCart=True|False"
        ),
    },
    Operation.CART_CLEAR: {
        ("2005-10-05", "2013-08-01"): "CartId HMAC MergeCart=True|False",
    },
    Operation.LIST_SEARCH: {
        ("2005-10-05", "2010-12-01"): (
            "City Email FirstName LastName ListPage:positive ListType=WishList|WeddingRegistry|BabyRegistry Name State"
        ),
    },
    Operation.LIST_LOOKUP: {
        ("2005-10-05", "2010-12-01"): (
            "Condition=All|New|Used|Collectible|Refurbished DeliveryMethod=Ship|ISPU ISPUPostalCode ListId "
            "ListType=WishList|Listmania|WeddingRegistry|BabyRegistry MerchantId ProductGroup "
            "ProductPage:positive Sort"
        ),
        ("2009-06-01", "2010-12-01"): "IsIncludeUniversal:flag",
        ("2008-08-19", "2010-12-01"): "IsOmitPurchasedItems:flag",
        ("2007-09-21", "2010-12-01"): "ReviewSort",
    },
    Operation.SELLER_LOOKUP: {
        ("2005-10-05", "2010-12-01"): "FeedbackPage:positive SellerId*",
    },
    Operation.SELLER_LISTING_SEARCH: {
        ("2005-10-05", "2005-10-05"): "BrowseNode Country PostalCode SearchIndex ShipOption=ShipTo|ShipFrom",
        ("2005-10-05", "2010-12-01"): "Keywords ListingPage:positive OfferStatus=Open|Closed SellerId Sort Title",
    },
    Operation.SELLER_LISTING_LOOKUP: {
        ("2005-10-05", "2010-12-01"): "Id IdType=Exchange|Listing|ASIN|SKU",
        ("2007-09-21", "2010-12-01"): "SellerId",
    },
    Operation.HELP: {
        ("2005-10-05", "2010-12-01"): "About HelpType=Operation|ResponseGroup",
    },
    Operation.CUSTOMER_CONTENT_SEARCH: {
        ("2005-10-05", "2010-12-01"): "CustomerPage:positive Email Name",
    },
    Operation.CUSTOMER_CONTENT_LOOKUP: {
        ("2005-10-05", "2010-12-01"): "CustomerId ReviewPage:positive",
        ("2007-09-21", "2010-12-01"): "TagPage:positive TagSort TagsPerPage:positive",
    },
    Operation.TAG_LOOKUP: {
        ("2007-09-21", "2010-12-01"): "Count:positive CustomerId TagName* TagPage:positive TagSort",
    },
    Operation.TRANSACTION_LOOKUP: {
        ("2005-10-05", "2010-12-01"): "TransactionId*",
    },
    Operation.VEHICLE_SEARCH: {
        ("2008-08-19", "2010-12-01"): "MakeId:count ModelId:count TrimId:count Year:count",
    },
    Operation.VEHICLE_PART_SEARCH: {
        ("2008-08-19", "2010-12-01"): (
            "BedId:count BodyStyleId:count BrakesId:count Brand BrowseNodeId:count Count:count "
            "DriveTypeId:count EngineId:count FromItemId MakeId:count MfrBodyCodeId:count ModelId:count "
            "PartPageDirection SpringTypesId:count SteeringId:count TransmissionId:count TrimId:count "
            "WheelbaseId:count Year:count"
        ),
    },
    Operation.VEHICLE_PART_LOOKUP: {
        ("2008-08-19", "2010-12-01"): (
            "BedId:count BodyStyleId:count BrakesId:count BrowseNodeId:count DriveTypeId:count EngineId:count "
            "FitmentCount:count FitmentPage:count IdType ItemId MakeId:count MfrBodyCodeId:count ModelId:count "
            "SpringTypesId:count SteeringId:count TransmissionId:count TrimId:count WheelbaseId:count "
            "Year:count"
        ),
    },
}

_COMMON: Final = (
    "ContentType Marketplace MarketplaceDomain ResponseGroup* Style Validate:flag XMLEscaping=Single|Double"
)
_FIRST: Final = "2005-10-05"
_LAST: Final = "2013-08-01"
_FACT: Final = re.compile(r"(?P<name>[A-Za-z.]+)(?P<many>\*?)(:(?P<kind>[a-z]+)|=(?P<choices>\S+))?")
_LABEL: Final = re.compile(r"\b(Item|MetaData)\.[^.]+\.")
_PART: Final = re.compile(r"(?P<operation>[A-Za-z]+)\.(1|2|Shared)\.(?P<name>.+)")
_NUMBER: Final = re.compile(r"[0-9]{1,15}")


def _read(facts: str, since: str, until: str) -> dict[str, RequestParameter]:
    found = {}
    for fact in facts.split():
        match = _FACT.fullmatch(fact)
        if match is None:
            raise ValueError(f"{fact} is no fact about a parameter")
        choices = tuple((match["choices"] or "").split("|")) if match["choices"] else ()
        kind = Kind.CHOICE if choices else Kind(match["kind"] or "text")
        name = match["name"]
        found[name] = RequestParameter(name, kind, choices, bool(match["many"]), since, until)
    return found


COMMON: Final = MappingProxyType(_read(_COMMON, _FIRST, _LAST))
"""Parameters that every operation takes, beside those of identity, which the client adds itself."""

PARAMETERS: Final[Mapping[Operation, Mapping[str, RequestParameter]]] = MappingProxyType(
    {
        operation: MappingProxyType(
            {name: one for span, facts in spans.items() for name, one in _read(facts, *span).items()}
        )
        for operation, spans in _FACTS.items()
    }
)
"""Operation → name → parameter."""


def parameter_of(operation: Operation, name: str) -> RequestParameter:
    """
    The parameter that ``name`` is, also as part of a batch (``ItemLookup.1.ItemId``).

    Raises:
        ValueError: the operation has no such parameter; the message names one that looks like it.
    """
    part = _PART.fullmatch(name)
    if part is not None and part["operation"] == operation:
        name = part["name"]
    known = PARAMETERS[operation]
    found = known.get(_LABEL.sub(r"\1.N.", name)) or COMMON.get(name)
    if found is None:
        near = get_close_matches(name, [*known, *COMMON], n=1, cutoff=0.7)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"{operation} has no parameter {name}{hint}")
    return found


def checked(operation: Operation, parameters: Mapping[str, Value], version: str | None = None) -> dict[str, str]:
    """
    Parameters as the wire has them, after a look at each name and value.

    Raises:
        ValueError: a name the operation does not have (in ``version``, if given), or a value of another kind.
    """
    return {name: _as_sent(parameter_of(operation, name), name, value, version) for name, value in parameters.items()}


def _as_sent(parameter: RequestParameter, name: str, value: Value, version: str | None) -> str:
    if version is not None and not parameter.since <= version <= parameter.until:
        raise ValueError(f"{name} is known from {parameter.since} to {parameter.until}, not in {version}")
    if isinstance(value, (str, int)):
        values = [str(value)]
    elif parameter.is_list:
        values = list(value)
    else:
        raise ValueError(f"{name} takes one value alone")
    for one in [piece for text in values for piece in text.split(",")] if parameter.is_list else values:
        _check(parameter, name, one)
    return ",".join(values)


def _check(parameter: RequestParameter, name: str, value: str) -> None:
    match parameter.kind:
        case Kind.CHOICE:
            is_good, wanted = value in parameter.choices, "one of " + ", ".join(parameter.choices)
        case Kind.FLAG:
            is_good, wanted = value in {"True", "False"}, "True or False"
        case Kind.COUNT:
            is_good, wanted = _is_number(value), "a whole number from 0 on"
        case Kind.POSITIVE:
            is_good, wanted = _is_number(value, least=1), "a whole number from 1 on"
        case Kind.PAGE:
            is_good, wanted = value == "All" or _is_number(value, least=1), "a whole number from 1 on or All"
        case Kind.TEXT:
            is_good, wanted = bool(value.strip()), "a text"
    if not is_good:
        raise ValueError(f"{name} must be {wanted}, not {value!r}")


def _is_number(text: str, least: int = 0) -> bool:
    return bool(_NUMBER.fullmatch(text)) and int(text) >= least
