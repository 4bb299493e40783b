"""
The purchase page, where PurchaseURL leads: what a cart holds and what it comes to. Looking at it changes nothing.

Real purchase URLs set their parameters apart by the text ``%26``, so all that follows ``cart-id=`` is one encoded
value; addresses that were decoded before use have ordinary parameters. Both are read.
"""

from urllib.parse import parse_qsl

from ecs.embedded.cart_view import PricedCart, PricedLine, priced, total
from ecs.embedded.cart_xml import NO_TAG
from ecs.embedded.carts import Handle
from ecs.embedded.cover import cover_size, cover_url
from ecs.embedded.http import Request, Response
from ecs.embedded.money import formatted
from ecs.embedded.pages.layout import error_page, page, picture
from ecs.embedded.shop import Shop
from ecs.embedded.xml import escaped

_PATHS = ("/gp/cart/aws-merge.html", "/gp/aw/rcart")
_COVER_SIDE = 160


def purchase_page(request: Request, shop: Shop) -> Response:
    """The cart the address opens; one and the same page for every address that opens none."""
    handle = handle_of(request.query) if request.path in _PATHS else None
    cart = shop.carts.find(handle, shop.now, renew=False) if handle else None
    if cart is None:
        sentence = "This link does not lead to a cart. It may have expired, or a part of it got lost on the way."
        return error_page(404, sentence)
    return page("Your cart", _content(priced(cart, shop), shop))


def handle_of(query: str) -> Handle | None:
    """The cart a purchase URL's query names, None when a part is missing."""
    parameters = dict(parse_qsl(query, keep_blank_values=True))
    if "hmac" not in parameters and "&" in parameters.get("cart-id", ""):
        cart_id, *rest = parameters["cart-id"].split("&")
        parameters = {"cart-id": cart_id, **dict(part.split("=", 1) for part in rest if "=" in part)}
    named, hmac = parameters.get("cart-id"), parameters.get("hmac")
    if not named or not hmac:
        return None
    tag = parameters.get("associate-id", NO_TAG)
    # An address decoded as a whole has raw plus signs, which a query reads as spaces; base64 holds no spaces.
    return Handle(named, hmac.replace(" ", "+"), "" if tag == NO_TAG else tag)


def _content(view: PricedCart, shop: Shop) -> str:
    currency = shop.config.currency
    count = sum(line.line.quantity for line in view.active)
    units = "1 item" if count == 1 else f"{count} items"
    if view.active:
        bought = (
            f'<section class="card"><ul class="lines">{_list(view.active, shop)}</ul></section>'
            f'<p class="sum"><span>Total ({units})</span><b>{formatted(total(view.active), currency)}</b></p>'
        )
    else:
        bought = '<section class="card"><p class="soft">There is nothing to buy in this cart.</p></section>'
    saved = ""
    if view.saved:
        lines = _list(view.saved, shop)
        saved = f'<h2>Saved for later</h2><section class="card faded"><ul class="lines">{lines}</ul></section>'
    return (
        "<h1>Your cart has arrived</h1>"
        '<p class="notice">Here the shop would take over: address, payment, thank you. This is a sample marketplace, so'
        f" this is where the journey ends. Nothing is ordered and no money moves.</p>{bought}{saved}"
    )


def _list(lines: tuple[PricedLine, ...], shop: Shop) -> str:
    return "".join(_line(line, shop) for line in lines)


def _line(priced_line: PricedLine, shop: Shop) -> str:
    line, currency = priced_line.line, shop.config.currency
    product = shop.product(line.asin)
    image = ""
    if product is not None:
        given = product.images
        url = (given.medium or given.large or given.small or given.hires) if given else None
        width, height = cover_size(product, _COVER_SIDE)
        image = picture(url or cover_url(shop.config.site, line.asin, _COVER_SIDE), width, height, "")
    return (
        f'<li><span class="pic">{image}</span><div><a href="/dp/{line.asin}">{escaped(line.title)}</a>'
        f'<div class="soft small">Sold by {escaped(line.seller_name)}</div></div>'
        f'<div class="amount"><b>{formatted(priced_line.total, currency)}</b>'
        f'<span class="soft small">{line.quantity} × {formatted(priced_line.amount, currency)}</span></div></li>'
    )
