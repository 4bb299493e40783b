"""
Request parameters of what services up to 2010-12-01 do beside items, nodes and carts: lists, sellers, help.

Later services answer these operations with ``Deprecated``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from ecs.parameters import Value, checked
from ecs.request import Parameters
from ecs.vocabulary import Operation

Groups = Iterable[str]
ListType = Literal["WishList", "WeddingRegistry", "BabyRegistry", "Listmania"]
ListingIdType = Literal["Exchange", "Listing", "ASIN", "SKU"]
HelpType = Literal["Operation", "ResponseGroup"]
MAX_SELLERS: Final = 5


class ListQuery(Struct, frozen=True, gc=False):
    """Whose list is looked for: at least one of the names, the address or the place."""

    list_type: Literal["WishList", "WeddingRegistry", "BabyRegistry"]
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    city: str | None = None
    state: str | None = None


class ListingQuery(Struct, frozen=True, gc=False):
    """What a seller has listed."""

    seller_id: str
    keywords: str | None = None
    title: str | None = None
    status: Literal["Open", "Closed"] | None = None
    sort: str | None = None


def any_operation(
    operation: Operation, parameters: Mapping[str, Value], groups: Groups = (), *, version: str | None = None
) -> Parameters:
    """
    The request of any operation from parameters by wire name, checked against the schemas (of ``version``, if given).

    Raises:
        ValueError: a parameter that the operation does not have, or a value of another kind.
    """
    asked = ",".join(sorted(groups))
    named = {**parameters, **({"ResponseGroup": asked} if asked else {})}
    return {"Operation": operation.value, **checked(operation, named, version)}


def list_search(query: ListQuery, page: int, groups: Groups) -> Parameters:
    """ListSearch for one page of ten, counted from 1."""
    given: dict[str, Value | None] = {
        "Name": query.name,
        "FirstName": query.first_name,
        "LastName": query.last_name,
        "Email": query.email,
        "City": query.city,
        "State": query.state,
    }
    if not any(given.values()):
        raise ValueError("a search of lists needs a name, an e-mail address or a place")
    return _given(Operation.LIST_SEARCH, {"ListType": query.list_type, "ListPage": page, **given}, groups)


def list_lookup(
    list_id: str, list_type: ListType, page: int, groups: Groups, *, sort: str | None = None, group: str | None = None
) -> Parameters:
    """ListLookup of one list with a page (10) of its items; ``group`` is the product group they must be of."""
    given: dict[str, Value | None] = {
        "ListId": list_id,
        "ListType": list_type,
        "ProductPage": page,
        "Sort": sort,
        "ProductGroup": group,
    }
    return _given(Operation.LIST_LOOKUP, given, groups)


def seller_lookup(seller_ids: Sequence[str], groups: Groups, *, feedback_page: int = 1) -> Parameters:
    """SellerLookup of one to five sellers, with a page (5) of what customers said of each."""
    if not 0 < len(seller_ids) <= MAX_SELLERS:
        raise ValueError(f"a look-up of sellers takes 1 to {MAX_SELLERS} ids, not {len(seller_ids)}")
    return _given(Operation.SELLER_LOOKUP, {"SellerId": seller_ids, "FeedbackPage": feedback_page}, groups)


def seller_listing_search(query: ListingQuery, page: int, groups: Groups) -> Parameters:
    """SellerListingSearch for one page of ten, counted from 1."""
    given = {
        "SellerId": query.seller_id,
        "Keywords": query.keywords,
        "Title": query.title,
        "OfferStatus": query.status,
        "Sort": query.sort,
        "ListingPage": page,
    }
    return _given(Operation.SELLER_LISTING_SEARCH, given, groups)


def seller_listing_lookup(
    listing_id: str, id_type: ListingIdType, groups: Groups, *, seller_id: str | None = None
) -> Parameters:
    """SellerListingLookup of one listing; by ASIN or SKU it needs the seller."""
    if seller_id is None and id_type in {"ASIN", "SKU"}:
        raise ValueError(f"a listing is looked up by {id_type} together with its seller")
    given = {"Id": listing_id, "IdType": id_type, "SellerId": seller_id}
    return _given(Operation.SELLER_LISTING_LOOKUP, given, groups)


def help_(help_type: HelpType, about: str) -> Parameters:
    """Help about one operation or response group."""
    return _given(Operation.HELP, {"HelpType": help_type, "About": about}, ("Help",))


def _given(operation: Operation, parameters: Mapping[str, Value | None], groups: Groups) -> Parameters:
    return any_operation(operation, {name: value for name, value in parameters.items() if value is not None}, groups)
