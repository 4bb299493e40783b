"""A change is written down before it is sent, one at a time for a cart, and only its owner writes what came of it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace
from pydantic import SecretStr

from persistence import cart_statements, intent_statements
from persistence.engine import Database, open_database
from persistence.errors import ActiveCartExists, CartMoved, FenceLost, KeyTaken, SealBroken
from persistence.journal import KEYS_OF_A_CUSTOMER, SqlJournal
from persistence.programs import Program, Run
from persistence.records import CartRecord, CartStatus, Held, Hold, IntentState, RequestKey, Settlement
from persistence.rows import intent_row
from persistence.sealing import KeyRing, new_key
from persistence.store import SqlCartStore
from resolvers.ports import Journal
from tests.unit.persistence.carts import (
    LATER,
    LEASE,
    NOON,
    Watched,
    a_cart,
    a_line,
    an_intent,
    changed,
    claim,
    ended,
    everything,
    keep,
    pending,
    rows,
    settlement,
)

KEY = RequestKey(key="key-of-16-letters", fingerprint=b"\x00sha\xff")
ADDRESS = SecretStr("https://shop.example/buy?hmac=secret")
MUCH_LATER = LEASE + timedelta(hours=1)


def holding(cart: CartRecord, intent_id: str = "intent-1", lease_until: object = LEASE) -> CartRecord:
    """The cart as it is once it is claimed."""
    return replace(cart, hold=Hold(intent_id=intent_id, lease_until=lease_until), fence=cart.fence + 1)  # type: ignore[arg-type]


def test_the_journal_fits_the_port(journal: SqlJournal) -> None:
    """The type checker holds the shape; the journal does not know who asks."""
    port: Journal = journal

    assert port is journal


async def test_an_opening_without_anything_is_empty(journal: SqlJournal) -> None:
    """The first change of a new customer starts from nothing."""
    for key in (None, "key"):
        for cart_id in (None, "cart-1"):
            opening = await journal.opening("customer-1", "US", cart_id, key)

            assert (opening.cart, opening.earlier) == (None, None)


@pytest.mark.parametrize("key", [None, "another-key"])
async def test_an_opening_has_the_active_cart_or_the_named_one(journal: SqlJournal, key: str | None) -> None:
    """Without an id the change is for the one cart there is; a named cart is found in any status."""
    old = await keep(journal, a_cart("cart-2", status=CartStatus.EXPIRED, lines=[a_line(3)]))
    cart = await keep(journal, a_cart())

    assert (await journal.opening("customer-1", "US", None, key)).cart == cart
    assert (await journal.opening("customer-1", "US", "cart-2", key)).cart == old
    assert (await journal.opening("customer-1", "JP", None, key)).cart is None


@pytest.mark.parametrize("key", [None, "another-key"])
async def test_an_opening_has_the_pending_cart_and_who_holds_it(journal: SqlJournal, key: str | None) -> None:
    """The second tap on the button finds that the first is on its way."""
    cart = pending(a_cart())
    held = await journal.record(an_intent("intent-1", cart), cart, LEASE)

    assert held == holding(cart)
    assert (await journal.opening("customer-1", "US", None, key)).cart == held


@pytest.mark.parametrize("key", [None, KEY.key])
async def test_an_opening_shows_nothing_of_another_customer(journal: SqlJournal, key: str | None) -> None:
    """Neither his carts by their ids nor what he asked for by its key."""
    await claim(journal, await keep(journal, a_cart()), request_key=KEY)

    for cart_id in (None, "cart-1"):
        opening = await journal.opening("customer-2", "US", cart_id, key)
        assert (opening.cart, opening.earlier) == (None, None)


@pytest.mark.parametrize("cart_id", [None, "cart-1"])
async def test_an_opening_has_the_intent_of_its_key(journal: SqlJournal, cart_id: str | None) -> None:
    """A repeat finds the first run, whether it is on its way or done; what it came to is given back byte for byte."""
    held = await claim(journal, await keep(journal, a_cart()), request_key=KEY)

    assert (await journal.opening("customer-1", "US", cart_id, KEY.key)).earlier == held.intent

    done = ended(held.intent, address=ADDRESS)
    after = changed(held.cart, hold=None)
    await journal.settle(Settlement(intent=done, before=held.cart, after=after))

    opening = await journal.opening("customer-1", "US", cart_id, KEY.key)
    assert (opening.cart, opening.earlier) == (after, done)


async def test_the_intent_of_a_key_outlives_its_cart(journal: SqlJournal) -> None:
    """What became of a cart that never came about is told again under the key."""
    cart = pending(a_cart())
    held = await claim(journal, cart, request_key=KEY)
    await journal.settle(settlement(held, None))

    opening = await journal.opening("customer-1", "US", None, KEY.key)

    assert (opening.cart, opening.earlier) == (None, ended(held.intent))


async def test_recording_claims_the_cart(journal: SqlJournal, store: SqlCartStore) -> None:
    """From the commit on, whoever reads the cart sees that it is held; its version is as it was."""
    cart = await keep(journal, a_cart())

    held = await claim(journal, cart, request_key=KEY)

    assert held.cart == holding(cart)
    assert await store.active("customer-1", "US") == held.cart
    assert await journal.held("cart-1") == held


async def test_recording_a_pending_cart_keeps_its_lines(journal: SqlJournal) -> None:
    """A cart that is to be made from another's lines says so before it is sent."""
    cart = replace(pending(a_cart()), lines=(a_line(1), a_line(2)))

    held = await claim(journal, cart)

    assert held.cart == holding(cart)
    assert await journal.held("cart-1") == held


