"""Carts are kept as given, changed by whoever read them last, and forgotten when handed over."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import IntegrityError

from persistence.engine import Database, open_database
from persistence.errors import ActiveCartExists, CartMoved, SealBroken
from persistence.records import CartRecord, CartStatus, Placement, Snapshot
from persistence.sealing import KeyRing, new_key
from persistence.store import SqlCartStore
from resolvers.ports import CartStore
from tests.unit.persistence.carts import (
    CART_ID,
    HMAC,
    LATER,
    NOON,
    a_cart,
    a_line,
    after_statement,
    counted_statements,
    everything,
    rows,
)

replace = msgspec.structs.replace
only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def changed(cart: CartRecord, **changes: object) -> CartRecord:
    """The cart one version on, seen again later."""
    fresh = Snapshot(body=b"seen again", observed_at=LATER)
    return replace(cart, **{"version": cart.version + 1, "updated_at": LATER, "snapshot": fresh} | changes)


def test_the_store_fits_the_port(store: SqlCartStore) -> None:
    """The type checker holds the shape; the store does not know who asks."""
    port: CartStore = store

    assert port is store


async def test_a_cart_comes_back_as_it_was_kept(store: SqlCartStore) -> None:
    """Nothing is lost or rounded: not the microseconds, not the letters, not the bytes."""
    cart = a_cart()

    await store.open(cart, replace=False)

    assert await store.active("customer-1", "US") == cart
    assert await store.find("customer-1", "cart-1") == cart
    assert await store.cart_of_line("customer-1", "line-2") == cart


async def test_a_line_may_lack_what_is_not_known(store: SqlCartStore) -> None:
    """None stays None, so that unknown is never taken for empty."""
    bare = a_line(1, listing_id=None, seller_name=None, price_when_added_minor=None)

    await store.open(a_cart(lines=[bare]), replace=False)

    cart = await store.active("customer-1", "US")
    assert cart is not None
    assert cart.lines == (bare,)


async def test_a_cart_without_lines_is_a_cart(store: SqlCartStore) -> None:
    """A cart that was cleared is still the customer's cart."""
    cart = a_cart(lines=[])

    await store.open(cart, replace=False)

    assert await store.active("customer-1", "US") == cart


async def test_what_is_not_there_is_none(store: SqlCartStore) -> None:
    """No cart is an answer, not an error."""
    assert await store.active("customer-1", "US") is None
    assert await store.find("customer-1", "cart-1") is None
    assert await store.cart_of_line("customer-1", "line-1") is None


async def test_lines_come_by_placement_then_position(store: SqlCartStore) -> None:
    """The shopper sees the cart in the same order every time."""
    saved = Placement.SAVED_FOR_LATER
    lines = [a_line(1, placement=saved, position=2), a_line(2, position=2), a_line(3, placement=saved, position=1)]
    lines.append(a_line(4, position=1))

    await store.open(a_cart(lines=lines), replace=False)

    cart = await store.active("customer-1", "US")
    assert cart is not None
    assert [line.id for line in cart.lines] == ["line-4", "line-2", "line-3", "line-1"]


async def test_a_foreign_customer_sees_nothing(store: SqlCartStore) -> None:
    """Knowing an id of somebody else's cart or line is worth nothing."""
    await store.open(a_cart(), replace=False)
    await store.open(a_cart("cart-2", customer_id="customer-2", lines=[a_line(3)]), replace=False)

    assert await store.find("customer-2", "cart-1") is None
    assert await store.cart_of_line("customer-2", "line-1") is None
    assert await store.active("customer-3", "US") is None
    foreign = await store.active("customer-2", "US")
    assert foreign is not None
    assert foreign.id == "cart-2"


async def test_each_marketplace_has_its_own_active_cart(store: SqlCartStore, database: Database) -> None:
    """Carts of two marketplaces do not stand in each other's way."""
    american, japanese = a_cart(), a_cart("cart-2", marketplace="JP", currency="JPY", lines=[a_line(3)])

    await store.open(american, replace=False)
    await store.open(japanese, replace=False)

    assert await store.active("customer-1", "US") == american
    assert await store.active("customer-1", "JP") == japanese
    assert await rows(database, "SELECT id FROM customers") == [("customer-1",)]


