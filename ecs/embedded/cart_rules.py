"""
What an addition or a change does to the lines of a cart. Pure: given lines, answers lines and faults.

Rules recorded from the original: what is there already is refused and left as it is; a quantity above what one cart
may hold is lowered and said so; what is out of stock goes to the saved lines; an unknown line is passed over.
"""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ecs.embedded.faults import Fault, already_in_cart, cart_full, not_eligible, quantity_exceeded
from ecs.vocabulary import MAX_CART_LINES

Action = Literal["SaveForLater", "MoveToCart"]


class Line(Struct, frozen=True, gc=False):
    """
    A line of a cart. ``key`` is the CartItemId without its first letter.

    What is said about the offer is what it was when the line was added; it is shown only once the offer has ended.
    """

    key: str
    asin: str
    offer_key: str
    quantity: int
    is_saved: bool
    title: str
    product_group: str
    seller_id: str
    seller_name: str
    amount: int
    metadata: tuple[tuple[str, str], ...] = ()
    """Keys and values the client keeps with the line."""
    list_owner: str = ""
    list_type: str = ""
    """Who keeps the list the line was bought from, and of what type it is; empty without a list."""


class Addition(NamedTuple):
    """An item to add: the line it would be, most units, whether it can be bought, and the name it was asked by."""

    line: Line
    limit: int
    is_buyable: bool
    name: str


class Change(NamedTuple):
    """A change of the line with that key: to a quantity (0 takes it out), or an action."""

    key: str
    quantity: int | None = None
    action: Action | None = None


class Outcome(NamedTuple):
    """The lines afterwards, in order, and what was not done as asked."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]


def with_additions(lines: Sequence[Line], additions: Sequence[Addition]) -> Outcome:
    """The cart with the additions before its other lines, in the order asked."""
    present = {line.key for line in lines}
    new: list[Line] = []
    faults: list[Fault] = []
    for addition in additions:
        line = addition.line
        if line.key in present:
            faults += [quantity_exceeded(addition.name), already_in_cart(addition.name)]
            continue
        if len(present) >= MAX_CART_LINES:
            faults.append(cart_full(MAX_CART_LINES))
            continue
        if not addition.is_buyable:
            line = replace(line, is_saved=True)
        elif line.quantity > addition.limit:
            line = replace(line, quantity=addition.limit)
            faults.append(quantity_exceeded(addition.name))
        present.add(line.key)
        new.append(line)
    return Outcome((*new, *lines), tuple(faults))


def with_quantities(lines: Sequence[Line], additions: Sequence[Addition]) -> Outcome:
    """
    The cart with the quantity of what is there already set anew, and the other additions as ever.

    What the shops in Spain and Italy did in 2011, where others refused what is there.
    """
    # What is out of stock keeps the wish of the shopper, as everywhere.
    wanted = {
        addition.line.key: min(addition.line.quantity, addition.limit)
        if addition.is_buyable
        else addition.line.quantity
        for addition in additions
    }
    changed = [replace(line, quantity=wanted.get(line.key, line.quantity)) for line in lines]
    present = {line.key for line in lines}
    return with_additions(changed, [addition for addition in additions if addition.line.key not in present])


def with_changes(lines: Sequence[Line], changes: Sequence[Change], limit_of: Callable[[Line], int | None]) -> Outcome:
    """
    The cart after the changes, taken one after the other.

    ``limit_of`` tells the most units of a line's offer: 0 when it cannot be bought, None when there is no limit.
    """
    kept = {line.key: line for line in lines}
    faults: list[Fault] = []
    for change in changes:
        line = kept.get(change.key)
        if line is None:
            continue
        if change.quantity == 0:
            del kept[change.key]
            continue
        kept[change.key], fault = _changed(line, change, limit_of(line))
        faults += [fault] if fault else []
    return Outcome(tuple(kept.values()), tuple(faults))


def _changed(line: Line, change: Change, limit: int | None) -> tuple[Line, Fault | None]:
    if change.action == "SaveForLater":
        return replace(line, is_saved=True), None
    if change.action == "MoveToCart":
        if limit == 0:
            return line, not_eligible(line.asin)
        capped = line.quantity if limit is None else min(line.quantity, limit)
        return replace(line, is_saved=False, quantity=capped), None
    wanted = change.quantity or line.quantity
    if limit and wanted > limit:
        return replace(line, quantity=limit), quantity_exceeded(line.asin)
    return replace(line, quantity=wanted), None
