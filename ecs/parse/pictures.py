"""Sets of pictures."""

import re
from typing import Final

from ecs.model import Image, ImageSet
from ecs.parse.document import fragment
from ecs.parse.kept import markup_of
from ecs.parse.nodes import Element, Table, children, filled
from ecs.parse.plain import NUMBER, TEXT, leaf, optional, unescaped
from ecs.parse.values import image

_SIZES: Final[Table] = {
    "SwatchImage": ("swatch", image),
    "SmallImage": ("small", image),
    "MediumImage": ("medium", image),
    "LargeImage": ("large", image),
    "HiResImage": ("hires", image),
    "ThumbnailImage": ("thumbnail", image),
    "TinyImage": ("tiny", image),
}


_PLAIN_ORDER: Final = ("Swatch", "Small", "Thumbnail", "Tiny", "Medium", "Large", "HiRes")
"""As all answers have them, whichever of them they have."""
_INSIDE: Final = leaf("URL") + f'<Height Units="pixels">{NUMBER}</Height><Width Units="pixels">{NUMBER}</Width>'
_view: Final = re.compile(
    f'<ImageSet Category="{TEXT}">'
    + "".join(optional(f"<{size}Image>{_INSIDE}</{size}Image>") for size in _PLAIN_ORDER)
    + "</ImageSet>"
).match


def image_sets(element: Element) -> tuple[ImageSet, ...]:
    """The views of an item, in the order of the answer."""
    markup = markup_of(element)
    if markup is None:
        return _views(element)
    plain = plain_views(markup)
    return _views(fragment(f"<ImageSets>{markup}</ImageSets>")) if plain is None else plain


def _views(element: Element) -> tuple[ImageSet, ...]:
    return tuple(
        [ImageSet(one.get("Category", "primary"), **filled(one, _SIZES)) for one in children(element, "ImageSet")]
    )


def plain_views(markup: str) -> tuple[ImageSet, ...] | None:
    """The views in their plain form; None where the markup is in any other."""
    views = []
    at = 0
    while view := _view(markup, at):
        category, *sizes = view.groups()
        swatch, small, thumbnail, tiny, medium, large, hires = map(_image, sizes[::3], sizes[1::3], sizes[2::3])
        views.append(ImageSet(unescaped(category), swatch, small, medium, large, hires, thumbnail, tiny))
        at = view.end()
    return tuple(views) if at == len(markup) else None


def _image(url: str | None, height: str, width: str) -> Image | None:
    if url is None:
        return None
    plain = unescaped(url).strip()
    return Image(plain, int(height), int(width)) if plain else None
