"""graphql/ holds the schema's text and the documents of the sequence, both current."""

from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, build_schema, parse, specified_scalar_types, validate

from schema.build import sdl

ROOT = Path(__file__).parents[2]
OPERATIONS = sorted((ROOT / "graphql" / "operations").glob("*.graphql"))


def test_exported_schema_is_current() -> None:
    """Every change of the API shows in review; `make schema` writes the file anew."""
    assert (ROOT / "graphql" / "schema.graphql").read_text("utf-8") == sdl()


def test_folder_holds_graphql_documents_only() -> None:
    """The folder bears graphql-core's import name: no Python, ever."""
    others = [path.name for path in (ROOT / "graphql").rglob("*") if path.is_file() and path.suffix != ".graphql"]

    assert others == []


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_operation_is_valid_and_named_for_its_file(path: Path) -> None:
    """Clients copy these documents; each is one operation that the exported schema accepts."""
    document = parse(path.read_text("utf-8"))
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]

    assert validate(build_schema(sdl()), document) == []
    assert [node.name.value[:1].lower() + node.name.value[1:] for node in operations if node.name] == [path.stem]


def test_everything_in_the_schema_is_described() -> None:
    """GraphiQL's reference and every generated client show these texts; a gap is a question to us."""
    schema = build_schema(sdl())
    silent = []
    for name, kind in schema.type_map.items():
        if name.startswith("__") or name in specified_scalar_types:
            continue
        parts = {**getattr(kind, "fields", {}), **getattr(kind, "values", {})}
        silent += [name] if not kind.description else []
        silent += [f"{name}.{part}" for part, each in parts.items() if not each.description]

    assert silent == []
