"""
The next request that brings an upstream cart nearer to its goals. Pure.

The upstream has no "make it so": new things go by CartCreate or CartAdd, at most ten a request and none twice; what is
there is changed by CartModify, absolute, under ids that change their first letter when a line is saved. Each goal is
asked for once; a later look at the cart tells what came of it.
"""

from collections.abc import Collection, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ecs.model import Refusal, RemoteCart, RemoteCartItem
from ecs.request import CartChange, Move, NewItem, QuantityChange
from ecs.vocabulary import MAX_CART_ITEMS_PER_REQUEST, ErrorCode
from persistence.records import Placement
from resolvers.goals import Goal, found
from resolvers.snapshots import SeenCart


class Put(Struct, frozen=True):
    """CartAdd, or CartCreate where there is no cart. ``places`` are those of the goals."""

    places: tuple[int, ...]
    items: tuple[NewItem, ...]


class Change(Struct, frozen=True):
    """CartModify."""

    places: tuple[int, ...]
    changes: tuple[CartChange, ...]


class Clear(Struct, frozen=True):
    """CartClear: saved lines too."""

    places: tuple[int, ...]


Step = Put | Change | Clear


def next_step(
    goals: Sequence[Goal], seen: SeenCart, *, done: Collection[int], alone: Collection[int], has_cart: bool
) -> Step | None:
    """
    What to send next; None when every goal was asked for (its place is in ``done``).

    Goals in ``alone`` are put one by one. A goal whose line is not ``seen`` any more has nothing to be asked for.
    Without a cart, additions come first; else changes do, since they make room.
    """
    waiting = [place for place in range(len(goals)) if place not in done]
    change = _change(goals, seen, [place for place in waiting if goals[place].key is not None]) if has_cart else None
    if change is not None:
        return change
    return _put(goals, [place for place in waiting if goals[place].key is None and goals[place].quantity], alone)


def _change(goals: Sequence[Goal], seen: SeenCart, waiting: Sequence[int]) -> Change | None:
    places: list[int] = []
    changes: list[CartChange] = []
    for place in waiting:
        item, placement = found(goals[place].key, seen)
        if item is None:
            continue
        more = changes_of(goals[place], item, placement)
        if len(changes) + len(more) > MAX_CART_ITEMS_PER_REQUEST:
            break
        places.append(place)
        changes += more
    return Change(tuple(places), tuple(changes)) if places else None


def changes_of(goal: Goal, item: RemoteCartItem, placement: Placement) -> list[CartChange]:
    """What makes ``item`` as ``goal`` wants it; its quantity, to learn the truth, when it seems to be so already."""
    changes: list[CartChange] = []
    if goal.quantity and placement is not goal.placement:
        changes.append(Move(item.cart_item_id, "MoveToCart" if goal.placement is Placement.ACTIVE else "SaveForLater"))
    if not changes or item.quantity != goal.units:
        changes.append(QuantityChange(item.cart_item_id, goal.units))
    return changes


def _put(goals: Sequence[Goal], waiting: Sequence[int], alone: Collection[int]) -> Put | None:
    batch: list[int] = []
    for place in waiting:
        if place in alone:
            if not batch:
                return Put((place,), (_new_item(goals[place]),))
            continue
        # A cart does not say which offer a line was made from; with one offer of an item a request there is no doubt.
        if len(batch) < MAX_CART_ITEMS_PER_REQUEST and all(goals[place].asin != goals[other].asin for other in batch):
            batch.append(place)
    return Put(tuple(batch), tuple(_new_item(goals[place]) for place in batch)) if batch else None


def _new_item(goal: Goal) -> NewItem:
    if goal.listing_id is not None:
        return NewItem(goal.units, listing_id=goal.listing_id)
    return NewItem(goal.units, asin=goal.asin)


def landed(goals: Sequence[Goal], places: Sequence[int], before: SeenCart, after: SeenCart) -> dict[int, str]:
    """Which of the goals put have a line of their own now, by place, with the line's key."""
    held = {item.key for item in (*before.items, *before.saved)}
    held |= {goal.key for goal in goals if goal.key is not None}
    new = {item.asin: item.key for item in (*after.items, *after.saved) if item.key not in held}
    return {place: new[goals[place].asin] for place in places if goals[place].asin in new}


def made_so_far(goals: Sequence[Goal], before: SeenCart, after: SeenCart) -> dict[str, Goal]:
    """The goals by the key of their line, in their order, as far as a look at the cart from elsewhere can tell."""
    keys = landed(goals, range(len(goals)), before, after)
    made: dict[str, Goal] = {}
    for place, goal in enumerate(goals):
        key = goal.key or keys.get(place)
        if key is not None:
            # Of two offers of one item the one that was named first is put first.
            made.setdefault(key, goal)
    return made


def joined(goal: Goal, before: SeenCart, after: RemoteCart) -> Goal | None:
    """
    The goal anew when what was put met a line that was there: most locales leave that line unchanged and answer
    ItemAlreadyInCart, some silently replace its quantity; the shopper wants both together.

    None unless exactly one line can be meant.
    """
    was_refused = any(refusal.code == ErrorCode.ITEM_ALREADY_IN_CART for refusal in after.refusals)
    held = {item.key: item.quantity for item in before.items}
    met = [item for item in after.items if item.asin == goal.asin and item.key in held]
    if len(met) != 1 or not (was_refused or met[0].quantity != held[met[0].key]):
        return None
    wanted = held[met[0].key] + goal.quantity
    return replace(goal, key=met[0].key, quantity=wanted, quantity_before=met[0].quantity)


def are_mixed(refusals: Sequence[Refusal]) -> bool:
    """True when an answer refuses for more than "already there", so that it does not tell which item it means."""
    codes = {refusal.code for refusal in refusals}
    return bool(codes - {ErrorCode.ITEM_ALREADY_IN_CART, ErrorCode.INVALID_QUANTITY})
