"""The pictures of an ``Item``: those of the feed, or covers drawn by the service."""

from functools import partial

from ecs.embedded.cover import cover_size, cover_url
from ecs.embedded.product import Images, Product
from ecs.embedded.versions import Version
from ecs.embedded.xml import escaped


def pictures(product: Product, site: str, version: Version) -> str:
    """Three sizes and the set of all; a cover of the service where the feed has no picture."""
    given = product.images
    best = (given.large or given.hires or given.medium or given.small) if given else None
    picture = partial(_cover, product, site) if given is None or best is None else partial(_given, given, best)
    # Nominal longer sides in pixels; a feed tells addresses, not sizes.
    small, medium, large = picture("Small", 75), picture("Medium", 160), picture("Large", 500)
    thumbnail = picture("Thumbnail", 75) if version.since("2007-10-29") else ""
    hires = ""
    if given and given.hires and version.since("2013-08-01"):
        hires = _image("HiRes", given.hires, 1000, 1000)
    return (
        f'{small}{medium}{large}<ImageSets><ImageSet Category="primary">'
        f"{picture('Swatch', 30)}{small}{thumbnail}{medium}{large}{hires}</ImageSet></ImageSets>"
    )


def _cover(product: Product, site: str, name: str, side: int) -> str:
    return _image(name, cover_url(site, product.asin, side), *cover_size(product, side))


def _given(given: Images, best: str, name: str, side: int) -> str:
    exact = given.medium if name == "Medium" else given.large if name == "Large" else given.small
    return _image(name, exact or best, side, side)


def _image(name: str, url: str, width: int, height: int) -> str:
    return (
        f'<{name}Image><URL>{escaped(url)}</URL><Height Units="pixels">{height}</Height>'
        f'<Width Units="pixels">{width}</Width></{name}Image>'
    )
