"""MetaData, ListItemId and MergeCart of cart requests."""

import sqlite3
from pathlib import Path

import pytest

from ecs.embedded.cart_rules import Outcome
from ecs.embedded.carts import Carts, Handle
from tests.unit.ecs.embedded.caller import START, Caller, new_items
from tests.unit.ecs.embedded.feeds import HARBOR, KETTLE

_METADATA = {
    "Item.1.MetaData.1.Key": "gift",
    "Item.1.MetaData.1.Value": "yes & <please>",
    "Item.1.MetaData.2.Key": "note",
}


async def test_metadata_stays_with_the_line(older: Caller) -> None:
    """Echoed, kept, and shown again by later requests."""
    made = await older("CartCreate", {**new_items((HARBOR, 1), (KETTLE, 1)), **_METADATA})
    again = await older("CartGet", made.handle)

    assert made.texts("CartCreateRequest/Items/Item/MetaData/*") == ["gift", "yes & <please>", "note", ""]
    for answer in (made, again):
        assert answer.texts("CartItem/MetaData/KeyValuePair/*") == ["gift", "yes & <please>", "note", ""]
        assert len(answer.texts("CartItem/MetaData")) == 1


async def test_metadata_of_an_added_item(ecs: Caller) -> None:
    """The later schemas have no place for it in the echo of CartAdd; it is kept all the same."""
    made = await ecs.create((KETTLE, 1))
    added = await ecs("CartAdd", {**made.handle, **new_items((HARBOR, 1)), **_METADATA})

    assert added.texts("CartAddRequest/Items/Item/MetaData") == []
    assert added.texts("CartItem/MetaData/KeyValuePair/Key") == ["gift", "note"]


async def test_metadata_has_no_place_in_the_oldest_version(older: Caller) -> None:
    """Neither in the echo nor in the line."""
    older.version = "2005-10-05"
    made = await older("CartCreate", {**new_items((HARBOR, 1)), **_METADATA})

    assert (made.codes, "MetaData>" in made.text) == ([], False)


async def test_purchase_is_credited_to_the_list(shelf: Caller) -> None:
    """The line names who keeps the list, and its type; later versions do not."""
    items = {**new_items((KETTLE, 1), (HARBOR, 1)), "Item.1.ListItemId": "IKETTLE", "Item.2.ListItemId": "IUNKNOWN"}
    made = await shelf("CartCreate", items)
    shelf.version = "2013-08-01"
    later = await shelf("CartGet", made.handle)

    assert made.texts("CartItem/ListOwner") == ["Ann Example"]
    assert made.texts("CartItem/ListType") == ["WishList"]
    assert made.texts("CartCreateRequest/Items/Item/ListItemId") == ["IKETTLE", "IUNKNOWN"]
    assert (later.texts("CartItem/ASIN"), later.texts("CartItem/ListOwner")) == ([KETTLE, HARBOR], [])


@pytest.mark.parametrize(
    ("version", "sent", "shown"),
    [("2010-12-01", "True", "True"), ("2010-12-01", "False", "False"), ("2013-08-01", "True", "False")],
)
async def test_merge_cart_goes_into_the_purchase_url(ecs: Caller, version: str, sent: str, shown: str) -> None:
    """Until 2011, when it lost its meaning; it is echoed in every version."""
    ecs.version = version
    made = await ecs("CartCreate", new_items((HARBOR, 1)), MergeCart=sent)

    assert made.texts("PurchaseURL")[0].endswith(f"%26MergeCart={shown}")
    assert made.texts("CartCreateRequest/MergeCart") == [sent]


async def test_wrong_merge_cart(ecs: Caller) -> None:
    """Nothing is made."""
    made = await ecs("CartCreate", new_items((HARBOR, 1)), MergeCart="perhaps")

    assert (made.codes, made.texts("CartId")) == (["AWS.InvalidEnumeratedParameter"], [])


def test_carts_of_an_older_file_are_kept(tmp_path: Path) -> None:
    """Files of the first version had no place for metadata and lists; their carts live on."""
    path = tmp_path / "carts.sqlite3"
    carts = Carts(path)
    made = carts.create("tag", lambda lines: Outcome(tuple(lines), ()), START)
    carts.close()
    with sqlite3.connect(path) as database:
        for column in ("metadata", "list_owner", "list_type"):
            database.execute(f"ALTER TABLE line DROP COLUMN {column}")
        database.execute(
            "INSERT INTO line VALUES (?, 0, 'K', 'B000000001', 'o', 2, 0, 'Title', 'Book', 'A1', 'Seller', 100)",
            (made.cart_id,),
        )
        database.execute("UPDATE cart SET lines = 1")
    database.close()

    reopened = Carts(path)
    cart = reopened.find(Handle(made.cart_id, made.hmac, "tag"), START)
    reopened.close()

    assert cart is not None
    (line,) = cart.lines
    assert (line.asin, line.quantity, line.metadata, line.list_owner) == ("B000000001", 2, (), "")
