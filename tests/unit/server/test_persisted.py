"""Documents by their hash: known from files of several tools, or registered by a client."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from server.persisted import MAX_REGISTERED, KnownDocuments, PersistedDocuments, hash_of, known_documents
from server.settings import SettingsWrong

TEXT = "query A {\n  a\n}\n"


def _documents(folder: Path, **more: bool) -> PersistedDocuments:
    return PersistedDocuments(KnownDocuments.of(folder), **more)


def test_the_hash_is_that_of_the_text() -> None:
    """Example of appendix A of the specification."""
    text = "query($id:ID!){user(id:$id){name}}"

    assert hash_of(text) == "71f7dc5758652baac68e4a10c50be732b741c892ade2883a99358f52b555286b"


def test_a_file_is_known_as_it_stands_and_without_its_last_line_feed(tmp_path: Path) -> None:
    """Editors add one, clients leave it out; each form has its own text, so that errors keep their places."""
    (tmp_path / "A.graphql").write_text(TEXT, "utf-8")
    (tmp_path / "notes.txt").write_text("not a document", "utf-8")
    documents = _documents(tmp_path)

    assert documents.text_of(hash_of(TEXT)) == TEXT
    assert documents.text_of(f"sha256:{hash_of(TEXT.strip())}") == TEXT.strip()
    assert documents.text_of(hash_of("not a document")) is None


def test_relays_manifest_is_read(tmp_path: Path) -> None:
    """Its ids are MD5 by default; the hash of the text works beside them."""
    (tmp_path / "persisted.json").write_text(json.dumps({"3be4abb81fa595e25eb725b2c6a87508": TEXT}), "utf-8")
    documents = _documents(tmp_path)

    assert documents.text_of("3be4abb81fa595e25eb725b2c6a87508") == TEXT
    assert documents.text_of(hash_of(TEXT)) == TEXT


def test_apollos_manifest_is_read(tmp_path: Path) -> None:
    """As its generator writes it."""
    operation = {"id": hash_of(TEXT), "name": "A", "type": "query", "body": TEXT}
    manifest = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": [operation]}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")

    assert _documents(tmp_path).text_of(hash_of(TEXT)) == TEXT


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "7",
        '{"a": 1}',
        "{",
        '{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "a"}]}',
        '{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [7]}',
        '{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "a", "body": 7}]}',
    ],
)
def test_a_file_that_is_no_manifest_stops_the_start(tmp_path: Path, content: str) -> None:
    """A document that is quietly missing would be refused to every shopper."""
    (tmp_path / "some.json").write_text(content, "utf-8")

    with pytest.raises(SettingsWrong, match=r"^DOCUMENTS_DIR holds a file that cannot be used, some\.json \("):
        KnownDocuments.of(tmp_path)


def test_a_file_that_is_no_text_stops_the_start(tmp_path: Path) -> None:
    """With its name."""
    (tmp_path / "A.graphql").write_bytes(b"\xff")

    with pytest.raises(SettingsWrong, match=r"A\.graphql"):
        KnownDocuments.of(tmp_path)


def test_our_own_documents_are_known(tmp_path: Path) -> None:
    """Those that the explorer and the examples send."""
    search = (Path(__file__).parents[3] / "graphql" / "operations" / "search.graphql").read_text("utf-8")
    (tmp_path / "A.graphql").write_text(TEXT, "utf-8")

    assert known_documents(None).by_id[sha256(search.encode()).hexdigest()] == search
    assert {search, TEXT} <= known_documents(tmp_path).texts
    assert TEXT not in known_documents(None).texts


def test_a_folder_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    """The setting is named."""
    with pytest.raises(SettingsWrong, match=r"^DOCUMENTS_DIR names no folder"):
        known_documents(tmp_path / "none")


def test_a_registered_document_is_found_by_its_hash(tmp_path: Path) -> None:
    """Apollo's automatic persisted queries."""
    documents = _documents(tmp_path)
    assert documents.text_of(hash_of("{ a }")) is None

    documents.register("{ a }")

    assert documents.text_of(hash_of("{ a }")) == documents.text_of(f"sha256:{hash_of('{ a }')}") == "{ a }"


def test_registered_documents_are_bounded(tmp_path: Path) -> None:
    """And known ones are never pushed out by them."""
    (tmp_path / "A.graphql").write_text(TEXT, "utf-8")
    documents = _documents(tmp_path)
    documents.register("{ first }")
    documents.register("{ second }")
    for number in range(MAX_REGISTERED - 2):
        documents.register(f"{{ a{number} }}")
    assert documents.text_of(hash_of("{ first }")) == "{ first }"

    documents.register(TEXT)
    documents.register("{ more }")

    assert documents.text_of(hash_of("{ first }")) == "{ first }"
    assert documents.text_of(hash_of("{ second }")) is None
    assert documents.text_of(hash_of(TEXT)) == TEXT


def test_known_only_lets_nothing_else_run(tmp_path: Path) -> None:
    """Byte for byte."""
    (tmp_path / "A.graphql").write_text(TEXT, "utf-8")
    closed, opened = _documents(tmp_path, known_only=True), _documents(tmp_path)

    assert [closed.may_run(text) for text in (TEXT, TEXT.strip(), TEXT + " ")] == [True, True, False]
    assert opened.may_run("{ a }")
