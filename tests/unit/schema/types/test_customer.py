"""The signed-in customer, as he alone sees himself."""

from datetime import UTC, datetime

from persistence.records import CustomerRecord
from schema.ids import to_id
from tests.unit.schema.conftest import Client, FakeSession

CUSTOMER = "customer:55pdklkwamybzhvgbrak2cqsx3krcobo4ayje3gevferty7gqbta"


def _signed_in(client: Client, name: str | None = "Ann Doe") -> Client:
    return Client(client.front, FakeSession(CUSTOMER, is_authenticated=True, display_name=name))


async def test_a_signed_in_viewer_is_a_customer(client: Client) -> None:
    """With the name of his token, and the instant something was first kept for him."""
    ann = _signed_in(client)
    ann.front.store.customers[CUSTOMER] = CustomerRecord(CUSTOMER, datetime(2023, 1, 2, tzinfo=UTC))

    data = await ann.ask("{ viewer { id isAuthenticated customer { id displayName createdAt } } }")

    assert data["viewer"] == {
        "id": to_id("Viewer", "US", CUSTOMER),
        "isAuthenticated": True,
        "customer": {
            "id": to_id("Customer", "US", CUSTOMER),
            "displayName": "Ann Doe",
            "createdAt": "2023-01-02T00:00:00.000Z",
        },
    }


async def test_a_customer_without_a_row_is_first_seen_now(client: Client) -> None:
    """Signing in keeps nothing by itself."""
    data = await _signed_in(client, None).ask("{ viewer { customer { displayName createdAt } } }")

    assert data["viewer"]["customer"] == {"displayName": None, "createdAt": "2024-02-29T12:00:00.000Z"}


async def test_a_cart_has_its_owner_when_he_is_known(client: Client) -> None:
    """Null for a guest's."""
    document = """mutation { addItem(input: {item: {asin: "A"}}) { cart { customer { id displayName } } } }"""

    guests = await client.ask(document)
    anns = await _signed_in(client).ask(document)

    assert guests["addItem"]["cart"] == {"customer": None}
    assert anns["addItem"]["cart"] == {
        "customer": {"id": to_id("Customer", "US", CUSTOMER), "displayName": "Ann Doe"},
    }


async def test_a_customer_is_found_by_himself_alone(client: Client) -> None:
    """Another's id, a guest's and one that never was look alike."""
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    own = to_id("Customer", "US", CUSTOMER)
    ids = [own, to_id("Customer", "US", "customer:other"), to_id("Customer", "US", "bob"), to_id("Customer", "DE", "x")]

    assert (await _signed_in(client).ask(document, ids=ids))["nodes"] == [
        {"__typename": "Customer", "id": own}, None, None, None,
    ]  # fmt: skip
    assert (await client.of("bob").ask(document, ids=ids))["nodes"] == [None] * 4
    assert (await client.of(None).ask(document, ids=ids))["nodes"] == [None] * 4
