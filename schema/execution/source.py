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
            v1 = v.edges
            if v1.__class__ is not list and v1.__class__ is not tuple: raise Unusual
            x1 = []
            for v2 in v1:
                ...
                x1.append({'node': {'asin': v3, 'listPrice': x4}})
            x0 = {'edges': x1}
        return x0

Everything that is not text of the plan itself (classes, methods, constants) comes in as a global of the generated code,
so nothing of a document is ever read as code but names that GraphQL's grammar allows, and those only inside literals.
"""

from collections.abc import Callable
from itertools import count
from types import CodeType, CoroutineType
from typing import Any, Final

from graphql import GraphQLScalarType
from graphql.pyutils import Path

from schema.execution.info import Asking, Step
from schema.execution.later import Later
from schema.execution.leaves import enum_names, passed_on, writer
from schema.execution.refusals import NotCompilable, Unusual
from schema.execution.shapes import Composite, Field, How, Leaf, Listed, Selection, Typename, Value

_MAX_LOOPS: Final = 12
_MAX_INDENT: Final = 60
"""Python takes twenty loops within each other and a hundred levels of indentation."""

_RANGES: Final = {int: "not -2147483648 <= {0} <= 2147483647", float: "not -inf < {0} < inf"}


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

    def step(self, fields: tuple[Field | Typename, ...]) -> str:
        """Write a function that resolves root fields into a dictionary; gives its name."""
        function = _Function(self)
        function.fill("d0", "None", fields, _Place(None))
        return self._add("step", "d0, run, later", function)

    def completer(self, value: Value) -> str:
        """Write a function that completes an awaited value; gives its name."""
        function = _Function(self)
        result = function.complete("v", value, _Place("path"))
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
        name = f"{prefix}_{next(self._numbers)}"
        self.bound[name] = value
        return name

    def _add(self, prefix: str, parameters: str, function: "_Function") -> str:
        name = f"{prefix}_{next(self._numbers)}"
        self._functions.append("\n".join([f"def {name}({parameters}):", *(function.lines or ["    pass"])]))
        return name


class _Place:
    """Where in the answer the code is: the steps from the root (``base`` is None) or from the function's ``path``."""

    def __init__(self, base: str | None, steps: tuple[tuple[str, str] | str, ...] = ()) -> None:
        self._base = base
        self._steps = steps

    def key(self, key: str, typename: str) -> "_Place":
        """The place of a field."""
        return _Place(self._base, (*self._steps, (key, typename)))

    def entry(self, index: str) -> "_Place":
        """The place of a list's entry; ``index`` is a variable."""
        return _Place(self._base, (*self._steps, index))

    def path(self) -> str:
        """An expression for the path."""
        made = str(self._base)
        for step in self._steps:
            made = f"Path({made}, {step}, None)" if isinstance(step, str) else f"Path({made}, {step[0]!r}, {step[1]!r})"
        return made

    def arguments(self) -> str:
        """The arguments from which ``Asking.path`` makes the path when it is asked for."""
        indices = "".join(f"{step}, " for step in self._steps if isinstance(step, str))
        return f"{self._base}, ({indices})"

    def steps(self) -> tuple[Step, ...]:
        """What of the path is known beforehand."""
        return tuple(None if isinstance(step, str) else step for step in self._steps)


