"""The rules of the ports, as the store in memory keeps them."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from persistence.errors import ActiveCartExists, CartMoved, FenceLost, GuestEnded, KeyTaken
from persistence.records import (
    CartRecord,
    CartStatus,
    CustomerRecord,
    Held,
    Hold,
    IntentRecord,
    IntentState,
    RequestKey,
    Settlement,
)
from resolvers.ports import CartStore, Journal
from tests.support.fakes import NOON, a_cart, a_line
from tests.support.memory_journal import MemoryStore

LEASE = NOON + timedelta(seconds=30)
LATER = NOON + timedelta(minutes=1)


def an_intent(number: int = 1, cart: str = "cart-1", **changes: Any) -> IntentRecord:
    """Intent ``number`` on a cart."""
    fields: dict[str, Any] = {
        "id": f"intent-{number}",
        "cart_id": cart,
        "customer_id": "customer:ann",
        "kind": "add",
        "body": b"{}",
        "created_at": NOON,
    }
    return IntentRecord(**fields | changes)


def a_pending_cart(cart_id: str = "cart-1", **changes: Any) -> CartRecord:
    """A cart before its first items are at the upstream."""
    return replace(a_cart(), id=cart_id, status=CartStatus.PENDING, handle=None, **changes)


def done(intent: IntentRecord) -> IntentRecord:
    """The intent with an outcome."""
    return replace(intent, outcome=b"done", settled_at=NOON)


@pytest.fixture
def store() -> MemoryStore:
    """Nothing kept yet."""
    return MemoryStore()


def test_satisfies_both_ports(store: MemoryStore) -> None:
    """The type checker compares every signature."""
    carts: CartStore = store
    journal: Journal = store

    assert (carts, journal) == (store, store)


async def test_record_claims_the_cart_with_a_new_fence(store: MemoryStore) -> None:
    """From then on the owner is told from a late one."""
    store.keep(a_cart())

    held = await store.record(an_intent(), a_cart(), LEASE)

    assert (held.hold, held.fence) == (Hold("intent-1", LEASE), 1)
    assert store.records["cart-1"] == held
    assert store.open_intents() == [an_intent()]


async def test_second_claim_of_a_cart_is_refused(store: MemoryStore) -> None:
    """One open intent a cart."""
    store.keep(a_cart())
    await store.record(an_intent(), a_cart(), LEASE)

    with pytest.raises(CartMoved):
        await store.record(an_intent(2), a_cart(), LEASE)

    assert store.open_intents() == [an_intent()]


@pytest.mark.parametrize(
    "stored", [a_cart(version=2), a_cart(fence=1), a_cart(status=CartStatus.EXPIRED), a_cart(customer_id="bob")]
)
async def test_claim_from_an_old_reading_is_refused(store: MemoryStore, stored: CartRecord) -> None:
    """A change is planned from what is stored."""
    store.keep(stored)

    with pytest.raises(CartMoved):
        await store.record(an_intent(), a_cart(), LEASE)

    assert (store.records, store.intents) == ({"cart-1": stored}, {})


async def test_pending_cart_is_hidden_and_excludes_another(store: MemoryStore) -> None:
    """Two creators make one cart."""
    await store.record(an_intent(), a_pending_cart(), LEASE)

    with pytest.raises(ActiveCartExists):
        await store.record(an_intent(2, "cart-2"), a_pending_cart("cart-2"), LEASE)

    assert await store.active("customer:ann", "US") is None
    assert await store.find("customer:ann", "cart-1") is None
    assert await store.cart("cart-1") is None
    assert await store.carts("customer:ann", "US", tuple(CartStatus), 0, 10) == ([], 0)
    assert (await store.opening("customer:ann", "US", None, None)).cart == store.records["cart-1"]
    assert await store.customer("customer:ann") is not None


async def test_used_key_is_refused_and_found(store: MemoryStore) -> None:
    """Two requests with one key become one change."""
    keyed = an_intent(request_key=RequestKey("key-1", b"f"))
    store.keep(a_cart(), a_cart(id="cart-2", customer_id="bob"))
    await store.record(keyed, a_cart(), LEASE)
    again = an_intent(2, "cart-2", request_key=RequestKey("key-1", b"f"))

    with pytest.raises(KeyTaken):
        await store.record(again, a_cart(id="cart-2", customer_id="bob"), LEASE)
    await store.record(replace(again, customer_id="bob"), a_cart(id="cart-2", customer_id="bob"), LEASE)

    assert (await store.opening("customer:ann", "US", None, "key-1")).earlier == keyed
    assert (await store.opening("customer:ann", "US", None, "key-2")).earlier is None


async def test_settle_writes_outcome_and_cart_and_lets_go(store: MemoryStore) -> None:
    """One commit for all that a change has done."""
    store.keep(a_cart())
    held = await store.record(an_intent(), a_cart(), LEASE)
    after = replace(held, version=2, lines=(a_line(),))

    await store.settle(Settlement(intent=done(an_intent()), before=held, after=after))

    assert store.records["cart-1"] == replace(after, hold=None)
    assert store.intents["intent-1"] == replace(done(an_intent()), state=IntentState.SETTLED)
    assert store.writes == ["record", "settle"]


async def test_late_owner_writes_nothing(store: MemoryStore) -> None:
    """Whoever was taken over must not undo what the new owner does."""
    store.keep(a_cart())
    late = await store.record(an_intent(), a_cart(), LEASE)
    owner = await store.take_over(Held(late, an_intent()), LEASE, LATER)

    with pytest.raises(FenceLost):
        await store.settle(Settlement(intent=done(an_intent()), before=late, after=late))
    with pytest.raises(FenceLost):
        await store.amend(an_intent(body=b"other"), late, LATER)
    with pytest.raises(FenceLost):
        await store.renew(late, LATER)
    with pytest.raises(FenceLost):
        await store.drop(an_intent(), late)

    assert store.records["cart-1"] == owner
    assert (owner.hold, owner.fence) == (Hold("intent-1", LATER), 2)
    assert store.open_intents() == [an_intent()]


async def test_lease_that_runs_is_not_taken_over(store: MemoryStore) -> None:
    """Two owners at once would both send."""
    store.keep(a_cart())
    held = await store.record(an_intent(), a_cart(), LEASE)

    with pytest.raises(FenceLost):
        await store.take_over(Held(held, an_intent()), NOON, LATER)

    assert await store.lapsed(NOON, "US", 10) == []
    assert await store.lapsed(LEASE, "US", 10) == [Held(held, an_intent())]


async def test_only_one_takes_over(store: MemoryStore) -> None:
    """Two sweepers find the same intent."""
    store.keep(a_cart())
    held = Held(await store.record(an_intent(), a_cart(), LEASE), an_intent())
    await store.take_over(held, LEASE, LATER)

    with pytest.raises(FenceLost):
        await store.take_over(held, LATER, LATER)


async def test_amend_and_renew_keep_the_cart_longer(store: MemoryStore) -> None:
    """What was learned on the way is kept for whoever takes over."""
    store.keep(a_cart())
    held = await store.record(an_intent(), a_cart(), LEASE)

    held = await store.amend(an_intent(body=b"more"), held, LATER)
    assert (held.hold, store.intents["intent-1"].body) == (Hold("intent-1", LATER), b"more")
    held = await store.renew(held, LEASE)
    assert (held.hold, store.records["cart-1"]) == (Hold("intent-1", LEASE), held)


async def test_drop_forgets_intent_key_and_pending_cart(store: MemoryStore) -> None:
    """Nothing happened, so the same key may try again."""
    keyed = an_intent(request_key=RequestKey("key-1", b"f"))
    held = await store.record(keyed, a_pending_cart(), LEASE)

    await store.drop(keyed, held)

    assert (store.records, store.intents) == ({}, {})


async def test_pending_cart_that_came_to_nothing_is_gone(store: MemoryStore) -> None:
    """The outcome stays for its key, the cart does not."""
    held = await store.record(an_intent(), a_pending_cart(), LEASE)

    await store.settle(Settlement(intent=done(an_intent()), before=held, after=None))

    assert (store.records, list(store.intents)) == ({}, ["intent-1"])


async def test_source_is_claimed_and_settled_with_its_parent(store: MemoryStore) -> None:
    """A merge is one change of two carts."""
    guest = a_cart(a_line(), id="cart-2", customer_id="guest")
    store.keep(a_cart(), guest)
    source = Held(guest, an_intent(2, "cart-2", customer_id="guest", parent_id="intent-1"))

    held = await store.record(an_intent(), a_cart(), LEASE, source=source)

    assert store.records["cart-2"].hold == Hold("intent-2", LEASE)
    assert [each.intent.id for each in await store.lapsed(LEASE, "US", 10)] == ["intent-1"]
    merged = replace(guest, status=CartStatus.MERGED, version=2, lines=())
    await store.settle(
        Settlement(
            intent=done(an_intent()),
            before=held,
            after=replace(held, version=2, lines=(a_line(),)),
            source=(source, merged),
        )
    )
    assert store.records["cart-2"] == replace(merged, fence=1)
    assert store.records["cart-1"].lines == (a_line(),)
    assert store.open_intents() == []


async def test_drop_lets_go_of_the_source_too(store: MemoryStore) -> None:
    """Nothing is taken from a guest's cart before it arrived."""
    guest = a_cart(a_line(), id="cart-2", customer_id="guest")
    store.keep(a_cart(), guest)
    source = Held(guest, an_intent(2, "cart-2", customer_id="guest", parent_id="intent-1"))
    held = await store.record(an_intent(), a_cart(), LEASE, source=source)

    await store.drop(an_intent(), held)

    assert store.records["cart-2"] == replace(guest, fence=1)
    assert store.intents == {}


