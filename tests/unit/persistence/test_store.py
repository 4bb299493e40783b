"""Carts are kept as given, seen by their owners only, and changed by whoever read them last."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from pydantic import SecretStr
from sqlalchemy import make_url

from persistence.engine import Database, open_database
from persistence.errors import ActiveCartExists, CartMoved, SealBroken
from persistence.journal import SqlJournal
from persistence.records import CartRecord, CartStatus, CustomerRecord, Placement
from persistence.sealing import KeyRing, new_key
from persistence.store import SqlCartStore
from resolvers.ports import CartStore
from tests.unit.persistence.carts import (
    CART_ID,
    HMAC,
    LATER,
    LEASE,
    NOON,
    Watched,
    a_cart,
    a_line,
    an_intent,
    changed,
    claim,
    everything,
    keep,
    pending,
    rows,
    settlement,
)

only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
EVERY_STATUS = tuple(CartStatus)


def test_the_store_fits_the_port(store: SqlCartStore) -> None:
    """The type checker holds the shape; the store does not know who asks."""
    port: CartStore = store

    assert port is store


async def test_a_cart_comes_back_as_it_was_kept(store: SqlCartStore, journal: SqlJournal) -> None:
    """Nothing is lost or rounded: not the microseconds, not the letters, not the bytes."""
    cart = await keep(journal, a_cart())

    assert await store.active("customer-1", "US") == cart
    assert await store.find("customer-1", "cart-1") == cart
    assert await store.cart_of_line("customer-1", "line-2") == cart
    assert await store.cart("cart-1") == cart


async def test_a_line_may_lack_what_is_not_known(store: SqlCartStore, journal: SqlJournal) -> None:
    """None stays None, so that unknown is never taken for empty."""
    unknown = {"price_when_added_minor": None, "price_accepted_minor": None, "price_moved_at": None}
    bare = a_line(1, listing_id=None, seller_name=None, **unknown)

    await keep(journal, a_cart(lines=[bare]))

    cart = await store.active("customer-1", "US")
    assert cart is not None
    assert cart.lines == (bare,)


async def test_a_cart_without_lines_is_a_cart(store: SqlCartStore, journal: SqlJournal) -> None:
    """A cart that was cleared is still the customer's cart."""
    cart = await keep(journal, a_cart(lines=[]))

    assert await store.active("customer-1", "US") == cart


async def test_what_is_not_there_is_none(store: SqlCartStore) -> None:
    """No cart is an answer, not an error."""
    assert await store.active("customer-1", "US") is None
    assert await store.find("customer-1", "cart-1") is None
    assert await store.cart_of_line("customer-1", "line-1") is None
    assert await store.cart("cart-1") is None
    assert await store.customer("customer-1") is None
    assert await store.carts("customer-1", "US", EVERY_STATUS, 0, 10) == ([], 0)


async def test_a_pending_cart_is_shown_to_nobody(store: SqlCartStore, journal: SqlJournal) -> None:
    """What the upstream has not confirmed is no cart yet; its customer is known from then on."""
    cart = pending(a_cart())
    await journal.record(an_intent("intent-1", cart), replace(cart, lines=(a_line(1),)), LEASE)

    assert await store.active("customer-1", "US") is None
    assert await store.find("customer-1", "cart-1") is None
    assert await store.cart_of_line("customer-1", "line-1") is None
    assert await store.cart("cart-1") is None
    assert await store.carts("customer-1", "US", EVERY_STATUS, 0, 10) == ([], 0)
    assert await store.customer("customer-1") == CustomerRecord(id="customer-1", created_at=NOON)


async def test_lines_come_by_placement_then_position(store: SqlCartStore, journal: SqlJournal) -> None:
    """The shopper sees the cart in the same order every time."""
    saved = Placement.SAVED_FOR_LATER
    lines = [a_line(1, placement=saved, position=2), a_line(2, position=2), a_line(3, placement=saved, position=1)]
    lines.append(a_line(4, position=1))

    await keep(journal, a_cart(lines=lines))

    cart = await store.active("customer-1", "US")
    assert cart is not None
    assert [line.id for line in cart.lines] == ["line-4", "line-2", "line-3", "line-1"]


async def test_a_foreign_customer_sees_nothing(store: SqlCartStore, journal: SqlJournal) -> None:
    """Knowing an id of somebody else's cart or line is worth nothing."""
    await keep(journal, a_cart())
    await keep(journal, a_cart("cart-2", customer_id="customer-2", lines=[a_line(3)]))

    assert await store.find("customer-2", "cart-1") is None
    assert await store.cart_of_line("customer-2", "line-1") is None
    assert await store.active("customer-3", "US") is None
    foreign = await store.active("customer-2", "US")
    assert foreign is not None
    assert foreign.id == "cart-2"
    assert [cart.id for cart in (await store.carts("customer-2", "US", EVERY_STATUS, 0, 10))[0]] == ["cart-2"]