@pytest.mark.parametrize(
    "stale",
    [
        {"version": 2},
        {"fence": 0},
        {"fence": 2},
        {"id": "cart-9"},
    ],
)
async def test_a_cart_that_moved_is_not_claimed(
    journal: SqlJournal, database: Database, stale: dict[str, object]
) -> None:
    """The upstream never hears of a change that started from a cart that is no more."""
    cart = await keep(journal, a_cart())
    before = await everything(database)

    with pytest.raises(CartMoved):
        await claim(journal, replace(cart, **stale))

    assert await everything(database) == before


@pytest.mark.parametrize("status", [CartStatus.EXPIRED, CartStatus.HANDED_OVER, CartStatus.MERGED])
async def test_a_cart_that_is_not_active_is_not_claimed(
    journal: SqlJournal, database: Database, status: CartStatus
) -> None:
    """Nothing changes a cart that is gone."""
    cart = await keep(journal, a_cart(status=status, handle=None))
    before = await everything(database)

    with pytest.raises(CartMoved):
        await claim(journal, cart)

    assert await everything(database) == before


async def test_a_held_cart_is_not_claimed(journal: SqlJournal, database: Database) -> None:
    """One change at a time, also for who knows the fence."""
    cart = await keep(journal, a_cart())
    held = await claim(journal, cart)
    before = await everything(database)

    for read in (cart, held.cart):
        with pytest.raises(CartMoved):
            await claim(journal, read, "intent-2")

    assert await everything(database) == before


@pytest.mark.parametrize("there", [CartStatus.PENDING, CartStatus.ACTIVE])
async def test_who_has_a_cart_opens_none(journal: SqlJournal, database: Database, there: CartStatus) -> None:
    """The customer keeps the cart there is, be it still on its way."""
    if there is CartStatus.ACTIVE:
        await keep(journal, a_cart())
    else:
        await claim(journal, pending(a_cart()))
    before = await everything(database)

    with pytest.raises(ActiveCartExists):
        await claim(journal, replace(pending(a_cart("cart-2")), lines=(a_line(3),)), "intent-2")

    assert await everything(database) == before


@pytest.mark.parametrize("other", [a_cart("cart-2", marketplace="JP"), pending(a_cart("cart-2", marketplace="JP"))])
async def test_a_key_in_use_is_not_taken_again(journal: SqlJournal, database: Database, other: CartRecord) -> None:
    """Of two runs under one key, the second finds the first, and has claimed no cart."""
    cart = await keep(journal, a_cart())
    if other.status is CartStatus.ACTIVE:
        other = await keep(journal, replace(other, lines=()))
    await claim(journal, cart, request_key=KEY)
    before = await everything(database)

    with pytest.raises(KeyTaken):
        await claim(journal, other, "intent-2", request_key=KEY)

    assert await everything(database) == before


async def test_a_key_is_a_customers_own(journal: SqlJournal) -> None:
    """Two customers who number their requests do not meet."""
    await claim(journal, pending(a_cart()), request_key=KEY)

    other = await claim(journal, pending(a_cart("cart-2", customer_id="customer-2")), "intent-2", request_key=KEY)

    assert (await journal.opening("customer-2", "US", None, KEY.key)).earlier == other.intent


async def race(url: str, key_ring: KeyRing, contender: Callable[[SqlJournal, int], Awaitable[object]]) -> list[object]:
    """Sixteen at once, from two open databases; what came of each."""
    databases = [open_database(url), open_database(url)]
    journals = [SqlJournal(database, key_ring) for database in databases]
    outcomes = await asyncio.gather(
        *(contender(journals[number % 2], number) for number in range(16)), return_exceptions=True
    )
    for database in databases:
        await database.close()
    return list(outcomes)


