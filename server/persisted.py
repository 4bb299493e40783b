"""
Documents by their hash, so that a client sends 70 bytes instead of the text, and a cache in front can keep answers.

Known documents are there from the start: those of ``graphql/operations``, and those of the shop's own folder, which may
hold GraphQL files and manifests as Relay's and Apollo's tools write them. Others a client may register by sending text
and hash once (Apollo's automatic persisted queries), unless only known ones are served.

Sources: GraphQL over HTTP, appendix A (persisted documents);
https://www.apollographql.com/docs/apollo-server/performance/apq and
https://relay.dev/docs/guides/persisted-queries for the two clients.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import orjson

from server.settings import SettingsWrong

PREFIX: Final = "sha256:"
MAX_REGISTERED: Final = 1000
"""Most documents that clients registered; the longest have 10,000 characters."""
_HERE: Final = Path(__file__).parent
# In a checkout, and in an installed wheel.
_OWN: Final = (_HERE.parent / "graphql" / "operations", _HERE / "documents" / "operations")


@dataclass(frozen=True, slots=True)
class KnownDocuments:
    """The texts that are there from the start, and their ids: SHA-256 in hexadecimal, and a manifest's own ids."""

    by_id: Mapping[str, str]
    texts: frozenset[str]

    @classmethod
    def of(cls, *folders: Path) -> "KnownDocuments":
        """
        Every document of the folders; files of other kinds are left alone.

        Raises:
            SettingsWrong: a file cannot be read, or is no manifest.
        """
        by_id: dict[str, str] = {}
        for folder in folders:
            for path in sorted(folder.iterdir()):
                by_id.update(_documents_of(path))
        texts = frozenset(by_id.values())
        return cls({**by_id, **{hash_of(text): text for text in texts}}, texts)


class PersistedDocuments:
    """Known documents, and those that clients registered lately with this process."""

    def __init__(self, known: KnownDocuments, *, known_only: bool = False) -> None:
        self._known = known
        self.known_only = known_only
        self._registered: OrderedDict[str, str] = OrderedDict()

    def text_of(self, document_id: str) -> str | None:
        """The document of this id, with or without the prefix ``sha256:``; None when there is none."""
        key = document_id.removeprefix(PREFIX)
        known = self._known.by_id.get(key)
        if known is not None:
            return known
        text = self._registered.get(key)
        if text is not None:
            self._registered.move_to_end(key)
        return text

    def may_run(self, text: str) -> bool:
        """False for a text that is not known where only known ones are served."""
        return not self.known_only or text in self._known.texts

    def register(self, text: str) -> None:
        """Keep a valid document for later requests that name it by its hash."""
        key = hash_of(text)
        if key in self._known.by_id:
            return
        self._registered[key] = text
        self._registered.move_to_end(key)
        if len(self._registered) > MAX_REGISTERED:
            self._registered.popitem(last=False)


def known_documents(folder: Path | None) -> KnownDocuments:
    """
    Our own documents, and those of the shop's folder when there is one.

    Raises:
        SettingsWrong: the folder or one of its files cannot be read.
    """
    own = next(each for each in _OWN if each.is_dir())
    if folder is None:
        return KnownDocuments.of(own)
    if not folder.is_dir():
        raise SettingsWrong(f"DOCUMENTS_DIR names no folder ({folder}); make it, or leave the variable out")
    return KnownDocuments.of(own, folder)


def hash_of(text: str) -> str:
    """The id of a document: SHA-256 of its text in UTF-8, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def _documents_of(path: Path) -> dict[str, str]:
    if path.suffix not in {".graphql", ".gql", ".json"}:
        return {}
    try:
        content = path.read_bytes()
        if path.suffix == ".json":
            return _manifest(orjson.loads(content))
        text = content.decode()
    except (OSError, ValueError) as error:
        raise SettingsWrong(f"DOCUMENTS_DIR holds a file that cannot be used, {path.name} ({error})") from None
    # Editors end a file with a line feed, clients send the text without.
    return {hash_of(each): each for each in (text, text.strip())}


def _manifest(content: Any) -> dict[str, str]:
    """The documents by id of a manifest of Apollo's ({"operations": [{"id", "body"}]}) or Relay's ({id: text})."""
    match content:
        case {"format": "apollo-persisted-query-manifest", "operations": [*entries]}:
            found = {
                each["id"]: each["body"] for each in entries if isinstance(each, dict) and {"id", "body"} <= set(each)
            }
            is_whole = len(found) == len(entries)
        case dict():
            found, is_whole = content, True
        case _:
            found, is_whole = {}, False
    if not is_whole or not all(isinstance(key, str) and isinstance(text, str) for key, text in found.items()):
        raise ValueError("it is no manifest of Relay's or Apollo's")
    return found