async def test_a_second_cart_is_refused_and_writes_nothing(store: SqlCartStore, database: Database) -> None:
    """The customer keeps the cart there is."""
    await store.open(a_cart(), replace=False)
    before = await everything(database)

    with pytest.raises(ActiveCartExists):
        await store.open(a_cart("cart-2", lines=[a_line(3)]), replace=False)

    assert await everything(database) == before


async def test_sixteen_opens_at_once_give_one_cart(store: SqlCartStore, database: Database) -> None:
    """However often the button is pressed, the constraint picks one cart; a losing open leaves no line behind."""
    carts = [a_cart(f"cart-{number}", lines=[a_line(number)]) for number in range(1, 17)]

    outcomes = await asyncio.gather(*(store.open(cart, replace=False) for cart in carts), return_exceptions=True)

    refused = [outcome for outcome in outcomes if isinstance(outcome, ActiveCartExists)]
    assert (outcomes.count(None), len(refused)) == (1, 15)
    winner = carts[outcomes.index(None)]
    assert await store.active("customer-1", "US") == winner
    assert await rows(database, "SELECT cart_id FROM cart_lines") == [(winner.id,)]


async def test_replacing_archives_the_active_cart(store: SqlCartStore) -> None:
    """The old cart can still be found, with its lines and its handle, but is active no more."""
    old, new = a_cart(), a_cart("cart-2", lines=[a_line(3)], created_at=LATER)
    await store.open(old, replace=False)

    await store.open(new, replace=True)

    assert await store.active("customer-1", "US") == new
    archived = replace(old, status=CartStatus.EXPIRED, version=2, updated_at=LATER)
    assert await store.find("customer-1", "cart-1") == archived


async def test_replacing_where_nothing_is_active_opens(store: SqlCartStore) -> None:
    """The caller need not look first."""
    cart = a_cart()

    await store.open(cart, replace=True)

    assert await store.active("customer-1", "US") == cart


async def test_any_other_clash_is_not_taken_for_an_active_cart(store: SqlCartStore, database: Database) -> None:
    """A repeated id is a bug of ours and must not look like a customer's double tap."""
    await store.open(a_cart(), replace=False)
    before = await everything(database)

    with pytest.raises(IntegrityError):
        await store.open(a_cart("cart-1", customer_id="customer-2", lines=[]), replace=False)
    with pytest.raises(IntegrityError):
        await store.open(a_cart("cart-2", customer_id="customer-2", lines=[a_line(1)]), replace=False)

    assert await everything(database) == before


async def test_an_active_cart_without_its_handle_is_refused(store: SqlCartStore, database: Database) -> None:
    """A cart nobody can reach again would hold the customer's place for ever."""
    with pytest.raises(IntegrityError):
        await store.open(a_cart(handle=None), replace=False)

    assert await everything(database) == [[], [], []]


async def test_settling_writes_version_lines_and_snapshot(store: SqlCartStore) -> None:
    """Lines are added, changed and deleted in one go; those that stay keep their ids."""
    cart = a_cart(lines=[a_line(1), a_line(2), a_line(3)])
    await store.open(cart, replace=False)
    lines = (a_line(1), a_line(3, quantity=9, updated_at=LATER), a_line(4, added_at=LATER))

    await store.settle(changed(cart, lines=lines), expected_version=1)

    assert await store.active("customer-1", "US") == changed(cart, lines=lines)


async def test_settling_may_empty_the_cart(store: SqlCartStore) -> None:
    """Clearing is a settling without lines."""
    cart = a_cart()
    await store.open(cart, replace=False)

    await store.settle(changed(cart, lines=()), expected_version=1)

    assert await store.active("customer-1", "US") == changed(cart, lines=())


async def test_a_saved_line_keeps_its_id_under_a_new_upstream_key(store: SqlCartStore) -> None:
    """The upstream names a line anew when it is saved; the storefront does not."""
    cart = a_cart()
    await store.open(cart, replace=False)
    saved = a_line(1, upstream_key="S1", placement=Placement.SAVED_FOR_LATER)

    await store.settle(changed(cart, lines=(a_line(2), saved)), expected_version=1)

    assert await store.active("customer-1", "US") == changed(cart, lines=(a_line(2), saved))


async def test_two_lines_may_swap_their_upstream_keys(store: SqlCartStore) -> None:
    """The rule that no key is twice in a cart holds for the outcome, not for each row on the way."""
    cart = a_cart()
    await store.open(cart, replace=False)
    swapped = (a_line(1, upstream_key="U2"), a_line(2, upstream_key="U1"))

    await store.settle(changed(cart, lines=swapped), expected_version=1)

    assert await store.active("customer-1", "US") == changed(cart, lines=swapped)


