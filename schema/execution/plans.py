"""
Plans and where they are kept: with the document they are of, for as long as it lives.

Making one costs about two milliseconds for a large document. A document has one plan for each operation and each set
of values of the variables in ``@skip`` and ``@include``; where a client uses more than a few such sets, the later ones
run without a plan, so that nobody makes the server compile at every request. Nor are there plans for new documents
while those that are kept take all the room there is for plans.
"""

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import strawberry
from graphql import DocumentNode, FragmentDefinitionNode, OperationDefinitionNode, OperationType
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues

from schema.execution.info import Asking
from schema.execution.reading import flags_of, read
from schema.execution.refusals import NotCompilable
from schema.execution.shapes import Field
from schema.execution.source import Source
from schema.execution.variables import Variables

MAX_PLANS: Final = 8
"""Most plans of one operation."""
MAX_TEXT: Final = 700_000
"""Longest text, in characters, of all plans together. A plan takes seven times its text: 5 MB."""

Step = Callable[[dict[str, Any], Any, list[Any]], None]


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Plan:
    """
    An operation compiled. ``steps`` fill the answer one after the other; ``size`` is that of its text.

    They run only for one who holds the plan: its end takes their globals away.
    """

    size: int
    steps: tuple[Step, ...]
    infos: tuple[Asking, ...]
    binds: tuple[Field, ...]


class Room:
    """How much text more there may be."""

    def __init__(self, left: int) -> None:
        self.left = left


class PlannedOperation:
    """An operation with the plans made of it so far."""

    def __init__(
        self,
        schema: strawberry.Schema,
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDefinitionNode],
        room: Room,
    ) -> None:
        """
        Read what is the same for every request.

        Raises:
            NotCompilable: no plan can be made of it, whatever the variables.
        """
        if any(each.variable_definitions for each in fragments.values()):
            raise NotCompilable("variables of fragments")
        self.operation = operation
        self.fragments = fragments
        self.is_mutation = operation.operation is OperationType.MUTATION
        self.variables = Variables(schema._schema, operation.variable_definitions or ())
        self._schema = schema
        self._room = room
        self._details = {name: FragmentDetails(each) for name, each in fragments.items()}
        self._flags = flags_of(operation, self._details)
        self._plans: dict[tuple[Any, ...], Plan | None] = {}

    def plan(self, values: VariableValues) -> Plan | None:
        """The plan for these variables; None when there is none."""
        coerced = values.coerced
        flags = tuple([coerced.get(name) for name in self._flags])
        if flags in self._plans:
            return self._plans[flags]
        if len(self._plans) >= MAX_PLANS or self._room.left <= 0:
            return None
        plan = self._plans[flags] = self._compiled(values)
        self._room.left -= plan.size if plan else 0
        return plan

    def close(self) -> None:
        """Give the room of its plans back."""
        self._room.left += sum(plan.size for plan in self._plans.values() if plan)

    def _compiled(self, values: VariableValues) -> Plan | None:
        try:
            return compiled(self._schema, self.operation, self._details, values)
        except (NotCompilable, RecursionError):
            return None


class Plans:
    """The planned operations of every document that is still there."""

    def __init__(self, schema: strawberry.Schema, *, max_text: int = MAX_TEXT) -> None:
        self._schema = schema
        self._room = Room(max_text)
        self._documents: dict[int, tuple[weakref.ref[DocumentNode], dict[str | None, PlannedOperation | None]]] = {}

    def __len__(self) -> int:
        return len(self._documents)

    def operation(self, document: DocumentNode, name: str | None) -> PlannedOperation | None:
        """The operation of this name (None: the only one); None when graphql-core has to run it, or say what it is."""
        kept = self._documents.get(id(document))
        if kept is None:
            kept = self._documents[id(document)] = (weakref.ref(document, self._forgetter(id(document))), {})
        operations = kept[1]
        if name in operations:
            return operations[name]
        found = self._planned(document, name)
        # A name that the document does not have could be any; only those it has are kept.
        if found is not None or name is None:
            operations[name] = found
        return found

    def _forgetter(self, key: int) -> Callable[[object], None]:
        documents = self._documents

        def forget(_: object) -> None:
            for operation in documents.pop(key)[1].values():
                if operation is not None:
                    operation.close()

        return forget

    def _planned(self, document: DocumentNode, name: str | None) -> PlannedOperation | None:
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        if name is not None:
            operations = [node for node in operations if node.name and node.name.value == name]
        if len(operations) != 1:
            return None
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        try:
            return PlannedOperation(self._schema, operations[0], fragments, self._room)
        except (NotCompilable, RecursionError):
            return None


def compiled(
    schema: strawberry.Schema,
    operation: OperationDefinitionNode,
    fragments: dict[str, FragmentDetails],
    values: VariableValues,
) -> Plan:
    """
    The plan of an operation for these variables.

    Raises:
        NotCompilable: see ``schema.execution``.
    """
    root = read(schema, operation, fragments, values)
    is_serial = operation.operation is OperationType.MUTATION
    source = Source()
    names = [source.step(part) for part in ([(each,) for each in root.fields] if is_serial else [root.fields])]
    exec(source.code(), source.bound)  # noqa: S102 - our own text, see ``schema.execution.source``
    steps = tuple(source.bound[name] for name in names)
    plan = Plan(len(source.text()), steps, tuple(source.infos), tuple(source.binds))
    # Functions and their globals are a circle, which would stay with all of the document until the collector comes by.
    weakref.finalize(plan, source.bound.clear).atexit = False
    return plan