async def test_moved_source_leaves_nothing_claimed(store: MemoryStore) -> None:
    """Whole or nothing."""
    guest = a_cart(id="cart-2", customer_id="guest", version=2)
    store.keep(a_cart(), guest)
    source = Held(replace(guest, version=1), an_intent(2, "cart-2", customer_id="guest", parent_id="intent-1"))

    with pytest.raises(CartMoved):
        await store.record(an_intent(), a_cart(), LEASE, source=source)

    assert (store.records, store.intents) == ({"cart-1": a_cart(), "cart-2": guest}, {})


async def test_opened_cart_takes_the_place_of_the_archived(store: MemoryStore) -> None:
    """Starting over keeps one active cart."""
    store.keep(a_cart())
    held = await store.record(an_intent(), a_cart(), LEASE)
    opened = a_cart(id="cart-2")

    with pytest.raises(ActiveCartExists):
        await store.settle(Settlement(intent=done(an_intent()), before=held, after=held, opened=opened))
    assert store.records == {"cart-1": held}
    archived = replace(held, status=CartStatus.EXPIRED, version=2)
    await store.settle(Settlement(intent=done(an_intent()), before=held, after=archived, opened=opened))

    assert store.records == {"cart-1": replace(archived, hold=None), "cart-2": opened}


