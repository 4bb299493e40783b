"""``/covers/<ASIN>-<size>.svg``: the drawn cover of a product."""

import re
from typing import Final

from ecs.embedded.cover import SIZES, cover_svg
from ecs.embedded.http import Request, Response
from ecs.embedded.pages.layout import error_page
from ecs.embedded.shop import Shop

_PATH: Final = re.compile(r"/covers/([A-Za-z0-9]{4,20})-(\d{2,3})\.svg")
_HEADERS: Final = {
    "cache-control": "public, max-age=2592000",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "x-content-type-options": "nosniff",
}


def cover_page(request: Request, shop: Shop) -> Response:
    """The cover in one of the four sizes."""
    match = _PATH.fullmatch(request.path)
    product = shop.product(match[1]) if match else None
    if match is None or product is None or int(match[2]) not in SIZES:
        return error_page(404, "There is no such cover.")
    return Response(cover_svg(product, int(match[2])).encode(), "image/svg+xml", headers=_HEADERS)
