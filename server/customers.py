"""When a customer was first seen, read from the table that carts refer to."""

from dataclasses import dataclass
from datetime import datetime

from persistence.engine import Database
from persistence.statements import customers


@dataclass(frozen=True, slots=True)
class SeenCustomer:
    """A customer with a row."""

    created_at: datetime


class SqlCustomers:
    """See ``resolvers.ports.CustomerStore``. Raises ``StoreUnavailable`` when the database cannot be read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, customer_id: str) -> SeenCustomer | None:
        """The customer; None while nothing was ever kept for him."""
        async with self._database.reading() as connection:
            created_at = await connection.scalar(
                customers.select().with_only_columns(customers.c.created_at).where(customers.c.id == customer_id)
            )
        return SeenCustomer(created_at) if created_at else None
