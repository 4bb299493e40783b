"""A compiled executor over the schema with every kind of field, which tells when it left a request to graphql-core."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any

import pytest
import strawberry
from graphql import DocumentNode, ExecutionResult, execute, parse, validate

from schema.execution import CompiledExecutor
from tests.differential.world import SCHEMA, World


@dataclass
class Watched:
    """Runs documents; ``left`` holds the options of every request that graphql-core got."""

    schema: strawberry.Schema = SCHEMA
    left: list[dict[str, Any]] = field(default_factory=list)
    world: World = field(default_factory=lambda: World(seed=1))

    def __post_init__(self) -> None:
        self.executor = CompiledExecutor(self.schema, self._core)

    def start(
        self, document: DocumentNode, name: str | None = None, /, **variables: Any
    ) -> ExecutionResult | Awaitable[ExecutionResult]:
        """Begin a request."""
        core = self.schema._schema
        return self.executor.execute(
            core, document, context_value=self.world, variable_values=variables, operation_name=name
        )

    async def run(self, text: str | DocumentNode, name: str | None = None, /, **variables: Any) -> ExecutionResult:
        """One request."""
        document = parse(text) if isinstance(text, str) else text
        assert validate(self.schema._schema, document) == []
        running = self.start(document, name, **variables)
        return running if isinstance(running, ExecutionResult) else await running

    def _core(self, *arguments: Any, **options: Any) -> Any:
        self.left.append(options)
        return execute(*arguments, **options)


@pytest.fixture
def watched() -> Watched:
    """An executor in a world without faults."""
    return Watched()
