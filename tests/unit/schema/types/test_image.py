"""Pictures."""

import pytest

from ecs.model import Image as Picture
from ecs.model import ImageSet as View
from schema.enums import ImageSize
from schema.types.image import ImageSet, image_sets, main_image, nearest
from tests.support.fakes import an_item

SWATCH, SMALL, MEDIUM, LARGE = ImageSize.SWATCH, ImageSize.SMALL, ImageSize.MEDIUM, ImageSize.LARGE


def a_picture(width: int) -> Picture:
    """A square picture."""
    return Picture(f"https://images.example/{width}.jpg", width, width)


@pytest.mark.parametrize(
    ("there", "wanted", "given"),
    [
        ([SWATCH, SMALL, MEDIUM, LARGE], MEDIUM, MEDIUM),
        ([SWATCH, LARGE], SMALL, LARGE),
        ([SWATCH, SMALL], LARGE, SMALL),
        ([SWATCH, SMALL], MEDIUM, SMALL),
        ([LARGE], SWATCH, LARGE),
        ([SWATCH], LARGE, SWATCH),
        ([SMALL, LARGE], MEDIUM, LARGE),
    ],
)
def test_a_missing_size_gives_the_next_larger_else_the_largest(
    there: list[ImageSize], wanted: ImageSize, given: ImageSize
) -> None:
    """Never an empty box; larger pictures shrink well."""
    pictures = {size: a_picture(place) for place, size in enumerate(there)}
    view = View("primary", pictures.get(SWATCH), pictures.get(SMALL), pictures.get(MEDIUM), pictures.get(LARGE))

    assert nearest(view, wanted) is pictures[given]


def test_the_primary_view_comes_first_and_empty_views_are_left_out() -> None:
    """The main picture is the first view."""
    item = an_item(
        image_sets=(View("swatch", small=a_picture(75)), View("back"), View("primary", large=a_picture(500)))
    )

    found = image_sets(item, "A lamp")

    assert [view.view.category for view in found] == ["primary", "swatch"]
    assert [view.alt_text for view in found] == ["A lamp", "A lamp"]
    assert found[0].view == View("primary", large=a_picture(500))


def test_an_item_without_views_makes_one_of_its_own_pictures() -> None:
    """Small answers hold the three pictures only."""
    (found,) = image_sets(an_item(medium_image=a_picture(160), large_image=a_picture(500)), "A lamp")

    assert found.view == View("primary", medium=a_picture(160), large=a_picture(500))
    assert image_sets(an_item(), "A lamp") == []


def test_the_main_picture_is_of_the_first_view() -> None:
    """The same picture as the first entry of the list has."""
    large, swatch, own = a_picture(500), a_picture(75), a_picture(160)
    views = (View("back"), View("swatch", swatch=swatch), View("primary", large=large))

    assert main_image(an_item(image_sets=views), MEDIUM) is large
    assert main_image(an_item(image_sets=views[:2]), MEDIUM) is swatch
    assert main_image(an_item(image_sets=views[:1], medium_image=own), MEDIUM) is None
    assert main_image(an_item(medium_image=own), LARGE) is own
    assert main_image(an_item(), LARGE) is None


def test_a_view_gives_its_picture_with_its_text() -> None:
    """Screen readers get the title."""
    view = ImageSet(View("primary", large=a_picture(500)), "A lamp")

    image = view.image(SMALL)

    assert (image.url, image.width, image.height, image.alt_text) == (
        "https://images.example/500.jpg", 500, 500, "A lamp",
    )  # fmt: skip
