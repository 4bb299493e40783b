"""Sets of pictures."""

import re
from typing import Final

from ecs.model import Image, ImageSet
from ecs.parse.document import fragment
from ecs.parse.kept import markup_of
from ecs.parse.nodes import Element, Table, children, filled
from ecs.parse.plain import NUMBER, TEXT, leaf, unescaped
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


_IMAGE: Final = leaf("URL") + f'<Height Units="pixels">{NUMBER}</Height><Width Units="pixels">{NUMBER}</Width>'
_sizes: Final = re.compile(f"<([A-Z][a-zA-Z]{{2,8}}Image)>{_IMAGE}</\\1>").match
_view_begins: Final = re.compile(f'<ImageSet Category="{TEXT}">').match
_VIEW_ENDS: Final = "</ImageSet>"


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
    while begins := _view_begins(markup, at):
        at = begins.end()
        found: dict[str, Image | None] = {}
        while size := _sizes(markup, at):
            name, url, height, width = size.groups()
            field = _SIZES.get(name)
            if field is not None:
                plain = unescaped(url).strip()
                found[field[0]] = Image(plain, int(height), int(width)) if plain else None
            at = size.end()
        if not markup.startswith(_VIEW_ENDS, at):
            return None
        at += len(_VIEW_ENDS)
        views.append(ImageSet(unescaped(begins[1]), **found))
    return tuple(views) if at == len(markup) else None
