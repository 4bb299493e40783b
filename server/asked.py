"""What a request asks for, read from its body or from its address: strictly, since another reader stands on the way."""

import json
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from server.persisted import PREFIX

_APQ: Final = "persistedQuery"
_MEMBERS: Final = frozenset({"query", "documentId", "id", "doc_id", "operationName", "variables", "extensions"})


class NotUnderstood(Exception):
    """The request is no GraphQL request; the text says what to send."""


class _Body(msgspec.Struct, frozen=True):
    """The body of a request (specification, section 5.3 and appendix A); Relay's clients say ``id`` or ``doc_id``."""

    query: str | None = None
    document_id: str | None = msgspec.field(name="documentId", default=None)
    id: Any = None
    doc_id: Any = None
    variables: dict[str, Any] | None = None
    operation_name: str | None = msgspec.field(name="operationName", default=None)
    extensions: dict[str, Any] | None = None


class Apq(msgspec.Struct, frozen=True):
    """Apollo's ``extensions.persistedQuery``."""

    version: int
    hash: str = msgspec.field(name="sha256Hash")


class Asked(msgspec.Struct, frozen=True):
    """A request that was understood. At least one of ``query``, ``document_id`` and ``apq`` is there."""

    query: str | None
    document_id: str | None
    apq: Apq | None
    variables: dict[str, Any]
    operation_name: str | None


def asked_by_body(body: bytes) -> Asked:
    """
    The request of a JSON body.

    Raises:
        NotUnderstood: it is none.
    """
    try:
        return _asked(_strict(body, _Body))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        message = f'Send a JSON object with the operation\'s text under "query": {reason}.'
        raise NotUnderstood(message) from None


def asked_by_address(query_string: bytes) -> Asked:
    """
    The request of an address: ``documentId`` and ``operationName``, ``variables`` and ``extensions`` as JSON.

    Raises:
        NotUnderstood: it is none.
    """
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict")
        found = _distinct([(name, value) for name, value in pairs if name in _MEMBERS])
        for name in ("variables", "extensions"):
            if name in found:
                found[name] = _strict(found[name].encode(), dict[str, Any] | None)
        # An empty name is none (appendix A).
        found["operationName"] = found.get("operationName") or None
        return _asked(msgspec.convert(found, _Body))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise NotUnderstood(f"Send documentId, and variables as a JSON object, in the address: {reason}.") from None


def _asked(read: _Body) -> Asked:
    if read.query is not None and read.document_id is not None:
        raise ValueError("`query` and `documentId` are both there; send one of them")
    document_id = read.document_id
    if read.query is None and document_id is None:
        document_id = next((each for each in (read.id, read.doc_id) if isinstance(each, str)), None)
    given = (read.extensions or {}).get(_APQ)
    # What other tools put there is none of our business, as long as the text itself is sent.
    apq = msgspec.convert(given, Apq) if isinstance(given, dict) and "sha256Hash" in given else None
    if read.query is None and document_id is None and apq is None:
        raise ValueError("neither `query` nor `documentId` is there")
    if document_id is not None and ":" in document_id and not document_id.startswith(PREFIX):
        raise ValueError("`documentId` has an unknown prefix; send sha256: and the hash of the text")
    return Asked(read.query, document_id, apq, read.variables or {}, read.operation_name)


def _strict(text: bytes, kind: Any) -> Any:
    read = msgspec.json.decode(text, type=kind)
    # msgspec takes the last of two equal names, another reader on the way may have taken the first.
    _DISTINCT.decode(text.decode())
    return read


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


_DISTINCT: Final = json.JSONDecoder(object_pairs_hook=_distinct)
