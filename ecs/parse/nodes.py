"""
One level of an XML tree by local names.

The children of an element are gone through once and put in mappings; nothing searches the tree. That halves the time
of ``find`` and makes the namespace's version irrelevant. Where a name can occur several times, the callers go through
the children themselves. What answers are full of is read by tables with ``filled``: one look at each child.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from sys import intern
from typing import Any, Final, Protocol

from ecs.errors import BadReply


class Element(Protocol):
    """What is needed of an lxml element; comments and processing instructions are gone, so ``tag`` is a text."""

    @property
    def tag(self) -> str: ...
    @property
    def text(self) -> str | None: ...
    def get(self, name: str, default: str) -> str: ...
    def __iter__(self) -> Iterator["Element"]: ...
    def __len__(self) -> int: ...


Parts = Mapping[str, Element]
Fields = Mapping[str, str]
Table = Mapping[str, tuple[str, Callable[["Element"], object]]]
"""Element → the field of a value it fills, and how it is read."""
# Bounded, for Python refuses to read numbers of thousands of digits.
_is_integer: Final = re.compile(r"-?[0-9]{1,15}").fullmatch
_DECIMAL: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


class _LocalNames(dict[str, str]):
    """Local names by tag. All versions together have some thousand tags; what is above that is not ours to keep."""

    def __missing__(self, tag: str) -> str:
        if len(self) >= 8192:
            self.clear()
        name = self[tag] = intern(tag.rpartition("}")[2])
        return name


LOCAL: Final = _LocalNames()
"""
Tag → local name, for loops over many elements. A look-up of the whole tag costs half of taking it apart, and interned
names have their hash computed already.
"""


def local(element: Element) -> str:
    """The tag without its namespace."""
    return LOCAL[element.tag]


def parts(element: Element | None) -> Parts:
    """Children by name; of several with one name, the last."""
    if element is None:
        return {}
    return {LOCAL[child.tag]: child for child in element}


def fields(element: Element | None) -> Fields:
    """Texts of the children by name, trimmed; children without text are left out."""
    if element is None:
        return {}
    return {LOCAL[child.tag]: text for child in element if (text := (child.text or "").strip())}


def level(element: Element | None) -> tuple[Fields, Parts]:
    """Texts of the children that hold no others, and those that do or are empty; of several with one name, the last."""
    plain: dict[str, str] = {}
    nested: dict[str, Element] = {}
    for child in element if element is not None else ():
        if not len(child) and (text := child.text) and (text := text.strip()):
            plain[LOCAL[child.tag]] = text
        else:
            nested[LOCAL[child.tag]] = child
    return plain, nested


def filled(element: Element, table: Table) -> dict[str, Any]:
    """The fields that the children named in ``table`` fill; other children are left out."""
    found = {}
    for child in element:
        entry = table.get(LOCAL[child.tag])
        if entry is not None:
            found[entry[0]] = entry[1](child)
    return found


def children(element: Element | None, name: str) -> Iterator[Element]:
    """The children called ``name``, in order."""
    if element is not None:
        for child in element:
            if LOCAL[child.tag] == name:
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
    return integer(text_of(element))


def count_of(element: Element) -> int:
    """The whole number that is the text of an element; 0 for anything else."""
    return integer(text_of(element)) or 0


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
    if value is None:
        return None
    # Nearly all are of this kind, and the pattern costs twice as much.
    if len(value) < 16 and value.isdecimal() and value.isascii():
        return int(value)
    return int(value) if _is_integer(value) else None


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
