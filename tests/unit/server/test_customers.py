"""When a customer was first seen, as the table of customers has it."""

from persistence.engine import Database
from persistence.statements import KNOW_CUSTOMER
from server.customers import SqlCustomers
from tests.support.database import database as database
from tests.support.database import database_kind as database_kind
from tests.support.database import database_maker as database_maker
from tests.support.database import database_url as database_url
from tests.unit.server.storefront import NOW


async def test_a_customer_is_found_by_his_id_alone(database: Database) -> None:
    """On both databases; whom nothing was kept for is nobody yet."""
    async with database.writing() as connection:
        await connection.execute(KNOW_CUSTOMER[database.dialect], {"id": "ann", "created_at": NOW})
    customers = SqlCustomers(database)

    ann = await customers.find("ann")

    assert ann is not None
    assert ann.created_at == NOW
    assert await customers.find("bob") is None
