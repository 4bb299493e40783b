"""
The carts of customers, in a database. Each method is one transaction and says what is true afterwards.

Nobody's lock is held between two methods: a change names the version it was made from, and loses if another was first.
"""

from datetime import datetime

from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncConnection

from persistence import statements
from persistence.engine import Database
from persistence.errors import ActiveCartExists, CartMoved
from persistence.records import CartRecord, LineRecord
from persistence.rows import Parameters, cart_record, cart_row, line_record, line_row
from persistence.sealing import KeyRing


class SqlCartStore:
    """
    Which customer has which cart, and the cart as last seen.

    Every method raises ``StoreUnavailable`` when the database cannot be reached, read or written; every method that
    answers a cart raises ``SealBroken`` when its handle does not open.
    """

    def __init__(self, database: Database, key_ring: KeyRing) -> None:
        self._database = database
        self._key_ring = key_ring
        self._know_customer = statements.KNOW_CUSTOMER[database.dialect]
        self._open_cart = statements.OPEN_CART[database.dialect]

    async def active(self, customer_id: str, marketplace: str) -> CartRecord | None:
        """The customer's one active cart in the marketplace."""
        return await self._read(statements.ACTIVE_CART, {"the_customer": customer_id, "the_marketplace": marketplace})

    async def find(self, customer_id: str, cart_id: str) -> CartRecord | None:
        """A cart of this customer, in any status."""
        return await self._read(statements.CART, {"the_customer": customer_id, "the_cart": cart_id})

    async def cart_of_line(self, customer_id: str, line_id: str) -> CartRecord | None:
        """The cart of this customer that holds the line, in any status."""
        return await self._read(statements.CART_OF_LINE, {"the_customer": customer_id, "the_line": line_id})

    async def open(self, cart: CartRecord, *, replace: bool) -> None:
        """
        Keep a new active cart with its lines; the customer is made known with it.

        ``replace`` archives the active cart (status EXPIRED, version one higher, handle kept) in the same transaction.

        Raises:
            ActiveCartExists: the customer has an active cart in the marketplace (with ``replace``: another request
                opened one meanwhile); nothing was written.
        """
        async with self._database.writing() as connection:
            await connection.execute(self._know_customer, {"id": cart.customer_id, "created_at": cart.created_at})
            if replace:
                await connection.execute(
                    statements.ARCHIVE_ACTIVE,
                    {
                        "the_customer": cart.customer_id,
                        "the_marketplace": cart.marketplace,
                        "updated_at": cart.created_at,
                    },
                )
            opened = await connection.execute(self._open_cart, cart_row(cart, self._key_ring))
            if opened.rowcount != 1:
                raise ActiveCartExists(f"The customer has an active cart in {cart.marketplace} already.")
            if cart.lines:
                await connection.execute(statements.ADD_LINE, [line_row(line, cart.id) for line in cart.lines])

    async def settle(self, cart: CartRecord, *, expected_version: int) -> None:
        """
        Write the cart as it is now: version, lines (those not in it are deleted), snapshot.

        ``cart.version`` is the version afterwards: one higher, or ``expected_version`` again where only the snapshot is
        fresh. Owner, status and handle stay as they are stored.

        Raises:
            CartMoved: the stored cart is not active at ``expected_version``; nothing was written.
        """
        async with self._database.writing() as connection:
            await _change_cart(
                connection,
                statements.SETTLE_CART,
                {
                    "the_cart": cart.id,
                    "the_version": expected_version,
                    "version": cart.version,
                    "updated_at": cart.updated_at,
                    "observed_at": cart.snapshot.observed_at,
                    "snapshot": cart.snapshot.body,
                },
            )
            # The row of the cart is locked by now: its lines do not move under us.
            stored = await connection.execute(statements.LINES_OF_CART, {"the_cart": cart.id})
            await _write_lines(connection, cart, {row.id: line_record(row) for row in stored})

    async def hand_over(self, cart_id: str, *, expected_version: int, now: datetime) -> None:
        """
        Mark the cart handed over and forget its handle, for good. The version grows by one.

        Raises:
            CartMoved: the stored cart is not active at ``expected_version``; nothing was written.
        """
        async with self._database.writing() as connection:
            await _change_cart(
                connection,
                statements.HAND_OVER,
                {"the_cart": cart_id, "the_version": expected_version, "updated_at": now, "handed_over_at": now},
            )

    async def _read(self, statement: Executable, parameters: Parameters) -> CartRecord | None:
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement, parameters)).all()
        return cart_record(rows, self._key_ring) if rows else None


async def _change_cart(connection: AsyncConnection, statement: Executable, parameters: Parameters) -> None:
    changed = await connection.execute(statement, parameters)
    if changed.rowcount != 1:
        raise CartMoved("The cart changed meanwhile: read it again, then repeat the change.")


async def _write_lines(connection: AsyncConnection, cart: CartRecord, stored: dict[str, LineRecord]) -> None:
    """Three statements at most, each only where it has something to do."""
    added = [line for line in cart.lines if line.id not in stored]
    changed = [line for line in cart.lines if line.id in stored and line != stored[line.id]]
    gone = stored.keys() - {line.id for line in cart.lines}
    # Two lines may swap their upstream keys; row by row that would clash. Such lines are taken out and put back.
    moved = [line for line in changed if line.upstream_key != stored[line.id].upstream_key]
    if moved:
        gone |= {line.id for line in moved}
        added += moved
        changed = [line for line in changed if line.id not in gone]
    if gone:
        await connection.execute(statements.DELETE_LINES, {"the_cart": cart.id, "the_lines": list(gone)})
    if changed:
        await connection.execute(
            statements.CHANGE_LINE,
            [{"the_line": line.id, "the_cart": cart.id} | line_row(line, cart.id) for line in changed],
        )
    if added:
        await connection.execute(statements.ADD_LINE, [line_row(line, cart.id) for line in added])
