"""A customer with the guest he was beside him."""

import dataclasses

from ecs.errors import OutcomeUnknown
from persistence.errors import GuestEnded
from resolvers.customers import CUSTOMER_PREFIX
from tests.support.shopping import one, put, sweep_later
from tests.unit.schema.conftest import Client, FakeSession

ANN, GUEST = f"{CUSTOMER_PREFIX}ann", "guest"
CART = "{ cart { totalQuantity } }"
ADD = 'mutation { addItem(input: {item: {asin: "B"}}) { outcome } }'


def signed_in(client: Client) -> Client:
    """Ann, who still sends the guest's token."""
    return dataclasses.replace(client, session=FakeSession(ANN, is_authenticated=True, guest_id=GUEST))


async def test_a_guest_is_at_his_end_once_his_cart_is_the_customers(client: Client) -> None:
    """Told again to whoever still sends his token, and then nothing is looked for or written."""
    await put(client.front, one("A", 2), customer=GUEST)
    store = client.front.store
    first, second = signed_in(client), signed_in(client)

    joined = await first.ask(CART)
    writes = len(store.writes)
    again = await second.ask(CART)

    assert joined == again == {"cart": {"totalQuantity": 2}}
    assert store.customers[GUEST].ended_at is not None
    assert (first.session.guest_id, second.session.guest_id) == (None, None)
    assert len(store.writes) == writes


async def test_a_guest_whose_first_item_is_on_its_way_stays(client: Client) -> None:
    """What comes of it is the customer's by the next look; else nobody would ever see it."""
    client.front.carts.fail(1, OutcomeUnknown("slow"))
    await put(client.front, one("A", 2), customer=GUEST)
    meanwhile, later = signed_in(client), signed_in(client)

    looked = await meanwhile.ask(CART)
    await sweep_later(client.front)
    found = await later.ask(CART)

    assert (looked, meanwhile.session.guest_id) == ({"cart": None}, GUEST)
    assert (found, later.session.guest_id) == ({"cart": {"totalQuantity": 2}}, None)


async def test_an_ended_guest_gets_no_cart(client: Client) -> None:
    """Nothing was sent, and the error says why."""
    await signed_in(client).ask(CART)

    result = await client.of(GUEST).send(ADD)

    assert result.errors is not None
    assert [type(error.original_error) for error in result.errors] == [GuestEnded]
    assert client.front.carts.calls == []
    assert client.front.store.records == {}
