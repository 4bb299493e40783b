"""
Documents made ready to run: parsed, counted and validated once, and kept by their text.

Parsing and validating cost five milliseconds, a hundred times what a small operation costs to run; a client sends the
same few texts again and again. The cache is bounded by entries, and an entry by the longest document allowed.
"""

from collections import OrderedDict
from typing import Final

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)
from graphql.validation import NoSchemaIntrospectionCustomRule, specified_rules

from server.limits import LIMITS, MAX_CHARACTERS, TooLarge, check

_MAX_ERRORS: Final = 5
_CACHED: Final = 200
"""The longest documents allowed take almost half a megabyte each once parsed, so an attacker fills 90 MB."""


class DocumentRefused(Exception):
    """A document that will not run; ``errors`` say why, ``code`` is the reason for clients to switch on."""

    def __init__(self, code: str, errors: list[GraphQLError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


class Documents:
    """The documents that were sent lately."""

    def __init__(self, schema: GraphQLSchema, *, introspection: bool) -> None:
        self._schema = schema
        self._rules = specified_rules if introspection else (*specified_rules, NoSchemaIntrospectionCustomRule)
        self._ready: OrderedDict[str, DocumentNode] = OrderedDict()

    def ready(self, text: str) -> DocumentNode:
        """
        The document of this text, ready to run.

        Raises:
            DocumentRefused: it does not parse, is too large, or is not valid; such texts are not kept.
        """
        document = self._ready.get(text)
        if document is not None:
            self._ready.move_to_end(text)
            return document
        document = self._prepared(text)
        self._ready[text] = document
        if len(self._ready) > _CACHED:
            self._ready.popitem(last=False)
        return document

    def _prepared(self, text: str) -> DocumentNode:
        if len(text) > MAX_CHARACTERS:
            raise _too_large(f"The document has more than {MAX_CHARACTERS} characters; split it into several requests.")
        try:
            document = parse(text, max_tokens=LIMITS.max_tokens)
        except GraphQLError as error:
            raise DocumentRefused("GRAPHQL_PARSE_FAILED", [error]) from None
        try:
            check(document)
        except TooLarge as error:
            raise _too_large(str(error)) from None
        errors = validate(self._schema, document, rules=self._rules, max_errors=_MAX_ERRORS, hide_suggestions=True)
        if errors:
            raise DocumentRefused("GRAPHQL_VALIDATION_FAILED", errors)
        return document


def operation_of(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """
    The operation to run.

    Raises:
        DocumentRefused: the document has several and none is named, or none of this name (GraphQL, section 6.1).
    """
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if name is None and len(operations) == 1:
        return operations[0]
    found = next((node for node in operations if name is not None and node.name and node.name.value == name), None)
    if found is None:
        names = ", ".join(node.name.value for node in operations if node.name) or "none has a name"
        message = f"Choose the operation with operationName; the document has: {names}."
        raise DocumentRefused("OPERATION_RESOLUTION_FAILURE", [GraphQLError(message)])
    return found


def is_mutation(operation: OperationDefinitionNode) -> bool:
    """True for an operation that changes something."""
    return operation.operation is OperationType.MUTATION


def _too_large(message: str) -> DocumentRefused:
    return DocumentRefused("DOCUMENT_TOO_LARGE", [GraphQLError(message)])
