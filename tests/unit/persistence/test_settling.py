"""Whatever a settlement says, the tables hold exactly that afterwards."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from persistence.engine import Database
from persistence.journal import SqlJournal
from persistence.records import CartRecord, CartStatus, Held, LineRecord, Placement, Settlement
from persistence.sealing import KeyRing
from persistence.store import SqlCartStore
from persistence.tables import metadata
from tests.unit.persistence.carts import LATER, a_cart, a_line, an_intent, changed, ended, keep

NUMBERS = st.integers(1, 6)
STATUSES = st.sampled_from([CartStatus.ACTIVE, CartStatus.EXPIRED, CartStatus.HANDED_OVER, CartStatus.MERGED])


@st.composite
def some_lines(draw: st.DrawFn) -> tuple[LineRecord, ...]:
    """Some of six lines, under keys that may be another line's of before, in any order and either place."""
    numbers = draw(st.lists(NUMBERS, unique=True))
    keys = draw(st.permutations(list(range(1, 7))))
    quantities = draw(st.lists(NUMBERS, min_size=6, max_size=6))
    lines = [
        a_line(
            number,
            upstream_key=f"U{keys[index]}",
            quantity=quantities[index],
            position=index,
            placement=Placement.ACTIVE if quantities[index] % 2 else Placement.SAVED_FOR_LATER,
            price_moved_at=None if keys[index] % 2 else LATER,
        )
        for index, number in enumerate(numbers)
    ]
    return tuple(sorted(lines, key=lambda line: (line.placement, line.position)))


@given(before=some_lines(), after=some_lines(), status=STATUSES, version=NUMBERS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_settled_cart_is_stored_as_it_is_said_to_be(
    database: Database,
    key_ring: KeyRing,
    before: tuple[LineRecord, ...],
    after: tuple[LineRecord, ...],
    status: CartStatus,
    version: int,
) -> None:
    """From any lines to any lines: none is left over, lost or half changed, whatever keys they swap."""
    await _wipe(database)
    journal, store = SqlJournal(database, key_ring), SqlCartStore(database, key_ring)
    cart = await keep(journal, a_cart(lines=before))
    intent = an_intent("intent-1", cart)
    held = await journal.record(intent, cart, LATER)
    handle = cart.handle if status in (CartStatus.ACTIVE, CartStatus.EXPIRED) else None
    wanted = changed(held, lines=after, status=status, handle=handle, version=version, hold=None, currency="JPY")

    await journal.settle(Settlement(intent=ended(intent), before=held, after=wanted))

    assert await store.find("customer-1", "cart-1") == wanted


@given(lines=some_lines(), goes=st.sets(NUMBERS))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_merged_cart_and_its_gain_are_stored_as_they_are_said_to_be(
    database: Database, key_ring: KeyRing, lines: tuple[LineRecord, ...], goes: set[int]
) -> None:
    """Any lines may move under their ids, and no line is in both carts or in none."""
    await _wipe(database)
    journal, store = SqlJournal(database, key_ring), SqlCartStore(database, key_ring)
    mine = await keep(journal, a_cart("cart-1", lines=[a_line(9)]))
    theirs = await keep(journal, a_cart("cart-2", customer_id="guest-1", lines=lines))
    intent, other = an_intent("intent-1", mine), an_intent("intent-2", theirs, parent_id="intent-1")
    source = Held(cart=theirs, intent=other)
    held = await journal.record(intent, mine, LATER, source=source)
    moving = tuple(line for line in lines if int(line.id.removeprefix("line-")) in goes)
    staying = tuple(line for line in lines if line not in moving)
    gained = tuple(sorted((a_line(9), *moving), key=lambda line: (line.placement, line.position)))
    after = changed(held, lines=gained, hold=None)
    merged = changed(theirs, lines=staying, status=CartStatus.MERGED, handle=None, fence=theirs.fence + 1)

    await journal.settle(Settlement(intent=ended(intent), before=held, after=after, source=(source, merged)))

    assert _by_id(await store.cart("cart-1")) == _by_id(after)
    assert await store.cart("cart-2") == merged


def _by_id(cart: CartRecord | None) -> CartRecord | None:
    return cart and replace(cart, lines=tuple(sorted(cart.lines, key=lambda line: line.id)))


async def _wipe(database: Database) -> None:
    async with database.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            await connection.execute(table.delete())
