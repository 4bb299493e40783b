"""
Request parameters of each operation, from typed queries. Pure: nothing is signed or sent here.

Every function gives the parameters of its operation alone; what all requests share (Service, key, tag, Version,
Timestamp, Signature) is added by ``ecs.client.signing``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, TypeVar

from msgspec import Struct
from pydantic import SecretStr

from ecs.parameters import parameter_of
from ecs.vocabulary import MAX_CART_ITEMS_PER_REQUEST, MAX_LOOKUP_IDS, Operation, ResponseGroup

T = TypeVar("T")
Parameters = dict[str, str]
Groups = Iterable[ResponseGroup]
Condition = Literal["New", "Used", "Collectible", "Refurbished", "All"]
IdType = Literal["ASIN", "EAN", "UPC", "ISBN"]
Similarity = Literal["Intersection", "Random"]


EXTENSIONS: Final = frozenset({"MinRating"})
"""Parameters of ItemSearch that the embedded service alone understands."""


class SearchQuery(Struct, frozen=True, gc=False):
    """
    One ItemSearch, without its page.

    ``parameters`` are further request parameters by wire name (Brand, Title, BrowseNode, MinimumPrice in minor units
    …); at least one of them or ``keywords`` is needed, else the upstream answers MinimumParameterRequirement.
    """

    search_index: str
    keywords: str | None = None
    sort: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()


class NewItem(Struct, frozen=True, gc=False):
    """Something to put in a cart: the featured offer of ``asin``, or the offer ``listing_id`` names (exactly one)."""

    quantity: int
    asin: str | None = None
    listing_id: str | None = None


class CartHandle(Struct, frozen=True, gc=False):
    """What opens a cart at the upstream, beside the associate tag it was created with."""

    cart_id: SecretStr
    hmac: SecretStr


class QuantityChange(Struct, frozen=True, gc=False):
    """Set a line to an absolute quantity, 0 to 999; 0 takes it out."""

    cart_item_id: str
    quantity: int


class Move(Struct, frozen=True, gc=False):
    """Put a whole line aside, or take it back."""

    cart_item_id: str
    action: Literal["SaveForLater", "MoveToCart"]


CartChange = QuantityChange | Move


def item_search(query: SearchQuery, page: int, groups: Groups) -> Parameters:
    """
    ItemSearch for one page of ten, counted from 1, with the offers of every seller in every condition.

    Without MerchantId and Condition the upstream would show what it sells itself, and new, alone. A name that
    ItemSearch does not have is a ValueError: the upstream would ignore it and find more than was asked for.
    """
    for name, _ in query.parameters:
        if name not in EXTENSIONS:
            parameter_of(Operation.ITEM_SEARCH, name)
    parameters = {"Condition": "All", "MerchantId": "All", **dict(query.parameters)}
    parameters |= {"SearchIndex": query.search_index, "ItemPage": str(page)}
    if query.keywords is not None:
        parameters["Keywords"] = query.keywords
    if query.sort is not None:
        parameters["Sort"] = query.sort
    return _operation(Operation.ITEM_SEARCH, parameters, groups)


def item_lookup(
    ids: Sequence[str],
    groups: Groups,
    *,
    id_type: IdType = "ASIN",
    search_index: str | None = None,
    condition: Condition = "All",
    offer_page: int = 1,
) -> Parameters:
    """
    ItemLookup of one to ten ids, with the offers of every seller.

    ``search_index`` is needed with every ``id_type`` but ASIN, where it is forbidden.
    """
    if not 0 < len(ids) <= MAX_LOOKUP_IDS:
        raise ValueError(f"a look-up takes 1 to {MAX_LOOKUP_IDS} ids, not {len(ids)}")
    parameters = {"ItemId": ",".join(ids), "Condition": condition, "MerchantId": "All"}
    if id_type != "ASIN":
        parameters["IdType"] = id_type
    if search_index is not None:
        parameters["SearchIndex"] = search_index
    if offer_page > 1:
        parameters["OfferPage"] = str(offer_page)
    return _operation(Operation.ITEM_LOOKUP, parameters, groups)


def similarity_lookup(asins: Sequence[str], similarity: Similarity, groups: Groups) -> Parameters:
    """SimilarityLookup for one to ten items; with a single one the upstream ignores ``similarity``."""
    if not 0 < len(asins) <= MAX_LOOKUP_IDS:
        raise ValueError(f"a similarity look-up takes 1 to {MAX_LOOKUP_IDS} items, not {len(asins)}")
    parameters = {"ItemId": ",".join(asins), "SimilarityType": similarity, "Condition": "All", "MerchantId": "All"}
    return _operation(Operation.SIMILARITY_LOOKUP, parameters, groups)


def browse_node_lookup(node_ids: Sequence[str], groups: Groups) -> Parameters:
    """BrowseNodeLookup of one to ten nodes."""
    if not 0 < len(node_ids) <= MAX_LOOKUP_IDS:
        raise ValueError(f"a node look-up takes 1 to {MAX_LOOKUP_IDS} nodes, not {len(node_ids)}")
    return _operation(Operation.BROWSE_NODE_LOOKUP, {"BrowseNodeId": ",".join(node_ids)}, groups)


def cart_create(items: Sequence[NewItem]) -> Parameters:
    """CartCreate with one to ten items; the upstream knows no empty cart."""
    return _cart(Operation.CART_CREATE, _new_items(items))


def cart_get(handle: CartHandle) -> Parameters:
    """CartGet."""
    return _cart(Operation.CART_GET, {}, handle)


def cart_add(handle: CartHandle, items: Sequence[NewItem]) -> Parameters:
    """CartAdd of one to ten items that are not in the cart yet."""
    return _cart(Operation.CART_ADD, _new_items(items), handle)


def cart_modify(handle: CartHandle, changes: Sequence[CartChange]) -> Parameters:
    """CartModify of one to ten lines. Quantity and Action never go together: later services refuse it."""
    parameters: Parameters = {}
    for number, change in enumerate(_bounded(changes), start=1):
        parameters[f"Item.{number}.CartItemId"] = change.cart_item_id
        match change:
            case QuantityChange(quantity=quantity):
                parameters[f"Item.{number}.Quantity"] = str(quantity)
            case Move(action=action):
                parameters[f"Item.{number}.Action"] = action
    return _cart(Operation.CART_MODIFY, parameters, handle)


def cart_clear(handle: CartHandle) -> Parameters:
    """CartClear: takes out cart items and saved items."""
    return _cart(Operation.CART_CLEAR, {}, handle)


def _operation(operation: Operation, parameters: Mapping[str, str], groups: Groups) -> Parameters:
    asked = ",".join(sorted(groups))
    return {"Operation": operation.value, **parameters, **({"ResponseGroup": asked} if asked else {})}


def _cart(operation: Operation, parameters: Mapping[str, str], handle: CartHandle | None = None) -> Parameters:
    opened = {"CartId": handle.cart_id.get_secret_value(), "HMAC": handle.hmac.get_secret_value()} if handle else {}
    return _operation(operation, {**opened, **parameters}, (ResponseGroup.CART,))


def _new_items(items: Sequence[NewItem]) -> Parameters:
    parameters: Parameters = {}
    for number, item in enumerate(_bounded(items), start=1):
        if (item.asin is None) == (item.listing_id is None):
            raise ValueError("a new item is named by its ASIN or by an offer listing, never both")
        if item.asin is not None:
            parameters[f"Item.{number}.ASIN"] = item.asin
        if item.listing_id is not None:
            parameters[f"Item.{number}.OfferListingId"] = item.listing_id
        parameters[f"Item.{number}.Quantity"] = str(item.quantity)
    return parameters


def _bounded(entries: Sequence[T]) -> Sequence[T]:
    if not 0 < len(entries) <= MAX_CART_ITEMS_PER_REQUEST:
        raise ValueError(f"a cart request takes 1 to {MAX_CART_ITEMS_PER_REQUEST} items, not {len(entries)}")
    return entries