async def test_a_read_from_before_a_change_is_refused_after_it(store: MemoryStore) -> None:
    """A change that came to nothing left the version alone; what was seen meanwhile may have been half of it."""
    store.keep(a_cart(a_line()))
    held = await store.record(an_intent(), a_cart(a_line()), LEASE)
    await store.drop(an_intent(), held)

    with pytest.raises(CartMoved):
        await store.observe(a_cart(a_line(2)), lines_before=(a_line(),), expected_version=1)
    with pytest.raises(CartMoved):
        await store.adopt(a_cart(a_line()), customer_id="customer:bob", now=LATER)

    assert store.records["cart-1"].lines == (a_line(),)


async def test_observe_refuses_a_cart_that_moved_or_is_held(store: MemoryStore) -> None:
    """A read must not write over a change under way."""
    store.keep(a_cart(a_line()))
    seen = a_cart(a_line(quantity=3), version=2)
    await store.observe(seen, lines_before=(a_line(),), expected_version=1)

    with pytest.raises(CartMoved):
        await store.observe(seen, lines_before=(a_line(),), expected_version=1)
    held = await store.record(an_intent(), seen, LEASE)
    with pytest.raises(CartMoved):
        await store.observe(replace(seen, version=3), lines_before=seen.lines, expected_version=2)

    assert store.records["cart-1"] == held
    assert held.lines == (a_line(quantity=3),)


