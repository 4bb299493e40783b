"""Pictures."""

import strawberry

from ecs import model
from schema.directives import INHERITS
from schema.enums import ImageSize
from schema.scalars import URL

_ORDER = (ImageSize.SWATCH, ImageSize.SMALL, ImageSize.MEDIUM, ImageSize.LARGE)


@strawberry.type(description="One picture file.", directives=[INHERITS])
class Image:
    """A picture with the text that stands for it."""

    alt_text: str = strawberry.field(
        description="Text for screen readers; the product title when the catalog has none."
    )
    height: int = strawberry.field(description="Height in pixels.")
    url: URL = strawberry.field(description="Address of the file.")
    width: int = strawberry.field(description="Width in pixels.")

    @classmethod
    def of(cls, image: model.Image, alt_text: str) -> "Image":
        """The picture for the API."""
        return cls(alt_text=alt_text, height=image.height, url=URL(image.url), width=image.width)


@strawberry.type(description="One view of a product in several sizes.", directives=[INHERITS])
class ImageSet:
    """Wraps a view; ``sizes`` is never empty."""

    category: str = strawberry.field(description="What the view shows, such as primary or swatch.")
    sizes: strawberry.Private[dict[ImageSize, model.Image]]
    alt_text: strawberry.Private[str]

    @strawberry.field(description="The picture in a size; the nearest size that exists, so never an empty box.")
    def image(self, size: ImageSize = ImageSize.MEDIUM) -> Image:
        return Image.of(nearest(self.sizes, size), self.alt_text)


def image_sets(item: model.Item, alt_text: str) -> list[ImageSet]:
    """Every view of the item that has a picture; the primary one first, made of the item's own pictures if need be."""
    sets = [(view.category, _sizes(view.swatch, view.small, view.medium, view.large)) for view in item.image_sets]
    if not sets:
        sets = [("primary", _sizes(None, item.small_image, item.medium_image, item.large_image))]
    sets.sort(key=lambda entry: entry[0] != "primary")
    return [ImageSet(category=category, sizes=sizes, alt_text=alt_text) for category, sizes in sets if sizes]


def nearest(sizes: dict[ImageSize, model.Image], wanted: ImageSize) -> model.Image:
    """The picture in the size wanted, else in the next larger, else in the largest smaller one."""
    place = _ORDER.index(wanted)
    return next(sizes[size] for size in (*_ORDER[place:], *reversed(_ORDER[:place])) if size in sizes)


def _sizes(*images: model.Image | None) -> dict[ImageSize, model.Image]:
    return {size: image for size, image in zip(_ORDER, images, strict=True) if image is not None}
