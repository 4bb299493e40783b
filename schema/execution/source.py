"""
The Python text of a plan.

For ``{ search(query: "tea") { edges { node { asin listPrice { amount } } } } }`` it is about this::

    def step_0(d0, run, later):
        d0['search'] = None
        later.append(Later(d0, 'search', method_1(None, info=run.info(0, None, ()), query='tea'), complete_3, ...))

    def complete_3(v, path, run, later):
        if v is None:
            x0 = None
        else:
            if v.__class__ is not SearchConnection_4: raise Unusual
            x1 = []
            for (v2, v3,) in enumerate(v.result.items, v.result.offset):
                v4 = Product(v3, v.market)
                ...
                x1.append({'node': {'asin': v5, 'listPrice': x6}})
            x0 = {'edges': x1}
        return x0

Everything that is not text of the plan itself (classes, methods, constants) comes in as a global of the generated code,
so nothing of a document is ever read as code but names that GraphQL's grammar allows, and those only inside literals.
"""

from itertools import count
from types import CodeType, CoroutineType
from typing import Any

from graphql.pyutils import Path

from schema.execution.info import Asking
from schema.execution.later import Later
from schema.execution.places import Place
from schema.execution.refusals import NotCompilable, Unusual
from schema.execution.shapes import Field, Typename, Value
from schema.execution.writing import Function


class Source:
    """Collects the functions of one plan; ``bound`` is what they find as globals."""

    def __init__(self) -> None:
        self.bound: dict[str, Any] = {
            "Coroutine": CoroutineType,
            "Later": Later,
            "Path": Path,
            "Unusual": Unusual,
            "inf": float("inf"),
        }
        self.infos: list[Asking] = []
        """Fields that take ``info``, by number."""
        self.binds: list[Field] = []
        """Fields whose arguments depend on variables, by number."""
        self._functions: list[str] = []
        self._numbers = count()
        self._known: dict[int, str] = {}

    def step(self, fields: tuple[Field | Typename, ...]) -> str:
        """Write a function that resolves root fields into a dictionary; gives its name."""
        function = Function(self)
        function.fill("d0", "None", fields, Place(None))
        return self._add("step", "d0, run, later", function)

    def completer(self, value: Value) -> str:
        """Write a function that completes an awaited value; gives its name."""
        function = Function(self)
        result = function.complete("v", value, Place("path"))
        function.line(f"return {result}")
        return self._add("complete", "v, path, run, later", function)

    def text(self) -> str:
        """The module."""
        return "\n\n".join(self._functions)

    def code(self) -> CodeType:
        """
        The module compiled.

        Raises:
            NotCompilable: Python's own compiler gives up.
        """
        try:
            return compile(self.text(), "<plan>", "exec")
        except (SyntaxError, RecursionError, MemoryError) as error:
            raise NotCompilable("too deep for Python") from error

    def bind(self, prefix: str, value: object) -> str:
        """A global of this value."""
        name = self._known.get(id(value))
        if name is None:
            # What is bound lives as long as the plan, so no other value can come to have its id meanwhile.
            name = self._known[id(value)] = f"{prefix}_{next(self._numbers)}"
            self.bound[name] = value
        return name

    def _add(self, prefix: str, parameters: str, function: Function) -> str:
        name = f"{prefix}_{next(self._numbers)}"
        self._functions.append("\n".join([f"def {name}({parameters}):", *(function.lines or ["    pass"])]))
        return name
