"""
What a document may cost before it runs: sizes counted in one walk over the parsed document, before it is validated.

Figures are those of docs/decisions/0003; validation is quadratic in overlapping fields, so the count comes first.
"""

from collections.abc import Iterator
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TokenKind,
)

from schema.context import Limits

MAX_BODY_BYTES: Final = 100_000
MAX_CHARACTERS: Final = 10_000
MAX_FIELDS: Final = 250
MAX_ROOT_FIELDS: Final = 10
MAX_DIRECTIVES: Final = 20
MAX_DIGITS: Final = 32
LIMITS: Final = Limits(max_aliases=15, max_cost=1000, max_depth=10, max_tokens=1000)


class TooLarge(Exception):
    """A document is over a limit; the text names the limit and what to do."""


def check(document: DocumentNode) -> None:
    """
    Count a document.

    Introspection has no depth or cost: it reads no data, and graphql-core bounds it.

    Raises:
        TooLarge: a limit is passed.
    """
    _check_numbers(document)
    _check_text(document)
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    counter = _Counter(fragments)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            roots = counter.walk(node.selection_set, 1, frozenset())
            _at_most(MAX_ROOT_FIELDS, roots, "root fields in an operation")
    _at_most(LIMITS.max_aliases, counter.aliases, "aliases")


def _check_numbers(document: DocumentNode) -> None:
    """Python refuses to read an integer of some thousand digits, and no argument has use for one of dozens."""
    token = document.loc.start_token if document.loc else None
    while token is not None:
        if token.kind in {TokenKind.INT, TokenKind.FLOAT}:
            _at_most(MAX_DIGITS, token.end - token.start, "digits in a number")
        token = token.next


def _check_text(document: DocumentNode) -> None:
    """Count what validation reads: fields as they are written, introspection and fragments that nobody spreads too."""
    fields, directives = 0, 0
    to_read: list[Any] = list(document.definitions)
    while to_read:
        node = to_read.pop()
        fields += isinstance(node, FieldNode)
        directives += len(getattr(node, "directives", None) or ())
        _at_most(MAX_FIELDS, fields, "fields")
        _at_most(MAX_DIRECTIVES, directives, "directives")
        selection_set = getattr(node, "selection_set", None)
        to_read += selection_set.selections if selection_set else ()
        to_read += getattr(node, "variable_definitions", None) or ()


class _Counter:
    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._count = 0
        self._spreads = 0
        self.aliases = 0

    def walk(self, selection_set: SelectionSetNode | None, depth: int, seen: frozenset[str]) -> int:
        """Count every field below, a fragment as often as it is spread; the fields at this level are returned."""
        level = 0
        for field, inner in self._fields(selection_set, 0, seen):
            level += 1
            self._count += 1
            _at_most(MAX_FIELDS, self._count, "fields")
            self.aliases += field.alias is not None
            if field.name.value in {"__schema", "__type"}:
                continue
            _at_most(LIMITS.max_depth, depth, "levels of selection")
            self.walk(field.selection_set, depth + 1, inner)
        return level

    def _fields(
        self, selection_set: SelectionSetNode | None, spreads: int, seen: frozenset[str]
    ) -> Iterator[tuple[FieldNode, frozenset[str]]]:
        """The fields of a selection with its fragments opened; a fragment that spreads itself is left to validation."""
        _at_most(LIMITS.max_depth * 2, spreads, "nested fragments")
        for node in selection_set.selections if selection_set else ():
            match node:
                case FieldNode():
                    yield node, seen
                case InlineFragmentNode():
                    self._count_spread()
                    yield from self._fields(node.selection_set, spreads + 1, seen)
                case FragmentSpreadNode():
                    self._count_spread()
                    name = node.name.value
                    fragment = self._fragments.get(name)
                    if fragment is not None and name not in seen:
                        yield from self._fields(fragment.selection_set, spreads + 1, seen | {name})

    def _count_spread(self) -> None:
        # Fragments that spread each other can double with every level without naming a single field.
        self._spreads += 1
        _at_most(MAX_FIELDS, self._spreads, "spread fragments")


def _at_most(limit: int, count: int, what: str) -> None:
    if count > limit:
        raise TooLarge(f"The document has more than {limit} {what}; split it into several requests.")
