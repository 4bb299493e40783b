"""
The tables as they are now. How a database gets there is told by ``migrations``; a test proves that both agree.

Rules the database itself keeps: one pending or active cart for a customer and marketplace; one open intent for a cart,
and a lease for it; a request key once for a customer; no line without its cart; no line twice in a cart; a handle where
the status wants one and nowhere else.
"""

# Without postponed annotations: SQLModel reads them when the class is made.

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Double, Index, LargeBinary, MetaData, UniqueConstraint, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from persistence.instants import UtcInstant
from persistence.records import CartStatus, IntentState, Placement

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)
ONE_CART = "ux_carts_open"
"""The index that keeps a customer to one pending or active cart in a marketplace."""


def _one_of(column: str, words: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


IS_OPEN = text(_one_of("status", (CartStatus.PENDING, CartStatus.ACTIVE)))
"""Literal, not bound, as the other conditions of indexes: a partial index is found only by the very same condition."""
IS_UNSETTLED = text(f"state = '{IntentState.OPEN}'")
HAS_KEY = text("request_key IS NOT NULL")
HAS_PARENT = text("parent_id IS NOT NULL")
HAS_LEASE = text("lease_until IS NOT NULL")


class _Table(SQLModel, registry=registry(metadata=metadata)):
    """Keeps our tables apart from those of any other user of SQLModel in the process."""


class Customer(_Table, table=True):
    """Someone who has, or had, a cart: a guest or a registered customer."""

    __tablename__: ClassVar[str] = "customers"

    id: str = Field(primary_key=True)
    created_at: datetime = Field(sa_type=UtcInstant)
    ended_at: datetime | None = Field(sa_type=UtcInstant)


class Cart(_Table, table=True):
    """Which customer has which cart of the upstream, and who is changing it."""

    __tablename__: ClassVar[str] = "carts"
    __table_args__ = (
        Index(ONE_CART, "customer_id", "marketplace", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index("ix_carts_of_customer", "customer_id", "marketplace", "created_at", "id"),
        Index("ix_carts_lease", "lease_until", sqlite_where=HAS_LEASE, postgresql_where=HAS_LEASE),
        CheckConstraint(_one_of("status", CartStatus), name="status"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("fence >= 0", name="fence"),
        CheckConstraint("(sealed_cart_id IS NULL) = (sealed_hmac IS NULL)", name="handle_whole"),
        CheckConstraint("status <> 'ACTIVE' OR sealed_cart_id IS NOT NULL", name="handle_kept"),
        CheckConstraint(
            f"NOT {_one_of('status', (CartStatus.PENDING, CartStatus.HANDED_OVER, CartStatus.MERGED))}"
            " OR sealed_cart_id IS NULL",
            name="handle_forgotten",
        ),
        CheckConstraint("(open_intent IS NULL) = (lease_until IS NULL)", name="held_whole"),
        CheckConstraint("status <> 'PENDING' OR open_intent IS NOT NULL", name="pending_held"),
    )

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customers.id")
    marketplace: str
    currency: str
    status: str
    version: int
    open_intent: str | None
    lease_until: datetime | None = Field(sa_type=UtcInstant)
    fence: int = Field(sa_column_kwargs={"server_default": text("0")})
    made_with: str = Field(sa_column_kwargs={"server_default": text("''")})
    sealed_cart_id: bytes | None = Field(sa_type=LargeBinary)
    sealed_hmac: bytes | None = Field(sa_type=LargeBinary)
    observed_at: datetime = Field(sa_type=UtcInstant)
    created_at: datetime = Field(sa_type=UtcInstant)
    updated_at: datetime = Field(sa_type=UtcInstant)
    handed_over_at: datetime | None = Field(sa_type=UtcInstant)
    notices: bytes = Field(sa_type=LargeBinary)
    snapshot: bytes = Field(sa_type=LargeBinary)
    """Last, because it is long: SQLite then finds the other columns in the row's first page."""


class CartLine(_Table, table=True):
    """A line of a cart."""

    __tablename__: ClassVar[str] = "cart_lines"
    __table_args__ = (
        UniqueConstraint("cart_id", "upstream_key"),
        CheckConstraint(_one_of("placement", Placement), name="placement"),
        CheckConstraint("quantity >= 1", name="quantity"),
    )

    id: str = Field(primary_key=True)
    cart_id: str = Field(foreign_key="carts.id", ondelete="CASCADE")
    upstream_key: str
    asin: str
    listing_id: str | None
    title: str
    seller_name: str | None
    quantity: int
    placement: str
    position: int
    price_when_added_minor: int | None = Field(sa_type=BigInteger)
    price_accepted_minor: int | None = Field(sa_type=BigInteger)
    price_moved_at: datetime | None = Field(sa_type=UtcInstant)
    added_at: datetime = Field(sa_type=UtcInstant)
    updated_at: datetime = Field(sa_type=UtcInstant)


class Intent(_Table, table=True):
    """
    An entry of the journal.

    Without a reference to its cart: what became of a pending cart that is gone stays known under the request key.
    """

    __tablename__: ClassVar[str] = "intents"
    __table_args__ = (
        Index("ux_intents_open", "cart_id", unique=True, sqlite_where=IS_UNSETTLED, postgresql_where=IS_UNSETTLED),
        Index(
            "ux_intents_key",
            "customer_id",
            "request_key",
            unique=True,
            sqlite_where=HAS_KEY,
            postgresql_where=HAS_KEY,
        ),
        Index("ix_intents_parent", "parent_id", sqlite_where=HAS_PARENT, postgresql_where=HAS_PARENT),
        Index("ix_intents_settled", "settled_at"),
        CheckConstraint(_one_of("state", IntentState), name="state"),
        CheckConstraint("(state = 'OPEN') = (settled_at IS NULL)", name="settled_when"),
        CheckConstraint("(request_key IS NULL) = (fingerprint IS NULL)", name="key_whole"),
    )

    id: str = Field(primary_key=True)
    cart_id: str
    customer_id: str
    kind: str
    state: str
    request_key: str | None
    fingerprint: bytes | None = Field(sa_type=LargeBinary)
    parent_id: str | None
    created_at: datetime = Field(sa_type=UtcInstant)
    settled_at: datetime | None = Field(sa_type=UtcInstant)
    sealed_address: bytes | None = Field(sa_type=LargeBinary)
    outcome: bytes | None = Field(sa_type=LargeBinary)
    body: bytes = Field(sa_type=LargeBinary)


class LaneSlot(_Table, table=True):
    """When the next request may go out under a credential, in seconds since 1970; no row before the first one."""

    __tablename__: ClassVar[str] = "lanes"

    name: str = Field(primary_key=True)
    next_free_at: float = Field(sa_type=Double)