async def test_of_sixteen_claims_one_wins(journal: SqlJournal, database_url: str, key_ring: KeyRing) -> None:
    """However many processes read the same cart, one changes it and the others read again."""
    cart = await keep(journal, a_cart())

    outcomes = await race(database_url, key_ring, lambda one, number: claim(one, cart, f"intent-{number}"))

    [won] = [outcome for outcome in outcomes if isinstance(outcome, Held)]
    assert sum(isinstance(outcome, CartMoved) for outcome in outcomes) == 15
    assert await journal.held("cart-1") == won


async def test_of_sixteen_first_carts_one_is_opened(
    journal: SqlJournal, database: Database, database_url: str, key_ring: KeyRing
) -> None:
    """However often the button is pressed, the constraint picks one cart; a losing one leaves nothing behind."""
    outcomes = await race(
        database_url,
        key_ring,
        lambda one, number: claim(
            one, replace(pending(a_cart(f"cart-{number}")), lines=(a_line(number + 1),)), f"i-{number}"
        ),
    )

    [won] = [outcome for outcome in outcomes if isinstance(outcome, Held)]
    assert sum(isinstance(outcome, ActiveCartExists) for outcome in outcomes) == 15
    assert (await journal.opening("customer-1", "US", None, None)).cart == won.cart
    assert await rows(database, "SELECT cart_id FROM cart_lines") == [(won.cart.id,)]
    assert await rows(database, "SELECT id FROM intents") == [(won.intent.id,)]


async def test_of_sixteen_runs_of_a_key_one_begins(
    journal: SqlJournal, database: Database, database_url: str, key_ring: KeyRing
) -> None:
    """A client that repeats itself to every process has one effect."""
    carts = [await keep(journal, a_cart(f"cart-{n}", marketplace=f"M{n}", lines=[])) for n in range(16)]

    outcomes = await race(
        database_url, key_ring, lambda one, number: claim(one, carts[number], f"i-{number}", request_key=KEY)
    )

    [won] = [outcome for outcome in outcomes if isinstance(outcome, Held)]
    assert sum(isinstance(outcome, KeyTaken) for outcome in outcomes) == 15
    assert await rows(database, "SELECT open_intent FROM carts WHERE open_intent IS NOT NULL") == [(won.intent.id,)]


async def test_amending_writes_the_body_and_has_the_cart_longer(journal: SqlJournal) -> None:
    """What was learnt on the way is there for whoever takes over."""
    held = await claim(journal, await keep(journal, a_cart()))
    intent = replace(held.intent, body=b"further")

    longer = await journal.amend(intent, held.cart, MUCH_LATER)

    assert longer == replace(held.cart, hold=Hold(intent_id="intent-1", lease_until=MUCH_LATER))
    assert await journal.held("cart-1") == Held(cart=longer, intent=intent)


@pytest.mark.parametrize("lease_until", [MUCH_LATER, NOON])
async def test_renewing_moves_the_end_of_the_lease(journal: SqlJournal, lease_until: object) -> None:
    """Later while the owner works on; earlier where he gives up and another shall look."""
    held = await claim(journal, await keep(journal, a_cart()))

    renewed = await journal.renew(held.cart, lease_until)  # type: ignore[arg-type]

    assert renewed == replace(held.cart, hold=Hold(intent_id="intent-1", lease_until=lease_until))  # type: ignore[arg-type]
    assert await journal.held("cart-1") == replace(held, cart=renewed)


async def test_dropping_forgets_the_intent_with_its_key(journal: SqlJournal, store: SqlCartStore) -> None:
    """Nothing left us: the cart is as it was but for its fence, and the key is free for another try."""
    cart = await keep(journal, a_cart())
    held = await claim(journal, cart, request_key=KEY)

    await journal.drop(held.intent, held.cart)

    assert await store.active("customer-1", "US") == replace(cart, fence=2)
    assert (await journal.opening("customer-1", "US", None, KEY.key)).earlier is None
    assert await journal.held("cart-1") is None


async def test_dropping_a_pending_cart_leaves_nothing_but_the_customer(journal: SqlJournal, database: Database) -> None:
    """The place is free for another first cart."""
    held = await claim(journal, replace(pending(a_cart()), lines=(a_line(1),)), request_key=KEY)

    await journal.drop(held.intent, held.cart)

    assert [len(table) for table in await everything(database)] == [1, 0, 0, 0]
    await claim(journal, pending(a_cart("cart-2")), request_key=KEY)


