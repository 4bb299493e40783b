"""
Every statement of the store, built once: building one costs more than running it.

Bound names that are no column's name begin with ``the_``. A cart is only ever read through its owner.
"""

from typing import Any

from sqlalchemy import Executable, Table, and_, bindparam, case, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from persistence.records import CartStatus
from persistence.tables import ACTIVE_ONLY, metadata

customers: Table = metadata.tables["customers"]
carts: Table = metadata.tables["carts"]
lines: Table = metadata.tables["cart_lines"]

LINE_COLUMNS = tuple(lines.c)
CART_COLUMNS = (
    carts.c.id.label("id_of_cart"),
    carts.c.customer_id,
    carts.c.marketplace,
    carts.c.currency,
    carts.c.status,
    carts.c.version,
    carts.c.created_at.label("cart_created_at"),
    carts.c.updated_at.label("cart_updated_at"),
    carts.c.observed_at,
    carts.c.sealed_cart_id,
    carts.c.sealed_hmac,
)

# One statement, so that cart and lines are of one moment without a transaction: a row for each line (one row without
# a line for an empty cart). The long snapshot comes with the first row only.
_cart_with_lines = select(
    *CART_COLUMNS, case((func.row_number().over() == 1, carts.c.snapshot)).label("snapshot"), *LINE_COLUMNS
).select_from(carts.outerjoin(lines, lines.c.cart_id == carts.c.id))
_owner = carts.c.customer_id == bindparam("the_customer")

ACTIVE_CART = _cart_with_lines.where(
    _owner, carts.c.marketplace == bindparam("the_marketplace"), carts.c.status == CartStatus.ACTIVE.value
)
CART = _cart_with_lines.where(_owner, carts.c.id == bindparam("the_cart"))
CART_OF_LINE = _cart_with_lines.where(
    _owner, carts.c.id == select(lines.c.cart_id).where(lines.c.id == bindparam("the_line")).scalar_subquery()
)

_still_as_read = and_(
    carts.c.id == bindparam("the_cart"),
    carts.c.version == bindparam("the_version"),
    carts.c.status == CartStatus.ACTIVE.value,
)
SETTLE_CART = (
    update(carts)
    .where(_still_as_read)
    .values({name: bindparam(name) for name in ("version", "updated_at", "observed_at", "snapshot")})
)
HAND_OVER = (
    update(carts)
    .where(_still_as_read)
    .values(
        status=CartStatus.HANDED_OVER.value,
        version=carts.c.version + 1,
        sealed_cart_id=None,
        sealed_hmac=None,
        updated_at=bindparam("updated_at"),
        handed_over_at=bindparam("handed_over_at"),
    )
)
ARCHIVE_ACTIVE = (
    update(carts)
    .where(_owner, carts.c.marketplace == bindparam("the_marketplace"), carts.c.status == CartStatus.ACTIVE.value)
    .values(status=CartStatus.EXPIRED.value, version=carts.c.version + 1, updated_at=bindparam("updated_at"))
)

LINES_OF_CART = select(*LINE_COLUMNS).where(lines.c.cart_id == bindparam("the_cart"))
ADD_LINE = insert(lines)
CHANGE_LINE = (
    update(lines)
    .where(lines.c.id == bindparam("the_line"), lines.c.cart_id == bindparam("the_cart"))
    .values({column.name: bindparam(column.name) for column in lines.c if column.name not in ("id", "cart_id")})
)
DELETE_LINES = delete(lines).where(
    lines.c.cart_id == bindparam("the_cart"), lines.c.id.in_(bindparam("the_lines", expanding=True))
)

_inserts: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
KNOW_CUSTOMER: dict[str, Executable] = {
    dialect: insert_into(customers).on_conflict_do_nothing(index_elements=[customers.c.id])
    for dialect, insert_into in _inserts.items()
}
"""By dialect. A customer known already stays as it is."""
OPEN_CART: dict[str, Executable] = {
    dialect: insert_into(carts)
    .on_conflict_do_nothing(index_elements=[carts.c.customer_id, carts.c.marketplace], index_where=ACTIVE_ONLY)
    .execution_options(preserve_rowcount=True)
    for dialect, insert_into in _inserts.items()
}
"""By dialect. Inserts no row, without an error, when the customer has an active cart; any other clash is an error."""
