"""
One request of a planned operation.

Plain fields are resolved by the plan's code at once. Fields that are awaited start side by side; each goes on as soon
as its own value is there, and what lies below it is awaited likewise. When something is unusual, those still running
come to their end, nothing new is started, and graphql-core makes the answer.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from graphql import ExecutionResult, GraphQLSchema, located_error
from graphql.execution.executor import Executor, default_field_resolver, default_type_resolver
from graphql.execution.values import VariableValues
from graphql.pyutils import Path

from schema.execution.info import PlannedInfo
from schema.execution.later import Later, Outcome, dispose
from schema.execution.plans import Plan, PlannedOperation

Fallback = Callable[[list[Outcome]], ExecutionResult | Awaitable[ExecutionResult]]


class Run:
    """The state of a request while its operation runs; the plan's code uses ``arguments`` and ``info``."""

    __slots__ = (
        "_core",
        "_errors",
        "_executor",
        "_fallback",
        "_is_unusual",
        "_operation",
        "_outcomes",
        "_plan",
        "_values",
        "arguments",
        "context",
    )

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: PlannedOperation,
        plan: Plan,
        values: VariableValues,
        context: Any,
        fallback: Fallback,
    ) -> None:
        self._core = schema
        self._operation = operation
        self._plan = plan
        self._values = values
        self.context = context
        self._fallback = fallback
        self._errors: list[Any] = []
        self._outcomes: list[Outcome] = []
        self._is_unusual = False
        self._executor: Executor[Any] | None = None

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

    def info(self, number: int, base: Path | None, places: tuple[int, ...]) -> PlannedInfo:
        """What the resolver of a field may ask about it, at this place of the answer."""
        return PlannedInfo(self, self._plan.infos[number], base, places)

    @property
    def executor(self) -> Executor[Any]:
        """See ``schema.execution.info.Asked``."""
        if self._executor is None:
            operation = self._operation
            resolvers = (default_field_resolver, default_type_resolver, default_field_resolver)
            self._executor = Executor(
                self._core, operation.fragments, {}, None, self.context, operation.operation, self._values, *resolvers
            )
        return self._executor

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