async def test_intents_lapse_the_longest_ago_first(journal: SqlJournal) -> None:
    """The sweeper takes what waits longest, a bounded number at a time, and nothing that still has its owner."""
    kept = [
        await keep(journal, a_cart(f"cart-{n}", customer_id=f"customer-{n}", lines=[a_line(n)])) for n in range(1, 5)
    ]
    ends = [LEASE, LEASE - timedelta(microseconds=1), LEASE + timedelta(microseconds=1), NOON]
    held = []
    for cart, end in zip(kept, ends, strict=True):
        one = await claim(journal, cart, f"intent-{cart.id}")
        held.append(replace(one, cart=await journal.renew(one.cart, end)))
    first, second, _, fourth = held

    assert await journal.lapsed(LEASE, "US", 10) == [fourth, second, first]
    assert await journal.lapsed(LEASE, "US", 2) == [fourth, second]
    assert await journal.lapsed(NOON - timedelta(seconds=1), "US", 10) == []
    assert await journal.lapsed(LEASE, "JP", 10) == []


async def test_a_lapsed_intent_that_does_not_open_holds_up_no_other(journal: SqlJournal, database: Database) -> None:
    """One row that was tampered with must not keep the carts of everybody else unsettled."""
    await claim(journal, await keep(journal, a_cart()))
    other = await claim(journal, await keep(journal, a_cart("cart-2", customer_id="bob", lines=[])), "intent-2")
    async with database.writing() as connection:
        await connection.exec_driver_sql("UPDATE carts SET sealed_hmac = sealed_cart_id WHERE id = 'cart-1'")

    assert await journal.lapsed(LEASE, "US", 10) == [other]
    await journal.drop(other.intent, other.cart)
    with pytest.raises(SealBroken):
        await journal.lapsed(LEASE, "US", 10)


async def test_a_lapsed_intent_is_taken_over(journal: SqlJournal) -> None:
    """The new owner has its own fence and lease, and settles."""
    held = await claim(journal, await keep(journal, a_cart()))

    mine = await journal.take_over(held, LEASE, MUCH_LATER)

    assert mine == replace(held.cart, fence=3, hold=Hold(intent_id="intent-1", lease_until=MUCH_LATER))
    assert await journal.held("cart-1") == replace(held, cart=mine)
    await journal.settle(settlement(Held(cart=mine, intent=held.intent), mine))
    assert await journal.held("cart-1") is None


async def test_an_intent_with_its_owner_is_not_taken_over(journal: SqlJournal, database: Database) -> None:
    """Until the lease has ended, and when it was renewed since it was read, the owner keeps it."""
    held = await claim(journal, await keep(journal, a_cart()))
    before = await everything(database)

    with pytest.raises(FenceLost):
        await journal.take_over(held, LEASE - timedelta(microseconds=1), MUCH_LATER)

    assert await everything(database) == before
    await journal.renew(held.cart, MUCH_LATER)
    with pytest.raises(FenceLost):
        await journal.take_over(held, LEASE, MUCH_LATER)


async def test_of_sixteen_take_overs_one_wins(journal: SqlJournal, database_url: str, key_ring: KeyRing) -> None:
    """Sweepers of several processes do not settle one intent twice."""
    held = await claim(journal, await keep(journal, a_cart()))

    outcomes = await race(database_url, key_ring, lambda one, _: one.take_over(held, LEASE, MUCH_LATER))

    assert sum(isinstance(outcome, CartRecord) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, FenceLost) for outcome in outcomes) == 15


@pytest.mark.parametrize("first", ["taken over", "settled"])
@pytest.mark.parametrize("status", [CartStatus.ACTIVE, CartStatus.PENDING])
async def test_a_late_owner_writes_nothing(
    journal: SqlJournal, database: Database, first: str, status: CartStatus
) -> None:
    """Who slept through his lease is told by the fence, whatever he wanted to write."""
    cart = pending(a_cart()) if status is CartStatus.PENDING else await keep(journal, a_cart())
    late = await claim(journal, cart)
    mine = await journal.take_over(late, LEASE, MUCH_LATER)
    if first == "settled":
        await journal.settle(settlement(Held(cart=mine, intent=late.intent), a_cart()))
    before = await everything(database)

    for attempt in (
        journal.settle(settlement(late, changed(a_cart(lines=[])))),
        journal.settle(settlement(late, None)),
        journal.amend(replace(late.intent, body=b"late"), late.cart, MUCH_LATER),
        journal.renew(late.cart, MUCH_LATER),
        journal.drop(late.intent, late.cart),
        journal.take_over(late, MUCH_LATER, MUCH_LATER),
    ):
        with pytest.raises(FenceLost):
            await attempt

    assert await everything(database) == before


