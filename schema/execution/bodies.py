"""
What plain functions do, as far as a plan may hold it instead of calling them.

A function is plain when its body is a few lines ``name = expression`` and one ``return expression``, and a constructor
when it only has lines ``self.name = expression``. Expressions may read names, attributes and entries, call, compare,
choose and write text; they may not bind names. A ``return`` of a list written as a comprehension is known as such, and
so are calls of output types that have a plain constructor: a plan need not make the list, nor the object, when all that
is wanted of it can be had without.

The text of a function is taken for what it does only when it compiles to the very code that the function has, so a file
that has changed since, a closure or a decorator that puts another function in its place is called as ever. Globals are
read once: a module may not change what its names mean.
"""

import ast
import builtins
import copy
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import CodeType, FunctionType
from typing import Any, Final, NewType

_EXPRESSIONS: Final = (
    ast.Attribute, ast.BinOp, ast.BoolOp, ast.Call, ast.Compare, ast.Constant, ast.FormattedValue, ast.IfExp,
    ast.JoinedStr, ast.List, ast.Name, ast.Slice, ast.Subscript, ast.Tuple, ast.UnaryOp, ast.boolop, ast.cmpop,
    ast.expr_context, ast.keyword, ast.operator, ast.unaryop,
)  # fmt: skip
_SPECIAL: Final = ("__new__", "__getattribute__", "__getattr__", "__setattr__", "__post_init__")
"""What a class may do when an object is made or read."""
_REFERENCE: Final = re.compile(r"_(\d+)_of_plan_")

Bind = Callable[[str, object], str]
"""Makes a value a global of the generated code, and gives its name."""


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """A parameter or variable, or an attribute of one."""

    name: str
    attribute: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Global:
    """A value the function finds outside, and the name it has there."""

    name: str
    value: object


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """An expression: pieces of Python text around references."""

    pieces: tuple[str, ...]
    references: tuple[Local | Global, ...]

    @property
    def alone(self) -> str | None:
        """The variable that this is, and nothing more; else None."""
        match self.references:
            case (Local(name, None),) if self.pieces == ("", ""):
                return name
        return None

    def written(self, local: Callable[[Local], str], bind: Bind) -> str:
        """The expression with its references in the generated code's words."""
        words = [local(each) if isinstance(each, Local) else bind(each.name, each.value) for each in self.references]
        return "".join(part for pair in zip(self.pieces, [*words, ""], strict=True) for part in pair)


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """``yes if test else no``."""

    test: Text
    yes: "Expression"
    no: "Expression"
    whole: Text


@dataclass(frozen=True, slots=True, eq=False)
class New:
    """A call of an output type with a plain constructor; ``arguments`` by parameter, all of them."""

    kind: type
    arguments: Mapping[str, "Expression"]
    whole: Text


@dataclass(frozen=True, slots=True, eq=False)
class Each:
    """``[entry for target in source]``; the names in ``target`` are ``names``, written as ``{0}``, ``{1}`` …"""

    target: str
    names: tuple[str, ...]
    source: Text
    entry: "Expression"


