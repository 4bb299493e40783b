"""Customers, their carts and the carts' lines."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
    )
    op.create_table(
        "carts",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("customer_id", sa.String, nullable=False),
        sa.Column("marketplace", sa.String, nullable=False),
        sa.Column("currency", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sealed_cart_id", sa.LargeBinary, nullable=True),
        sa.Column("sealed_hmac", sa.LargeBinary, nullable=True),
        sa.Column("observed_at", Instant, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("handed_over_at", Instant, nullable=True),
        sa.Column("snapshot", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_carts"),
        sa.CheckConstraint("status IN ('ACTIVE', 'EXPIRED', 'HANDED_OVER', 'MERGED')", name="ck_carts_status"),
        sa.CheckConstraint("version >= 1", name="ck_carts_version"),
        sa.CheckConstraint("(sealed_cart_id IS NULL) = (sealed_hmac IS NULL)", name="ck_carts_handle_whole"),
        sa.CheckConstraint("status <> 'ACTIVE' OR sealed_cart_id IS NOT NULL", name="ck_carts_handle_kept"),
        sa.CheckConstraint("status <> 'HANDED_OVER' OR sealed_cart_id IS NULL", name="ck_carts_handle_forgotten"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_carts_customer_id"),
    )
    active_only = sa.text("status = 'ACTIVE'")
    op.create_index(
        "ux_carts_active",
        "carts",
        ["customer_id", "marketplace"],
        unique=True,
        sqlite_where=active_only,
        postgresql_where=active_only,
    )
    op.create_table(
        "cart_lines",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("cart_id", sa.String, nullable=False),
        sa.Column("upstream_key", sa.String, nullable=False),
        sa.Column("asin", sa.String, nullable=False),
        sa.Column("listing_id", sa.String, nullable=True),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("seller_name", sa.String, nullable=True),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("placement", sa.String, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("price_when_added_minor", sa.BigInteger, nullable=True),
        sa.Column("added_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cart_lines"),
        sa.UniqueConstraint("cart_id", "upstream_key", name="uq_cart_lines_cart_id_upstream_key"),
        sa.CheckConstraint("placement IN ('ACTIVE', 'SAVED_FOR_LATER')", name="ck_cart_lines_placement"),
        sa.CheckConstraint("quantity >= 1", name="ck_cart_lines_quantity"),
        sa.ForeignKeyConstraint(["cart_id"], ["carts.id"], name="fk_cart_lines_cart_id", ondelete="CASCADE"),
    )
