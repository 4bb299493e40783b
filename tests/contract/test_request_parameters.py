"""Our parameters of every operation are those of the published schemas: names, kinds, choices, lists, versions."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

import pytest
from lxml import etree

from ecs.parameters import PARAMETERS, Kind
from ecs.vocabulary import Operation
from tests.contract.recordings import ECS, beside_the_checkout

pytestmark = beside_the_checkout

_XSD: Final = "{http://www.w3.org/2001/XMLSchema}"
_KINDS: Final = {
    "string": Kind.TEXT,
    "boolean": Kind.FLAG,
    "positiveInteger": Kind.POSITIVE,
    "nonNegativeInteger": Kind.COUNT,
    "positiveIntegerOrAll": Kind.PAGE,
}
_CHOICES_OF_THE_GUIDES: Final = "MergeCart"
"""A string in the schemas, True or False in the guides."""


class Declared(NamedTuple):
    """One parameter as one schema has it."""

    type: str
    choices: frozenset[str]
    is_list: bool


@cache
def _declared() -> dict[tuple[Operation, str], dict[str, Declared]]:
    """Operation and name → version → what its schema declares, over every version that has a schema."""
    found: dict[tuple[Operation, str], dict[str, Declared]] = {}
    for path in sorted((ECS / "xsd").glob("AWSECommerceService-*.xsd")):
        schema = etree.parse(path).getroot()
        version = path.stem.removeprefix("AWSECommerceService-")
        for operation in Operation:
            for name, declared in _below(schema, f"{operation}Request"):
                found.setdefault((operation, _on_the_wire(name)), {})[version] = declared
    return {key: versions for key, versions in found.items() if key[1] != "ResponseGroup"}


def _below(schema: Any, type_name: str) -> Iterator[tuple[str, Declared]]:
    for holder in schema.iterfind(f"{_XSD}complexType[@name='{type_name}']"):
        yield from _elements(schema, holder)


def _elements(schema: Any, holder: Any) -> Iterator[tuple[str, Declared]]:
    """The leaves below a complex type, by path; a reference is followed to its global element."""
    for element in holder.iterfind(f"{_XSD}sequence/{_XSD}element"):
        name = _local(element.get("name") or element.get("ref"))
        refers = element.get("ref") is not None
        meant = schema.find(f"{_XSD}element[@name='{name}']") if refers else element
        inner = meant.find(f"{_XSD}complexType")
        if inner is not None:
            yield from ((f"{name}/{deeper}", declared) for deeper, declared in _elements(schema, inner))
        else:
            choices = frozenset(str(one.get("value")) for one in meant.iter(f"{_XSD}enumeration"))
            type_ = _local(meant.get("type") or "")
            yield name, Declared(type_, choices, element.get("maxOccurs") == "unbounded")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _on_the_wire(path: str) -> str:
    """Where SOAP nests, REST numbers: Items/Item/MetaData/Key is Item.N.MetaData.N.Key."""
    path = path.removeprefix("Items/").replace("MetaData/KeyValuePair/", "MetaData/")
    return path.replace("MetaData/", "MetaData.N.").replace("Item/", "Item.N.")


def test_every_parameter_of_the_schemas_is_known() -> None:
    """A parameter that we do not know cannot be sent; one that they do not know would be ignored."""
    ours = {(operation, name) for operation, known in PARAMETERS.items() for name in known}

    assert set(_declared()) == ours
    assert len(ours) == 196
    assert len({version for versions in _declared().values() for version in versions}) == 14


@pytest.mark.parametrize("operation", Operation)
def test_each_parameter_is_as_the_schemas_declare_it(operation: Operation) -> None:
    """Kind, choices of all versions together, whether several values may come, first and last version."""
    for name, parameter in PARAMETERS[operation].items():
        versions = _declared()[operation, name]
        choices = {choice for declared in versions.values() for choice in declared.choices}

        assert (parameter.since, parameter.until) == (min(versions), max(versions)), name
        assert parameter.is_list == any(declared.is_list for declared in versions.values()), name
        if name != _CHOICES_OF_THE_GUIDES:
            assert set(parameter.choices) == choices, name
            if not choices:
                kinds = {_KINDS[declared.type] for declared in versions.values()}
                # The page of variations was a number alone at first.
                assert parameter.kind is (Kind.PAGE if Kind.PAGE in kinds else kinds.pop()), name
