"""
Drawn covers, for products whose feed row has no pictures: an SVG made of title, maker and group.

Colours follow from the ASIN, so a product always looks the same. The shape follows from what it is: books and films
stand upright, music is square, everything else is a little wider than high.
"""

from functools import lru_cache
from hashlib import blake2b
from types import MappingProxyType
from typing import Final

from ecs.embedded.product import Product
from ecs.embedded.xml import escaped

SIZES: Final = (30, 75, 160, 500)
"""Longer sides in pixels that covers are drawn in."""

_SHAPES: Final = MappingProxyType(
    {
        "Book": (2, 3),
        "DVD": (5, 7),
        "Music": (1, 1),
        "Toy": (1, 1),
        "Video": (5, 8),
        "Video Games": (4, 5),
    }
)
_OTHER_SHAPE: Final = (1, 1)
_GLYPHS: Final = MappingProxyType(
    {
        "Book": "M-60 -40 Q-30 -58 0 -40 Q30 -58 60 -40 V44 Q30 26 0 44 Q-30 26 -60 44 Z M0 -40 V44",
        "DVD": "M-60 -36 H60 V36 H-60 Z M-60 -16 H60 M-60 16 H60 M-36 -36 V-16 M-6 -36 V-16 M24 -36 V-16"
        " M-36 16 V36 M-6 16 V36 M24 16 V36",
        "Music": "M-52 0 A52 52 0 1 0 52 0 A52 52 0 1 0 -52 0 Z M-14 0 A14 14 0 1 0 14 0 A14 14 0 1 0 -14 0 Z",
        "Video Games": "M-64 -6 Q-60 -34 -34 -34 H34 Q60 -34 64 -6 Q70 38 46 38 Q32 38 20 16 H-20 Q-32 38 -46 38"
        " Q-70 38 -64 -6 Z M-40 -6 H-16 M-28 -18 V6 M26 -12 H28 M42 0 H44",
        "Toy": "M-44 44 V-8 L0 -46 L44 -8 V44 Z M-14 44 V12 H14 V44",
    }
)
_OTHER_GLYPH: Final = "M-50 -34 L0 -58 L50 -34 V30 L0 56 L-50 30 Z M-50 -34 L0 -10 L50 -34 M0 -10 V56"

_WIDTH: Final = 400
_MARGIN: Final = 34
_MOST_LINES: Final = 5
_WORDLESS: Final = 75
"""Up to this side there is no room for words."""


def cover_url(site: str, asin: str, side: int) -> str:
    """Where the cover is served."""
    return f"{site}/covers/{asin}-{side}.svg"


def cover_size(product: Product, side: int) -> tuple[int, int]:
    """Width and height of the cover in pixels, the longer being ``side``."""
    return _size(_SHAPES.get(product.product_group, _OTHER_SHAPE), side)


@lru_cache(maxsize=64)
def _size(shape: tuple[int, int], side: int) -> tuple[int, int]:
    width, height = shape
    longer = max(width, height)
    return round(side * width / longer), round(side * height / longer)


def cover_svg(product: Product, side: int) -> str:
    """The drawing, as wide and high as ``cover_size`` says."""
    width, height = cover_size(product, side)
    drawn_height = round(_WIDTH * height / width)
    hue, second_hue = _hues(product.asin)
    inner = _emblem(product, drawn_height) if side <= _WORDLESS else _lettering(product, drawn_height, hue, second_hue)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {_WIDTH} {drawn_height}" role="img"><title>{escaped(product.title)}</title>'
        f'<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="hsl({hue} 46% 34%)"/>'
        f'<stop offset="1" stop-color="hsl({second_hue} 52% 22%)"/></linearGradient></defs>'
        f'<rect width="{_WIDTH}" height="{drawn_height}" fill="url(#g)"/>{inner}</svg>'
    )


def _emblem(product: Product, height: int) -> str:
    return _glyph(product, f"translate({_WIDTH // 2} {height // 2}) scale(2.2)", 0.9)


def _lettering(product: Product, height: int, hue: int, second_hue: int) -> str:
    lines = _wrapped(product.title)
    size = 40 if max(map(len, lines)) <= 14 and len(lines) <= 3 else 30
    title = "".join(
        f'<tspan x="{_MARGIN}" dy="{0 if number == 0 else round(size * 1.2)}">{escaped(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    maker = escaped(_shortened(product.maker or product.product_group, 30))
    return (
        f'<circle cx="{_WIDTH - 40}" cy="{height - 60}" r="170" fill="hsl({second_hue} 60% 60%)" fill-opacity=".14"/>'
        f"{_glyph(product, f'translate({_WIDTH - 104} {height - 116})', 0.5)}"
        f'<rect x="{_MARGIN}" y="40" width="56" height="6" rx="3" fill="hsl({hue} 80% 72%)"/>'
        f'<text x="{_MARGIN}" y="{70 + size}" font-family="Georgia, \'Times New Roman\', serif" font-size="{size}"'
        f' font-weight="600" fill="#fff">{title}</text>'
        f'<text x="{_MARGIN}" y="{height - 30}" font-family="Helvetica, Arial, sans-serif" font-size="19"'
        f' fill="#fff" fill-opacity=".85">{maker}</text>'
    )


def _glyph(product: Product, transform: str, opacity: float) -> str:
    path = _GLYPHS.get(product.product_group, _OTHER_GLYPH)
    return (
        f'<g transform="{transform}" fill="none" stroke="#fff" stroke-opacity="{opacity}" stroke-width="5"'
        f' stroke-linejoin="round" stroke-linecap="round"><path d="{path}"/></g>'
    )


def _hues(asin: str) -> tuple[int, int]:
    digest = blake2b(asin.encode(), digest_size=4, person=b"cover").digest()
    hue = int.from_bytes(digest[:2], "big") % 360
    return hue, (hue + 25 + digest[2] % 50) % 360


def _wrapped(title: str) -> list[str]:
    lines: list[str] = []
    current = ""
    for word in title.split():
        longer = f"{current} {word}".strip()
        if len(longer) > 18 and current:
            lines.append(_shortened(current, 20))
            current = word
        else:
            current = longer
    lines.append(_shortened(current, 20))
    if len(lines) <= _MOST_LINES:
        return lines
    return [*lines[: _MOST_LINES - 1], f"{lines[_MOST_LINES - 1].rstrip('…')}…"]


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
