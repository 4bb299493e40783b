"""Sets of pictures."""

from typing import Final

from ecs.model import ImageSet
from ecs.parse.nodes import Element, Table, children, filled
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


def image_sets(element: Element) -> tuple[ImageSet, ...]:
    """The views of an item, in the order of the answer."""
    return tuple(
        [ImageSet(one.get("Category", "primary"), **filled(one, _SIZES)) for one in children(element, "ImageSet")]
    )
