"""Prices, pictures and pointers to other items, as they occur all over the answers."""

from ecs.model import Image, Money, SimilarProduct
from ecs.parse.nodes import Element, fields, integer
from ecs.vocabulary import fraction_digits


def money(element: Element | None) -> Money | None:
    """A price; None when it is absent or has no amount, as one that may not be shown has not."""
    found = fields(element)
    amount, currency = integer(found.get("Amount")), found.get("CurrencyCode")
    if amount is None or currency is None:
        return None
    return Money(amount, currency, found.get("FormattedPrice") or _plain(amount, currency))


def image(element: Element | None) -> Image | None:
    """A picture with its sizes; None when any of the three is missing."""
    found = fields(element)
    url, height, width = found.get("URL"), integer(found.get("Height")), integer(found.get("Width"))
    if url is None or height is None or width is None:
        return None
    return Image(url, height, width)


def pointers(element: Element | None) -> tuple[SimilarProduct, ...]:
    """The items a list such as SimilarProducts or TopSellers points to; one without a title goes by its ASIN."""
    if element is None:
        return ()
    listed = [fields(child) for child in element]
    return tuple(SimilarProduct(one["ASIN"], one.get("Title", one["ASIN"])) for one in listed if "ASIN" in one)


def _plain(amount: int, currency: str) -> str:
    digits = fraction_digits(currency)
    return f"{currency} {amount / 10**digits:.{digits}f}"