Expression = Text | Choice | New


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A plain function. ``steps`` are variables with their values, in order."""

    defaults: Mapping[str, Any]
    """Each parameter but ``self``, with its default; ``inspect.Parameter.empty`` without one."""
    steps: tuple[tuple[str, Text], ...]
    result: Expression | Each
    of_self: frozenset[str | None]
    """The attributes of ``self`` that it reads; None among them when it uses the object itself."""


@cache
def body_of(function: object) -> Body | None:
    """What a method does; None when it is not plain."""
    found = _definition(function)
    if found is None:
        return None
    reader, lines = found
    try:
        *before, last = lines
        steps = tuple(reader.step(line) for line in before)
        if not isinstance(last, ast.Return) or last.value is None:
            return None
        result = reader.result(last.value)
    except _NotPlain:
        return None
    return Body(reader.defaults, steps, result, frozenset(reader.of_self))


@cache
def attributes_of(kind: type) -> Mapping[str, Text] | None:
    """What a plain constructor makes of its arguments, by attribute; None when the class has none."""
    init = kind.__dict__.get("__init__")
    is_special = any(getattr(kind, name, None) is not getattr(object, name, None) for name in _SPECIAL)
    if init is None or is_special or type(kind) is not type:
        return None
    found = _definition(init)
    if found is None:
        return None
    reader, lines = found
    try:
        made = dict(reader.attribute(line) for line in lines)
    except _NotPlain:
        return None
    is_plain = reader.of_self == set() and not any(hasattr(getattr(kind, name, None), "__set__") for name in made)
    return made if is_plain else None


def parameters_of(kind: type) -> tuple[str, ...]:
    """The names that a plain constructor takes."""
    return tuple(inspect.signature(kind).parameters)


class _NotPlain(Exception):
    """Something is not for a plan."""


def _definition(function: object) -> tuple["_Reader", list[ast.stmt]] | None:
    """The lines of a function, its docstring aside, when its text is to be had and is what it was compiled from."""
    if not isinstance(function, FunctionType):
        return None
    try:
        text = textwrap.dedent(inspect.getsource(function))
        node = ast.parse(text).body[0]
        if not isinstance(node, ast.FunctionDef) or not _is_compiled_from(text, function.__code__):
            return None
    except (OSError, SyntaxError, ValueError):
        return None
    if not node.args.args or node.args.args[0].arg != "self" or node.args.vararg or node.args.kwarg:
        return None
    has_docstring = ast.get_docstring(node, clean=False) is not None
    return _Reader(function), node.body[1:] if has_docstring else node.body


def _is_compiled_from(text: str, code: CodeType) -> bool:
    # Python compiles a call of ``name.method`` in another way when the module imports the name.
    imports = f"from module import {', '.join(_names(code))}\n" if _names(code) else ""
    return any(
        isinstance(each, CodeType) and _is_same(each, code)
        for before in ("", imports)
        for each in compile(before + text, "<text>", "exec", dont_inherit=True).co_consts
    )


def _names(code: CodeType) -> set[str]:
    return set(code.co_names).union(*(_names(each) for each in code.co_consts if isinstance(each, CodeType)))


def _is_same(one: object, other: object) -> bool:
    if not isinstance(one, CodeType) or not isinstance(other, CodeType):
        return type(one) is type(other) and one == other
    is_alike = (one.co_code, one.co_names, one.co_varnames, one.co_flags, one.co_freevars) == (
        other.co_code, other.co_names, other.co_varnames, other.co_flags, other.co_freevars,
    )  # fmt: skip
    constants = (one.co_consts, other.co_consts)
    return is_alike and len(constants[0]) == len(constants[1]) and all(map(_is_same, *constants))


class _Reader:
    """Reads the expressions of one function in their order."""

    def __init__(self, function: FunctionType) -> None:
        _, *others = inspect.signature(function).parameters.values()
        self.defaults = {each.name: each.default for each in others}
        self.of_self: set[str | None] = set()
        self._globals = function.__globals__
        self._locals = {"self", *self.defaults}

    def step(self, line: ast.stmt) -> tuple[str, Text]:
        match line:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                text = self.text(value)
                if name in self._locals:
                    raise _NotPlain
                self._locals.add(name)
                return name, text
        raise _NotPlain

    def attribute(self, line: ast.stmt) -> tuple[str, Text]:
        match line:
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)], value=value):
                return name, self.text(value)
        raise _NotPlain

    def result(self, node: ast.expr) -> Expression | Each:
        match node:
            case ast.ListComp(elt=entry, generators=[ast.comprehension(ifs=[], is_async=0) as part]):
                return self._each(entry, part)
        return self.expression(node)

    def expression(self, node: ast.expr) -> Expression:
        whole = self.text(node)
        match node:
            case ast.IfExp():
                return Choice(self.text(node.test), self.expression(node.body), self.expression(node.orelse), whole)
            case ast.Call(func=ast.Name(id=name)) if name not in self._locals:
                return self._new(node, self._global(name), whole)
        return whole

    def text(self, node: ast.expr) -> Text:
        references: list[Local | Global] = []
        pieces = _REFERENCE.split(ast.unparse(_Marked(self, references).visit(copy.deepcopy(node))))
        return Text(tuple(pieces[::2]), tuple(references[int(number)] for number in pieces[1::2]))

    def reference(self, node: ast.Name | ast.Attribute) -> Local | Global | None:
        """What a name, or an attribute of a name, refers to; None when the attribute is one of something else."""
        if isinstance(node, ast.Name):
            if node.id not in self._locals:
                return Global(node.id, self._global(node.id))
            if node.id == "self":
                self.of_self.add(None)
            return Local(node.id, None)
        if isinstance(node.value, ast.Name) and node.value.id in self._locals:
            if node.value.id == "self":
                self.of_self.add(node.attr)
            return Local(node.value.id, node.attr)
        return None

    def is_new_type(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id not in self._locals and isinstance(self._global(node.id), NewType)

    def _global(self, name: str) -> object:
        try:
            return self._globals[name] if name in self._globals else getattr(builtins, name)
        except AttributeError:
            raise _NotPlain from None

    def _new(self, node: ast.Call, kind: object, whole: Text) -> Expression:
        if not isinstance(kind, type) or not hasattr(kind, "__strawberry_definition__") or attributes_of(kind) is None:
            return whole
        names = parameters_of(kind)
        given = dict(zip(names, node.args, strict=False)) | {each.arg or "": each.value for each in node.keywords}
        if given.keys() != set(names) or len(node.args) + len(node.keywords) != len(names):
            return whole
        return New(kind, {name: self.expression(value) for name, value in given.items()}, whole)

    def _each(self, entry: ast.expr, part: ast.comprehension) -> Each:
        source = self.text(part.iter)
        targets = part.target.elts if isinstance(part.target, ast.Tuple) else [part.target]
        names = tuple(each.id for each in targets if isinstance(each, ast.Name))
        if len(names) < len(targets) or self._locals & set(names):
            raise _NotPlain
        self._locals.update(names)
        places = ", ".join(f"{{{number}}}" for number in range(len(names)))
        target = f"({places},)" if isinstance(part.target, ast.Tuple) else places
        return Each(target, names, source, self.expression(entry))


class _Marked(ast.NodeTransformer):
    """Puts numbers in place of what an expression refers to, and refuses what is no plain expression."""

    def __init__(self, reader: _Reader, references: list[Local | Global]) -> None:
        self._reader = reader
        self._references = references

    def visit(self, node: ast.AST) -> Any:
        if not isinstance(node, _EXPRESSIONS) or (isinstance(node, ast.keyword) and node.arg is None):
            raise _NotPlain
        return super().visit(node)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._reference(node) or node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return self._reference(node) or self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> Any:
        # At run time a ``NewType`` gives back what it is given.
        if self._reader.is_new_type(node.func) and len(node.args) == 1:
            return self.visit(node.args[0])
        return self.generic_visit(node)

    def _reference(self, node: ast.Name | ast.Attribute) -> ast.expr | None:
        found = self._reader.reference(node)
        if found is None:
            return None
        self._references.append(found)
        return ast.Name(f"_{len(self._references) - 1}_of_plan_", ast.Load())