async def test_what_is_not_held_is_not_renewed(journal: SqlJournal) -> None:
    """A cart without an intent has no owner."""
    with pytest.raises(FenceLost):
        await journal.renew(await keep(journal, a_cart()), MUCH_LATER)


async def two_held(journal: SqlJournal, into: str, out_of: str, **changes: object) -> tuple[Held, Held]:
    """The customer's cart claimed with the guest's as its source, each with its intent."""
    mine = await keep(journal, a_cart(into, lines=[a_line(1)]))
    theirs = await keep(journal, a_cart(out_of, customer_id="guest-1", lines=[a_line(2), a_line(3)]))
    intent = an_intent("intent-1", mine, request_key=KEY)
    source = Held(cart=theirs, intent=an_intent("intent-2", theirs, parent_id="intent-1"))
    cart = await journal.record(intent, mine, LEASE, source=source)
    assert cart == holding(mine)
    return Held(cart=cart, intent=intent), source


ORDERS = pytest.mark.parametrize(("into", "out_of"), [("cart-1", "cart-2"), ("cart-2", "cart-1")])


@ORDERS
async def test_a_source_is_held_with_its_cart(journal: SqlJournal, into: str, out_of: str) -> None:
    """Neither cart is changed by another while one goes into the other; only the one that gains is swept."""
    target, source = await two_held(journal, into, out_of)

    assert await journal.held(into) == target
    assert await journal.held(out_of) == replace(source, cart=holding(source.cart, "intent-2"))
    assert await journal.lapsed(LEASE, "US", 10) == [target]


@ORDERS
async def test_a_source_that_moved_leaves_both_unclaimed(
    journal: SqlJournal, database: Database, into: str, out_of: str
) -> None:
    """All or nothing, in whatever order the rows are taken."""
    mine = await keep(journal, a_cart(into, lines=[a_line(1)]))
    theirs = await keep(journal, a_cart(out_of, customer_id="guest-1", lines=[a_line(2)]))
    source = Held(cart=replace(theirs, version=2), intent=an_intent("intent-2", theirs, parent_id="intent-1"))
    before = await everything(database)

    with pytest.raises(CartMoved):
        await journal.record(an_intent("intent-1", mine), mine, LEASE, source=source)

    assert await everything(database) == before


@ORDERS
async def test_dropping_lets_go_of_the_source_too(
    journal: SqlJournal, store: SqlCartStore, database: Database, into: str, out_of: str
) -> None:
    """Nothing happened to either."""
    target, source = await two_held(journal, into, out_of)

    await journal.drop(target.intent, target.cart)

    assert await store.cart(into) == replace(target.cart, hold=None)
    assert await store.cart(out_of) == replace(source.cart, fence=2)
    assert await rows(database, "SELECT id FROM intents WHERE state = 'OPEN'") == []


@ORDERS
async def test_a_merge_moves_lines_and_ends_both_intents(
    journal: SqlJournal, store: SqlCartStore, database: Database, into: str, out_of: str
) -> None:
    """A line keeps its id in the other cart; the cart it came from is merged, without its handle."""
    target, source = await two_held(journal, into, out_of)
    mine, moved, kept = target.cart.lines[0], source.cart.lines[0], source.cart.lines[1]
    after = changed(target.cart, lines=(replace(mine, quantity=7), replace(moved, upstream_key="U9")), hold=None)
    merged = changed(source.cart, status=CartStatus.MERGED, handle=None, lines=(kept,), fence=2)

    await journal.settle(
        Settlement(intent=ended(target.intent), before=target.cart, after=after, source=(source, merged))
    )

    assert await store.cart(into) == after
    assert await store.cart(out_of) == merged
    settled = "SELECT id FROM intents WHERE state = 'SETTLED' AND id LIKE 'intent-%' ORDER BY id"
    assert await rows(database, settled) == [("intent-1",), ("intent-2",)]
    assert (await journal.held(into), await journal.held(out_of)) == (None, None)


@ORDERS
async def test_a_late_merge_writes_nothing(journal: SqlJournal, database: Database, into: str, out_of: str) -> None:
    """The fence of the cart that gains guards the other too."""
    target, source = await two_held(journal, into, out_of)
    await journal.take_over(target, LEASE, MUCH_LATER)
    before = await everything(database)

    with pytest.raises(FenceLost):
        await journal.settle(settlement(target, target.cart, source=(source, replace(source.cart, lines=()))))
    with pytest.raises(FenceLost):
        await journal.drop(target.intent, target.cart)

    assert await everything(database) == before