class _Function:
    def __init__(self, source: Source) -> None:
        self.lines: list[str] = []
        self._source = source
        self._indent = 1
        self._loops = 0
        self._numbers = count(1)

    def line(self, text: str) -> None:
        self.lines.append("    " * self._indent + text)

    def complete(self, v: str, value: Value, place: _Place) -> str:
        """Write what completes the value of variable ``v``; gives an expression for the outcome."""
        match value.shape:
            case Leaf():
                return self._leaf(v, value.shape, is_nullable=value.is_nullable)
            case Listed():
                return self._guarded(v, value, lambda x: self._list(v, x, value.shape, place))  # type: ignore[arg-type]
            case Composite(selections):
                return self._guarded(v, value, lambda x: self._composite(v, x, selections, place))

    def fill(self, d: str, o: str, fields: tuple[Field | Typename, ...], place: _Place) -> None:
        """Write what resolves fields of object ``o`` into dictionary ``d`` one by one."""
        for field in fields:
            inner = place.key(field.key, field.parent.name)
            if isinstance(field, Typename) or field.how is How.NOW:
                self.line(f"{d}[{field.key!r}] = {self._now(o, field, inner)}")
            elif field.how is How.LATER:
                self.line(f"{d}[{field.key!r}] = None")
                self._later(d, field, self._read(o, field, inner), inner)
            else:
                self._maybe_later(d, o, field, inner)

    def _now(self, o: str, field: Field | Typename, place: _Place) -> str:
        if isinstance(field, Typename):
            return repr(field.parent.name)
        v = self._name("v")
        self.line(f"{v} = {self._read(o, field, place)}")
        return self.complete(v, field.value, place)

    def _maybe_later(self, d: str, o: str, field: Field, place: _Place) -> None:
        v = self._name("v")
        self.line(f"{v} = {self._read(o, field, place)}")
        self.line(f"{d}[{field.key!r}] = None")
        self.line(f"if {v}.__class__ is Coroutine:")
        self._deeper(lambda: self._later(d, field, v, place))
        self.line("else:")
        self._deeper(lambda: self.line(f"{d}[{field.key!r}] = {self.complete(v, field.value, place)}"))

    def _later(self, d: str, field: Field, work: str, place: _Place) -> None:
        completer = self._source.completer(field.value)
        parts = (d, repr(field.key), work, completer, place.path(), self._source.bind("field", field))
        self.line(f"later.append(Later({', '.join(parts)}))")

    def _read(self, o: str, field: Field, place: _Place) -> str:
        """An expression for the field's value on object ``o``, not yet completed."""
        resolver = field.resolver
        if resolver is None:
            return f"{o}.{field.strawberry.python_name}"
        parts = [o] if resolver.self_parameter else []
        if resolver.info_parameter:
            parts.append(f"{resolver.info_parameter.name}=run.info({len(self._source.infos)}, {place.arguments()})")
            self._source.infos.append(Asking(field, place.steps(), {}))
        if field.arguments.constant is None:
            parts.append(f"**run.arguments[{len(self._source.binds)}]")
            self._source.binds.append(field)
        else:
            constants = field.arguments.constant.items()
            parts += [f"{name}={self._source.bind('constant', value)}" for name, value in constants]
        return f"{self._source.bind('method', resolver.wrapped_func)}({', '.join(parts)})"

    def _leaf(self, v: str, leaf: Leaf, *, is_nullable: bool) -> str:
        write = self._source.bind("write", writer(leaf.kind))
        present = f"{v} is not None and " if is_nullable else ""
        if not isinstance(leaf.kind, GraphQLScalarType):
            enum = enum_names(leaf.kind)
            if enum is not None:
                self.line(f"if {v}.__class__ is {self._source.bind('enum', enum[0])}:")
                self.line(f"    {v} = {self._source.bind('names', enum[1])}[{v}._name_]")
                self.line(f"elif {v} is not None:" if is_nullable else "else:")
                self.line(f"    {v} = {write}({v})")
                return v
        usual = passed_on(leaf.kind) if isinstance(leaf.kind, GraphQLScalarType) else None
        if usual is None:
            return f"None if {v} is None else {write}({v})" if is_nullable else f"{write}({v})"
        odd = f"{v}.__class__ is not {usual.__name__}"
        if usual in _RANGES:
            odd = f"({odd} or {_RANGES[usual].format(v)})"
        self.line(f"if {present}{odd}:")
        self.line(f"    {v} = {write}({v})")
        return v

    def _guarded(self, v: str, value: Value, write: Callable[[str], None]) -> str:
        """Write the completion of a list or object into a variable, None staying None where it may."""
        x = self._name("x")
        if not value.is_nullable:
            write(x)
            return x
        self.line(f"if {v} is None:")
        self.line(f"    {x} = None")
        self.line("else:")
        self._deeper(lambda: write(x))
        return x

    def _list(self, v: str, x: str, listed: Listed, place: _Place) -> None:
        self.line(f"if {v}.__class__ is not list and {v}.__class__ is not tuple: raise Unusual")
        self.line(f"{x} = []")
        entry = self._name("v")
        self._loops += 1
        if self._loops > _MAX_LOOPS:
            raise NotCompilable("too many lists within lists")
        if listed.item.may_wait:
            index = self._name("i")
            self.line(f"for {index}, {entry} in enumerate({v}):")
        else:
            index = "0"
            self.line(f"for {entry} in {v}:")
        self._deeper(
            lambda: self.line(f"{x}.append({self.complete(entry, listed.item, place.entry(index))})"),
        )
        self._loops -= 1

    def _composite(self, v: str, x: str, selections: tuple[Selection, ...], place: _Place) -> None:
        if len(selections) == 1:
            self.line(f"if {v}.__class__ is not {self._source.bind('Class', selections[0].origin)}: raise Unusual")
            self._object(v, x, selections[0], place)
            return
        word = "if"
        for selection in selections:
            self.line(f"{word} {v}.__class__ is {self._source.bind('Class', selection.origin)}:")
            self._deeper(lambda selection=selection: self._object(v, x, selection, place))  # type: ignore[misc]
            word = "elif"
        self.line("else: raise Unusual")

    def _object(self, v: str, x: str, selection: Selection, place: _Place) -> None:
        if selection.is_filled_in:
            self.line(f"{x} = {{}}")
            self.fill(x, v, selection.fields, place)
            return
        name = selection.kind.name
        parts = [f"{each.key!r}: {self._now(v, each, place.key(each.key, name))}" for each in selection.fields]
        self.line(f"{x} = {{{', '.join(parts)}}}")

    def _deeper(self, write: Callable[[], None]) -> None:
        self._indent += 1
        if self._indent > _MAX_INDENT:
            raise NotCompilable("too deep for Python")
        write()
        self._indent -= 1

    def _name(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers)}"
