"""The pictures of an ``Item``: those of the feed, or covers drawn by the service."""

from typing import Final

from ecs.embedded.cover import cover_size, cover_url
from ecs.embedded.product import Product
from ecs.embedded.versions import Version
from ecs.embedded.xml import escaped

# Nominal longer sides in pixels; a feed tells addresses, not sizes.
_SIZES: Final = (("small", 75), ("medium", 160), ("large", 500))


def pictures(product: Product, site: str, version: Version) -> str:
    """Three sizes and the set of all; a cover of the service where the feed has no picture."""
    given = product.images
    best = (given.large or given.hires or given.medium or given.small) if given else None

    def picture(name: str, kind: str, side: int) -> str:
        if given is None or best is None:
            return _image(name, cover_url(site, product.asin, side), *cover_size(product, side))
        return _image(name, getattr(given, kind, None) or best, side, side)

    sizes = {kind: (f"{kind.capitalize()}Image", side) for kind, side in _SIZES}
    single = {kind: picture(name, kind, side) for kind, (name, side) in sizes.items()}
    thumbnail = picture("ThumbnailImage", "small", 75) if version.since("2007-10-29") else ""
    hires = ""
    if version.since("2013-08-01") and given and given.hires:
        hires = _image("HiResImage", given.hires, 1000, 1000)
    return (
        f"{single['small']}{single['medium']}{single['large']}"
        f'<ImageSets><ImageSet Category="primary">{picture("SwatchImage", "small", 30)}{single["small"]}{thumbnail}'
        f"{single['medium']}{single['large']}{hires}</ImageSet></ImageSets>"
    )


def _image(name: str, url: str, width: int, height: int) -> str:
    return (
        f'<{name}><URL>{escaped(url)}</URL><Height Units="pixels">{height}</Height>'
        f'<Width Units="pixels">{width}</Width></{name}>'
    )