@pytest.mark.parametrize("status", [CartStatus.EXPIRED, CartStatus.HANDED_OVER])
async def test_a_new_cart_takes_the_place_of_the_old_one(
    journal: SqlJournal, store: SqlCartStore, status: CartStatus
) -> None:
    """One commit: never two active carts, never none."""
    held = await claim(journal, await keep(journal, a_cart()))
    handle = None if status is CartStatus.HANDED_OVER else held.cart.handle
    new = a_cart("cart-2", lines=[a_line(3)], created_at=LATER)

    await journal.settle(settlement(held, changed(held.cart, status=status, handle=handle), opened=new))

    assert await store.active("customer-1", "US") == new
    old = await store.find("customer-1", "cart-1")
    assert old == replace(changed(held.cart), status=status, handle=handle, hold=None)


async def test_a_new_cart_that_finds_its_place_taken_writes_nothing(journal: SqlJournal, database: Database) -> None:
    """An outcome that contradicts the tables is not written by half."""
    held = await claim(journal, await keep(journal, a_cart()))
    before = await everything(database)

    with pytest.raises(ActiveCartExists):
        await journal.settle(settlement(held, changed(held.cart), opened=a_cart("cart-2", lines=[a_line(3)])))

    assert await everything(database) == before


async def test_handing_over_forgets_the_handle_and_seals_the_address(
    journal: SqlJournal, store: SqlCartStore, database: Database
) -> None:
    """After checkout nobody, not even we, reaches the remote cart; the address opens for its key alone."""
    held = await claim(journal, await keep(journal, a_cart()), request_key=KEY)
    after = changed(held.cart, status=CartStatus.HANDED_OVER, handle=None, hold=None)
    done = ended(held.intent, address=ADDRESS)

    await journal.settle(Settlement(intent=done, before=held.cart, after=after))

    assert await store.find("customer-1", "cart-1") == after
    assert await rows(database, "SELECT sealed_cart_id, sealed_hmac FROM carts") == [(None, None)]
    assert await rows(database, "SELECT count(*) FROM carts WHERE handed_over_at IS NOT NULL") == [(1,)]
    [(sealed,)] = await rows(database, "SELECT sealed_address FROM intents WHERE request_key IS NOT NULL")
    assert b"secret" not in sealed
    earlier = (await journal.opening("customer-1", "US", None, KEY.key)).earlier
    assert earlier == done
    assert "secret" not in repr(earlier)


async def test_an_address_moved_to_another_intent_does_not_open(journal: SqlJournal, database: Database) -> None:
    """Who can write the table cannot show himself another's purchase address."""
    for number in (1, 2):
        cart = await keep(journal, a_cart(f"cart-{number}", customer_id=f"customer-{number}", lines=[]))
        held = await claim(journal, cart, f"intent-{number}", request_key=KEY)
        done = ended(held.intent, address=ADDRESS)
        await journal.settle(Settlement(intent=done, before=held.cart, after=replace(held.cart, hold=None)))
    async with database.writing() as connection:
        await connection.exec_driver_sql(
            "UPDATE intents SET sealed_address = (SELECT sealed_address FROM intents WHERE id = 'intent-1') "
            "WHERE id = 'intent-2'"
        )

    with pytest.raises(SealBroken, match="sealed_address does not open"):
        await journal.opening("customer-2", "US", None, KEY.key)


async def test_a_handle_is_sealed_anew_only_when_it_changes(journal: SqlJournal, database: Database) -> None:
    """Sealing costs more than any other column, and a change of quantity leaves the handle alone."""
    cart = await keep(journal, a_cart())
    [sealed] = await rows(database, "SELECT sealed_cart_id, sealed_hmac FROM carts")
    held = await claim(journal, cart)

    await journal.settle(settlement(held, changed(held.cart)))

    assert await rows(database, "SELECT sealed_cart_id, sealed_hmac FROM carts") == [sealed]


async def test_old_intents_are_reaped_in_small_steps(journal: SqlJournal, database: Database) -> None:
    """Outcomes are kept for their time and no longer; what is open is never forgotten, however old."""
    for number in range(1, 6):
        cart = await keep(journal, a_cart(f"cart-{number}", marketplace=f"M{number}", lines=[]))
        held = await claim(journal, cart, f"intent-{number}")
        if number < 5:
            done = ended(held.intent, settled_at=NOON - timedelta(hours=number))
            await journal.settle(Settlement(intent=done, before=held.cart, after=replace(held.cart, hold=None)))

    assert await journal.reap(NOON - timedelta(hours=2), 1) == 1
    assert await journal.reap(NOON - timedelta(hours=2), 10) == 1
    assert await journal.reap(NOON - timedelta(hours=2), 10) == 0

    left = await rows(database, "SELECT id FROM intents WHERE id LIKE 'intent%' ORDER BY id")
    assert left == [("intent-1",), ("intent-2",), ("intent-5",)]


