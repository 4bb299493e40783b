"""
One request of a planned operation.

Plain fields are resolved by the plan's code at once. Fields that are awaited start side by side; each goes on as soon
as its own value is there, and what lies below it is awaited likewise. When something is unusual, those still running
come to their end, nothing new is started, and graphql-core makes the answer.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from graphql import ExecutionResult, GraphQLResolveInfo, located_error
from graphql.execution.executor import Executor, default_field_resolver, default_type_resolver
from graphql.execution.values import VariableValues
from graphql.pyutils import Path

from schema.execution.later import Later, Outcome, dispose
from schema.execution.plans import Plan, PlannedOperation

Fallback = Callable[[list[Outcome]], ExecutionResult | Awaitable[ExecutionResult]]


class Run:
    """The state of a request while its operation runs; the plan's code uses ``arguments`` and ``info``."""

    __slots__ = (
        "_context",
        "_errors",
        "_fallback",
        "_infos",
        "_is_unusual",
        "_operation",
        "_outcomes",
        "_plan",
        "_schema",
        "_values",
        "arguments",
    )

    def __init__(
        self,
        schema: strawberry.Schema,
        operation: PlannedOperation,
        plan: Plan,
        values: VariableValues,
        context: Any,
        fallback: Fallback,
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._plan = plan
        self._values = values
        self._context = context
        self._fallback = fallback
        self._errors: list[Any] = []
        self._outcomes: list[Outcome] = []
        self._is_unusual = False
        self._infos: list[GraphQLResolveInfo[Any]] | None = None

    def start(self) -> ExecutionResult | Awaitable[ExecutionResult]:
        """Run the operation; at once when nothing has to be awaited."""
        data: dict[str, Any] = {}
        later: list[Later] = []
        try:
            self.arguments = [field.arguments.bind(self._values) for field in self._plan.binds]
            if self._operation.is_mutation:
                return self._serially()
            self._plan.steps[0](data, self, later)
        except Exception:  # noqa: BLE001 - whatever it is, graphql-core says what becomes of it
            dispose(later)
            return self._fallback([])
        return self._finished(data, later) if later else ExecutionResult(data, None)

    def info(self, number: int, path: Path) -> strawberry.Info[Any, Any]:
        """What the resolver of a field may ask about it, at this place of the answer."""
        if self._infos is None:
            self._infos = self._info_templates()
        raw = self._infos[number]
        return self._schema.config.info_class(
            _raw_info=GraphQLResolveInfo._make((*raw[:4], path, *raw[5:])),
            _field=self._plan.infos[number].strawberry,
        )

    async def _finished(self, data: dict[str, Any], later: list[Later]) -> ExecutionResult:
        await self._settle(later)
        return await self._result(data)

    async def _serially(self) -> ExecutionResult:
        data: dict[str, Any] = {}
        for step in self._plan.steps:
            later: list[Later] = []
            try:
                step(data, self, later)
            except Exception:  # noqa: BLE001 - as in ``start``; the field has not begun to run
                self._give_up(later)
            if later and not self._is_unusual:
                await self._settle(later)
            if self._is_unusual:
                break
        return await self._result(data)

    async def _result(self, data: dict[str, Any]) -> ExecutionResult:
        if not self._is_unusual:
            return ExecutionResult(data, self._errors or None)
        result = self._fallback(self._outcomes)
        return result if isinstance(result, ExecutionResult) else await result

    async def _settle(self, later: list[Later]) -> None:
        if len(later) == 1:
            await self._settle_one(later[0])
        else:
            await asyncio.gather(*[self._settle_one(each) for each in later])

    async def _settle_one(self, later: Later) -> None:
        target, key, work, complete, path, _ = later
        try:
            value = await work
        except Exception as error:  # noqa: BLE001 - a resolver may raise anything; it becomes an entry of `errors`
            self._failed(later, error)
            return
        self._outcomes.append(Outcome(path, value))
        if self._is_unusual:
            return
        below: list[Later] = []
        try:
            target[key] = complete(value, path, self, below)
        except Exception:  # noqa: BLE001 - as in ``start``
            self._give_up(below)
            return
        if below:
            await self._settle(below)

    def _failed(self, later: Later, error: Exception) -> None:
        self._outcomes.append(Outcome(later.path, error=error))
        if later.field.value.is_nullable:
            self._errors.append(located_error(error, later.field.nodes, later.path.as_list()))
        else:
            self._is_unusual = True

    def _give_up(self, later: list[Later]) -> None:
        dispose(later)
        self._is_unusual = True

    def _info_templates(self) -> list[GraphQLResolveInfo[Any]]:
        """What graphql-core's own executor would give each resolver, without the path."""
        core = self._schema._schema
        executor: Executor[Any] = Executor(
            core,
            self._operation.fragments,
            {},
            None,
            self._context,
            self._operation.operation,
            self._values,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
        )
        return [
            executor.build_resolve_info(field.definition, field.nodes, field.parent, None)  # type: ignore[arg-type]
            for field in self._plan.infos
        ]
