"""Guests who have signed in: what was theirs is the customer's, and nothing is kept for them any more."""

import asyncio

import pytest
from msgspec.structs import replace
from pydantic import SecretStr

from persistence.engine import Database
from persistence.errors import GuestEnded
from persistence.journal import SqlJournal
from persistence.records import CartStatus, CustomerRecord, RequestKey
from persistence.sealing import KeyRing
from persistence.store import SqlCartStore
from tests.unit.persistence.carts import (
    LATER,
    LEASE,
    NOON,
    Watched,
    a_cart,
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

ANN, GUEST = "customer:ann", "customer-1"
KEY = RequestKey(key="key-1", fingerprint=b"asked")
ALL = tuple(CartStatus)


async def _bought(journal: SqlJournal) -> None:
    """The guest's cart, handed over under a key."""
    held = await claim(journal, await keep(journal, a_cart()), request_key=KEY)
    after = changed(held.cart, status=CartStatus.HANDED_OVER, handle=None)
    end = settlement(held, after)
    address = SecretStr("https://www.amazon.com/gp/cart/aws-merge.html?cart-id=1")
    await journal.settle(replace(end, intent=ended(held.intent, address=address)))


async def test_what_was_his_is_the_customers(store: SqlCartStore, journal: SqlJournal, database: Database) -> None:
    """Carts he bought or lost; the address under his request key is told to nobody any more."""
    await _bought(journal)
    await keep(journal, a_cart("cart-2", status=CartStatus.EXPIRED, lines=[]))

    is_ended = await store.end_guest(GUEST, customer_id=ANN, now=LATER)

    anns, count = await store.carts(ANN, "US", ALL, 0, 5)
    assert is_ended
    assert (sorted(cart.id for cart in anns), count) == (["cart-1", "cart-2"], 2)
    assert await store.carts(GUEST, "US", ALL, 0, 5) == ([], 0)
    assert await store.find(GUEST, "cart-1") is None
    assert (await journal.opening(GUEST, "US", None, "key-1")).earlier is None
    assert await rows(database, "SELECT count(*) FROM intents WHERE sealed_address IS NOT NULL") == [(0,)]
    assert await store.customer(GUEST) == CustomerRecord(GUEST, NOON, LATER)
    assert await store.customer(ANN) == CustomerRecord(ANN, LATER)


async def test_nothing_is_kept_for_him_again(store: SqlCartStore, journal: SqlJournal, database: Database) -> None:
    """Neither a cart of his own nor one that would be given to him; ending him again changes nothing."""
    await store.end_guest(GUEST, customer_id=ANN, now=NOON)
    other = await keep(journal, a_cart("cart-2", customer_id="customer-2", lines=[]))
    before = await everything(database)

    with pytest.raises(GuestEnded):
        await journal.record(an_intent("intent-1", a_cart(), request_key=KEY), pending(a_cart()), LEASE)
    with pytest.raises(GuestEnded):
        await store.adopt(other, customer_id=GUEST, now=LATER)

    assert await store.end_guest(GUEST, customer_id="customer:bob", now=LATER)
    assert await everything(database) == before


async def test_who_never_had_a_cart_is_ended_too(store: SqlCartStore, database: Database) -> None:
    """His token may be in strange hands all the same; the customer is not made known for it."""
    assert await store.end_guest(GUEST, customer_id=ANN, now=LATER)

    assert await rows(database, "SELECT id FROM customers") == [(GUEST,)]


@pytest.mark.parametrize("status", [CartStatus.PENDING, CartStatus.ACTIVE])
async def test_a_guest_with_a_cart_is_not_ended(
    store: SqlCartStore, journal: SqlJournal, database: Database, status: CartStatus
) -> None:
    """It has to be joined first, and one that is being made has to be made: nothing is lost."""
    await keep(journal, a_cart("cart-2", status=CartStatus.EXPIRED, lines=[]))
    if status is CartStatus.ACTIVE:
        await keep(journal, a_cart())
    else:
        await journal.record(an_intent("intent-1", a_cart()), pending(a_cart()), LEASE)
    before = await everything(database)

    assert not await store.end_guest(GUEST, customer_id=ANN, now=LATER)
    assert await everything(database) == before


async def test_a_cart_made_meanwhile_is_seen(store: SqlCartStore, journal: SqlJournal) -> None:
    """Of a sign-in and a first item at the same time one is first: no cart is left with an ended guest."""
    for number in range(20):
        guest = f"guest-{number}"
        cart = a_cart(f"cart-{number}", customer_id=guest)
        await keep(journal, replace(cart, id=f"old-{number}", status=CartStatus.EXPIRED, lines=()))

        is_ended, made = await asyncio.gather(
            store.end_guest(guest, customer_id=ANN, now=LATER),
            journal.record(an_intent(f"intent-{number}", cart), pending(cart), LEASE),
            return_exceptions=True,
        )

        has_cart = (await journal.opening(guest, "US", None, None)).cart is not None
        known = await store.customer(guest)
        assert known
        assert isinstance(made, GuestEnded) is is_ended
        assert (has_cart, known.ended_at is not None) == (not is_ended, is_ended)


async def test_a_first_item_takes_as_many_statements_as_before(
    journal: SqlJournal, database: Database, key_ring: KeyRing
) -> None:
    """Whether a guest has come to his end is asked by the statement that makes him known."""
    watched = Watched(database)

    await SqlJournal(watched, key_ring).record(an_intent("intent-1", a_cart()), pending(a_cart()), LEASE)

    assert len(watched.sent) == 3
