"""
What the journal keeps of a change, as bytes without secrets: the intent while it is open, its outcome for a repetition.

The store keeps the bytes; this module alone knows what is in them. An older version's bytes must stay readable for as
long as an intent may be open or a request key lives (72 hours): fields are added with defaults, none is taken away.
"""

from enum import StrEnum

from msgspec import Struct, msgpack
from msgspec.structs import replace

from resolvers.goals import Goal
from resolvers.outcomes import AnyNotice, CartOutcome, ItemResult
from resolvers.problems import AnyProblem, Problem, UnavailableProblem


class Kind(StrEnum):
    """What was asked for."""

    ADD = "ADD"
    SET_QUANTITY = "SET_QUANTITY"
    MOVE = "MOVE"
    CLEAR = "CLEAR"
    MERGE = "MERGE"
    RESTORE = "RESTORE"
    CHECKOUT = "CHECKOUT"
    GIVE = "GIVE"
    """A cart whose lines go into another: it waits for the other's MERGE."""


class Agreed(Struct, frozen=True, kw_only=True):
    """What the shopper agreed to at checkout: the sum he saw, in minor units, and which moves of prices he accepts."""

    subtotal_minor: int | None = None
    accepts_rise: bool = False
    accepts_drop: bool = True


class Intent(Struct, frozen=True, kw_only=True):
    """
    One change, complete: whoever finds it can carry it to its end.

    ``entries`` counts the entries of the call, each of which has a result; ``refused`` are those that were refused
    before anything was sent. ``asked`` are the lines a move named, in the call's order.
    """

    kind: Kind
    goals: tuple[Goal, ...] = ()
    entries: int = 0
    refused: dict[int, AnyProblem] = {}
    asked: tuple[str, ...] = ()
    clears_all: bool = False
    """Saved lines too: one CartClear does it."""
    is_atomic: bool = False
    is_taken_back: bool = False
    """The goals undo an atomic call that could not be carried out whole."""
    makes_cart: bool = False
    """The goals go into a new upstream cart: there is none yet, or it is gone, or another is to take its place."""
    replaces_cart: bool = False
    """The new cart is another one of ours: the one held is archived with its lines."""
    is_rebuild: bool = False
    source_cart_id: str | None = None
    agreed: Agreed = Agreed()
    """Of a checkout."""

    @property
    def is_seen_whole(self) -> bool:
        """
        True when nobody may see half of it: all of several items or none, lines that are put aside again at last, and
        lines that come in from another cart, which stand there until they are written here.
        """
        return self.is_atomic or self.kind in {Kind.MERGE, Kind.GIVE, Kind.RESTORE}


class Outcome(Struct, frozen=True, kw_only=True):
    """What a repetition under the same request key is told, beside the cart as it is then."""

    cart_id: str
    problems: tuple[AnyProblem, ...] = ()
    notices: tuple[AnyNotice, ...] = ()
    results: tuple[ItemResult, ...] = ()
    line_ids: tuple[str, ...] = ()
    removed_line_ids: tuple[str, ...] = ()
    subtotal_minor: int | None = None
    """Of a hand-over."""


_encode = msgpack.Encoder().encode
_decode_intent = msgpack.Decoder(Intent).decode
_decode_outcome = msgpack.Decoder(Outcome).decode


def to_body(intent: Intent) -> bytes:
    """``intent`` as the store keeps it."""
    return _encode(intent)


def from_body(body: bytes) -> Intent:
    """The intent that ``to_body`` put away."""
    return _decode_intent(body)


def to_outcome(cart_id: str, outcome: CartOutcome) -> bytes:
    """``outcome`` as the store keeps it; of what cannot be bought, only the reason."""
    results = tuple(
        replace(each, problems=tuple(_lean(problem) for problem in each.problems)) for each in outcome.results
    )
    return _encode(
        Outcome(
            cart_id=cart_id,
            problems=tuple(_lean(problem) for problem in outcome.problems),
            notices=outcome.notices,
            results=results,
            line_ids=outcome.line_ids,
            removed_line_ids=outcome.removed_line_ids,
            subtotal_minor=_subtotal_minor(outcome),
        )
    )


def from_outcome(body: bytes) -> Outcome:
    """The outcome that ``to_outcome`` put away."""
    return _decode_outcome(body)


def _lean(problem: Problem) -> Problem:
    return replace(problem, seen=None) if isinstance(problem, UnavailableProblem) else problem


def _subtotal_minor(outcome: CartOutcome) -> int | None:
    if outcome.handover is None or outcome.handover.subtotal is None:
        return None
    return outcome.handover.subtotal.amount_minor
