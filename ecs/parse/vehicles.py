"""Vehicles and the parts that fit them (2008-08-19 to 2010-12-01), as a tree of entries: no recording shows more."""

from collections.abc import Iterator
from typing import Final

from ecs.model import Attribute, VehicleEntry
from ecs.parse.envelope import errors_of, is_valid
from ecs.parse.nodes import Element, children, parts
from ecs.parse.products import item
from ecs.parse.refusals import refuse_unless_harmless
from ecs.vocabulary import ErrorCode

_NOT_FOUND: Final = frozenset({ErrorCode.NO_EXACT_MATCHES, ErrorCode.INVALID_VALUE})


def vehicle_entries(payload: Element) -> tuple[VehicleEntry, ...]:
    """What stands below VehicleYears or VehicleParts; nothing found gives none."""
    found = parts(payload)
    entries = _entries(payload)
    refuse_unless_harmless(errors_of(found), _NOT_FOUND, is_valid=is_valid(found), has_value=bool(entries))
    return entries


def _entries(element: Element) -> tuple[VehicleEntry, ...]:
    nested = (child for child in element[:] if len(child) and child.tag not in {"Request", "Item"})
    return tuple(_entry(child) for child in nested)


def _entry(element: Element) -> VehicleEntry:
    own = next(children(element, "Item"), None)
    return VehicleEntry(element.tag, tuple(_facts(element)), _entries(element), item=None if own is None else item(own))


def _facts(element: Element) -> Iterator[Attribute]:
    for child in element[:]:
        if not len(child) and (value := (child.text or "").strip()):
            yield Attribute(child.tag, value)
