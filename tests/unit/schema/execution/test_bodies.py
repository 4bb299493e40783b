"""What is taken for a plain function, and what is not."""

from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any, ClassVar

import pytest
import strawberry

from schema.execution.bodies import Choice, Each, Local, New, Text, attributes_of, body_of, parameters_of
from schema.scalars import URL


@strawberry.type
class Word:
    """Has a plain constructor."""

    text: str
    size: int

    def __init__(self, text: str, size: int) -> None:
        """Keep them."""
        self.text = URL(text)
        self.size = size + 1


@strawberry.type
class Generated:
    """Has a constructor whose text is nowhere."""

    text: str


@strawberry.type
class Counted:
    """Has a constructor that does more than keep."""

    text: str
    made: ClassVar[int] = 0

    def __init__(self, text: str) -> None:
        self.text = text
        Counted.made += 1


@strawberry.type
class Chained:
    """Has a constructor that reads what it has made."""

    text: str
    again: str

    def __init__(self, text: str) -> None:
        self.text = text
        self.again = self.text


@strawberry.type
class Guarded:
    """Answers for attributes that are not there."""

    text: str

    def __init__(self, text: str) -> None:
        self.text = text

    def __getattr__(self, name: str) -> str:
        return name


def _wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def other(self: object) -> str:
        return f"not {function(self)}"

    return other


class Methods:
    """Methods as types have them."""

    item: Any

    def reads(self) -> Any:
        """Its text is not part of what it does."""
        return self.item.title or self.item.asin

    def sets(self, size: int = 3) -> Any:
        found = self.item.find(size)
        return None if found is None else Word(found.text, size=found.size)

    def lists(self) -> list[Word]:
        return [Word(text, place) for place, text in enumerate(self.item)]

    def loops(self) -> list[Any]:
        for each in self.item:
            return [each]
        return []

    def filters(self) -> list[Any]:
        return [each for each in self.item if each]

    def spreads(self) -> Any:
        return max(*self.item)

    def binds(self) -> Any:
        return (found := self.item.title) or found

    def defers(self) -> Any:
        return lambda: self.item

    def assigns_twice(self) -> Any:
        found = self.item
        found = found.title
        return found or None

    @_wrapped
    def is_wrapped(self) -> Any:
        return self.item.title


def _written(text: Text) -> str:
    def local(reference: Local) -> str:
        return f"<{reference.name}>" if reference.attribute is None else f"<{reference.name} {reference.attribute}>"

    return text.written(local, lambda name, _: f"<<{name}>>")


def test_an_expression_is_text_around_references() -> None:
    """A plan writes it in its own words."""
    body = body_of(Methods.reads)

    assert body is not None
    assert isinstance(body.result, Text)
    assert _written(body.result) == "<self item>.title or <self item>.asin"
    assert body.of_self == {"item"}


def test_a_choice_of_an_object_is_known_as_such() -> None:
    """The object need not be made; a ``NewType`` is nothing at run time."""
    body = body_of(Methods.sets)

    assert body is not None
    assert body.defaults == {"size": 3}
    assert [(name, _written(text)) for name, text in body.steps] == [("found", "<self item>.find(<size>)")]
    assert isinstance(body.result, Choice)
    assert _written(body.result.test) == "<found> is None"
    assert isinstance(body.result.no, New)
    assert body.result.no.kind is Word
    assert {name: _written(each) for name, each in body.result.no.arguments.items() if isinstance(each, Text)} == {
        "text": "<found text>",
        "size": "<found size>",
    }
    assert _written(body.result.whole) == "None if <found> is None else <<Word>>(<found text>, size=<found size>)"
    assert {name: _written(text) for name, text in (attributes_of(Word) or {}).items()} == {
        "text": "<text>",
        "size": "<size> + 1",
    }
    assert parameters_of(Word) == ("text", "size")


def test_a_comprehension_is_known_entry_by_entry() -> None:
    """The list of objects need not be made either."""
    body = body_of(Methods.lists)

    assert body is not None
    assert isinstance(body.result, Each)
    assert (body.result.target, body.result.names) == ("({0}, {1},)", ("place", "text"))
    assert _written(body.result.source) == "<<enumerate>>(<self item>)"
    assert isinstance(body.result.entry, New)


@pytest.mark.parametrize(
    "function",
    [
        Methods.loops,
        Methods.filters,
        Methods.spreads,
        Methods.binds,
        Methods.defers,
        Methods.assigns_twice,
        Methods.is_wrapped,
        lambda self: self.item,
        len,
        object(),
    ],
)
def test_what_is_not_plain_is_called_as_ever(function: object) -> None:
    """Only what a plan can hold without knowing more of Python is taken."""
    assert body_of(function) is None


def test_a_closure_is_called_as_ever() -> None:
    """What it reads is not to be found in its module."""
    outer = "outside"

    def closes(self: Any) -> str:
        return outer or str(self)

    assert body_of(closes) is None


def test_text_that_is_not_what_runs_is_not_taken() -> None:
    """A file may have been replaced since it was loaded, by a newer release for instance."""

    code = Methods.reads.__code__
    assert code.co_names == ("item", "title", "asin")
    changed = FunctionType(code.replace(co_names=("item", "asin", "title")), globals())

    assert body_of(changed) is None


@pytest.mark.parametrize("kind", [Generated, Counted, Chained, Guarded, int, type("Bare", (), {})])
def test_an_object_is_made_unless_its_constructor_is_plain(kind: type) -> None:
    """What it does beside keeping its arguments must not get lost."""
    assert attributes_of(kind) is None
