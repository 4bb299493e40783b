"""Sets of pictures."""

from ecs.model import ImageSet
from ecs.parse.nodes import Element, Parts, children, parts
from ecs.parse.values import image


def image_sets(element: Element, found: Parts) -> tuple[ImageSet, ...]:
    """The views of an item whose parts are ``found``, in the order of the answer."""
    if "ImageSets" not in found:
        return ()
    # The schema allows several ImageSets side by side.
    return tuple([_image_set(one) for sets in children(element, "ImageSets") for one in children(sets, "ImageSet")])


def _image_set(element: Element) -> ImageSet:
    found = parts(element)
    return ImageSet(
        category=element.get("Category", "primary"),
        swatch=image(found.get("SwatchImage")),
        small=image(found.get("SmallImage")),
        medium=image(found.get("MediumImage")),
        large=image(found.get("LargeImage")),
        hires=image(found.get("HiResImage")),
        thumbnail=image(found.get("ThumbnailImage")),
        tiny=image(found.get("TinyImage")),
    )
