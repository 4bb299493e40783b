"""
The lines of one function of a plan.

What a plain method does is written in its place, and an object that it would make only to be read is not made: its
attributes are variables (``Parts``). See ``schema.execution.bodies``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import Parameter
from itertools import count
from typing import Any, Final, Protocol

from graphql import GraphQLScalarType

from schema.execution.bodies import Body, Choice, Each, Expression, Local, New, Text, attributes_of
from schema.execution.info import Asking
from schema.execution.inlining import can_be_parts, is_passed_on, objects_read, whole_of, written_out
from schema.execution.leaves import enum_names, passed_on, writer
from schema.execution.places import Place
from schema.execution.refusals import NotCompilable
from schema.execution.shapes import Composite, Field, How, Leaf, Listed, Selection, Typename, Value

_MAX_LOOPS: Final = 12
_MAX_INDENT: Final = 60
"""Python takes twenty loops within each other and a hundred levels of indentation."""

_RANGES: Final = {int: "not -2147483648 <= {0} <= 2147483647", float: "not -inf < {0} < inf"}

Words = Mapping[str, "str | Parts | Unmade"]
"""What the names of a plain method are in the generated code."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """An object that was not made: its attributes."""

    attributes: Mapping[str, "str | Unmade"]


@dataclass(frozen=True, slots=True, eq=False)
class Unmade:
    """An object that will not be made unless somebody has to have it: how it would be."""

    new: New
    words: Words


class Module(Protocol):
    """What the function is part of."""

    infos: list[Asking]
    binds: list[Field]

    def bind(self, prefix: str, value: object) -> str:
        """A global of this value."""
        ...

    def completer(self, value: Value) -> str:
        """Write a function that completes an awaited value; gives its name."""
        ...


class Function:
    """Collects the lines of a function."""

    def __init__(self, source: Module) -> None:
        self.lines: list[str] = []
        self._source = source
        self._indent = 1
        self._loops = 0
        self._numbers = count(1)

    def line(self, text: str) -> None:
        """Write a line."""
        self.lines.append("    " * self._indent + text)

    def complete(self, v: str, value: Value, place: Place) -> str:
        """Write what completes the value of variable ``v``; gives an expression for the outcome."""
        match value.shape:
            case Leaf():
                return self._leaf(v, value.shape, is_nullable=value.is_nullable)
            case Listed():
                return self._guarded(v, value, lambda x: self._list(v, x, value.shape, place))  # type: ignore[arg-type]
            case Composite(selections):
                return self._guarded(v, value, lambda x: self._composite(v, x, selections, place))

    def fill(self, d: str, o: str, fields: tuple[Field | Typename, ...], place: Place) -> None:
        """Write what resolves fields of object ``o`` into dictionary ``d`` one by one."""
        for field in fields:
            inner = place.key(field.key, field.parent.name)
            if isinstance(field, Typename) or field.how is How.NOW:
                self.line(f"{d}[{field.key!r}] = {self._now(o, field, inner)}")
            else:
                self.line(f"{d}[{field.key!r}] = None")
                self._not_now(d, o, field, inner)

    def _now(self, o: "str | Parts", field: Field | Typename, place: Place) -> str:
        if isinstance(field, Typename):
            return repr(field.parent.name)
        body = written_out(field)
        if body is not None:
            return self._written_out(o, field, body, place)
        if isinstance(o, Parts):
            return self._attribute(o, field, place)
        v = self._name("v")
        self.line(f"{v} = {self._read(o, field, place)}")
        return self.complete(v, field.value, place)

    def _not_now(self, d: str, o: str, field: Field, place: Place) -> None:
        work = self._read(o, field, place)
        if field.how is How.LATER:
            self._later(d, field, work, place)
            return
        v = self._name("v")
        self.line(f"{v} = {work}")
        self.line(f"if {v}.__class__ is Coroutine:")
        self._deeper(lambda: self._later(d, field, v, place))
        self.line("else:")
        self._deeper(lambda: self.line(f"{d}[{field.key!r}] = {self.complete(v, field.value, place)}"))

    def _later(self, d: str, field: Field, work: str, place: Place) -> None:
        completer = self._source.completer(field.value)
        parts = (d, repr(field.key), work, completer, place.path(), self._source.bind("field", field))
        self.line(f"later.append(Later({', '.join(parts)}))")

    def _read(self, o: str, field: Field, place: Place) -> str:
        """An expression for the field's value on object ``o``, not yet completed."""
        resolver = field.resolver
        if resolver is None:
            return f"{o}.{field.strawberry.python_name}"
        parts = [o] if resolver.self_parameter else []
        if resolver.info_parameter:
            parts.append(f"{resolver.info_parameter.name}=run.info({len(self._source.infos)}, {place.arguments()})")
            self._source.infos.append(Asking(field, place.steps(), {}))
        if field.arguments.constant is None:
            parts.append(f"**{self._arguments(field)}")
        else:
            constants = field.arguments.constant.items()
            parts += [f"{name}={self._source.bind('constant', value)}" for name, value in constants]
        return f"{self._source.bind('method', resolver.wrapped_func)}({', '.join(parts)})"

    def _arguments(self, field: Field) -> str:
        """An expression for the arguments of a request."""
        self._source.binds.append(field)
        return f"run.arguments[{len(self._source.binds) - 1}]"

    def _written_out(self, o: "str | Parts", field: Field, body: Body, place: Place) -> str:
        words: dict[str, str | Parts | Unmade] = {"self": o, **self._given(field, body)}
        for name, text in body.steps:
            words[name] = self._variable(text, words)
        if isinstance(body.result, Each):
            return self._each(body.result, words, field.value, place)
        return self._expression(body.result, words, field.value, place)

    def _given(self, field: Field, body: Body) -> dict[str, str]:
        """The arguments of a plain method, by parameter."""
        given: dict[str, str] = {}
        constant = field.arguments.constant
        variables = self._name("a") if constant is None else ""
        if constant is None:
            self.line(f"{variables} = {self._arguments(field)}")
        for name, default in body.defaults.items():
            otherwise = "" if default is Parameter.empty else self._source.bind("constant", default)
            if constant is None:
                given[name] = self._name("v")
                read = f"{variables}.get({name!r}, {otherwise})" if otherwise else f"{variables}[{name!r}]"
                self.line(f"{given[name]} = {read}")
            else:
                given[name] = self._source.bind("constant", constant[name]) if name in constant else otherwise
        return given

    def _expression(self, expression: Expression, words: Words, value: Value, place: Place) -> str:
        """Write what completes the value that a plain method's expression gives."""
        selections = value.shape.selections if isinstance(value.shape, Composite) else ()
        match expression:
            case Choice(test, yes, no) if selections and value.is_nullable:
                x = self._name("x")
                self.line(f"if {self._text(test, words)}:")
                self._deeper(lambda: self.line(f"{x} = {self._expression(yes, words, value, place)}"))
                self.line("else:")
                self._deeper(lambda: self.line(f"{x} = {self._expression(no, words, value, place)}"))
                return x
            case Text(("None",)) if value.is_nullable:
                return "None"
            case New(kind) if [kind] == [each.origin for each in selections]:
                selection, x = selections[0], self._name("x")
                is_unmade = can_be_parts(expression, selection)
                made = (
                    self._parts(expression, words, selection)
                    if is_unmade
                    else self._variable(whole_of(expression), words)
                )
                self._object(made, x, selection, place)
                return x
        v = self._name("v")
        self.line(f"{v} = {self._text(whole_of(expression), words)}")
        return self.complete(v, value, place)

    def _each(self, each: Each, words: Words, value: Value, place: Place) -> str:
        assert isinstance(value.shape, Listed)  # noqa: S101 - see ``written_out``
        item, x = value.shape.item, self._name("x")
        names = {name: self._name("v") for name in each.names}
        self.line(f"{x} = []")
        self._loop(
            each.target.format(*names.values()),
            self._text(each.source, words),
            item,
            place,
            lambda inner: self.line(f"{x}.append({self._expression(each.entry, {**words, **names}, item, inner)})"),
        )
        return x

    def _parts(self, new: New, words: Words, selection: Selection) -> Parts:
        """Write what the constructor does, with variables for the object's attributes."""
        given: dict[str, str | Unmade] = {}
        read = objects_read(selection)
        for name, argument in new.arguments.items():
            below = read.get(name, ()) if is_passed_on(new.kind, name) else ()
            if isinstance(argument, New) and below and all(can_be_parts(argument, each) for each in below):
                given[name] = Unmade(argument, words)
            else:
                given[name] = self._variable(whole_of(argument), words)
        made = attributes_of(new.kind) or {}
        return Parts({name: self._kept(text, given) for name, text in made.items()})

    def _kept(self, text: Text, given: Mapping[str, "str | Unmade"]) -> "str | Unmade":
        alone = text.alone
        return given[alone] if alone is not None else self._variable(text, given)

    def _variable(self, text: Text, words: Words) -> str:
        written = self._text(text, words)
        if written.isidentifier():
            return written
        v = self._name("v")
        self.line(f"{v} = {written}")
        return v

    def _attribute(self, o: Parts, field: Field, place: Place) -> str:
        found = o.attributes[field.strawberry.python_name]
        if isinstance(found, Unmade):
            return self._expression(found.new, found.words, field.value, place)
        if isinstance(field.value.shape, Leaf):
            # Completing a leaf changes its variable, and another field may read the same attribute.
            found, kept = self._name("v"), found
            self.line(f"{found} = {kept}")
        return self.complete(found, field.value, place)

    def _text(self, text: Text, words: Words) -> str:
        def local(reference: Local) -> str:
            word = words[reference.name]
            if isinstance(word, Parts):
                word = word.attributes[reference.attribute or ""]
                assert isinstance(word, str)  # noqa: S101 - see ``objects_read``
                return word
            assert isinstance(word, str)  # noqa: S101 - see ``objects_read``
            return word if reference.attribute is None else f"{word}.{reference.attribute}"

        return text.written(local, self._source.bind)

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

    def _list(self, v: str, x: str, listed: Listed, place: Place) -> None:
        self.line(f"if {v}.__class__ is not list and {v}.__class__ is not tuple: raise Unusual")
        self.line(f"{x} = []")
        entry = self._name("v")
        self._loop(
            entry,
            v,
            listed.item,
            place,
            lambda inner: self.line(f"{x}.append({self.complete(entry, listed.item, inner)})"),
        )

    def _loop(self, target: str, source: str, item: Value, place: Place, write: Callable[[Place], None]) -> None:
        self._loops += 1
        if self._loops > _MAX_LOOPS:
            raise NotCompilable("too many lists within lists")
        index = self._name("i") if item.may_wait else "0"
        if item.may_wait:
            self.line(f"for {index}, {target} in enumerate({source}):")
        else:
            self.line(f"for {target} in {source}:")
        self._deeper(lambda: write(place.entry(index)))
        self._loops -= 1

    def _composite(self, v: str, x: str, selections: tuple[Selection, ...], place: Place) -> None:
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

    def _object(self, v: "str | Parts", x: str, selection: Selection, place: Place) -> None:
        name = selection.kind.name
        waiting = [each for each in selection.fields if isinstance(each, Field) and each.how is not How.NOW]
        parts = [
            f"{each.key!r}: {None if each in waiting else self._now(v, each, place.key(each.key, name))}"
            for each in selection.fields
        ]
        self.line(f"{x} = {{{', '.join(parts)}}}")
        for field in waiting:
            assert isinstance(v, str)  # noqa: S101 - see ``can_be_parts``
            self._not_now(x, v, field, place.key(field.key, name))

    def _deeper(self, write: Callable[[], Any]) -> None:
        self._indent += 1
        if self._indent > _MAX_INDENT:
            raise NotCompilable("too deep for Python")
        write()
        self._indent -= 1

    def _name(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers)}"
