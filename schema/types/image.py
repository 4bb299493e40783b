"""Pictures."""

from typing import Final

import strawberry

from ecs import model
from schema.enums import ImageSize
from schema.scalars import URL


@strawberry.type(description="One picture file.")
class Image:
    """A picture with the text that stands for it."""

    alt_text: str = strawberry.field(
        description="Text for screen readers; the product title when the catalog has none."
    )
    height: int = strawberry.field(description="Height in pixels.")
    url: URL = strawberry.field(description="Address of the file.")
    width: int = strawberry.field(description="Width in pixels.")

    def __init__(self, alt_text: str, height: int, url: str, width: int) -> None:
        self.alt_text = alt_text
        self.height = height
        self.url = URL(url)
        self.width = width


Sizes = tuple[model.Image | None, model.Image | None, model.Image | None, model.Image | None]
"""The pictures of a view: swatch, small, medium, large; at least one of them is there."""


@strawberry.type(description="One view of a product in several sizes.")
class ImageSet:
    """Wraps a view."""

    category: str = strawberry.field(description="What the view shows, such as primary or swatch.")
    sizes: strawberry.Private[Sizes]
    alt_text: strawberry.Private[str]

    def __init__(self, category: str, sizes: Sizes, alt_text: str) -> None:
        self.category = category
        self.sizes = sizes
        self.alt_text = alt_text

    @strawberry.field(description="The picture in a size; the nearest size that exists, so never an empty box.")
    def image(self, size: ImageSize = ImageSize.MEDIUM) -> Image:
        return self.nearest(size)

    def nearest(self, size: ImageSize) -> Image:
        """The picture in the size, else in the next larger, else in the largest smaller one."""
        found = nearest(self.sizes, size)
        return Image(self.alt_text, found.height, found.url, found.width)


def image_sets(item: model.Item, alt_text: str) -> list[ImageSet]:
    """Every view of the item that has a picture; the primary one first, made of the item's own pictures if need be."""
    if not item.image_sets:
        own = (None, item.small_image, item.medium_image, item.large_image)
        return [ImageSet("primary", own, alt_text)] if any(own) else []
    sets = []
    for view in item.image_sets:
        sizes = (view.swatch, view.small, view.medium, view.large)
        if sizes != _NONE:
            sets.append(ImageSet(view.category, sizes, alt_text))
    sets.sort(key=_is_not_primary)
    return sets


def nearest(sizes: Sizes, wanted: ImageSize) -> model.Image:
    """The picture in the size wanted, else in the next larger, else in the largest smaller one."""
    for place in _SEARCHED[wanted]:
        image = sizes[place]
        if image is not None:
            return image
    raise ValueError("a view without a picture")


def _is_not_primary(view: ImageSet) -> bool:
    return view.category != "primary"


_NONE: Final = (None, None, None, None)
_SEARCHED: Final = {
    ImageSize.SWATCH: (0, 1, 2, 3),
    ImageSize.SMALL: (1, 2, 3, 0),
    ImageSize.MEDIUM: (2, 3, 1, 0),
    ImageSize.LARGE: (3, 2, 1, 0),
}