async def test_each_marketplace_has_its_own_active_cart(
    store: SqlCartStore, journal: SqlJournal, database: Database
) -> None:
    """Carts of two marketplaces do not stand in each other's way."""
    american = await keep(journal, a_cart())
    japanese = await keep(journal, a_cart("cart-2", marketplace="JP", currency="JPY", lines=[a_line(3)]))

    assert await store.active("customer-1", "US") == american
    assert await store.active("customer-1", "JP") == japanese
    assert await rows(database, "SELECT id FROM customers") == [("customer-1",)]


async def old_carts(journal: SqlJournal, number: int) -> list[CartRecord]:
    """Archived carts of one customer, the newest first; odd ones handed over."""
    kept = []
    for index in range(number):
        status, handle = (CartStatus.HANDED_OVER, None) if index % 2 else (CartStatus.EXPIRED, a_cart().handle)
        lines = [a_line(10 * index + line) for line in range(1, index + 1)]
        cart = a_cart(f"cart-{index}", lines=lines, created_at=NOON + timedelta(days=index // 2))
        kept.append(await keep(journal, replace(cart, status=status, handle=handle)))
    return kept[::-1]


async def test_carts_come_newest_first_in_stretches(store: SqlCartStore, journal: SqlJournal) -> None:
    """A page is a stretch of one order, in which carts of one instant have their places too; the count is of all."""
    kept = await old_carts(journal, 5)

    assert await store.carts("customer-1", "US", EVERY_STATUS, 0, 10) == (kept, 5)
    assert await store.carts("customer-1", "US", EVERY_STATUS, 1, 2) == (kept[1:3], 5)
    assert await store.carts("customer-1", "US", EVERY_STATUS, 4, 2) == (kept[4:], 5)


async def test_a_page_beyond_the_last_cart_still_counts(store: SqlCartStore, journal: SqlJournal) -> None:
    """Whoever asks too far learns how far he may."""
    await old_carts(journal, 2)

    assert await store.carts("customer-1", "US", EVERY_STATUS, 2, 10) == ([], 2)


async def test_carts_of_other_statuses_and_marketplaces_are_left_out(store: SqlCartStore, journal: SqlJournal) -> None:
    """Asked for handed-over carts, the shopper does not get archived ones."""
    kept = await old_carts(journal, 4)
    await keep(journal, a_cart("cart-9", marketplace="JP", lines=[]))

    expected = [cart for cart in kept if cart.status is CartStatus.HANDED_OVER]
    assert await store.carts("customer-1", "US", [CartStatus.HANDED_OVER], 0, 10) == (expected, 2)
    assert await store.carts("customer-1", "US", [CartStatus.ACTIVE], 0, 10) == ([], 0)
    assert await store.carts("customer-1", "US", [], 0, 10) == ([], 0)


async def test_observing_writes_version_lines_snapshot_and_notices(store: SqlCartStore, journal: SqlJournal) -> None:
    """Lines are added, changed and deleted in one go; those that stay keep their ids, and the handle stays."""
    cart = await keep(journal, a_cart(lines=[a_line(1), a_line(2), a_line(3)]))
    lines = (a_line(1), a_line(3, quantity=9, updated_at=LATER), a_line(4, added_at=LATER))
    seen = changed(cart, lines=lines, notices=b"capped")

    await store.observe(seen, lines_before=cart.lines, expected_version=1)

    assert await store.active("customer-1", "US") == seen


async def test_observing_leaves_owner_status_and_handle_alone(store: SqlCartStore, journal: SqlJournal) -> None:
    """A read of the upstream has no say in whose cart it is."""
    cart = await keep(journal, a_cart())
    mistaken = replace(changed(cart), status=CartStatus.HANDED_OVER, handle=None, customer_id="customer-2")

    await store.observe(mistaken, lines_before=cart.lines, expected_version=1)

    assert await store.active("customer-1", "US") == changed(cart)


async def test_a_fresh_snapshot_alone_keeps_the_version(store: SqlCartStore, journal: SqlJournal) -> None:
    """A read that finds nothing new does not make another request's version stale."""
    cart = await keep(journal, a_cart())

    await store.observe(changed(cart, version=1), lines_before=cart.lines, expected_version=1)

    assert await store.active("customer-1", "US") == changed(cart, version=1)


async def test_observing_a_stale_version_writes_nothing(
    store: SqlCartStore, journal: SqlJournal, database: Database
) -> None:
    """The later of two observations of one version loses, and says so."""
    cart = await keep(journal, a_cart())
    await store.observe(changed(cart), lines_before=cart.lines, expected_version=1)
    before = await everything(database)

    with pytest.raises(CartMoved):
        await store.observe(changed(cart, lines=(a_line(7),)), lines_before=cart.lines, expected_version=1)

    assert await everything(database) == before


async def test_a_held_cart_is_not_observed(store: SqlCartStore, journal: SqlJournal, database: Database) -> None:
    """What a read saw while a change is on its way is neither before it nor after it."""
    cart = await keep(journal, a_cart())
    held = await claim(journal, cart)
    before = await everything(database)

    with pytest.raises(CartMoved):
        await store.observe(changed(cart), lines_before=cart.lines, expected_version=1)
    with pytest.raises(CartMoved):
        await store.observe(changed(held.cart), lines_before=cart.lines, expected_version=1)

    assert await everything(database) == before


async def test_a_read_from_before_a_change_is_not_observed_after_it(
    store: SqlCartStore, journal: SqlJournal, database: Database
) -> None:
    """A change that left the version alone still makes an older read of the upstream worthless."""
    cart = await keep(journal, a_cart())
    held = await claim(journal, cart)
    await journal.settle(settlement(held, cart))
    before = await everything(database)

    with pytest.raises(CartMoved):
        await store.observe(changed(cart, version=1), lines_before=cart.lines, expected_version=1)

    assert await everything(database) == before


@pytest.mark.parametrize("status", [CartStatus.EXPIRED, CartStatus.HANDED_OVER, CartStatus.MERGED])
async def test_a_cart_that_is_not_active_is_not_observed(
    store: SqlCartStore, journal: SqlJournal, database: Database, status: CartStatus
) -> None:
    """Nothing changes a cart that is gone."""
    cart = await keep(journal, a_cart(status=status, handle=None))
    before = await everything(database)

    with pytest.raises(CartMoved):
        await store.observe(changed(cart), lines_before=cart.lines, expected_version=1)

    assert await everything(database) == before


async def test_of_sixteen_observations_of_one_version_one_wins(store: SqlCartStore, journal: SqlJournal) -> None:
    """No observation is overwritten by another that did not know of it."""
    cart = await keep(journal, a_cart())
    wanted = [changed(cart, lines=(a_line(number),)) for number in range(1, 17)]

    outcomes = await asyncio.gather(
        *(store.observe(one, lines_before=cart.lines, expected_version=1) for one in wanted), return_exceptions=True
    )

    moved = [outcome for outcome in outcomes if isinstance(outcome, CartMoved)]
    assert (outcomes.count(None), len(moved)) == (1, 15)
    assert await store.active("customer-1", "US") == wanted[outcomes.index(None)]


async def test_an_adopted_cart_is_the_other_customers(store: SqlCartStore, journal: SqlJournal) -> None:
    """At sign-in the guest's cart becomes the customer's in one step, with its lines and its handle."""
    cart = await keep(journal, a_cart())

    await store.adopt(cart, customer_id="customer-2", now=LATER)

    adopted = replace(cart, customer_id="customer-2", version=2, updated_at=LATER)
    assert await store.active("customer-2", "US") == adopted
    assert await store.active("customer-1", "US") is None
    assert await store.customer("customer-2") == CustomerRecord(id="customer-2", created_at=LATER)


@pytest.mark.parametrize("other", [CartStatus.PENDING, CartStatus.ACTIVE])
async def test_who_has_a_cart_adopts_none(
    store: SqlCartStore, journal: SqlJournal, database: Database, other: CartStatus
) -> None:
    """Then the two are merged, not one put in the other's place."""
    cart = await keep(journal, a_cart())
    theirs = a_cart("cart-2", customer_id="customer-2", lines=[])
    if other is CartStatus.ACTIVE:
        await keep(journal, theirs)
    else:
        await journal.record(an_intent("intent-1", theirs), pending(theirs), LEASE)
    before = await everything(database)

    with pytest.raises(ActiveCartExists):
        await store.adopt(cart, customer_id="customer-2", now=LATER)

    assert await everything(database) == before


async def test_a_cart_that_moved_is_not_adopted(store: SqlCartStore, journal: SqlJournal, database: Database) -> None:
    """Another owner, version or status, or a change on its way: the cart is left alone, and no customer made."""
    cart = await keep(journal, a_cart())
    await claim(journal, cart)
    old = await keep(journal, a_cart("cart-2", customer_id="customer-2", status=CartStatus.EXPIRED, lines=[]))
    free = await keep(journal, a_cart("cart-3", customer_id="customer-3", lines=[]))
    before = await everything(database)

    for moved in (cart, old, replace(free, customer_id="customer-2"), replace(free, version=2)):
        with pytest.raises(CartMoved):
            await store.adopt(moved, customer_id="customer-9", now=LATER)

    assert await everything(database) == before


async def test_of_sixteen_carts_a_customer_adopts_one(store: SqlCartStore, journal: SqlJournal) -> None:
    """Sixteen windows that sign in at once leave one active cart, and fifteen with their guests."""
    guests = [await keep(journal, a_cart(f"cart-{n}", customer_id=f"guest-{n}", lines=[])) for n in range(16)]

    outcomes = await asyncio.gather(
        *(store.adopt(cart, customer_id="customer-1", now=LATER) for cart in guests), return_exceptions=True
    )

    refused = [outcome for outcome in outcomes if isinstance(outcome, ActiveCartExists)]
    assert (outcomes.count(None), len(refused)) == (1, 15)
    adopted = await store.active("customer-1", "US")
    assert adopted is not None
    assert adopted.id == guests[outcomes.index(None)].id


@only_sqlite
async def test_the_file_never_holds_the_handle_in_clear(database_url: str, key_ring: KeyRing) -> None:
    """A stolen file, its write-ahead log included, opens no cart; after hand-over not even the sealed bytes remain."""
    database = open_database(database_url)
    journal = SqlJournal(database, key_ring)
    cart = await keep(journal, a_cart())
    [(sealed_cart_id, sealed_hmac)] = await rows(database, "SELECT sealed_cart_id, sealed_hmac FROM carts")
    while_active = _bytes_on_disk(database_url)
    gone = replace(changed(cart), status=CartStatus.HANDED_OVER, handle=None)
    await journal.settle(settlement(await claim(journal, cart), gone))
    handed_over = _bytes_on_disk(database_url)

    await database.close()

    for content in (while_active, handed_over, closed := _bytes_on_disk(database_url)):
        assert CART_ID.encode() not in content
        assert HMAC.encode() not in content
    assert sealed_hmac in while_active
    assert sealed_hmac not in closed
    assert sealed_cart_id not in closed


def _bytes_on_disk(url: str) -> bytes:
    path = Path(str(make_url(url).database))
    return b"".join(part.read_bytes() for part in sorted(path.parent.glob(f"{path.name}*")))


async def test_a_handle_moved_to_another_row_does_not_open(
    store: SqlCartStore, journal: SqlJournal, database: Database
) -> None:
    """Who can write the table cannot give himself another's cart."""
    await keep(journal, a_cart())
    await keep(journal, a_cart("cart-2", customer_id="customer-2", lines=[]))
    async with database.writing() as connection:
        await connection.exec_driver_sql(
            "UPDATE carts SET sealed_hmac = (SELECT sealed_hmac FROM carts WHERE id = 'cart-1') WHERE id = 'cart-2'"
        )

    with pytest.raises(SealBroken, match="sealed_hmac does not open"):
        await store.active("customer-2", "US")


async def test_another_key_ring_opens_no_handle_and_an_older_key_still_does(database: Database) -> None:
    """Without the keys the database is of no use; with a new key in front it stays in use."""
    old, new = new_key(), new_key()
    await keep(SqlJournal(database, KeyRing.parse(old)), a_cart())

    rotated = await SqlCartStore(database, KeyRing.parse(f"{new},{old}")).active("customer-1", "US")

    assert rotated is not None
    assert rotated.handle == a_cart().handle
    with pytest.raises(SealBroken, match="not in the key ring"):
        await SqlCartStore(database, KeyRing.parse(new)).active("customer-1", "US")


async def test_a_handle_prints_as_dots(store: SqlCartStore, journal: SqlJournal) -> None:
    """A record in a log gives nothing away."""
    await keep(journal, a_cart())

    cart = await store.active("customer-1", "US")

    assert cart is not None
    assert cart.handle is not None
    assert cart.handle.hmac == SecretStr(HMAC)
    assert HMAC not in repr(cart)
    assert CART_ID not in repr(cart)


async def test_statements_are_few(journal: SqlJournal, database: Database, key_ring: KeyRing) -> None:
    """Each statement costs more than its rows: a read is one, an observation says only what changed."""
    cart = await keep(journal, a_cart())
    watched = Watched(database)
    store = SqlCartStore(watched, key_ring)

    await store.active("customer-1", "US")
    await store.carts("customer-1", "US", EVERY_STATUS, 0, 10)
    await store.observe(changed(cart, version=1), lines_before=cart.lines, expected_version=1)
    lines = (a_line(2, quantity=5), a_line(3), a_line(4))
    await store.observe(changed(cart, lines=lines), lines_before=cart.lines, expected_version=1)

    assert watched.sent == [
        *("SELECT", "SELECT", "UPDATE carts"),
        *("UPDATE carts", "DELETE FROM cart_lines", "UPDATE cart_lines", "INSERT INTO cart_lines"),
    ]
