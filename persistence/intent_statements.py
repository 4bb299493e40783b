"""Every statement on intents, alone and with the carts they hold. Bound names as in ``cart_statements``."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from persistence.cart_statements import (
    EACH_CARTS_ROW,
    ONE,
    ONE_CART_ROW,
    cart_columns,
    carts,
    is_in_marketplace,
    is_named,
    is_owned,
    with_lines,
)
from persistence.prepared import Statement
from persistence.records import IntentState
from persistence.tables import HAS_KEY, IS_OPEN, IS_UNSETTLED, metadata

intents: Table = metadata.tables["intents"]


def _intent_columns(first: ColumnElement[bool]) -> tuple[ColumnElement[Any], ...]:
    """An intent's columns, in the order in which ``rows`` reads them."""
    names = "id cart_id customer_id kind created_at state request_key fingerprint parent_id settled_at sealed_address"
    return (
        *(intents.c[name].label(f"intent_{name}") for name in names.split()),
        case((first, intents.c.body)).label("intent_body"),
        case((first, intents.c.outcome)).label("intent_outcome"),
    )


def _opening(which: ColumnElement[bool]) -> Statement:
    """One row at least, the cart's and the intent's columns NULL where there is none."""
    under_key = and_(intents.c.customer_id == bindparam("the_customer"), intents.c.request_key == bindparam("the_key"))
    return Statement(
        select(*cart_columns(ONE_CART_ROW), *_intent_columns(ONE_CART_ROW)).select_from(
            with_lines(ONE.outerjoin(carts, which)).outerjoin(intents, under_key)
        )
    )


OPENING_OF_CUSTOMER = _opening(and_(is_owned, is_in_marketplace, IS_OPEN))
OPENING_OF_CART = _opening(and_(is_owned, is_named))

_holds = intents.c.id == carts.c.open_intent


def _held() -> Select[Any]:
    columns = (*cart_columns(EACH_CARTS_ROW), *_intent_columns(EACH_CARTS_ROW))
    return select(*columns).select_from(with_lines(carts.join(intents, _holds)))


HELD = Statement(_held().where(is_named))
_lapsed = (
    select(carts.c.id)
    .select_from(carts.join(intents, _holds))
    .where(carts.c.lease_until <= bindparam("the_instant"), is_in_marketplace, intents.c.parent_id.is_(None))
    .order_by(carts.c.lease_until, carts.c.id)
    .limit(bindparam("the_limit"))
)
LAPSED = Statement(_held().where(carts.c.id.in_(_lapsed)).order_by(carts.c.lease_until, carts.c.id))

RECORD = Statement(
    *(
        insert_into(intents).on_conflict_do_nothing(
            index_elements=[intents.c.customer_id, intents.c.request_key], index_where=HAS_KEY
        )
        for insert_into in (sqlite.insert, postgresql.insert)
    )
)
"""Inserts no row, without an error, when the customer's key is in use; any other clash is an error."""
ADD_INTENT = Statement(insert(intents))

_is_open = and_(intents.c.id == bindparam("the_intent"), IS_UNSETTLED)
AMEND = Statement(update(intents).where(_is_open).values(body=bindparam("body")))
SETTLE_INTENT = Statement(
    update(intents)
    .where(_is_open)
    .values(
        state=IntentState.SETTLED.value,
        **{name: bindparam(name) for name in ("body", "outcome", "sealed_address", "settled_at")},
    )
)
FORGET_KEYS = Statement(
    update(intents)
    .where(intents.c.customer_id == bindparam("the_customer"), HAS_KEY)
    .values(request_key=None, fingerprint=None, sealed_address=None)
)
CHILDREN = Statement(
    select(intents.c.id, intents.c.cart_id).where(intents.c.parent_id == bindparam("the_intent"), IS_UNSETTLED)
)
DROP = Statement(
    delete(intents).where(
        or_(intents.c.id == bindparam("the_intent"), intents.c.parent_id == bindparam("the_intent")), IS_UNSETTLED
    )
)

_settled = intents.c.state == IntentState.SETTLED.value
REAP_OLD = Statement(
    delete(intents).where(
        intents.c.id.in_(
            select(intents.c.id)
            .where(intents.c.settled_at < bindparam("the_instant"))
            .order_by(intents.c.settled_at)
            .limit(bindparam("the_limit"))
        )
    )
)


def _beyond_newest() -> Select[Any]:
    crowded = (
        select(intents.c.customer_id)
        .where(HAS_KEY)
        .group_by(intents.c.customer_id)
        .having(func.count() > bindparam("the_most", type_=carts.c.version.type))
    )
    newest_first = func.row_number().over(
        partition_by=intents.c.customer_id, order_by=(intents.c.created_at.desc(), intents.c.id.desc())
    )
    ranked = (
        select(intents.c.id, intents.c.state, newest_first.label("rank"))
        .where(HAS_KEY, intents.c.customer_id.in_(crowded))
        .subquery("ranked")
    )
    return (
        select(ranked.c.id)
        .where(
            ranked.c.rank > bindparam("the_most", type_=carts.c.version.type),
            ranked.c.state == IntentState.SETTLED.value,
        )
        .limit(bindparam("the_limit"))
    )


REAP_CROWDED = Statement(delete(intents).where(intents.c.id.in_(_beyond_newest())))
"""Settled intents with a key, beyond the newest ``the_most`` of their customer."""

_foreign_seal = func.substr(intents.c.sealed_address, 1, bindparam("the_length", type_=carts.c.version.type))
SEALED_ADDRESSES = Statement(
    select(intents.c.id, intents.c.sealed_address)
    .where(intents.c.sealed_address.is_not(None), _foreign_seal != bindparam("the_header"))
    .order_by(intents.c.id)
    .limit(bindparam("the_limit"))
)
RESEAL_ADDRESS = Statement(
    update(intents)
    .where(intents.c.id == bindparam("the_intent"), intents.c.sealed_address == bindparam("the_sealed_address"))
    .values(sealed_address=bindparam("sealed_address"))
)