async def test_a_fresh_snapshot_alone_keeps_the_version(store: SqlCartStore) -> None:
    """A read that finds nothing new does not make another request's version stale."""
    cart = a_cart()
    await store.open(cart, replace=False)

    await store.settle(changed(cart, version=1), expected_version=1)

    assert await store.active("customer-1", "US") == changed(cart, version=1)


async def test_settling_a_stale_version_writes_nothing(store: SqlCartStore, database: Database) -> None:
    """The later of two changes from one version loses, and says so."""
    cart = a_cart()
    await store.open(cart, replace=False)
    await store.settle(changed(cart), expected_version=1)
    before = await everything(database)

    with pytest.raises(CartMoved):
        await store.settle(changed(cart, lines=(a_line(7),)), expected_version=1)

    assert await everything(database) == before


async def test_of_sixteen_settlings_from_one_version_one_wins(store: SqlCartStore) -> None:
    """No change is overwritten by another that did not know of it."""
    cart = a_cart()
    await store.open(cart, replace=False)
    wanted = [changed(cart, lines=(a_line(number),)) for number in range(1, 17)]

    outcomes = await asyncio.gather(*(store.settle(one, expected_version=1) for one in wanted), return_exceptions=True)

    moved = [outcome for outcome in outcomes if isinstance(outcome, CartMoved)]
    assert (outcomes.count(None), len(moved)) == (1, 15)
    assert await store.active("customer-1", "US") == wanted[outcomes.index(None)]


@pytest.mark.parametrize("last", ["UPDATE", "SELECT"])
async def test_a_cancelled_settling_writes_nothing_and_frees_the_writer(
    store: SqlCartStore, database: Database, last: str
) -> None:
    """A shopper who closes the page mid-change leaves neither half a cart nor a lock, wherever it was."""
    cart = a_cart()
    await store.open(cart, replace=False)
    before = await everything(database)
    settling = asyncio.ensure_future(store.settle(changed(cart, lines=()), expected_version=1))

    with after_statement(last, settling.cancel), pytest.raises(asyncio.CancelledError):
        await settling

    assert await everything(database) == before
    await store.settle(changed(cart), expected_version=1)


async def test_a_settling_cancelled_at_its_commit_is_all_or_nothing(store: SqlCartStore) -> None:
    """The commit may be on its way already: then the whole change is there, and the version tells."""
    cart = a_cart()
    await store.open(cart, replace=False)
    settling = asyncio.ensure_future(store.settle(changed(cart, lines=()), expected_version=1))

    with after_statement("DELETE", settling.cancel), pytest.raises(asyncio.CancelledError):
        await settling

    assert await store.active("customer-1", "US") in (cart, changed(cart, lines=()))


async def test_handing_over_forgets_the_handle(store: SqlCartStore, database: Database) -> None:
    """After checkout nobody, not even we, can reach the remote cart any more."""
    cart = a_cart()
    await store.open(cart, replace=False)

    await store.hand_over("cart-1", expected_version=1, now=LATER)

    columns = "status, version, sealed_cart_id, sealed_hmac"
    assert await rows(database, f"SELECT {columns} FROM carts") == [("HANDED_OVER", 2, None, None)]  # noqa: S608
    assert await store.active("customer-1", "US") is None
    handed_over = replace(cart, status=CartStatus.HANDED_OVER, version=2, updated_at=LATER, handle=None)
    assert await store.find("customer-1", "cart-1") == handed_over
    assert await rows(database, "SELECT count(*) FROM carts WHERE handed_over_at IS NOT NULL") == [(1,)]


async def test_after_handing_over_a_new_cart_may_open(store: SqlCartStore) -> None:
    """The next visit starts anew."""
    await store.open(a_cart(), replace=False)
    await store.hand_over("cart-1", expected_version=1, now=LATER)
    new = a_cart("cart-2", lines=[a_line(3)])

    await store.open(new, replace=False)

    assert await store.active("customer-1", "US") == new


