"""A key may leave the ring once everything it sealed is sealed anew, and nothing is lost on the way."""

import pytest
from msgspec.structs import replace
from pydantic import SecretStr

from persistence.engine import Database
from persistence.errors import SealBroken
from persistence.journal import SqlJournal
from persistence.programs import Program
from persistence.records import RequestKey, Settlement
from persistence.sealing import KeyRing, new_key
from persistence.store import SqlCartStore
from tests.unit.persistence.carts import T, Watched, a_cart, claim, ended, everything, keep, rows

ADDRESS = SecretStr("https://shop.example/buy?hmac=secret")


async def fill(database: Database, keys: str, number: int) -> None:
    """Carts of as many customers, each with a settled intent that has an address."""
    journal = SqlJournal(database, KeyRing.parse(keys))
    for index in range(number):
        cart = await keep(journal, a_cart(f"cart-{index}", customer_id=f"customer-{index}", lines=[]))
        held = await claim(journal, cart, f"intent-{index}", request_key=RequestKey(key="key", fingerprint=b""))
        done = ended(held.intent, address=ADDRESS)
        await journal.settle(Settlement(intent=done, before=held.cart, after=replace(held.cart, hold=None)))


async def test_after_resealing_the_old_key_may_go(database: Database) -> None:
    """The whole way of a rotation: new key in front, seal anew in steps, old key out, everything still opens."""
    old, new = new_key(), new_key()
    await fill(database, old, 3)
    both = SqlCartStore(database, KeyRing.parse(f"{new},{old}"))

    steps = [await both.reseal(2) for _ in range(4)]

    assert steps == [4, 2, 0, 0]
    alone = KeyRing.parse(new)
    for index in range(3):
        cart = await SqlCartStore(database, alone).active(f"customer-{index}", "US")
        assert cart is not None
        assert cart.handle == a_cart().handle
        opening = await SqlJournal(database, alone).opening(f"customer-{index}", "US", None, "key")
        assert opening.earlier is not None
        assert opening.earlier.address == ADDRESS
    with pytest.raises(SealBroken, match="not in the key ring"):
        await SqlCartStore(database, KeyRing.parse(old)).active("customer-1", "US")


async def test_what_the_first_key_sealed_is_left_alone(database: Database) -> None:
    """With one key there is nothing to do."""
    keys = new_key()
    await fill(database, keys, 1)
    before = await everything(database)

    assert await SqlCartStore(database, KeyRing.parse(keys)).reseal(10) == 0

    assert await everything(database) == before


async def test_a_value_that_changes_meanwhile_is_left_alone(database: Database) -> None:
    """A settlement that seals a new handle is not undone by an old one sealed anew."""
    old, new = new_key(), new_key()
    await fill(database, old, 1)
    ring = KeyRing.parse(f"{new},{old}")
    before = await rows(database, "SELECT sealed_cart_id, sealed_hmac FROM carts")
    store = SqlCartStore(_Meanwhile(database), ring)

    assert await store.reseal(10) == 1

    assert await rows(database, "SELECT sealed_hmac, sealed_cart_id FROM carts") == before


class _Meanwhile(Watched):
    """Changes the handle between the read and the write."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._below = database

    async def write(self, program: Program[T]) -> T:
        """After another has written."""
        async with self._below.writing() as connection:
            await connection.exec_driver_sql(
                "UPDATE carts SET sealed_cart_id = sealed_hmac, sealed_hmac = sealed_cart_id"
            )
        return await super().write(program)


async def test_a_row_that_does_not_open_holds_up_no_other(database: Database) -> None:
    """What can be sealed anew is; only when nothing can is the trouble told."""
    old, new = new_key(), new_key()
    await fill(database, old, 2)
    async with database.writing() as connection:
        await connection.exec_driver_sql("UPDATE carts SET sealed_hmac = sealed_cart_id WHERE id = 'cart-0'")
    store = SqlCartStore(database, KeyRing.parse(f"{new},{old}"))

    assert await store.reseal(10) == 3
    with pytest.raises(SealBroken, match="sealed_hmac does not open"):
        await store.reseal(10)