async def test_adopt_gives_the_cart_to_a_customer_without_one(store: MemoryStore) -> None:
    """At sign-in nothing remote happens."""
    store.keep(a_cart(), a_cart(id="cart-2", customer_id="bob"))

    with pytest.raises(ActiveCartExists):
        await store.adopt(a_cart(), customer_id="bob", now=LATER)
    await store.adopt(a_cart(), customer_id="carol", now=LATER)
    with pytest.raises(CartMoved):
        await store.adopt(a_cart(), customer_id="dave", now=LATER)

    adopted = await store.active("carol", "US")
    assert adopted == a_cart(customer_id="carol", version=2, updated_at=LATER)
    assert await store.active("customer:ann", "US") is None


async def test_a_guest_is_ended_once_he_has_no_cart(store: MemoryStore) -> None:
    """What was his is the customer's, and he gets nothing again."""
    store.keep(a_cart(customer_id="guest"), a_cart(id="cart-2", customer_id="guest", status=CartStatus.EXPIRED))
    asked = an_intent(1, "cart-2", customer_id="guest", request_key=RequestKey("key-1", b"asked"))
    store.intents[asked.id] = replace(asked, state=IntentState.SETTLED, settled_at=NOON)

    assert not await store.end_guest("guest", customer_id="ann", now=LATER)
    store.records["cart-1"] = a_cart(customer_id="guest", status=CartStatus.EXPIRED)
    assert await store.end_guest("guest", customer_id="ann", now=LATER)
    assert await store.end_guest("guest", customer_id="bob", now=NOON)

    assert {cart.customer_id for cart in store.records.values()} == {"ann"}
    assert store.customers["guest"] == CustomerRecord("guest", NOON, LATER)
    assert store.intents[asked.id].request_key is None
    with pytest.raises(GuestEnded):
        await store.record(an_intent(2, "cart-3"), a_pending_cart("cart-3", customer_id="guest"), LEASE)


async def test_reap_forgets_old_settled_intents(store: MemoryStore) -> None:
    """Keys are kept for their time, then the journal shrinks; what is open stays."""
    store.keep(a_cart(), a_cart(id="cart-2", customer_id="bob"))
    held = await store.record(an_intent(), a_cart(), LEASE)
    await store.settle(Settlement(intent=done(an_intent()), before=held, after=held))
    await store.record(an_intent(2, "cart-2"), a_cart(id="cart-2", customer_id="bob"), LEASE)

    assert await store.reap(NOON, 10) == 0
    assert await store.reap(LATER, 10) == 1

    assert list(store.intents) == ["intent-2"]


async def test_carts_are_listed_newest_first(store: MemoryStore) -> None:
    """A stretch and the whole count."""
    old = a_cart(id="cart-1", status=CartStatus.EXPIRED)
    new = a_cart(id="cart-2", created_at=LATER)
    store.keep(old, new, a_cart(id="cart-3", customer_id="bob"))

    assert await store.carts("customer:ann", "US", [CartStatus.ACTIVE, CartStatus.EXPIRED], 0, 1) == ([new], 2)
    assert await store.carts("customer:ann", "US", [CartStatus.EXPIRED], 0, 10) == ([old], 1)


async def test_foreign_cart_is_found_by_id_alone(store: MemoryStore) -> None:
    """Only merging may look at anybody's cart."""
    store.keep(a_cart(a_line()))

    assert await store.find("bob", "cart-1") is None
    assert await store.cart_of_line("bob", "line-1") is None
    assert (await store.opening("bob", "US", "cart-1", None)).cart is None
    assert await store.cart("cart-1") == a_cart(a_line())
    assert await store.cart_of_line("customer:ann", "line-1") == a_cart(a_line())


async def test_others_act_just_before_a_write(store: MemoryStore) -> None:
    """The hook a test uses for its races."""
    store.keep(a_cart())
    store.before_write.append(lambda: store.keep(a_cart(version=2)))

    with pytest.raises(CartMoved):
        await store.record(an_intent(), a_cart(), LEASE)