@pytest.mark.parametrize("version", [2, 0])
async def test_handing_over_another_version_writes_nothing(
    store: SqlCartStore, database: Database, version: int
) -> None:
    """The shopper is never sent away with a cart that changed since it was shown."""
    await store.open(a_cart(), replace=False)
    before = await everything(database)

    with pytest.raises(CartMoved):
        await store.hand_over("cart-1", expected_version=version, now=LATER)

    assert await everything(database) == before


async def test_a_cart_is_handed_over_once(store: SqlCartStore, database: Database) -> None:
    """Of two checkouts at once, one gets the cart; nothing changes a cart that is gone."""
    cart = a_cart()
    await store.open(cart, replace=False)
    await store.hand_over("cart-1", expected_version=1, now=NOON)
    before = await everything(database)

    with pytest.raises(CartMoved):
        await store.hand_over("cart-1", expected_version=2, now=LATER)
    with pytest.raises(CartMoved):
        await store.settle(changed(cart, version=3), expected_version=2)

    assert await everything(database) == before


@only_sqlite
async def test_the_file_never_holds_the_handle_in_clear(database_url: str, key_ring: KeyRing) -> None:
    """A stolen file, its write-ahead log included, opens no cart; after hand-over not even the sealed bytes remain."""
    database = open_database(database_url)
    store = SqlCartStore(database, key_ring)
    await store.open(a_cart(), replace=False)
    [(sealed_cart_id, sealed_hmac)] = await rows(database, "SELECT sealed_cart_id, sealed_hmac FROM carts")
    while_active = _bytes_on_disk(database_url)
    await store.hand_over("cart-1", expected_version=1, now=LATER)
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


async def test_a_handle_moved_to_another_row_does_not_open(store: SqlCartStore, database: Database) -> None:
    """Who can write the table cannot give himself another's cart."""
    await store.open(a_cart(), replace=False)
    other = a_cart("cart-2", customer_id="customer-2", lines=[])
    await store.open(other, replace=False)
    async with database.writing() as connection:
        await connection.exec_driver_sql(
            "UPDATE carts SET sealed_hmac = (SELECT sealed_hmac FROM carts WHERE id = 'cart-1') WHERE id = 'cart-2'"
        )

    with pytest.raises(SealBroken, match="sealed_hmac does not open"):
        await store.active("customer-2", "US")


async def test_another_key_ring_opens_no_handle_and_an_older_key_still_does(
    store: SqlCartStore, database: Database
) -> None:
    """Without the keys the database is of no use; with a new key in front it stays in use."""
    old, new = new_key(), new_key()
    await SqlCartStore(database, KeyRing.parse(old)).open(a_cart(), replace=False)

    rotated = await SqlCartStore(database, KeyRing.parse(f"{new},{old}")).active("customer-1", "US")

    assert rotated is not None
    assert rotated.handle == a_cart().handle
    with pytest.raises(SealBroken, match="not in the key ring"):
        await SqlCartStore(database, KeyRing.parse(new)).active("customer-1", "US")


async def test_a_handle_prints_as_dots(store: SqlCartStore) -> None:
    """A record in a log gives nothing away."""
    await store.open(a_cart(), replace=False)

    cart = await store.active("customer-1", "US")

    assert cart is not None
    assert cart.handle is not None
    assert cart.handle.hmac == SecretStr(HMAC)
    assert HMAC not in repr(cart)
    assert CART_ID not in repr(cart)


async def test_statements_are_few(store: SqlCartStore) -> None:
    """Each statement costs more than its rows: a read is one, a settling says only what changed."""
    cart = a_cart()

    with counted_statements() as opening:
        await store.open(cart, replace=False)
    with counted_statements() as reading:
        await store.active("customer-1", "US")
    with counted_statements() as refreshing:
        await store.settle(changed(cart, version=1), expected_version=1)
    with counted_statements() as adding:
        await store.settle(changed(cart, lines=(*cart.lines, a_line(3))), expected_version=1)
    with counted_statements() as everything_at_once:
        lines = (a_line(2, quantity=5), a_line(3), a_line(4), a_line(5))
        await store.settle(changed(cart, version=3, lines=lines), expected_version=2)

    assert opening == ["INSERT", "INSERT", "INSERT"]
    assert reading == ["SELECT"]
    assert refreshing == ["UPDATE", "SELECT"]
    assert adding == ["UPDATE", "SELECT", "INSERT"]
    assert everything_at_once == ["UPDATE", "SELECT", "DELETE", "UPDATE", "INSERT"]
