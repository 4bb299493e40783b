"""``List`` and ``ListItem``, in the order of the schemas from 2005-10-05 to 2010-12-01."""

from collections.abc import Iterable
from math import ceil
from typing import Final

from ecs.embedded.records import ListEntry, ProductList
from ecs.embedded.versions import Version
from ecs.embedded.xml import element

ITEMS_PER_LIST_PAGE: Final = 10


def product_list(record: ProductList, version: Version, size: int, items: str, *, is_full: bool) -> str:
    """The element; ``size`` counts all entries, ``items`` shows some. ``is_full`` is ListInfo, else ListMinimum."""
    known = f"{element('ListName', record.name)}{element('ListType', record.type)}"
    totals = f"<TotalItems>{size}</TotalItems><TotalPages>{ceil(size / ITEMS_PER_LIST_PAGE)}</TotalPages>"
    registry = element("RegistryNumber", record.registry_number if is_full else None)
    details = _details(record, version) if is_full else ""
    return f"<List>{element('ListId', record.id)}{registry}{known}{totals}{details}{items}</List>"


def list_item(record: ProductList, entry: ListEntry, item: str, version: Version, *, is_full: bool) -> str:
    """An entry with its ``Item``; ``is_full`` is ListItems, without it there is the product alone."""
    if not is_full:
        return f"<ListItem>{item}</ListItem>"
    priority = entry.priority if version.since("2008-08-19") else None
    return (
        f"<ListItem>{element('ListItemId', record.entry_id(entry))}{element('DateAdded', entry.added)}"
        f"{element('Comment', entry.comment)}<QuantityDesired>{entry.desired}</QuantityDesired>"
        f"<QuantityReceived>{entry.received}</QuantityReceived>{element('Priority', priority)}{item}</ListItem>"
    )


def list_totals(total: int) -> str:
    """How many lists and pages; no match is one page, as recorded."""
    return f"<TotalResults>{total}</TotalResults><TotalPages>{max(ceil(total / 10), 1)}</TotalPages>"


def listmania(lists: Iterable[tuple[str, str]]) -> str:
    """The children of an item's ListmaniaLists, by id and name."""
    return "".join(
        f"<ListmaniaList>{element('ListId', list_id)}{element('ListName', name)}</ListmaniaList>"
        for list_id, name in lists
    )


def _details(record: ProductList, version: Version) -> str:
    modified = element("LastModified", record.modified) if version.since("2008-08-19") else ""
    rating = f"<AverageRating>{record.rating:.1f}</AverageRating>" if record.rating is not None else ""
    return (
        f"{element('DateCreated', record.created)}{modified}{element('OccasionDate', record.event_date)}"
        f"{element('CustomerName', record.owner)}{element('PartnerName', record.partner)}"
        f"{element('Comment', record.comment)}{rating}{element('TotalVotes', record.votes)}"
        f"{element('TotalTimesRead', record.times_read)}"
    )
