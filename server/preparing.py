"""From what a request asks to an operation ready to run: its text found or refused, prepared, and chosen by name."""

from typing import Protocol

from server.asked import Asked
from server.documents import DocumentRefused, Documents, Operation, Prepared
from server.faults import formatted
from server.negotiation import RESPONSE_JSON
from server.persisted import PersistedDocuments, hash_of
from server.refused import Refused, refusal


class Sent(Protocol):
    """How a request came."""

    @property
    def is_get(self) -> bool:
        """True for GET and HEAD."""
        ...

    @property
    def media_type(self) -> str:
        """What will be answered with."""
        ...

    @property
    def id(self) -> str:
        """The request's own id."""
        ...


class Preparation:
    """Prepares what requests ask for."""

    def __init__(self, documents: Documents, persisted: PersistedDocuments) -> None:
        self._documents = documents
        self._persisted = persisted

    def operation(self, asked: Asked, how: "Sent") -> tuple[Prepared, Operation]:
        """
        The document that a request asks for, and its operation.

        Raises:
            Refused: there is none, or it will not run.
        """
        text = self._text(asked, how)
        try:
            prepared = self._documents.ready(text)
            operation = prepared.operation(asked.operation_name)
        except DocumentRefused as refused:
            raise _not_run(refused, how) from None
        if operation.is_mutation and how.is_get:
            message = "A mutation does not go by GET; send it by POST, as JSON."
            raise refusal(405, "METHOD_NOT_ALLOWED", message, {"allow": "POST"})
        if asked.query is not None and asked.apq is not None and not self._persisted.known_only:
            self._persisted.register(text)
        return prepared, operation

    def _text(self, asked: Asked, how: "Sent") -> str:
        if asked.apq is not None and asked.apq.version != 1:
            raise refusal(400, "BAD_REQUEST", "Unsupported persisted query version")
        if asked.query is not None:
            return self._own_text(asked.query, asked, how)
        text = self._persisted.text_of(asked.document_id or (asked.apq.hash if asked.apq else ""))
        if text is not None:
            return text
        if asked.document_id is not None:
            message = "No document of this id is known here; send its text, or have the operator make it known."
            raise refusal(404, "DOCUMENT_NOT_KNOWN", message)
        # Apollo's clients know these two by their texts and codes, and take them with status 200.
        if self._persisted.known_only:
            raise refusal(200, "PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
        raise refusal(200, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")

    def _own_text(self, text: str, asked: Asked, how: "Sent") -> str:
        """The text of a request that brings its own."""
        if how.is_get:
            message = "GET runs documents that are known by their hash only; send this one by POST, as JSON."
            raise refusal(405, "METHOD_NOT_ALLOWED", message, {"allow": "POST"})
        if asked.apq is not None and asked.apq.hash != hash_of(text):
            raise refusal(400, "BAD_REQUEST", "provided sha does not match query")
        if not self._persisted.may_run(text):
            message = "This server runs known documents only; have the operator make this one known."
            raise refusal(403, "DOCUMENT_NOT_KNOWN", message)
        return text


def _not_run(refused: DocumentRefused, how: Sent) -> Refused:
    # Clients of the older media type expect 200 whenever the request itself was well formed (section 6.4.1).
    return Refused(400 if how.media_type == RESPONSE_JSON else 200, formatted(refused.errors, refused.code, how.id))
