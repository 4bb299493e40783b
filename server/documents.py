"""
Documents made ready to run: parsed, counted, validated and weighed once, and kept by their text.

Parsing and validating cost five milliseconds, a hundred times what a small operation costs to run; a client sends the
same few texts again and again. What is kept is bounded by entries and by the memory they are reckoned to take.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
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

from server.cache_policy import shared_for_s
from server.cost import CostPlan, cost_plan
from server.limits import LIMITS, MAX_CHARACTERS, TooLarge, check

_MAX_ERRORS: Final = 5
MAX_ENTRIES: Final = 1000
MAX_BYTES: Final = 6_000_000
_BYTES_PER_TOKEN: Final = 500
"""What a token takes once parsed, measured: the longest documents allowed take almost half a megabyte each."""


class DocumentRefused(Exception):
    """A document that will not run; ``errors`` say why, ``code`` is the reason for clients to switch on."""

    def __init__(self, code: str, errors: list[GraphQLError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document, with all that can be known of it before it runs."""

    node: OperationDefinitionNode
    name: str | None
    is_mutation: bool
    cost: CostPlan
    shared_for_s: int
    """For how long any caller of the marketplace may be given the answer; 0 when only the one who asked may."""
    variables: frozenset[str]
    """The names of the variables it declares."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready to run."""

    ast: DocumentNode
    digest: bytes
    """SHA-256 of its text."""
    operations: Mapping[str | None, Operation]
    size: int = field(compare=False)
    """Reckoned bytes in memory."""

    def operation(self, name: str | None) -> Operation:
        """
        The operation to run.

        Raises:
            DocumentRefused: there are several and none is named, or none of this name (GraphQL, section 6.1).
        """
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        found = self.operations.get(name) if name is not None else None
        if found is None:
            names = ", ".join(each for each in self.operations if each) or "none has a name"
            message = f"Choose the operation with operationName; the document has: {names}."
            raise DocumentRefused("OPERATION_RESOLUTION_FAILURE", [GraphQLError(message)])
        return found


class Documents:
    """The documents that were sent lately."""

    def __init__(self, schema: GraphQLSchema, *, introspection: bool, max_bytes: int = MAX_BYTES) -> None:
        self._schema = schema
        self._rules = specified_rules if introspection else (*specified_rules, NoSchemaIntrospectionCustomRule)
        self._max_bytes = max_bytes
        self._ready: OrderedDict[str, Prepared] = OrderedDict()
        self._size = 0

    def ready(self, text: str) -> Prepared:
        """
        The document of this text, ready to run.

        Raises:
            DocumentRefused: it does not parse, is too large, or is not valid; such texts are not kept.
        """
        prepared = self._ready.get(text)
        if prepared is not None:
            self._ready.move_to_end(text)
            return prepared
        prepared = self._ready[text] = self._prepared(text)
        self._size += prepared.size
        while len(self._ready) > 1 and (len(self._ready) > MAX_ENTRIES or self._size > self._max_bytes):
            self._size -= self._ready.popitem(last=False)[1].size
        return prepared

    def _prepared(self, text: str) -> Prepared:
        ast, tokens = self._valid(text)
        operations = [node for node in ast.definitions if isinstance(node, OperationDefinitionNode)]
        return Prepared(
            ast,
            sha256(text.encode()).digest(),
            {each.name: each for each in (self._operation(ast, node) for node in operations)},
            tokens * _BYTES_PER_TOKEN + len(text) * 4,
        )

    def _operation(self, ast: DocumentNode, node: OperationDefinitionNode) -> Operation:
        return Operation(
            node,
            node.name.value if node.name else None,
            node.operation is OperationType.MUTATION,
            cost_plan(self._schema, ast, node),
            shared_for_s(self._schema, ast, node),
            frozenset(each.variable.name.value for each in node.variable_definitions or ()),
        )

    def _valid(self, text: str) -> tuple[DocumentNode, int]:
        """The document, and how many tokens it has."""
        if len(text) > MAX_CHARACTERS:
            raise _too_large(f"The document has more than {MAX_CHARACTERS} characters; split it into several requests.")
        try:
            ast = parse(text, max_tokens=LIMITS.max_tokens)
        except GraphQLError as error:
            raise DocumentRefused("GRAPHQL_PARSE_FAILED", [error]) from None
        try:
            check(ast)
        except TooLarge as error:
            raise _too_large(str(error)) from None
        finally:
            tokens = _unlinked(ast)
        errors = validate(self._schema, ast, rules=self._rules, max_errors=_MAX_ERRORS, hide_suggestions=True)
        if errors:
            raise DocumentRefused("GRAPHQL_VALIDATION_FAILED", errors)
        return ast, tokens


def _unlinked(ast: DocumentNode) -> int:
    """
    How many tokens a document has, which no longer know their neighbours.

    Nobody asks for those once it is parsed, and in a circle they would stay in memory until the collector comes by.
    """
    tokens = 0
    token = ast.loc.start_token if ast.loc else None
    while token is not None:
        tokens += 1
        following = token.next
        token.prev = token.next = None
        token = following
    return tokens


def _too_large(message: str) -> DocumentRefused:
    return DocumentRefused("DOCUMENT_TOO_LARGE", [GraphQLError(message)])
