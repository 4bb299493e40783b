"""``/dp/<ASIN>``: a plain page of one product, with its offers."""

import re
from typing import Final

from ecs.embedded.cover import cover_size, cover_url
from ecs.embedded.http import Request, Response
from ecs.embedded.money import formatted
from ecs.embedded.offer_xml import availability
from ecs.embedded.offers import Offer, OfferBook
from ecs.embedded.pages.layout import error_page, page, picture
from ecs.embedded.product import NodeRef, Product
from ecs.embedded.shop import Shop
from ecs.embedded.xml import escaped

# Old clients append their tracking to the path.
_PATH: Final = re.compile(r"/dp/([A-Za-z0-9]{4,20})(?![A-Za-z0-9]).*")
_COVER_SIDE: Final = 500


def product_page(request: Request, shop: Shop) -> Response:
    """The page of the product the path names."""
    match = _PATH.fullmatch(request.path)
    product = shop.product(match[1]) if match else None
    if product is None:
        return error_page(404, "This shop does not have that product.")
    book = shop.offers(product)
    content = (
        f'{_crumbs(product)}<article class="product">{_image(product, shop)}<div><h1>{escaped(product.title)}</h1>'
        f"{_makers(product)}{_price(book, shop.config.currency)}{_description(product)}{_facts(product)}"
        f"</div></article>{_offers(book, shop.config.currency)}"
    )
    return page(product.title, content)


def _crumbs(product: Product) -> str:
    if not product.browse_nodes:
        return ""
    node = product.browse_nodes[0]
    path: tuple[NodeRef, ...] = (*reversed(node.ancestors), node)
    names = [ref.name for ref in path]
    return f'<p class="crumbs">{" › ".join(map(escaped, names))}</p>'


def _image(product: Product, shop: Shop) -> str:
    given = product.images
    url = (given.large or given.hires or given.medium or given.small) if given else None
    width, height = cover_size(product, _COVER_SIDE)
    return picture(url or cover_url(shop.config.site, product.asin, _COVER_SIDE), width, height, product.title)


def _makers(product: Product) -> str:
    makers = product.creators or tuple(filter(None, (product.brand or product.manufacturer,)))
    return f'<p class="soft">by {escaped(", ".join(makers))}</p>' if makers else ""


def _price(book: OfferBook, currency: str) -> str:
    offer = book.featured
    if offer is None:
        return '<p class="price">Currently unavailable</p>'
    shown = "Price shown in the cart" if offer.is_hidden else formatted(offer.amount, currency)
    return (
        f'<p class="price">{shown}</p><p class="soft small">{availability(offer)}, sold by'
        f" {escaped(offer.seller.name)}</p>"
    )


def _description(product: Product) -> str:
    features = "".join(f"<li>{escaped(feature)}</li>" for feature in product.features)
    text = f"<p>{escaped(product.description)}</p>" if product.description else ""
    return text + (f"<ul>{features}</ul>" if features else "")


def _facts(product: Product) -> str:
    rating = f"{product.rating:.1f} of 5 ({product.review_count or 0:,} ratings)" if product.rating else None
    facts = (
        ("ASIN", product.asin),
        ("Format", product.binding),
        ("Platform", product.platform),
        ("Publisher", product.publisher),
        ("Model", product.model),
        ("Published", product.date),
        ("Pages", product.pages),
        ("EAN", product.ean),
        ("Rating", rating),
    )
    shown = "".join(f"<dt>{name}</dt><dd>{escaped(str(value))}</dd>" for name, value in facts if value)
    return f'<dl class="facts" id="reviews">{shown}</dl>'


def _offers(book: OfferBook, currency: str) -> str:
    rows = "".join(_offer(offer, currency) for offer in book.offers)
    return (
        '<h2 id="offers">Offers</h2><section class="card scroll"><table><thead><tr><th>Seller</th><th>Condition</th>'
        f"<th>Availability</th><th>Price</th></tr></thead><tbody>{rows}</tbody></table></section>"
    )


def _offer(offer: Offer, currency: str) -> str:
    rating = ""
    if offer.seller.rating is not None:
        rating = f'<div class="soft small">{offer.seller.rating:.1f} of 5, {offer.seller.rating_count:,} ratings</div>'
    note = f'<div class="soft small">{escaped(offer.note)}</div>' if offer.note else ""
    price = "in the cart" if offer.is_hidden else formatted(offer.amount, currency)
    return (
        f"<tr><td>{escaped(offer.seller.name)}{rating}</td><td>{offer.condition}{note}</td>"
        f"<td>{availability(offer)}</td><td>{price}</td></tr>"
    )
