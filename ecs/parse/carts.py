"""Remote carts."""

import re
from typing import Final

from pydantic import SecretStr

from ecs.model import Refusal, RemoteCart, RemoteCartItem
from ecs.parse.nodes import Element, Parts, children, fields, needed, needed_count, parts, text
from ecs.parse.values import money

_ENCODED_SEPARATOR: Final = re.compile(r"%26(?=[A-Za-z-]+=)")


def remote_cart(found: Parts, refusals: tuple[Refusal, ...]) -> RemoteCart:
    """The cart whose parts are given; ``subtotal`` is that of the active lines, saved ones are not in it."""
    items, saved = found.get("CartItems"), found.get("SavedForLaterItems")
    return RemoteCart(
        cart_id=SecretStr(needed(text(found, "CartId"), "CartId")),
        hmac=SecretStr(needed(text(found, "HMAC"), "HMAC")),
        purchase_url=_purchase_url(text(found, "PurchaseURL")),
        items=tuple(_line(line) for line in children(items, "CartItem")),
        saved=tuple(_line(line) for line in children(saved, "SavedForLaterItem")),
        subtotal=money(parts(items).get("SubTotal")),
        refusals=refusals,
    )


def _line(element: Element) -> RemoteCartItem:
    found, plain = parts(element), fields(element)
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
    )


def _purchase_url(sent: str | None) -> SecretStr | None:
    """For years the separators after the first parameter came as ``%26``, which no browser takes for one."""
    return None if sent is None else SecretStr(_ENCODED_SEPARATOR.sub("&", sent))
