"""
A schema with every kind of field the compiled executor knows, over values drawn from a seed, faults among them.

The same seed gives the same values however often they are asked for. Whoever is called notes it in the journal.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, NewType, TypeVar, cast
from zlib import crc32

import strawberry
from strawberry.dataloader import DataLoader
from strawberry.schema.config import StrawberryConfig

T = TypeVar("T")
Stamp = NewType("Stamp", int)


class Text(str):
    """A text that is not exactly a ``str``."""

    __slots__ = ()


class Number(int):
    """A number that is not exactly an ``int``."""


class Broken(Exception):
    """What faulty resolvers raise."""


def _write_stamp(value: object) -> str:
    if not isinstance(value, int):
        raise TypeError(f"no stamp: {value!r}")
    return f"#{value}"


@strawberry.enum
class Colour(Enum):
    """An enumeration."""

    RED = "r"
    GREEN = "g"
    BLUE = "b"


_ODD: Final[tuple[object, ...]] = (
    None, Text("odd"), Number(7), 2**31, -(2**31), -(2**31) - 1, float("nan"), float("inf"), 1.5, 3.0, True, "7", "RED",
    "r", Colour.RED, object, Broken("as a value"), (), [], ["x"], {"a": 1}, strawberry.UNSET,
)  # fmt: skip
"""What may stand where something else is expected."""


@dataclass
class World:
    """Where the values come from; of a thousand, ``faults`` are odd or raise, and ``delays`` come late."""

    seed: int
    faults: int = 0
    delays: int = 0
    journal: list[tuple[str, str]] = field(default_factory=list)
    loaded: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        async def load(numbers: list[int]) -> list["Thing | None"]:
            self.loaded += numbers
            return [None if self.draw(number, "gone", 5) == 0 else self.thing(number) for number in numbers]

        self._load = load
        self._loader: DataLoader[int, Thing | None] | None = None

    @property
    def loader(self) -> "DataLoader[int, Thing | None]":
        """Loads things in batches."""
        if self._loader is None:
            self._loader = DataLoader(self._load)
        return self._loader

    def draw(self, number: int, name: str, below: int) -> int:
        """A number from 0, always the same for these three."""
        return crc32(f"{self.seed}/{number}/{name}".encode()) % below

    def value(self, number: int, name: str, right: Sequence[T]) -> T:
        """One of the right values, or a fault, which is anything but a ``T``."""
        if self.draw(number, f"{name}?", 1000) < self.faults:
            odd = _ODD[self.draw(number, f"{name}!", len(_ODD))]
            # A new one each time: an error holds every frame that it ever went through.
            return cast("T", Broken(*odd.args) if isinstance(odd, Broken) else odd)
        return right[self.draw(number, name, len(right))]

    def raises(self, number: int, name: str) -> None:
        """
        Do what a faulty resolver does.

        Raises:
            Broken: sometimes.
        """
        if self.draw(number, f"{name}^", 1000) < self.faults:
            raise Broken(f"{name} of {number}")

    def sound(self, number: int, name: str) -> int:
        """
        The number itself.

        Raises:
            Broken: sometimes.
        """
        self.raises(number, name)
        return number

    async def wait(self, number: int, name: str) -> None:
        """Let others run, sometimes for several turns."""
        if self.draw(number, f"{name}~", 1000) < self.delays:
            for _ in range(1 + self.draw(number, f"{name}~~", 3)):
                await asyncio.sleep(0)

    def note(self, info: "Info", arguments: object = None) -> None:
        """Write a call down."""
        path = ".".join(map(str, info._raw_info.path.as_list()))
        self.journal.append((path, repr(arguments)))

    def thing(self, number: int) -> "Thing":
        """A thing; its number says all about it."""
        return Thing(world=self, number=number, **{name: self.value(number, name, of) for name, of in _RIGHT.items()})

    def named(self, number: int) -> "Named":
        """A thing or a place."""
        if self.draw(number, "kind", 2):
            return self.thing(number)
        return Place(name=self.value(number, "name", _RIGHT["name"]), world=self, number=number)


Info = strawberry.Info[World, None]


@strawberry.input
class Where:
    """An input object."""

    depth: int = 1
    colour: Colour | None = strawberry.UNSET
    names: list[str] | None = strawberry.UNSET
    inner: "Where | None" = strawberry.UNSET


@strawberry.interface
class Named:
    """An interface."""

    name: str


@strawberry.type
class Place(Named):
    """Its other implementation."""

    world: strawberry.Private[World]
    number: strawberry.Private[int]

    @strawberry.field
    def things(self, first: int = 1) -> list["Thing"]:
        return [self.world.thing(self.number * 3 + place) for place in range(min(first, 3))]

    @strawberry.field
    async def ruler(self, info: Info) -> Named | None:
        return await _later(info, self.number, "ruler", lambda: self.world.named(self.number + 1))


@strawberry.type
class Tag:
    """An object with a plain constructor, which a plan does not make where it can do without."""

    world: strawberry.Private[World]
    number: strawberry.Private[int]
    word: str
    twice: str

    def __init__(self, word: str, number: int, world: World) -> None:
        self.word = word
        self.twice = word * 2
        self.number = number
        self.world = world

    @strawberry.field
    def stamp(self) -> Stamp:
        return Stamp(self.world.sound(self.number, "stamp"))

    @strawberry.field
    def length(self, plus: int = 1) -> int | None:
        length = len(self.word) + plus
        return self.world.value(self.number, "length", (length, None))

    @strawberry.field
    def bearer(self) -> "Thing | None":
        return self.world.thing(self.number) if self.number > 1 else None

    @strawberry.field
    def itself(self) -> "Tag":
        return self

    @strawberry.field
    async def slow(self, info: Info) -> str | None:
        return await _later(info, self.number, "slow", lambda: self.word)


@strawberry.type
class Tie:
    """An object with a plain constructor that holds another."""

    place: int
    tag: Tag

    def __init__(self, place: int, tag: Tag) -> None:
        self.place = place
        self.tag = tag

    @strawberry.field
    def next_place(self) -> int:
        return self.place + 1


@strawberry.type
class Thing(Named):
    """Holds leaves of every kind, nullable and not."""

    world: strawberry.Private[World]
    number: strawberry.Private[int]
    note: str | None
    count: int
    size: int | None
    weight: float
    ratio: float | None
    is_old: bool
    is_new: bool | None
    key: strawberry.ID
    colour: Colour
    shade: Colour | None
    stamp: Stamp
    mark: Stamp | None
    tags: list[str]
    marks: list[int | None] | None
    grid: list[list[Colour]] | None

    @strawberry.field
    def label(self, upper: bool = False, times: int | None = strawberry.UNSET) -> str:
        self.world.raises(self.number, "label")
        text = f"thing {self.number}" * (times if isinstance(times, int) else 1)
        return text.upper() if upper else text

    @strawberry.field
    def tinted(self, colour: Colour = Colour.RED, weight: float | None = 1.5) -> Colour | None:
        self.world.raises(self.number, "tinted")
        return colour if weight else None

    @strawberry.field
    def near(self, where: Where | None = strawberry.UNSET, keys: list[strawberry.ID] | None = None) -> str:
        return f"{where!r} {keys!r}"

    @strawberry.field
    def tag(self) -> Tag | None:
        word = self.world.value(self.number, "word", _WORDS_AND_NONE)
        return None if word is None else Tag(word, self.number, self.world)

    @strawberry.field
    def sure_tag(self, plus: int = 1) -> Tag:
        return Tag(world=self.world, word=self.name, number=self.number + plus)

    @strawberry.field
    def ties(self) -> list[Tie]:
        numbers = range(self.world.sound(self.number, "ties") % 4)
        return [Tie(self.world.sound(each, "tie"), Tag(self.name, each, self.world)) for each in numbers]

    @strawberry.field
    def maker(self) -> "Thing | None":
        return self.world.value(self.number, "maker", (None, self.world.thing(self.number + 1)))

    @strawberry.field
    def twin(self) -> "Thing":
        return self.world.value(self.number, "twin", (self.world.thing(self.number + 2),))

    @strawberry.field
    def parts(self, first: int = 2) -> list["Thing"]:
        self.world.raises(self.number, "parts")
        numbers = range(self.number * 2, self.number * 2 + min(first, 3))
        return [self.world.value(each, "part", (self.world.thing(each),)) for each in numbers]

    @strawberry.field
    def spares(self) -> "tuple[Thing | None, ...] | None":
        return tuple(self.world.value(each, "spare", (self.world.thing(each), None)) for each in range(2))

    @strawberry.field
    def other(self) -> Named:
        return self.world.value(self.number, "other", (self.world.named(self.number + 3),))

    @strawberry.field
    def others(self) -> list[Named | None]:
        return [self.world.value(each, "others", (self.world.named(each), None)) for each in range(self.number % 4)]

    @strawberry.field
    def sometimes(self, info: Info, first: int = 1) -> "Thing | None":
        found = self.world.thing(self.number + first)
        if self.world.draw(self.number, "sometimes", 2):
            return found
        return _later(info, self.number, "sometimes", lambda: found)  # type: ignore[return-value]

    @strawberry.field
    async def price(self, info: Info, factor: int = 1) -> int:
        return await _later(info, self.number, "price", lambda: factor * 3, factor)

    @strawberry.field
    async def discount(self, info: Info) -> int | None:
        return await _later(info, self.number, "discount", lambda: None)

    @strawberry.field
    async def owner(self, info: Info) -> "Thing | None":
        return await _later(info, self.number, "owner", lambda: self.world.thing(self.number + 5))

    @strawberry.field
    async def keeper(self, info: Info) -> Named:
        return await _later(info, self.number, "keeper", lambda: self.world.named(self.number + 6))

    @strawberry.field
    async def rivals(self, info: Info, first: int = 2) -> list["Thing | None"]:
        things: list[Thing | None] = [self.world.thing(self.number + place) for place in range(min(first, 3))]
        return await _later(info, self.number, "rivals", lambda: things, first)

    @strawberry.field
    async def loaded(self, info: Info) -> "Thing | None":
        self.world.raises(self.number, "loaded")
        # Shared with other fields, so that the end of one must not be the end of all.
        return await asyncio.shield(self.world.loader.load(self.number % 7))


async def _later(info: Info, number: int, name: str, right: Callable[[], T], arguments: object = None) -> T:
    world = info.context
    world.note(info, arguments)
    await world.wait(number, name)
    world.raises(number, name)
    return world.value(number, f"{name}=", (right(),))


@strawberry.type
class Query:
    """The query root."""

    @strawberry.field
    def thing(self, info: Info, number: int = 1) -> Thing | None:
        return info.context.thing(number)

    @strawberry.field
    async def late(self, info: Info, number: int = 2) -> Thing | None:
        return await _later(info, number, "late", lambda: info.context.thing(number), number)

    @strawberry.field
    async def sure(self, info: Info) -> Thing:
        return await _later(info, 3, "sure", lambda: info.context.thing(3))

    @strawberry.field
    async def things(self, info: Info, numbers: list[int] | None = None) -> list[Named | None] | None:
        found: list[Named | None] | None = [info.context.named(number) for number in (numbers or [])[:4]]
        return await _later(info, 4, "things", lambda: found, numbers)

    @strawberry.field
    def where(self, where: Where, sort: Colour = Colour.BLUE) -> str:
        return f"{where!r} {sort!r}"


@strawberry.type
class Mutation:
    """The mutation root."""

    @strawberry.mutation
    async def change(self, info: Info, number: int = 1) -> Thing | None:
        return await _later(info, number, "change", lambda: info.context.thing(number), number)

    @strawberry.mutation
    async def must(self, info: Info) -> Thing:
        return await _later(info, 8, "must", lambda: info.context.thing(8))


_WORDS: Final = ("", "one", "two \N{SNOWMAN}", "Text(3)")
_WORDS_AND_NONE: Final = (*_WORDS, None)
_RIGHT: Final[dict[str, Sequence[Any]]] = {
    "name": _WORDS,
    "note": (*_WORDS, None),
    "count": (0, -5, 2**31 - 1),
    "size": (12, None),
    "weight": (0.0, -1.25, 1e300),
    "ratio": (0.5, None),
    "is_old": (True, False),
    "is_new": (True, None),
    "key": ("k", "17"),
    "colour": tuple(Colour),
    "shade": (Colour.GREEN, None),
    "stamp": (1, 2),
    "mark": (3, None),
    "tags": ([], ["a", "b"], ("c",)),
    "marks": (None, [1, None, 3], []),
    "grid": (None, [[Colour.RED], []], [[Colour.BLUE, Colour.GREEN]]),
}

SCHEMA: Final = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    types=[Place],
    config=StrawberryConfig(scalar_map={Stamp: strawberry.scalar(name="Stamp", serialize=_write_stamp)}),
)
