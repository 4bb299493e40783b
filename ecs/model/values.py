"""Small values that occur all over the answers: money, pictures, named texts, pointers, refusals."""

from msgspec import Struct


class Money(Struct, frozen=True, gc=False):
    """An amount in minor units (whole yen for JPY), with the text the upstream shows for it."""

    amount_minor: int
    currency: str
    formatted: str


class Image(Struct, frozen=True, gc=False):
    """One picture file; sizes in pixels."""

    url: str
    height: int
    width: int


class Attribute(Struct, frozen=True, gc=False):
    """One of the remaining ItemAttributes: wire name such as NumberOfPages, text, and unit such as inches."""

    name: str
    value: str
    unit: str | None = None


class SimilarProduct(Struct, frozen=True, gc=False):
    """A pointer to another item."""

    asin: str
    title: str


class Refusal(Struct, frozen=True, gc=False):
    """An error that came inside an answer, beside what did succeed. ``message`` is localised: for logs only."""

    code: str
    message: str


class Measure(Struct, frozen=True, gc=False):
    """A number as sent with its unit, such as 3 months; ``unit`` is "" when none was sent."""

    number: int
    unit: str = ""


class Contributor(Struct, frozen=True, gc=False):
    """A named person; ``role`` is the wire's element name, such as Author, or the Role of a Creator."""

    name: str
    role: str
