"""The public face: runs operations, by a plan where there is one."""

from collections.abc import Awaitable, Callable
from typing import Any

import graphql
import strawberry
from graphql import DocumentNode, ExecutionResult, GraphQLSchema

from schema.execution.later import Later
from schema.execution.plans import Plans
from schema.execution.replay import replaying
from schema.execution.run import Run

Executed = ExecutionResult | Awaitable[ExecutionResult]


class CompiledExecutor:
    """
    Runs operations of one schema. One for the process.

    ``fallback`` runs what is not run here; it has the shape of ``graphql.execute``.
    """

    def __init__(self, schema: strawberry.Schema, fallback: Callable[..., Executed] = graphql.execute) -> None:
        self._schema = schema
        self._fallback = fallback
        self._plans = Plans(schema)

    def execute(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        *,
        context_value: Any = None,
        variable_values: dict[str, Any] | None = None,
        operation_name: str | None = None,
        hide_suggestions: bool = False,
    ) -> Executed:
        """Run an operation of a valid document, as ``graphql.execute`` does."""

        def run_by_core(started: list[Later]) -> Executed:
            return self._fallback(
                schema,
                document,
                context_value=context_value,
                variable_values=variable_values,
                operation_name=operation_name,
                hide_suggestions=hide_suggestions,
                middleware=replaying(started),
            )

        operation = self._plans.operation(document, operation_name) if schema is self._schema._schema else None
        values = operation.variables.read(variable_values or {}) if operation else None
        plan = operation.plan(values) if operation and values else None
        if operation is None or values is None or plan is None:
            return run_by_core([])
        return Run(schema, operation, plan, values, context_value, run_by_core).start()
