"""
The tables as they are now. How a database gets there is told by ``migrations``; a test proves that both agree.

Rules the database itself keeps: one active cart for a customer and marketplace; no line without its cart; no line
twice in a cart; a cart handed over has no handle.
"""

# Without postponed annotations: SQLModel reads them when the class is made.

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Double, Index, LargeBinary, MetaData, UniqueConstraint, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from persistence.instants import UtcInstant
from persistence.records import CartStatus, Placement

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)
ACTIVE_ONLY = text(f"status = '{CartStatus.ACTIVE}'")
"""Literal, not bound: PostgreSQL finds a partial index only by the very same condition."""


def _one_of(column: str, words: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


class _Table(SQLModel, registry=registry(metadata=metadata)):
    """Keeps our tables apart from those of any other user of SQLModel in the process."""


class Customer(_Table, table=True):
    """Someone who has, or had, a cart: a guest or a registered customer."""

    __tablename__: ClassVar[str] = "customers"

    id: str = Field(primary_key=True)
    created_at: datetime = Field(sa_type=UtcInstant)


class Cart(_Table, table=True):
    """Which customer has which cart of the upstream. The sealed columns are NULL once the cart is handed over."""

    __tablename__: ClassVar[str] = "carts"
    __table_args__ = (
        Index(
            "ux_carts_active",
            "customer_id",
            "marketplace",
            unique=True,
            sqlite_where=ACTIVE_ONLY,
            postgresql_where=ACTIVE_ONLY,
        ),
        CheckConstraint(_one_of("status", CartStatus), name="status"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("(sealed_cart_id IS NULL) = (sealed_hmac IS NULL)", name="handle_whole"),
        CheckConstraint("status <> 'ACTIVE' OR sealed_cart_id IS NOT NULL", name="handle_kept"),
        CheckConstraint("status <> 'HANDED_OVER' OR sealed_cart_id IS NULL", name="handle_forgotten"),
    )

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customers.id")
    marketplace: str
    currency: str
    status: str
    version: int
    sealed_cart_id: bytes | None = Field(sa_type=LargeBinary)
    sealed_hmac: bytes | None = Field(sa_type=LargeBinary)
    observed_at: datetime = Field(sa_type=UtcInstant)
    created_at: datetime = Field(sa_type=UtcInstant)
    updated_at: datetime = Field(sa_type=UtcInstant)
    handed_over_at: datetime | None = Field(sa_type=UtcInstant)
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
    added_at: datetime = Field(sa_type=UtcInstant)
    updated_at: datetime = Field(sa_type=UtcInstant)


class LaneSlot(_Table, table=True):
    """When the next request may go out under a credential, in seconds since 1970; no row before the first one."""

    __tablename__: ClassVar[str] = "lanes"

    name: str = Field(primary_key=True)
    next_free_at: float = Field(sa_type=Double)
