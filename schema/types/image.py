"""Pictures."""

import strawberry

from ecs import model
from schema.directives import INHERITS
from schema.enums import ImageSize
from schema.scalars import URL


@strawberry.type(description="One picture file.", directives=[INHERITS])
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


@strawberry.type(description="One view of a product in several sizes.", directives=[INHERITS])
class ImageSet:
    """Wraps a view that has at least one picture."""

    view: strawberry.Private[model.ImageSet]
    alt_text: strawberry.Private[str]

    def __init__(self, view: model.ImageSet, alt_text: str) -> None:
        self.view = view
        self.alt_text = alt_text

    @strawberry.field(description="What the view shows, such as primary or swatch.")
    def category(self) -> str:
        return self.view.category

    @strawberry.field(description="The picture in a size; the nearest size that exists, so never an empty box.")
    def image(self, size: ImageSize = ImageSize.MEDIUM) -> Image:
        found = nearest(self.view, size)
        return Image(self.alt_text, found.height, found.url, found.width)


def image_sets(item: model.Item, alt_text: str) -> list[ImageSet]:
    """Every view of the item that has a picture; the primary one first, made of the item's own pictures if need be."""
    there = item.image_sets or _own_view(item)
    views = [view for view in there if view.medium or view.large or view.small or view.swatch]
    if len(views) > 1:
        views.sort(key=_is_not_primary)
    return [ImageSet(view, alt_text) for view in views]


def main_image(item: model.Item, wanted: ImageSize) -> model.Image | None:
    """The item's picture in a size, of the view that comes first; None when it has none."""
    first = None
    for view in item.image_sets or _own_view(item):
        if view.medium or view.large or view.small or view.swatch:
            if view.category == "primary":
                return nearest(view, wanted)
            first = first or view
    return None if first is None else nearest(first, wanted)


def nearest(view: model.ImageSet, wanted: ImageSize) -> model.Image:
    """
    The picture in the size wanted, else in the next larger, else in the largest smaller one.

    Raises:
        ValueError: the view has no picture.
    """
    match wanted:
        case ImageSize.MEDIUM:
            found = view.medium or view.large or view.small or view.swatch
        case ImageSize.LARGE:
            found = view.large or view.medium or view.small or view.swatch
        case ImageSize.SMALL:
            found = view.small or view.medium or view.large or view.swatch
        case ImageSize.SWATCH:
            found = view.swatch or view.small or view.medium or view.large
    if found is None:
        raise ValueError("a view without a picture")
    return found


def _own_view(item: model.Item) -> tuple[model.ImageSet]:
    """The view that the item's own pictures make."""
    return (model.ImageSet("primary", small=item.small_image, medium=item.medium_image, large=item.large_image),)


def _is_not_primary(view: model.ImageSet) -> bool:
    return view.category != "primary"
