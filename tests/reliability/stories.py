"""Short words for the histories that the tests of the checker tell: Ann's, and of whom she was before, a guest."""

from tests.reliability.effects import Cart, Effect, Merge, Put
from tests.reliability.histories import Call, History
from tests.reliability.wishes import effects_of


class Story(History):
    """A history by what became of its calls; ``ann`` calls unless the effects say otherwise."""

    def did(
        self, *effects: Effect, saw: Cart | None = None, key: str | None = None, is_unordered: bool = False
    ) -> Call:
        """A call from start to its good end."""
        call = self.began(*effects, key=key, is_unordered=is_unordered)
        self.ok(call, saw)
        return call

    def tried(self, *effects: Effect, key: str | None = None, is_unordered: bool = False) -> Call:
        """A call that does not know how it ended."""
        call = self.began(*effects, key=key, is_unordered=is_unordered)
        self.unknown(call)
        return call

    def refused(self, *effects: Effect, key: str | None = None, is_unordered: bool = False) -> Call:
        """A call that did nothing."""
        call = self.began(*effects, key=key, is_unordered=is_unordered)
        self.failed(call)
        return call

    def began(self, *effects: Effect, key: str | None = None, is_unordered: bool = False) -> Call:
        """A call that has not ended yet."""
        return self.invoke("p1", effects[0].owner, *effects, key=key, is_unordered=is_unordered)

    def read(self, cart: Cart, owner: str = "ann", *, is_stale: bool = False) -> None:
        """A look at a cart."""
        self.ok(self.invoke("p2", owner), cart, is_stale=is_stale)


def seen(**units: int) -> Cart:
    """A cart by things; negative units are saved ones."""
    return frozenset((thing, abs(number), number < 0) for thing, number in units.items())


def put(thing: str, units: int = 1) -> Put:
    """Ann puts something in."""
    return Put("ann", thing, units)


merging = effects_of(Merge("guest", "ann"))
"""Ann takes in what she had as a guest."""
