"""A ``Cart`` element."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from ecs.embedded.call import Call
from ecs.embedded.cart_rules import Line
from ecs.embedded.cart_view import PricedCart, PricedLine, total
from ecs.embedded.item_xml import SIMILAR_SHOWN, pairs
from ecs.embedded.ranking import new_releases, top_sellers
from ecs.embedded.shop import Shop
from ecs.embedded.versions import Version
from ecs.embedded.xml import element, escaped, price, wrapped

MERGES: Final = ("True", "False", "true", "false")
"""Values of MergeCart."""
_FULLY_ENCODED: Final = "2013-08-01"
"""From this version on the HMAC in a PurchaseURL has all its signs encoded; before only the plus signs were."""
NO_TAG: Final = "ws"
"""What PurchaseURL says where the cart was made without an associate tag."""


def cart(view: PricedCart, call: Call, shop: Shop, groups: frozenset[str]) -> str:
    """The children of ``Cart`` after ``Request``."""
    held, currency = view.cart, shop.config.currency
    parts = [
        f"<CartId>{held.cart_id}</CartId><HMAC>{held.hmac}</HMAC>"
        f"<URLEncodedHMAC>{quote(held.hmac, safe='')}</URLEncodedHMAC>"
    ]
    # PurchaseURL is obligatory in the oldest schema alone; the original left it out there, too, for an empty cart.
    if view.lines:
        parts.append(f"<PurchaseURL>{escaped(purchase_url(view, call, shop))}</PurchaseURL>")
        if shop.config.marketplace == "JP" and call.version.since("2010-12-01"):
            parts.append(f"<MobileCartURL>{escaped(mobile_url(view, call, shop))}</MobileCartURL>")
        parts.append(price("SubTotal", total(view.lines), currency))
    parts += [
        _lines("CartItem", view.active, currency, call.version),
        _lines("SavedForLaterItem", view.saved, currency, call.version),
        _suggestions(view, shop, groups, call.version),
    ]
    return "".join(parts)


def purchase_url(view: PricedCart, call: Call, shop: Shop) -> str:
    """Where the customer buys the cart."""
    return f"{shop.config.site}/gp/cart/aws-merge.html?{_parameters(view, call, shop)}"


def mobile_url(view: PricedCart, call: Call, shop: Shop) -> str:
    """Where a customer in Japan buys the cart on a telephone."""
    return f"{shop.config.site}/gp/aw/rcart?{_parameters(view, call, shop)}%26uid=NULLGWDOCOMO"


def _parameters(view: PricedCart, call: Call, shop: Shop) -> str:
    # Those after the first are set apart by the text %26; in China by a plain ampersand.
    held = view.cart
    parameters = (
        f"cart-id={held.cart_id}",
        f"associate-id={quote(held.tag or NO_TAG, safe='')}",
        f"hmac={quote(held.hmac, safe='' if call.version.since(_FULLY_ENCODED) else '/=')}",
        f"SubscriptionId={quote(call.key_id, safe='')}",
        f"MergeCart={_merge(call, shop)}",
    )
    return ("&" if shop.config.marketplace == "CN" else "%26").join(parameters)


def _merge(call: Call, shop: Shop) -> str:
    # The guides have the parameter for the United States alone, and it lost its meaning in 2011.
    has_meaning = shop.config.marketplace == "US" and not call.version.is_late
    asked = call.get("MergeCart") or "False"
    return "True" if has_meaning and asked.lower() == "true" else "False"


def _lines(name: str, lines: tuple[PricedLine, ...], currency: str, version: Version) -> str:
    if not lines:
        return ""
    group = f"{name}s"
    content = "".join(_line(name, line, currency, version) for line in lines)
    return f"<{group}>{price('SubTotal', total(lines), currency)}{content}</{group}>"


def _line(name: str, priced: PricedLine, currency: str, version: Version) -> str:
    line = priced.line
    if version.is_late:
        letter = "S" if line.is_saved else "C"
        merchant = ""
    else:
        letter = "U"
        seller_id = escaped(line.seller_id)
        merchant = f"<MerchantId>{seller_id}</MerchantId><SellerId>{seller_id}</SellerId>"
    # As recorded, what is saved for later does not name its seller.
    nickname = "" if line.is_saved else f"<SellerNickname>{escaped(line.seller_name)}</SellerNickname>"
    return (
        f"<{name}><CartItemId>{letter}{line.key}</CartItemId><ASIN>{line.asin}</ASIN>{merchant}{nickname}"
        f"<Quantity>{line.quantity}</Quantity><Title>{escaped(line.title)}</Title>"
        f"<ProductGroup>{escaped(line.product_group)}</ProductGroup>"
        f"{_bought_from(line, version)}{_metadata(line, version)}"
        f"{price('Price', priced.amount, currency)}{price('ItemTotal', priced.total, currency)}</{name}>"
    )


def _bought_from(line: Line, version: Version) -> str:
    if version.is_late:
        return ""
    return f"{element('ListOwner', line.list_owner)}{element('ListType', line.list_type)}"


def _metadata(line: Line, version: Version) -> str:
    if not version.since("2007-09-21"):
        return ""
    kept = "".join(
        f"<KeyValuePair><Key>{escaped(key)}</Key><Value>{escaped(value)}</Value></KeyValuePair>"
        for key, value in line.metadata
    )
    return wrapped("MetaData", kept)


def _suggestions(view: PricedCart, shop: Shop, groups: frozenset[str], version: Version) -> str:
    if not view.lines or shop.shelves is None:
        return ""
    catalog, similarities = shop.shelves
    asins = [line.line.asin for line in view.lines]
    text = ""
    if "CartSimilarities" in groups:
        text += _group("SimilarProduct", catalog.titles(similarities.to_any(asins)))
    if not version.since("2007-09-21"):
        return text
    product = catalog.product(asins[0])
    node = product.browse_nodes[0].id if product and product.browse_nodes else None
    if node and "CartTopSellers" in groups:
        text += _group("TopSeller", _others(top_sellers(catalog, node), asins))
    if node and "CartNewReleases" in groups:
        text += _group("NewRelease", _others(new_releases(catalog, node), asins))
    return text


def _group(name: str, products: Iterable[tuple[str, str]]) -> str:
    return wrapped(f"{name}s", pairs(name, list(products)[:SIMILAR_SHOWN]))


def _others(products: Iterable[tuple[str, str]], asins: list[str]) -> list[tuple[str, str]]:
    return [(asin, title) for asin, title in products if asin not in asins]
