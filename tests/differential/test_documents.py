"""Every document that the project has, with both executors: those for clients, and those in the texts of the tests."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from graphql import GraphQLError, OperationDefinitionNode, execute, parse, validate

from schema.build import build_schema
from tests.differential.comparing import difference
from tests.differential.documents import Drawing, Drawn
from tests.differential.storefront import TEXTS
from tests.differential.test_generated import OfShop

ROOT: Final = Path(__file__).parents[2]
TURNS: Final = 8


def documents_of_clients() -> dict[str, str]:
    """The documents of graphql/operations, by name."""
    return {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "graphql" / "operations").glob("*.graphql"))}


def documents_of_tests() -> list[str]:
    """Each text in a test or example that is a valid document of the schema."""
    schema = build_schema()._schema
    places = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "examples").rglob("*.py"), ROOT / "bench" / "executor.py"]
    found = dict.fromkeys(text for place in sorted(places) for text in _texts(place) if "{" in text)
    documents = []
    for text in found:
        try:
            if not validate(schema, parse(text)):
                documents.append(text)
        except GraphQLError:
            continue
    return documents


def _texts(place: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(place.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


async def compare(text: str, given: dict[str, Any] | None = None) -> None:
    """Run every operation of a document, with variables that are drawn unless they are given."""
    requests = OfShop()
    document = parse(text)
    for operation in document.definitions:
        if not isinstance(operation, OperationDefinitionNode):
            continue
        for turn in range(TURNS):
            drawing = Drawing(requests.schema, turn, TEXTS)
            variables = given or drawing.values(Drawn.of(operation, requests.schema))
            name = operation.name.value if operation.name else None
            by_core = await requests.came(execute, document, variables, 0, turn, name)
            compiled = await requests.came(requests.compiled, document, variables, 0, turn, name)
            assert difference(by_core, compiled) is None, (text, variables)


@pytest.mark.parametrize("name", documents_of_clients())
async def test_documents_of_clients_come_out_the_same(name: str) -> None:
    """Clients copy these."""
    await compare(documents_of_clients()[name])


async def test_documents_of_the_tests_come_out_the_same() -> None:
    """What the tests found worth asking is worth asking of both."""
    documents = documents_of_tests()

    assert len(documents) > 60
    for text in documents:
        await compare(text)