async def test_a_customer_keeps_his_newest_thousand_keys(
    journal: SqlJournal, database: Database, key_ring: KeyRing
) -> None:
    """One client that never repeats a key does not fill the table; the oldest settled ones go first."""
    held = await claim(journal, await keep(journal, a_cart()), request_key=RequestKey(key="open", fingerprint=b""))
    intents = [
        ended(
            an_intent(
                f"many-{number:04}",
                held.cart,
                created_at=LATER + timedelta(seconds=number),
                request_key=RequestKey(key=f"key-{number}", fingerprint=b""),
            )
        )
        for number in range(KEYS_OF_A_CUSTOMER + 3)
    ]

    def fill() -> Program[None]:
        yield Run(intent_statements.ADD_INTENT, [intent_row(intent, key_ring) for intent in intents])

    await database.write(fill())

    assert await journal.reap(NOON, 2) == 2
    assert await journal.reap(NOON, 10) == 1
    assert await journal.reap(NOON, 10) == 0

    kept = await rows(database, "SELECT min(id), max(id), count(*) FROM intents WHERE id LIKE 'many%'")
    assert kept == [("many-0003", "many-1002", 1000)]
    assert await journal.held("cart-1") == held


async def test_other_clashes_pass_through_and_write_nothing(journal: SqlJournal, database: Database) -> None:
    """A repeated id is a bug of ours and must not look like a customer's double tap."""
    cart = await keep(journal, a_cart())
    await claim(journal, cart)
    other = await keep(journal, a_cart("cart-2", customer_id="customer-2", lines=[]))
    before = await everything(database)

    for attempt in (
        claim(journal, other, "intent-1"),
        claim(journal, pending(a_cart("cart-1", customer_id="customer-3")), "intent-3"),
        claim(journal, replace(pending(a_cart("cart-3", customer_id="customer-3")), lines=(a_line(1),)), "intent-3"),
    ):
        with pytest.raises(Exception, match=r"UNIQUE constraint|duplicate key"):
            await attempt

    assert await everything(database) == before


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("status", "'PENDING'"),
        ("lease_until", "NULL"),
        ("open_intent", "NULL"),
        ("sealed_hmac", "NULL"),
        ("status", "'HANDED_OVER'"),
        ("status", "'MERGED'"),
        ("fence", "-1"),
        ("version", "0"),
    ],
)
async def test_the_database_itself_keeps_the_rules(
    journal: SqlJournal, database: Database, column: str, value: str
) -> None:
    """Whatever a program gets wrong, a cart never has half a hold, or a handle where there may be none."""
    await claim(journal, await keep(journal, a_cart()))
    before = await everything(database)

    async def set_column() -> None:
        async with database.writing() as connection:
            await connection.exec_driver_sql(f"UPDATE carts SET {column} = {value}")  # noqa: S608

    with pytest.raises(Exception, match=r"CHECK constraint failed|violates check constraint"):
        await set_column()

    assert await everything(database) == before


async def test_a_change_of_a_cart_takes_six_statements(
    journal: SqlJournal, database: Database, key_ring: KeyRing
) -> None:
    """Each statement costs more than its rows; the budget of issue 5 is six, with a key as without."""
    cart = await keep(journal, a_cart())

    async def sent(key: RequestKey | None, number: int, *lines: object) -> list[str]:
        watched = Watched(database)
        counted = SqlJournal(watched, key_ring)
        opening = await counted.opening("customer-1", "US", None, None if key is None else key.key)
        assert opening.cart is not None
        held = await claim(counted, opening.cart, f"intent-{number}", request_key=key)
        await counted.settle(settlement(held, changed(held.cart, lines=tuple(lines))))
        return watched.sent

    adding = await sent(None, 1, *cart.lines, a_line(3))
    with_key = await sent(KEY, 2, *cart.lines, a_line(3), a_line(4), a_line(5))
    modifying = await sent(None, 3, replace(cart.lines[0], quantity=9), cart.lines[1], a_line(3), a_line(4), a_line(5))
    removing = await sent(None, 4)

    change = ["SELECT", "UPDATE carts", "INSERT INTO intents", "UPDATE carts"]
    assert adding == with_key == [*change, "INSERT INTO cart_lines", "UPDATE intents"]
    assert modifying == [*change, "UPDATE cart_lines", "UPDATE intents"]
    assert removing == [*change, "DELETE FROM cart_lines", "UPDATE intents"]


