"""
Every statement on customers, carts and lines.

Bound names that are no column's name begin with ``the_``. A cart is read through its owner, except where its id is all
there is by design. One SELECT gives a cart with its lines, so that both are of one moment without a transaction: a row
for each line, one row without a line for an empty cart. What may be long comes with the first row of a cart only.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from persistence.prepared import Statement
from persistence.records import CartStatus
from persistence.tables import IS_OPEN, metadata

customers: Table = metadata.tables["customers"]
carts: Table = metadata.tables["carts"]
lines: Table = metadata.tables["cart_lines"]

ONE_CART_ROW = func.row_number().over() == literal_column("1")
EACH_CARTS_ROW = func.row_number().over(partition_by=carts.c.id) == literal_column("1")


def cart_columns(first: ColumnElement[bool]) -> tuple[ColumnElement[Any], ...]:
    """A cart's columns and a line's, in the order in which ``rows`` reads them."""
    names = (
        "id customer_id marketplace currency status version created_at updated_at observed_at sealed_cart_id "
        "sealed_hmac open_intent lease_until fence made_with"
    )
    of_line = (
        "id upstream_key asin title quantity placement position added_at updated_at listing_id seller_name "
        "price_when_added_minor price_accepted_minor price_moved_at"
    )
    return (
        *(carts.c[name].label(f"cart_{name}") for name in names.split()),
        case((first, carts.c.notices)).label("cart_notices"),
        case((first, carts.c.snapshot)).label("cart_snapshot"),
        *(lines.c[name].label(f"line_{name}") for name in of_line.split()),
    )


def with_lines(source: FromClause) -> FromClause:
    """Carts joined to their lines."""
    return source.outerjoin(lines, lines.c.cart_id == carts.c.id)


def _a_cart() -> Select[Any]:
    return select(*cart_columns(ONE_CART_ROW)).select_from(with_lines(carts))


is_owned = carts.c.customer_id == bindparam("the_customer")
is_named = carts.c.id == bindparam("the_cart")
is_in_marketplace = carts.c.marketplace == bindparam("the_marketplace")
_is_shown = carts.c.status != CartStatus.PENDING.value
_is_active = carts.c.status == CartStatus.ACTIVE.value

ACTIVE_CART = Statement(_a_cart().where(is_owned, is_in_marketplace, IS_OPEN, _is_active))
OWN_CART = Statement(_a_cart().where(is_owned, is_named, _is_shown))
ANY_CART = Statement(_a_cart().where(is_named, _is_shown))
CART_OF_LINE = Statement(
    _a_cart().where(
        is_owned,
        carts.c.id == select(lines.c.cart_id).where(lines.c.id == bindparam("the_line")).scalar_subquery(),
        _is_shown,
    )
)
OPEN_CART_OF_CUSTOMER = Statement(_a_cart().where(is_owned, is_in_marketplace, IS_OPEN))
OWN_CART_OR_PENDING = Statement(_a_cart().where(is_owned, is_named))

STATUS_SLOTS = tuple(f"the_status_{number}" for number, _ in enumerate(CartStatus))
"""As many as there are statuses, so that the text is the same for any choice of them."""
_wanted = and_(is_owned, is_in_marketplace, _is_shown, carts.c.status.in_([bindparam(slot) for slot in STATUS_SLOTS]))


def _page() -> Select[Any]:
    total = select(func.count().label("total")).select_from(carts).where(_wanted).subquery("counted")
    newest = (
        select(carts.c.id)
        .where(_wanted)
        .order_by(carts.c.created_at.desc(), carts.c.id.desc())
        .limit(bindparam("the_limit"))
        .offset(bindparam("the_offset"))
        .subquery("newest")
    )
    return (
        select(*cart_columns(EACH_CARTS_ROW), total.c.total)
        .select_from(with_lines(total.outerjoin(newest, true()).outerjoin(carts, carts.c.id == newest.c.id)))
        .order_by(carts.c.created_at.desc(), carts.c.id.desc())
    )


CARTS_OF_CUSTOMER = Statement(_page())
"""The last column is how many there are; one row without a cart when the page is empty."""
CUSTOMER = Statement(
    select(customers.c.id, customers.c.created_at, customers.c.ended_at).where(
        customers.c.id == bindparam("the_customer")
    )
)

_as_read = and_(
    is_named,
    carts.c.version == bindparam("the_version"),
    carts.c.fence == bindparam("the_fence"),
    _is_active,
    carts.c.open_intent.is_(None),
)
"""PostgreSQL asks this again of the row as it is after waiting for another's change of it: no claim is lost."""


def _bound(*names: str) -> dict[str, Any]:
    return {name: bindparam(name) for name in names}


