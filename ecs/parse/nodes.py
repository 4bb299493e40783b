"""
One level of an XML tree by local names.

The children of an element are gone through once and put in mappings; nothing searches the tree. That halves the time
of ``find`` and makes the namespace's version irrelevant. Where a name can occur several times, the callers go through
the children themselves. What answers are full of is read by tables with ``filled``: one look at each child.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Protocol

from ecs.errors import BadReply


class Element(Protocol):
    """
    What is needed of an lxml element as ``document`` gives them: ``tag`` is a local name.

    The children are ``[:]``, which takes half the time of iterating.
    """

    @property
    def tag(self) -> str: ...
    @property
    def text(self) -> str | None: ...
    def get(self, name: str, default: str) -> str: ...
    def __getitem__(self, which: slice) -> list["Element"]: ...
    def __len__(self) -> int: ...


Parts = Mapping[str, Element]
Fields = Mapping[str, str]
Table = dict[str, tuple[str, Callable[["Element"], object]]]
"""
Element → the field of a value it fills, and how it is read.

A plain dictionary, which nobody changes: looking into one behind a proxy takes twice the time.
"""
# Bounded, for Python refuses to read numbers of thousands of digits.
_is_integer: Final = re.compile(r"-?[0-9]{1,15}").fullmatch
_SMALL: Final[Mapping[str | None, int]] = {str(number): number for number in range(1001)}
"""Sizes, hours, percents, quantities: most numbers of an answer, read in a quarter of the time."""
_DECIMAL: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


def parts(element: Element | None) -> Parts:
    """Children by name; of several with one name, the last."""
    if element is None:
        return {}
    return {child.tag: child for child in element[:]}


def fields(element: Element | None) -> Fields:
    """Texts of the children by name, trimmed; children without text are left out."""
    if element is None:
        return {}
    return {child.tag: text for child in element[:] if (text := (child.text or "").strip())}


def level(element: Element | None) -> tuple[Fields, Parts]:
    """Texts of the children that hold no others, and those that do or are empty; of several with one name, the last."""
    plain: dict[str, str] = {}
    nested: dict[str, Element] = {}
    for child in element[:] if element is not None else ():
        if not len(child) and (text := child.text) and (text := text.strip()):
            plain[child.tag] = text
        else:
            nested[child.tag] = child
    return plain, nested


def filled(element: Element, table: Table) -> dict[str, Any]:
    """The fields that the children named in ``table`` fill; other children are left out."""
    found = {}
    for child in element[:]:
        entry = table.get(child.tag)
        if entry is not None:
            found[entry[0]] = entry[1](child)
    return found


def children(element: Element | None, name: str) -> Iterator[Element]:
    """The children called ``name``, in order."""
    if element is not None:
        for child in element[:]:
            if child.tag == name:
                yield child


def text(found: Parts, name: str) -> str | None:
    """The trimmed text of a part; None when it is absent or empty."""
    element = found.get(name)
    return None if element is None else (element.text or "").strip() or None


def text_of(element: Element) -> str | None:
    """The trimmed text of an element; None when it is empty."""
    value = element.text
    return value and (value.strip() or None)


def number_of(element: Element) -> int | None:
    """The whole number that is the text of an element; None for anything else."""
    value = element.text
    number = _SMALL.get(value)
    if number is not None:
        return number
    # Nearly all others are of this kind, and the pattern costs twice as much.
    if value is not None and len(value) < 16 and value.isdecimal() and value.isascii():
        return int(value)
    return integer(text_of(element))


def count_of(element: Element) -> int:
    """The whole number that is the text of an element; 0 for anything else."""
    return number_of(element) or 0


def flag_of(element: Element) -> bool:
    """Whether the text of an element says so."""
    value = element.text
    return value == "1" or (value is not None and value != "0" and flag(value.strip()))


def texts(element: Element | None, name: str) -> tuple[str, ...]:
    """The trimmed texts of the children called ``name``, in order; empty ones are left out."""
    return tuple(value for child in children(element, name) if (value := (child.text or "").strip()))


def needed(value: str | None, name: str) -> str:
    """``value``, which the answer cannot do without."""
    if not value:
        raise BadReply(f"the answer lacks {name}")
    return value


def integer(value: str | None) -> int | None:
    """A whole number as ECS writes it (ASCII digits, perhaps a sign); None for anything else."""
    if value is None or not _is_integer(value):
        return None
    return int(value)


def decimal(value: str | None) -> float | None:
    """A number from 0 on, perhaps with decimals; None for anything else."""
    if value is None or not _DECIMAL.fullmatch(value):
        return None
    return float(value)


def needed_count(value: str | None, name: str) -> int:
    """A number from 0 on which the answer cannot do without."""
    number = integer(value)
    if number is None or number < 0:
        raise BadReply(f"the answer has no usable {name}")
    return number


def flag(value: str | None) -> bool:
    """ECS writes ``1`` or ``true``; an absent flag is not set."""
    return value is not None and value.lower() in {"1", "true"}
