"""
Goals: what each thing in a cart is to become. Pure.

A goal is absolute ("three units, among those to be bought"), so asking for it again does no harm, and it carries what
stood before, so that a later look at the cart tells whether it was reached. That comparison, ``standing``, is what
settles a change whose answer was lost: it is total, and each of its cases says what to do next.
"""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from ecs.model import RemoteCartItem
from ecs.vocabulary import MAX_QUANTITY
from persistence.records import LineRecord, Placement
from resolvers.snapshots import SeenCart

What = tuple[str, str | None]


class Goal(Struct, frozen=True):
    """
    One thing, identified by ``key`` when the upstream has a line for it, else by ``asin`` and ``listing_id``.

    ``quantity`` 0 means gone. ``quantity_before`` 0 means it was not there. ``line_id`` is the id our line has, or is
    to bear; None for a new one. ``entries`` are the places in the call that this goal serves.
    """

    asin: str
    quantity: int
    placement: Placement = Placement.ACTIVE
    listing_id: str | None = None
    key: str | None = None
    line_id: str | None = None
    quantity_before: int = 0
    placement_before: Placement = Placement.ACTIVE
    entries: tuple[int, ...] = ()
    takes: str | None = None
    """The line of another cart that this one takes in."""
    may_replace_offer: bool = False
    """When the offer is gone, the item's featured one will do; the shopper is told."""

    @property
    def what(self) -> What:
        """What is bought."""
        return self.asin, self.listing_id

    @property
    def units(self) -> int:
        """The quantity as the upstream takes it."""
        return min(self.quantity, MAX_QUANTITY)


class Standing(StrEnum):
    """Where a goal stands, by the cart as it was read."""

    AS_BEFORE = "AS_BEFORE"
    """Nothing of it happened: it may be asked for."""
    REACHED = "REACHED"
    SHORT = "SHORT"
    """Done as far as the upstream goes: it holds fewer units than asked."""
    ASIDE = "ASIDE"
    """Done as far as the upstream goes: what cannot be bought now lies with the saved lines."""
    OTHERWISE = "OTHERWISE"
    """Neither as before nor as wanted: somebody else was here. The cart is told as it is."""


def standing(goal: Goal, item: RemoteCartItem | None, placement: Placement) -> Standing:
    """Where ``goal`` stands when the cart has ``item`` at ``placement``; None when it has no line for it."""
    if item is None:
        return _absent(goal)
    if goal.quantity == 0:
        return Standing.AS_BEFORE
    was_there = goal.quantity_before > 0
    if placement is not goal.placement:
        if goal.placement is Placement.SAVED_FOR_LATER or (was_there and placement is goal.placement_before):
            return Standing.AS_BEFORE
        return Standing.ASIDE
    if item.quantity == goal.units:
        return Standing.REACHED
    # A line that was moved is not as before, when the upstream may have capped it at the units it had.
    is_capped = placement is not goal.placement_before and item.quantity < goal.units
    if was_there and item.quantity == goal.quantity_before and not is_capped:
        return Standing.AS_BEFORE
    return Standing.SHORT if item.quantity < goal.units else Standing.OTHERWISE


def _absent(goal: Goal) -> Standing:
    if goal.quantity == 0:
        return Standing.REACHED
    return Standing.OTHERWISE if goal.quantity_before else Standing.AS_BEFORE


def found(key: str | None, seen: SeenCart) -> tuple[RemoteCartItem | None, Placement]:
    """The line of ``key`` in ``seen`` and where it stands."""
    for items, placement in ((seen.items, Placement.ACTIVE), (seen.saved, Placement.SAVED_FOR_LATER)):
        for item in items:
            if item.key == key:
                return item, placement
    return None, Placement.ACTIVE


def of_line(line: LineRecord, quantity: int, placement: Placement, entries: tuple[int, ...] = ()) -> Goal:
    """What a line that the upstream has is to become."""
    return Goal(
        asin=line.asin,
        listing_id=line.listing_id,
        quantity=quantity,
        placement=placement,
        key=line.upstream_key,
        line_id=line.id,
        quantity_before=line.quantity,
        placement_before=line.placement,
        entries=entries,
    )


def again(line: LineRecord) -> Goal:
    """A line to be put into another upstream cart as it is, under the same id."""
    return Goal(
        asin=line.asin,
        listing_id=line.listing_id,
        quantity=line.quantity,
        placement=line.placement,
        line_id=line.id,
        may_replace_offer=True,
    )


def rebuilt(goals: Iterable[Goal], lines: Iterable[LineRecord]) -> tuple[Goal, ...]:
    """
    The goals for a new upstream cart that takes the place of one that is gone: every line as it was, those that
    ``goals`` speak of as they are wanted, and what was to be taken out left out.
    """
    known = {line.upstream_key: line.id for line in lines}
    # A goal that met a line on its way knows it by its key alone.
    wanted = {goal.line_id or known.get(goal.key or "") or goal.what: goal for goal in goals}
    made: list[Goal] = []
    for line in lines:
        goal = wanted.pop(line.id, None)
        if goal is None:
            made.append(again(line))
        elif goal.quantity:
            made.append(_anew(replace(goal, line_id=line.id)))
    return (*made, *(_anew(goal) for goal in wanted.values() if goal.quantity))


def back(goals: Iterable[Goal], lines: Iterable[LineRecord], seen: SeenCart) -> tuple[Goal, ...]:
    """
    Goals that undo ``goals`` in the cart as it is ``seen`` by now: what stood before, or gone. One for each line.

    What they carry as "before" is what the cart holds, so that a look at it later tells whether they were reached.
    """
    by_id = {line.id: line for line in lines}
    by_key = {line.upstream_key: line for line in by_id.values()}
    undone: dict[str, Goal] = {}
    for goal in goals:
        item, placement = found(goal.key, seen)
        if item is None:
            continue
        line = by_id.get(goal.line_id or "") or by_key.get(item.key)
        undone[item.key] = Goal(
            asin=goal.asin,
            listing_id=line.listing_id if line and goal.line_id is None else goal.listing_id,
            quantity=line.quantity if line else 0,
            placement=line.placement if line else placement,
            key=item.key,
            line_id=line.id if line else None,
            quantity_before=item.quantity,
            placement_before=placement,
        )
    return tuple(undone.values())


def _anew(goal: Goal) -> Goal:
    return Goal(
        asin=goal.asin,
        listing_id=goal.listing_id,
        quantity=goal.quantity,
        placement=goal.placement,
        line_id=goal.line_id,
        entries=goal.entries,
        takes=goal.takes,
        may_replace_offer=True,
    )
