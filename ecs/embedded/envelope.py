"""What is around every answer: the root, OperationRequest, Request with the echo, and documents that are errors."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from ecs.embedded.call import Call
from ecs.embedded.faults import Fault, Refused
from ecs.embedded.versions import Version
from ecs.embedded.xml import HEADER, element, foreign
from ecs.vocabulary import DEFAULT_VERSION, NAMESPACE, ErrorCode

_SEARCH_ECHO: Final = (
    *("Actor", "Artist", "Availability", "AudienceRating", "Author", "Brand", "BrowseNode", "Composer", "Condition"),
    *("Conductor", "DeliveryMethod", "Director", "ItemPage", "Keywords", "Manufacturer", "MaximumPrice", "MerchantId"),
    *("MinimumPrice", "MinPercentageOff", "MusicLabel", "Orchestra", "Power", "Publisher", "RelatedItemPage"),
    *("RelationshipType", "ResponseGroup", "ReviewSort", "SearchIndex", "Sort", "Title", "ReleaseDate"),
    *("IncludeReviewsSummary", "TruncateReviewsAt"),
)
_LOOKUP_ECHO: Final = (
    *("Condition", "DeliveryMethod", "IdType", "MerchantId", "OfferPage", "ItemId", "ResponseGroup", "ReviewPage"),
    *("ReviewSort", "SearchIndex", "VariationPage", "RelatedItemPage", "RelationshipType", "IncludeReviewsSummary"),
    "TruncateReviewsAt",
)
_SIMILARITY_ECHO: Final = (
    *("Condition", "DeliveryMethod", "ItemId", "MerchantId", "ResponseGroup", "ReviewSort", "SimilarityType"),
)
_CART_ECHO: Final = ("CartId", "HMAC", "MergeCart", "Items", "ResponseGroup")
_ECHO: Final = MappingProxyType(
    {
        "BrowseNodeLookup": ("BrowseNodeId", "ResponseGroup"),
        "CartAdd": _CART_ECHO,
        "CartClear": _CART_ECHO,
        "CartCreate": ("MergeCart", "Items", "ResponseGroup"),
        "CartGet": _CART_ECHO,
        "CartModify": _CART_ECHO,
        "ItemLookup": _LOOKUP_ECHO,
        "ItemSearch": _SEARCH_ECHO,
        "SimilarityLookup": _SIMILARITY_ECHO,
    }
)
"""Operation → the parameters its echo may hold, in the order of the schema."""
_LISTS: Final = frozenset({"ItemId", "BrowseNodeId", "ResponseGroup"})
_UPPER_CASED: Final = frozenset({"ItemId"})
_GONE: Final = frozenset({"DeliveryMethod", "ReviewSort", "ReviewPage", "OfferPage"})
"""Parameters that the schemas from 2011-08-01 on do not have."""


class Receipt(Struct, frozen=True):
    """What identifies an exchange: shown to the client, and in our log."""

    request_id: str
    user_agent: str
    duration_s: float


def answer(call: Call, receipt: Receipt, payload: str) -> str:
    """The whole document for an operation's ``payload``."""
    arguments = "".join(
        f'<Argument Name="{foreign(name)}" Value="{foreign(value)}"/>'
        if value
        else f'<Argument Name="{foreign(name)}"/>'
        for name, value in sorted(call.parameters.items())
    )
    agent = f'<Header Name="UserAgent" Value="{foreign(receipt.user_agent)}"/>' if receipt.user_agent else ""
    root = f"{call.operation}Response"
    return (
        f'{HEADER}<{root} xmlns="{call.version.namespace}"><OperationRequest>'
        f"<HTTPHeaders>{agent}</HTTPHeaders><RequestId>{receipt.request_id}</RequestId>"
        f"<Arguments>{arguments}</Arguments>"
        f"<RequestProcessingTime>{receipt.duration_s:.16f}</RequestProcessingTime></OperationRequest>"
        f"{payload}</{root}>"
    )


def request(
    call: Call,
    faults: Iterable[Fault] = (),
    *,
    is_valid: bool = True,
    defaults: Mapping[str, str] = MappingProxyType({}),
    items: str | None = None,
) -> str:
    """
    The ``Request`` element.

    ``defaults`` stand for parameters that were not sent; ``items`` is the XML of a cart request's Items, None when
    it has none (without them and without anything else the echo itself is left out, as the original did).
    """
    content = "".join(_echoed(call, name, defaults, items) for name in _ECHO[call.operation])
    echo = f"<{call.operation}Request>{content}</{call.operation}Request>" if content else ""
    errors = "".join(
        f"<Error><Code>{fault.code}</Code><Message>{foreign(fault.message)}</Message></Error>" for fault in faults
    )
    shown = f"<Errors>{errors}</Errors>" if errors else ""
    return f"<Request><IsValid>{is_valid}</IsValid>{echo}{shown}</Request>"


def refusal(refused: Refused, operation: str | None, version: Version, request_id: str) -> str:
    """The document for a request that did not reach its operation."""
    root = f"{operation or ''}ErrorResponse"
    return (
        f'{HEADER}<{root} xmlns="{version.error_namespace}"><Error><Code>{refused.code}</Code>'
        f"<Message>{foreign(refused.message)}</Message></Error><RequestId>{request_id}</RequestId></{root}>"
    )


def no_operation(asked: str | None, valid: Iterable[str]) -> str:
    """The document for a missing or unknown operation; its namespace is the oldest version's, whatever was asked."""
    choices = f"Valid values for the Operation parameter include {', '.join(valid)}."
    if asked is None:
        code = ErrorCode.MISSING_OPERATION
        message = f"The Operation parameter is missing. Please add the Operation parameter and retry. {choices}"
    else:
        code = ErrorCode.INVALID_OPERATION
        message = f"The Operation parameter is invalid. Please modify the Operation parameter and retry. {choices}"
    return (
        f'{HEADER}<Errors xmlns="{NAMESPACE}{DEFAULT_VERSION}">'
        f"<Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
    )


def _echoed(call: Call, name: str, defaults: Mapping[str, str], items: str | None) -> str:
    if name == "Items":
        return "" if items is None else f"<Items>{items}</Items>"
    if call.version.is_late and name in _GONE:
        return ""
    if name in _LISTS:
        values = call.values(name) or tuple(filter(None, (defaults.get(name),)))
        shown = [value.upper() for value in values] if name in _UPPER_CASED else values
        return "".join(f"<{name}>{foreign(value)}</{name}>" for value in shown)
    value = call.parameters.get(name) or defaults.get(name)
    return element(name, None) if value is None else f"<{name}>{foreign(value)}</{name}>"
