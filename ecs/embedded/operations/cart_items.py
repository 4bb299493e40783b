"""The ``Item.<label>.<field>`` parameters of cart requests."""

import re
from collections.abc import Mapping
from typing import Final, cast

from ecs.embedded.call import Call, whole
from ecs.embedded.cart_rules import Action, Change
from ecs.embedded.faults import Fault, exactly_one, missing, not_among, not_together, out_of_range, too_many
from ecs.embedded.xml import foreign
from ecs.vocabulary import MAX_CART_ITEMS_PER_REQUEST, MAX_QUANTITY

_ITEM: Final = re.compile(r"Item\.([^.]+)\.([A-Za-z]+(?:\.[^.]+\.(?:Key|Value))?)")
_METADATA: Final = re.compile(r"MetaData\.([^.]+)\.Key")
_NEW_ITEM_ECHO: Final = ("ASIN", "OfferListingId", "Quantity", "AssociateTag", "ListItemId")
_CHANGE_ECHO: Final = ("Action", "CartItemId", "Quantity")
_ACTIONS: Final = ("SaveForLater", "MoveToCart")

Fields = Mapping[str, str]


def items(call: Call) -> list[Fields]:
    """The items of a request; labels that are numbers in their order, then the others as they came."""
    found: dict[str, dict[str, str]] = {}
    for name, value in call.parameters.items():
        match = _ITEM.fullmatch(name)
        if match:
            found.setdefault(match[1], {})[match[2]] = value.strip()
    return [found[label] for label in sorted(found, key=_label_order)]


def echo(call: Call) -> str | None:
    """The items as the answer repeats them; None when CartCreate has none, or the operation takes none."""
    if call.operation in ("CartGet", "CartClear"):
        return None
    order = _CHANGE_ECHO if call.operation == "CartModify" else _NEW_ITEM_ECHO
    # The schemas give MetaData a place in CartCreate from 2007 on, in CartAdd until 2010.
    has_metadata = call.version.since("2007-09-21") and (call.operation == "CartCreate" or not call.version.is_late)
    texts = (
        "".join(f"<{name}>{foreign(fields[name])}</{name}>" for name in order if fields.get(name))
        + (_metadata_echo(fields) if has_metadata and order is _NEW_ITEM_ECHO else "")
        for fields in items(call)
    )
    text = "".join(f"<Item>{content}</Item>" for content in texts)
    return None if call.operation == "CartCreate" and not text else text


def metadata(fields: Fields) -> tuple[tuple[str, str], ...]:
    """The keys and values the client wants kept with an item, in the order they came."""
    return tuple(
        (key, fields.get(f"MetaData.{match[1]}.Value", ""))
        for name, key in fields.items()
        if (match := _METADATA.fullmatch(name)) and key
    )


def _metadata_echo(fields: Fields) -> str:
    return "".join(
        f"<MetaData><Key>{foreign(key)}</Key><Value>{foreign(value)}</Value></MetaData>"
        for key, value in metadata(fields)
    )


def check_new_items(call: Call) -> list[Fields]:
    """The items to add; what is wrong with them is noted in the call."""
    found = _counted(call)
    for fields in found:
        call.faults.extend(_new_item_faults(fields))
    return found


def check_changes(call: Call) -> list[Change]:
    """The changes asked for; what is wrong with them is noted in the call."""
    found = _counted(call)
    for fields in found:
        call.faults.extend(_change_faults(fields))
    call.check()
    return [_change(fields) for fields in found]


def _counted(call: Call) -> list[Fields]:
    found = items(call)
    if not found:
        call.faults.append(missing("Items"))
    if len(found) > MAX_CART_ITEMS_PER_REQUEST:
        call.faults.append(too_many("Items", MAX_CART_ITEMS_PER_REQUEST))
    return found


def _label_order(label: str) -> tuple[int, int]:
    number = whole(label)
    # Sorting is stable: labels that are not numbers keep the order they came in.
    return (1, 0) if number is None else (0, number)


def _new_item_faults(fields: Fields) -> list[Fault]:
    faults = []
    if fields.get("ASIN") and fields.get("OfferListingId"):
        faults.append(not_together("ASIN", "OfferListingId"))
    elif not fields.get("ASIN") and not fields.get("OfferListingId"):
        faults.append(exactly_one(("ASIN", "OfferListingId")))
    if not fields.get("Quantity"):
        faults.append(missing("Quantity"))
    elif not _in_range(fields["Quantity"], 1):
        faults.append(out_of_range("Quantity", 1, MAX_QUANTITY))
    return faults


def _change_faults(fields: Fields) -> list[Fault]:
    faults = []
    if not fields.get("CartItemId"):
        faults.append(missing("CartItemId"))
    if bool(fields.get("Quantity")) == bool(fields.get("Action")):
        faults.append(exactly_one(("Quantity", "Action")))
    elif fields.get("Action") and fields["Action"] not in _ACTIONS:
        faults.append(not_among("Action", _ACTIONS))
    elif fields.get("Quantity") and not _in_range(fields["Quantity"], 0):
        faults.append(out_of_range("Quantity", 0, MAX_QUANTITY))
    return faults


def _in_range(text: str, lowest: int) -> bool:
    number = whole(text)
    return number is not None and lowest <= number <= MAX_QUANTITY


def _change(fields: Fields) -> Change:
    # The first letter tells only where the line stood; any letter is taken.
    key = fields["CartItemId"][1:].upper()
    if fields.get("Action"):
        return Change(key, action=cast("Action", fields["Action"]))
    return Change(key, quantity=whole(fields["Quantity"]))
