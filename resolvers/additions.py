"""
Deciding how to put items in a cart. Pure.

The upstream refuses to add what is there, so an addition to a line that exists becomes an absolute quantity, which is
also safe to repeat. Everything that can be refused without asking the upstream is refused here.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ecs.model import Refusal, RemoteCart, RemoteCartItem
from ecs.request import CartChange, Move, NewItem, QuantityChange
from ecs.vocabulary import MAX_CART_ITEMS_PER_REQUEST, MAX_CART_LINES, MAX_QUANTITY, ErrorCode
from persistence.records import LineRecord, Placement
from resolvers.lines import Addition, line_of
from resolvers.problems import Problem, ProblemCode, QuantityProblem
from resolvers.snapshots import SeenCart

What = tuple[str, str | None]


class Plan(Struct, frozen=True):
    """
    What to send for a call's additions.

    ``refused`` are problems by entry; ``changes`` go by CartModify, ``additions`` (each thing once, its units summed)
    by CartCreate or CartAdd; ``wanted`` gives the units each thing is to have in the end.
    """

    refused: dict[int, Problem]
    changes: tuple[CartChange, ...]
    additions: tuple[Addition, ...]
    wanted: dict[What, int]


def plan(asked: Sequence[Addition], lines: Sequence[LineRecord], seen: SeenCart) -> Plan:
    """
    The plan for ``asked`` on a cart with ``lines``, whose upstream ids ``seen`` holds.

    What is among the saved lines moves back to the cart and keeps its units beside the new ones: nothing is lost.
    """
    refused: dict[int, Problem] = {}
    merged: dict[What, Addition] = {}
    for entry in asked:
        problem = _quantity_problem(entry)
        if problem:
            refused[entry.index] = problem
            continue
        earlier = merged.get(entry.what)
        merged[entry.what] = replace(earlier, quantity=earlier.quantity + entry.quantity) if earlier else entry
    changes: list[CartChange] = []
    additions: list[Addition] = []
    wanted: dict[What, int] = {}
    for what, entry in merged.items():
        line = line_of(entry, lines)
        remote_id = _remote_id(line, seen) if line else None
        if line and remote_id:
            wanted[what] = line.quantity + entry.quantity
            if line.placement is Placement.SAVED_FOR_LATER:
                changes.append(Move(remote_id, "MoveToCart"))
            changes.append(QuantityChange(remote_id, min(wanted[what], MAX_QUANTITY)))
        elif len(lines) + len(additions) >= MAX_CART_LINES:
            refused |= {
                other.index: _full(other) for other in asked if other.what == what and other.index not in refused
            }
        else:
            wanted[what] = entry.quantity
            additions.append(replace(entry, quantity=min(entry.quantity, MAX_QUANTITY)))
    return Plan(refused, tuple(changes), tuple(additions), wanted)


def batches(additions: Sequence[Addition]) -> Iterator[tuple[Addition, ...]]:
    """
    ``additions`` in requests of at most ten, none of which names a catalog number twice.

    A cart does not say which offer a line was made from; with one offer of an item a request there is no doubt.
    """
    waiting = list(additions)
    while waiting:
        batch: list[Addition] = []
        for addition in waiting:
            if len(batch) < MAX_CART_ITEMS_PER_REQUEST and all(addition.asin != other.asin for other in batch):
                batch.append(addition)
        yield tuple(batch)
        waiting = [addition for addition in waiting if addition not in batch]


def new_item(addition: Addition) -> NewItem:
    """``addition`` as the upstream takes it."""
    if addition.listing_id is not None:
        return NewItem(addition.quantity, listing_id=addition.listing_id)
    return NewItem(addition.quantity, asin=addition.asin)


class Correction(Struct, frozen=True):
    """An addition that met a line the upstream had already: the line, and the quantity to set it to."""

    addition: Addition
    item: RemoteCartItem
    quantity: int

    @property
    def held(self) -> int:
        """The units of the line before."""
        return self.quantity - self.addition.quantity

    @property
    def change(self) -> QuantityChange:
        """What to send."""
        return QuantityChange(self.item.cart_item_id, min(self.quantity, MAX_QUANTITY))


def landed(additions: Sequence[Addition], before: SeenCart, after: RemoteCart) -> dict[str, Addition]:
    """The new lines of an answer, by key, with the addition of the batch that each was made by."""
    held = {item.key for item in (*before.items, *before.saved)}
    by_asin = {addition.asin: addition for addition in additions}
    new = (item for item in (*after.items, *after.saved) if item.key not in held)
    return {item.key: by_asin[item.asin] for item in new if item.asin in by_asin}


def corrections(additions: Sequence[Addition], before: SeenCart, after: RemoteCart) -> tuple[Correction, ...]:
    """
    What is left to do when ``additions`` met lines that were there: most locales leave the line unchanged and answer
    ItemAlreadyInCart, some silently replace its quantity; the shopper wants both together.

    An addition is left alone unless exactly one line can be meant.
    """
    was_refused = any(refusal.code == ErrorCode.ITEM_ALREADY_IN_CART for refusal in after.refusals)
    held = {item.key: item.quantity for item in before.items}
    found = []
    for addition in additions:
        met = [item for item in after.items if item.asin == addition.asin and item.key in held]
        if len(met) == 1 and (was_refused or met[0].quantity != held[met[0].key]):
            found.append(Correction(addition, met[0], held[met[0].key] + addition.quantity))
    return tuple(found)


def are_mixed(refusals: Sequence[Refusal]) -> bool:
    """True when an answer refuses for more than "already there", so that it does not tell which item it means."""
    codes = {refusal.code for refusal in refusals}
    return bool(codes - {ErrorCode.ITEM_ALREADY_IN_CART, ErrorCode.INVALID_QUANTITY})


def _remote_id(line: LineRecord, seen: SeenCart) -> str | None:
    found = (item.cart_item_id for item in (*seen.items, *seen.saved) if item.key == line.upstream_key)
    return next(found, None)


def _quantity_problem(entry: Addition) -> Problem | None:
    if 1 <= entry.quantity <= MAX_QUANTITY:
        return None
    return QuantityProblem(
        code=ProblemCode.QUANTITY_INVALID,
        message=f"A quantity is a whole number from 1 to {MAX_QUANTITY}; {entry.quantity} is not.",
        field=("quantity",),
        max_quantity=MAX_QUANTITY,
    )


def _full(entry: Addition) -> Problem:
    return Problem(
        code=ProblemCode.CART_FULL,
        message=f"A cart holds at most {MAX_CART_LINES} lines, saved ones included; take one out first.",
        field=("item",),
    )