async def test_the_first_cart_takes_seven_statements(database: Database, key_ring: KeyRing) -> None:
    """Once in a cart's life its customer is made known."""
    watched = Watched(database)
    journal = SqlJournal(watched, key_ring)

    await journal.opening("customer-1", "US", None, KEY.key)
    held = await claim(journal, pending(a_cart()), request_key=KEY)
    await journal.settle(settlement(held, a_cart()))

    assert watched.sent == [
        *("SELECT", "INSERT INTO customers", "INSERT INTO carts", "INSERT INTO intents"),
        *("UPDATE carts", "INSERT INTO cart_lines", "UPDATE intents"),
    ]


async def _wanted(journal: SqlJournal) -> Settlement:
    """A settlement of a held cart that needs every kind of statement."""
    held = await claim(journal, await keep(journal, a_cart(lines=[a_line(1), a_line(2), a_line(3)])))
    lines = (a_line(2, quantity=8), a_line(3, upstream_key="S3"), a_line(4))
    after = changed(held.cart, status=CartStatus.EXPIRED, lines=lines)
    return settlement(held, after, opened=a_cart("cart-2", lines=[a_line(9)]))


@pytest.mark.parametrize("number", range(1, 8))
async def test_a_settlement_that_fails_at_any_statement_writes_nothing(
    journal: SqlJournal, database: Database, key_ring: KeyRing, number: int
) -> None:
    """Whatever breaks in the middle, the cart is still held and the intent open, for the sweeper to settle."""
    wanted = await _wanted(journal)
    before = await everything(database)

    def fail(sent: int) -> None:
        if sent == number:
            raise ArithmeticError(number)

    watched = Watched(database, fail)
    if number > 6:
        await SqlJournal(watched, key_ring).settle(wanted)
        assert len(watched.sent) == 6
        return
    with pytest.raises(ArithmeticError):
        await SqlJournal(watched, key_ring).settle(wanted)

    assert await everything(database) == before
    await journal.settle(wanted)


@pytest.mark.parametrize("number", range(1, 7))
async def test_a_cancelled_settlement_is_all_or_nothing_and_frees_the_writer(
    journal: SqlJournal, database: Database, key_ring: KeyRing, number: int
) -> None:
    """A shopper who closes the page leaves neither half a cart nor a lock; SQLite's thread finishes what it began."""
    wanted = await _wanted(journal)
    before = await everything(database)
    loop = asyncio.get_running_loop()

    def cancel(sent: int) -> None:
        if sent == number:
            loop.call_soon_threadsafe(settling.cancel)

    settling = asyncio.ensure_future(SqlJournal(Watched(database, cancel), key_ring).settle(wanted))
    with pytest.raises(asyncio.CancelledError):
        await settling

    # Waits for the one before, as every write does.
    await database.write(_nothing())
    if database.dialect == "sqlite":
        assert (await journal.opening("customer-1", "US", "cart-1", None)).cart == wanted.after
    elif number < 6:
        assert await everything(database) == before
        await journal.settle(wanted)


def _nothing() -> Program[None]:
    yield Run(cart_statements.DELETE_LINES, {"the_cart": "", "the_line": ""})


async def test_a_write_cancelled_before_its_turn_is_not_begun(
    journal: SqlJournal, database: Database, key_ring: KeyRing
) -> None:
    """Who has gone before his turn has changed nothing."""
    cart = await keep(journal, a_cart())
    before = await everything(database)

    recording = asyncio.ensure_future(journal.record(an_intent("intent-1", cart), cart, LEASE))
    recording.cancel()
    with pytest.raises(asyncio.CancelledError):
        await recording

    await database.write(_nothing())
    assert await everything(database) == before


async def test_another_key_ring_opens_no_address(database: Database) -> None:
    """Without the keys a copy of the database buys nothing."""
    journal = SqlJournal(database, KeyRing.parse(new_key()))
    held = await claim(journal, pending(a_cart()), request_key=KEY)
    await journal.settle(Settlement(intent=ended(held.intent, address=ADDRESS), before=held.cart, after=None))

    with pytest.raises(SealBroken, match="not in the key ring"):
        await SqlJournal(database, KeyRing.parse(new_key())).opening("customer-1", "US", None, KEY.key)


async def test_an_intent_is_open_until_it_is_settled(journal: SqlJournal, database: Database) -> None:
    """The journal's own word for what the sweeper must look at."""
    held = await claim(journal, await keep(journal, a_cart()))
    open_ones = "SELECT id, cart_id FROM intents WHERE state = 'OPEN'"

    assert held.intent.state is IntentState.OPEN
    assert await rows(database, open_ones) == [("intent-1", "cart-1")]
    await journal.settle(settlement(held, held.cart))
    assert await rows(database, open_ones) == []
