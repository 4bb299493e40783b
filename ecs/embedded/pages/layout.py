"""
The frame of every page: head, style, a line that says what this shop is.

Pages hold no script. The one style sheet is allowed by its hash; pictures may come from anywhere, because feeds name
pictures of other sites, and are fetched without a referrer.
"""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from ecs.embedded.http import Response
from ecs.embedded.pages.style import STYLE
from ecs.embedded.xml import escaped

_STYLE_HASH: Final = b64encode(sha256(STYLE.encode()).digest()).decode()
_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": (
        f"default-src 'none'; img-src data: http: https:; style-src 'sha256-{_STYLE_HASH}';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def page(title: str, content: str, status: int = 200, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
    """A whole page; ``title`` is text, ``content`` is HTML."""
    document = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex"><link rel="icon" href="data:,">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escaped(title)}</title><style>{STYLE}</style></head><body>"
        '<header class="top"><div class="wrap"><span class="mark" aria-hidden="true"></span>'
        "<b>Cartograph</b><span>sample marketplace</span></div></header>"
        f'<main class="wrap">{content}</main>'
        '<footer class="wrap">A sample marketplace for trying Cartograph: offers, sellers and stock are made up,'
        " nothing is sold here and no money moves.</footer></body></html>"
    )
    return Response(document.encode(), "text/html; charset=utf-8", status, {**_HEADERS, **headers})


def error_page(status: int, sentence: str, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
    """A page that says one sentence."""
    titles = {404: "Not found", 405: "Not possible", 413: "Too large"}
    title = titles.get(status, "Out of order")
    content = (
        f'<section class="card lone"><p class="code">{status}</p><h1>{title}</h1><p>{escaped(sentence)}</p></section>'
    )
    return page(title, content, status, headers)


def picture(url: str, width: int, height: int, name: str) -> str:
    """An image that keeps its place while it loads."""
    return f'<img src="{escaped(url)}" width="{width}" height="{height}" alt="{escaped(name)}" loading="lazy">'
