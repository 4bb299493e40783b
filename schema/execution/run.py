"""
One request of a planned operation.

Plain fields are resolved by the plan's code at once. Fields that are awaited start side by side; each goes on as soon
as its own value is there, and what lies below it is awaited likewise. When something is unusual, nothing new is
started, and graphql-core makes the answer of what has come and of what still runs.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from graphql import ExecutionResult, GraphQLSchema, located_error
from graphql.execution.executor import Executor, default_field_resolver, default_type_resolver
from graphql.execution.values import VariableValues
from graphql.pyutils import Path

from schema.execution.info import PlannedInfo
from schema.execution.later import Later, dispose
from schema.execution.plans import Plan, PlannedOperation
from schema.execution.refusals import Unusual

Fallback = Callable[[list[Later]], ExecutionResult | Awaitable[ExecutionResult]]


class Run:
    """The state of a request while its operation runs; the plan's code uses ``arguments`` and ``info``."""

    __slots__ = (
        "_core",
        "_errors",
        "_executor",
        "_fallback",
        "_is_unusual",
        "_operation",
        "_plan",
        "_started",
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
        self._started: list[Later] = []
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
        try:
            await self._settle(later)
        except Unusual:
            return await self._by_core()
        return ExecutionResult(data, self._errors or None)

    async def _serially(self) -> ExecutionResult:
        data: dict[str, Any] = {}
        for step in self._plan.steps:
            later: list[Later] = []
            try:
                self._now(partial(step, data, self, later), later)
                if later:
                    await self._settle(later)
            except Unusual:
                return await self._by_core()
        return ExecutionResult(data, self._errors or None)

    async def _by_core(self) -> ExecutionResult:
        result = self._fallback(self._started)
        return result if isinstance(result, ExecutionResult) else await result

    async def _settle(self, later: list[Later]) -> None:
        """
        Await fields side by side.

        Raises:
            Unusual: graphql-core has to make the answer; those that still run go on, for it to take up.
        """
        self._started += later
        if len(later) == 1:
            await self._settle_one(later[0])
        else:
            await asyncio.gather(*[self._settle_one(each) for each in later])

    async def _settle_one(self, later: Later) -> None:
        try:
            value = await later.value()
        except Exception as error:  # noqa: BLE001 - a resolver may raise anything; it becomes an entry of `errors`
            self._failed(later, error)
            return
        if self._is_unusual:
            return
        below: list[Later] = []
        later.target[later.key] = self._now(partial(later.complete, value, later.path, self, below), below)
        if below:
            await self._settle(below)

    def _failed(self, later: Later, error: Exception) -> None:
        if not later.field.value.is_nullable:
            self._is_unusual = True
            raise Unusual from error
        self._errors.append(located_error(error, later.field.nodes, later.path.as_list()))

    def _now(self, code: Callable[[], Any], later: list[Later]) -> Any:
        """What the plan's code gives; whatever it raises is unusual, and what it has started by then has not run."""
        try:
            return code()
        except Exception as error:
            dispose(later)
            self._is_unusual = True
            raise Unusual from error
