"""Remote carts."""

import re
from functools import lru_cache
from typing import Final

from pydantic import SecretStr

from ecs.errors import CartMismatch
from ecs.model import Refusal, RemoteCart, RemoteCartItem
from ecs.parse.document import fragment
from ecs.parse.envelope import errors_of
from ecs.parse.kept import markup_of
from ecs.parse.nodes import Element, Fields, Parts, children, fields, level, needed, needed_count, parts
from ecs.parse.refusals import error_of
from ecs.parse.values import money, pointers, told

_ENCODED_SEPARATOR: Final = re.compile(r"%26(?=[A-Za-z-]+=)")


def opened_cart(payload: Element) -> RemoteCart:
    """The cart of the payload with what was refused beside it; an error when there is none."""
    plain, found = level(payload)
    errors = errors_of(found)
    if errors:
        error = error_of(errors)
        if "CartId" not in plain or isinstance(error, CartMismatch):
            raise error
    return _cart(plain, found, errors)


def _cart(plain: Fields, found: Parts, refusals: tuple[Refusal, ...]) -> RemoteCart:
    """``subtotal`` is that of the active lines, saved ones are not in it."""
    items, saved = found.get("CartItems"), found.get("SavedForLaterItems")
    return RemoteCart(
        cart_id=SecretStr(needed(plain.get("CartId"), "CartId")),
        hmac=SecretStr(needed(plain.get("HMAC"), "HMAC")),
        purchase_url=_address(plain.get("PurchaseURL")),
        items=tuple(_line(line) for line in children(items, "CartItem")),
        saved=tuple(_line(line) for line in children(saved, "SavedForLaterItem")),
        subtotal=money(parts(items).get("SubTotal")),
        refusals=refusals,
        mobile_url=_address(plain.get("MobileCartURL")),
        total=money(found.get("SubTotal")),
        saved_subtotal=money(parts(saved).get("SubTotal")),
        similar=pointers(found.get("SimilarProducts")),
        top_sellers=pointers(found.get("TopSellers")),
        new_releases=pointers(found.get("NewReleases")),
        similar_viewed=pointers(found.get("SimilarViewedProducts")),
        similar_elsewhere=pointers(found.get("OtherCategoriesSimilarProducts")),
    )


def _line(element: Element) -> RemoteCartItem:
    markup = markup_of(element)
    return _read_line(element) if markup is None else _known_line(markup)


@lru_cache(maxsize=1024)
def _known_line(markup: str) -> RemoteCartItem:
    """The line that its markup makes: most lines of a cart come as they came with the answer before."""
    return _read_line(fragment(f"<CartItem>{markup}</CartItem>"))


def _read_line(element: Element) -> RemoteCartItem:
    plain, found = level(element)
    asin = needed(plain.get("ASIN"), "ASIN of a cart line")
    return RemoteCartItem(
        cart_item_id=needed(plain.get("CartItemId"), "CartItemId"),
        asin=asin,
        quantity=needed_count(plain.get("Quantity"), "Quantity of a cart line"),
        title=plain.get("Title", asin),
        seller_name=plain.get("SellerNickname"),
        group=plain.get("ProductGroup"),
        price=money(found.get("Price")),
        total=money(found.get("ItemTotal")),
        merchant_id=told(plain.get("MerchantId")),
        seller_id=told(plain.get("SellerId")),
        exchange_id=told(plain.get("ExchangeId")),
        list_owner=plain.get("ListOwner"),
        list_type=plain.get("ListType"),
        meta_data=_meta_data(found.get("MetaData")),
    )


def _meta_data(element: Element | None) -> tuple[tuple[str, str], ...]:
    pairs = [fields(child) for child in children(element, "KeyValuePair")]
    return tuple((pair["Key"], pair.get("Value", "")) for pair in pairs if "Key" in pair)


def _address(sent: str | None) -> SecretStr | None:
    """For years the separators after the first parameter came as ``%26``, which no browser takes for one."""
    return None if sent is None else SecretStr(_ENCODED_SEPARATOR.sub("&", sent))
