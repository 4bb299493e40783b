"""
What a document may cost before it runs: sizes counted in one walk over the parsed document, before it is validated.

Figures are those of docs/decisions/0003; validation is quadratic in overlapping fields, so the count comes first.
"""

from collections.abc import Iterator
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from schema.context import Limits

MAX_BODY_BYTES: Final = 100_000
MAX_CHARACTERS: Final = 10_000
MAX_FIELDS: Final = 250
MAX_ROOT_FIELDS: Final = 10
MAX_DIRECTIVES: Final = 20
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
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    counter = _Counter(fragments)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            roots = sum(1 for _ in counter.fields(node.selection_set, 0, frozenset()))
            _at_most(MAX_ROOT_FIELDS, roots, "root fields in an operation")
            counter.walk(node.selection_set, 1, frozenset())
    _at_most(LIMITS.max_aliases, counter.aliases, "aliases")
    _at_most(MAX_DIRECTIVES, counter.directives, "directives")


class _Counter:
    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._count = 0
        self._spreads = 0
        self.aliases = 0
        self.directives = 0

    def walk(self, selection_set: SelectionSetNode | None, depth: int, seen: frozenset[str]) -> None:
        """Count every field below, a fragment as often as it is spread."""
        for field, inner in self.fields(selection_set, 0, seen):
            self._count += 1
            _at_most(MAX_FIELDS, self._count, "fields")
            self.aliases += field.alias is not None
            self.directives += len(field.directives or ())
            if field.name.value in {"__schema", "__type"}:
                continue
            _at_most(LIMITS.max_depth, depth, "levels of selection")
            self.walk(field.selection_set, depth + 1, inner)

    def fields(
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
                    yield from self.fields(node.selection_set, spreads + 1, seen)
                case FragmentSpreadNode():
                    self._count_spread()
                    name = node.name.value
                    fragment = self._fragments.get(name)
                    if fragment is not None and name not in seen:
                        yield from self.fields(fragment.selection_set, spreads + 1, seen | {name})

    def _count_spread(self) -> None:
        # Fragments that spread each other can double with every level without naming a single field.
        self._spreads += 1
        _at_most(MAX_FIELDS, self._spreads, "spread fragments")


def _at_most(limit: int, count: int, what: str) -> None:
    if count > limit:
        raise TooLarge(f"The document has more than {limit} {what}; split it into several requests.")