_SEEN = ("version", "updated_at", "observed_at", "snapshot", "notices")
OBSERVE = Statement(update(carts).where(_as_read).values(_bound(*_SEEN)))
ADOPT = Statement(
    update(carts).where(_as_read, is_owned).values(version=carts.c.version + 1, **_bound("customer_id", "updated_at"))
)
CLAIM = Statement(update(carts).where(_as_read).values(fence=carts.c.fence + 1, **_bound("open_intent", "lease_until")))

_is_held = and_(is_named, carts.c.open_intent == bindparam("the_intent"))
_is_mine = and_(_is_held, carts.c.fence == bindparam("the_fence"))
_released: dict[str, Any] = {"open_intent": None, "lease_until": None}
RENEW = Statement(update(carts).where(_is_mine).values(_bound("lease_until")))
TAKE_OVER = Statement(
    update(carts)
    .where(_is_mine, carts.c.lease_until <= bindparam("the_instant"))
    .values(fence=carts.c.fence + 1, **_bound("lease_until"))
)
RELEASE = Statement(update(carts).where(_is_mine).values(_released))
RELEASE_SOURCE = Statement(update(carts).where(_is_held).values(_released))
FORGET_PENDING = Statement(delete(carts).where(_is_mine, carts.c.status == CartStatus.PENDING.value))

_settled = _bound(*_SEEN, "status", "currency", "made_with") | _released
_handle = _bound("sealed_cart_id", "sealed_hmac", "handed_over_at")
SETTLE = Statement(update(carts).where(_is_mine).values(_settled))
SETTLE_WITH_HANDLE = Statement(update(carts).where(_is_mine).values(_settled | _handle))
# A source has no fence of its own: a late owner is told by the fence of the cart it goes into, in the same transaction.
SETTLE_SOURCE = Statement(update(carts).where(_is_held).values(_settled))
SETTLE_SOURCE_WITH_HANDLE = Statement(update(carts).where(_is_held).values(_settled | _handle))

ADD_LINES = Statement(insert(lines))
CHANGE_LINES = Statement(
    update(lines)
    .where(lines.c.id == bindparam("the_line"), lines.c.cart_id == bindparam("the_cart"))
    .values(_bound(*(column.name for column in lines.c if column.name not in ("id", "cart_id"))))
)
DELETE_LINES = Statement(
    delete(lines).where(lines.c.id == bindparam("the_line"), lines.c.cart_id == bindparam("the_cart"))
)

_is_not_ended = customers.c.ended_at.is_(None)
KNOW_CUSTOMER = Statement(
    *(
        insert_into(customers).on_conflict_do_update(
            index_elements=[customers.c.id], set_={"created_at": customers.c.created_at}, where=_is_not_ended
        )
        for insert_into in (sqlite.insert, postgresql.insert)
    )
)
"""
A customer known already stays as it is, and his row is held: who ends him waits, or has done so and no row changes.
"""
END_GUEST = Statement(
    *(
        inserted.on_conflict_do_update(
            index_elements=[customers.c.id], set_={"ended_at": inserted.excluded.ended_at}, where=_is_not_ended
        )
        for inserted in (sqlite.insert(customers), postgresql.insert(customers))
    )
)
"""Changes no row when he has come to his end already."""
STATUSES_OF_GUEST = Statement(select(carts.c.status).where(is_owned).distinct())
GIVE_CARTS = Statement(update(carts).where(is_owned).values(_bound("customer_id")))
OPEN_CART = Statement(
    *(
        insert_into(carts).on_conflict_do_nothing(
            index_elements=[carts.c.customer_id, carts.c.marketplace], index_where=IS_OPEN
        )
        for insert_into in (sqlite.insert, postgresql.insert)
    )
)
"""Inserts no row, without an error, when the customer has a cart already; any other clash is an error."""

_foreign_seal = func.substr(carts.c.sealed_cart_id, 1, bindparam("the_length", type_=carts.c.version.type))
SEALED_CARTS = Statement(
    select(carts.c.id, carts.c.sealed_cart_id, carts.c.sealed_hmac)
    .where(carts.c.sealed_cart_id.is_not(None), _foreign_seal != bindparam("the_header"))
    .order_by(carts.c.id)
    .limit(bindparam("the_limit"))
)
RESEAL_CART = Statement(
    update(carts)
    .where(
        is_named,
        carts.c.sealed_cart_id == bindparam("the_sealed_cart_id"),
        carts.c.sealed_hmac == bindparam("the_sealed_hmac"),
    )
    .values(_bound("sealed_cart_id", "sealed_hmac"))
)
ONE = select(literal_column("1").label("one")).subquery("one")
"""A row to join to, for statements that must answer even when there is no cart."""
