"""
ItemAttributes: the fields every product has, and all the rest as a flat list.

Flattening: a nested leaf is named by its container and itself (``PackageDimensionsHeight``); the elements of a
``…List`` by the list without ``List``; a price is its formatted text; a language is named by its type
(``OriginalLanguage``, ``SubtitledLanguage``; ``Language`` where the type says nothing more).
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

from ecs.model import Attribute, Contributor, Identifier, Money
from ecs.parse.nodes import Element, fields, flag
from ecs.parse.values import money

T = TypeVar("T")
_CONTRIBUTORS: Final = frozenset({"Actor", "Artist", "Author", "Composer", "Conductor", "Creator", "Director"})
_IDENTIFIERS: Final = {
    "EAN": "EAN",
    "EANListElement": "EAN",
    "EISBN": "ISBN",
    "ISBN": "ISBN",
    "MPN": "MPN",
    "SKU": "SKU",
    "UPC": "UPC",
    "UPCListElement": "UPC",
}
_IDENTIFIER_LISTS: Final = frozenset({"EANList", "UPCList"})
_DATES: Final = ("ReleaseDate", "PublicationDate", "OriginalReleaseDate")
_SINGLE: Final = {
    "Title": "title",
    "ProductGroup": "group",
    "Binding": "binding",
    "Brand": "brand",
    "Manufacturer": "manufacturer",
    "Model": "model",
}
"""What occurs once → its field."""
_ONCE: Final = frozenset({*_SINGLE, "IsAdultProduct", *_DATES})
_DATE: Final = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_MAX_NAME: Final = 100
_PLAIN_LANGUAGES: Final = frozenset({"", "Published", "Unknown"})


def attributes(element: Element) -> dict[str, Any]:
    """The fields of an ``Item`` that its attributes fill, in one walk; lists in the order of the answer, said once."""
    gathered = _Gathering()
    gathered.take_all(element)
    single = gathered.single
    chosen = next((name for name in _DATES if _DATE.fullmatch(single.get(name, ""))), None)
    # A book has a day of publication beside its release; what is not the release date is an attribute like others.
    dates = [Attribute(name, single[name]) for name in _DATES if name != chosen and name in single]
    found: dict[str, Any] = {_SINGLE[name]: value for name, value in single.items() if name in _SINGLE}
    return found | {
        "contributors": _once(gathered.contributors),
        "identifiers": _once(gathered.identifiers),
        "features": tuple(gathered.features),
        "attributes": _once(gathered.others + dates),
        "list_price": gathered.list_price,
        "release_date": None if chosen is None else single[chosen],
        "is_adult": flag(single.get("IsAdultProduct")),
    }


def flat(name: str, element: Element) -> Iterator[Attribute]:
    """The leaves of an element as attributes, named as the flattening says."""
    if len(name) > _MAX_NAME:
        # No real name is that long; a hostile one would be repeated for every leaf below it.
        return
    if not len(element):
        if value := (element.text or "").strip():
            yield Attribute(name, value, _units(element))
    elif formatted := fields(element).get("FormattedPrice"):
        yield Attribute(name, formatted)
    else:
        for child in element[:]:
            inner = child.tag
            is_element_of_list = inner == f"{name}Element"
            yield from flat(name.removesuffix("List") if is_element_of_list else name + inner, child)


class _Gathering:
    """ItemAttributes sorted by what they are, while walking."""

    def __init__(self) -> None:
        self.single: dict[str, str] = {}
        self.contributors: list[Contributor] = []
        self.identifiers: list[Identifier] = []
        self.features: list[str] = []
        self.others: list[Attribute] = []
        self.list_price: Money | None = None

    def take_all(self, element: Element) -> None:
        for child in element[:]:
            name = child.tag
            if len(child):
                self._take_nested(name, child)
            elif not (value := (child.text or "").strip()):
                continue
            elif name in _ONCE:
                self.single[name] = value
            elif name == "Feature":
                self.features.append(value)
            elif name in _IDENTIFIERS:
                self.identifiers.append(_identifier(_IDENTIFIERS[name], value))
            elif name in _CONTRIBUTORS:
                self.contributors.append(Contributor(value, child.get("Role", name)))
            else:
                self.others.append(Attribute(name, value, _units(child)))

    def _take_nested(self, name: str, element: Element) -> None:
        if name == "ListPrice":
            self.list_price = money(element)
        elif name in _IDENTIFIER_LISTS:
            self.take_all(element)
        elif name == "Languages":
            self.others += [language for child in element[:] for language in _language(child)]
        else:
            self.others += flat(name, element)


def _once(values: Sequence[T]) -> tuple[T, ...]:
    # Nearly always there is at most one, or all differ.
    return tuple(values) if len(values) < 2 else tuple(dict.fromkeys(values))


def _identifier(kind: str, value: str) -> Identifier:
    # Part numbers and stock numbers may have spaces of their own; in the other numbers they are only typography.
    return Identifier(kind, value if kind in {"MPN", "SKU"} else "".join(value.split()))


def _units(element: Element) -> str | None:
    return element.get("Units", "") or None


def _language(element: Element) -> Iterator[Attribute]:
    found = fields(element)
    type_ = found.get("Type", "")
    words = "" if type_ in _PLAIN_LANGUAGES else "".join(type_.split()).removesuffix("Language")
    for part, suffix in (("Name", ""), ("AudioFormat", "AudioFormat")):
        if value := found.get(part):
            yield Attribute(f"{words}Language{suffix}", value)
