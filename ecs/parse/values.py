"""Prices, pictures and pointers to other items, as they occur all over the answers."""

from typing import Final

from ecs.model import Image, Location, Money, PriceRange, SimilarProduct
from ecs.parse.nodes import Element, Parts, fields, number_of, parts
from ecs.vocabulary import fraction_digits

_NOT_TOLD: Final = "Deprecated"
"""What late 2011 answers put in place of ids of merchants and sellers."""


def money(element: Element | None) -> Money | None:
    """A price; None when it is absent or has no amount, as one that may not be shown has not."""
    if element is None:
        return None
    amount = currency = shown = None
    for child in element[:]:
        name = child.tag
        if name == "Amount":
            amount = number_of(child)
        elif name == "CurrencyCode":
            currency = (child.text or "").strip()
        elif name == "FormattedPrice":
            shown = (child.text or "").strip()
    return money_of(amount, currency, shown)


def money_of(amount: int | None, currency: str | None, shown: str | None) -> Money | None:
    """A price of its parts, trimmed; None without an amount or a currency."""
    if amount is None or not currency:
        return None
    return Money(amount, currency, shown or _plain(amount, currency))


def image(element: Element | None) -> Image | None:
    """A picture with its sizes; None when any of the three is missing."""
    if element is None:
        return None
    url = height = width = None
    for child in element[:]:
        name = child.tag
        if name == "URL":
            url = (child.text or "").strip()
        elif name == "Height":
            height = number_of(child)
        elif name == "Width":
            width = number_of(child)
    if not url or height is None or width is None:
        return None
    return Image(url, height, width)


def pointers(element: Element | None) -> tuple[SimilarProduct, ...]:
    """The items a list such as SimilarProducts or TopSellers points to; one without a title goes by its ASIN."""
    if element is None:
        return ()
    listed = [fields(child) for child in element[:]]
    return tuple(SimilarProduct(one["ASIN"], one.get("Title", one["ASIN"])) for one in listed if "ASIN" in one)


def told(identifier: str | None) -> str | None:
    """The id of a merchant or seller; None where the answer only says that it tells none."""
    return None if identifier == _NOT_TOLD else identifier


def location(element: Element | None) -> Location | None:
    """A place; None when nothing is said of it."""
    found = fields(element)
    if not found:
        return None
    return Location(
        country=found.get("CountryCode") or found.get("Country"),
        state=found.get("StateCode") or found.get("State"),
        city=found.get("City"),
        text=found.get("UserDefinedLocation"),
    )


def price_range(element: Element | None) -> PriceRange | None:
    """The prices of a VariationSummary or CollectionSummary; None when it is absent."""
    if element is None:
        return None
    found = parts(element)
    merchant = found.get("SingleMerchantId")
    return PriceRange(
        lowest=money(_either(found, "LowestPrice", "LowestListPrice")),
        highest=money(_either(found, "HighestPrice", "HighestListPrice")),
        lowest_sale=money(found.get("LowestSalePrice")),
        highest_sale=money(found.get("HighestSalePrice")),
        merchant_id=None if merchant is None else (merchant.text or "").strip() or None,
    )


def _either(found: Parts, name: str, other: str) -> Element | None:
    return found[name] if name in found else found.get(other)


def _plain(amount: int, currency: str) -> str:
    digits = fraction_digits(currency)
    return f"{currency} {amount / 10**digits:.{digits}f}"
