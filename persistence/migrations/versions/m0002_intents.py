"""
Intents; carts that are pending, held and fenced, with what their shopper has not seen yet; prices a shopper let stand.

SQLite cannot change a check in place, so carts and lines are copied there into new tables. Which is done with
references enforced: the old lines go before the old carts, since a cart that goes takes its lines along.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Instant = sa.DateTime(timezone=True)
STATUS = "status IN ('PENDING', 'ACTIVE', 'EXPIRED', 'HANDED_OVER', 'MERGED')"
FORGOTTEN = "NOT status IN ('PENDING', 'HANDED_OVER', 'MERGED') OR sealed_cart_id IS NULL"
HELD_WHOLE = "(open_intent IS NULL) = (lease_until IS NULL)"
PENDING_HELD = "status <> 'PENDING' OR open_intent IS NOT NULL"
CARTS = (
    "id, customer_id, marketplace, currency, status, version, sealed_cart_id, sealed_hmac, observed_at, created_at, "
    "updated_at, handed_over_at, snapshot"
)
LINES = (
    "id, cart_id, upstream_key, asin, listing_id, title, seller_name, quantity, placement, position, "
    "price_when_added_minor, added_at, updated_at"
)


def upgrade() -> None:
    # No version has merged carts so far; should there be one, it is as if it had been merged today.
    op.execute("UPDATE carts SET sealed_cart_id = NULL, sealed_hmac = NULL WHERE status = 'MERGED'")
    op.drop_index("ux_carts_active", table_name="carts")
    if op.get_bind().dialect.name == "sqlite":
        _copy()
    else:
        _alter()
    _make_indexes_of_carts()
    _make_intents()


def _copy() -> None:
    _make_carts("carts_0002")
    op.execute(f"INSERT INTO carts_0002 ({CARTS}, notices) SELECT {CARTS}, x'' FROM carts")  # noqa: S608
    _make_lines("cart_lines_0002", "carts_0002")
    op.execute(f"INSERT INTO cart_lines_0002 ({LINES}) SELECT {LINES} FROM cart_lines")  # noqa: S608
    op.drop_table("cart_lines")
    op.drop_table("carts")
    # The reference of the new lines follows the new carts to their name.
    op.rename_table("carts_0002", "carts")
    op.rename_table("cart_lines_0002", "cart_lines")


def _make_carts(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String, nullable=False),
        sa.Column("customer_id", sa.String, nullable=False),
        sa.Column("marketplace", sa.String, nullable=False),
        sa.Column("currency", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("open_intent", sa.String, nullable=True),
        sa.Column("lease_until", Instant, nullable=True),
        sa.Column("fence", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.Column("made_with", sa.String, server_default=sa.text("''"), nullable=False),
        sa.Column("sealed_cart_id", sa.LargeBinary, nullable=True),
        sa.Column("sealed_hmac", sa.LargeBinary, nullable=True),
        sa.Column("observed_at", Instant, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("handed_over_at", Instant, nullable=True),
        sa.Column("notices", sa.LargeBinary, nullable=False),
        sa.Column("snapshot", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_carts"),
        sa.CheckConstraint(STATUS, name="ck_carts_status"),
        sa.CheckConstraint("version >= 1", name="ck_carts_version"),
        sa.CheckConstraint("fence >= 0", name="ck_carts_fence"),
        sa.CheckConstraint("(sealed_cart_id IS NULL) = (sealed_hmac IS NULL)", name="ck_carts_handle_whole"),
        sa.CheckConstraint("status <> 'ACTIVE' OR sealed_cart_id IS NOT NULL", name="ck_carts_handle_kept"),
        sa.CheckConstraint(FORGOTTEN, name="ck_carts_handle_forgotten"),
        sa.CheckConstraint(HELD_WHOLE, name="ck_carts_held_whole"),
        sa.CheckConstraint(PENDING_HELD, name="ck_carts_pending_held"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_carts_customer_id"),
    )


def _make_lines(name: str, carts: str) -> None:
    op.create_table(
        name,
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
        sa.Column("price_accepted_minor", sa.BigInteger, nullable=True),
        sa.Column("price_moved_at", Instant, nullable=True),
        sa.Column("added_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cart_lines"),
        sa.UniqueConstraint("cart_id", "upstream_key", name="uq_cart_lines_cart_id_upstream_key"),
        sa.CheckConstraint("placement IN ('ACTIVE', 'SAVED_FOR_LATER')", name="ck_cart_lines_placement"),
        sa.CheckConstraint("quantity >= 1", name="ck_cart_lines_quantity"),
        sa.ForeignKeyConstraint(["cart_id"], [f"{carts}.id"], name="fk_cart_lines_cart_id", ondelete="CASCADE"),
    )


def _alter() -> None:
    op.add_column("carts", sa.Column("open_intent", sa.String, nullable=True))
    op.add_column("carts", sa.Column("lease_until", Instant, nullable=True))
    op.add_column("carts", sa.Column("fence", sa.Integer, server_default=sa.text("0"), nullable=False))
    op.add_column("carts", sa.Column("made_with", sa.String, server_default=sa.text("''"), nullable=False))
    op.add_column("carts", sa.Column("notices", sa.LargeBinary, server_default=sa.text("''"), nullable=False))
    op.alter_column("carts", "notices", server_default=None)
    op.drop_constraint("ck_carts_status", "carts")
    op.drop_constraint("ck_carts_handle_forgotten", "carts")
    op.create_check_constraint("ck_carts_status", "carts", STATUS)
    op.create_check_constraint("ck_carts_handle_forgotten", "carts", FORGOTTEN)
    op.create_check_constraint("ck_carts_fence", "carts", "fence >= 0")
    op.create_check_constraint("ck_carts_held_whole", "carts", HELD_WHOLE)
    op.create_check_constraint("ck_carts_pending_held", "carts", PENDING_HELD)
    op.add_column("cart_lines", sa.Column("price_accepted_minor", sa.BigInteger, nullable=True))
    op.add_column("cart_lines", sa.Column("price_moved_at", Instant, nullable=True))


def _make_indexes_of_carts() -> None:
    is_open = sa.text("status IN ('PENDING', 'ACTIVE')")
    has_lease = sa.text("lease_until IS NOT NULL")
    op.create_index(
        "ux_carts_open",
        "carts",
        ["customer_id", "marketplace"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_carts_of_customer", "carts", ["customer_id", "marketplace", "created_at", "id"])
    op.create_index("ix_carts_lease", "carts", ["lease_until"], sqlite_where=has_lease, postgresql_where=has_lease)


def _make_intents() -> None:
    op.create_table(
        "intents",
        sa.Column("id", sa.String, nullable=False),
        # No reference: what became of a pending cart that is gone stays known.
        sa.Column("cart_id", sa.String, nullable=False),
        sa.Column("customer_id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("request_key", sa.String, nullable=True),
        sa.Column("fingerprint", sa.LargeBinary, nullable=True),
        sa.Column("parent_id", sa.String, nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("settled_at", Instant, nullable=True),
        sa.Column("sealed_address", sa.LargeBinary, nullable=True),
        sa.Column("outcome", sa.LargeBinary, nullable=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_intents"),
        sa.CheckConstraint("state IN ('OPEN', 'SETTLED')", name="ck_intents_state"),
        sa.CheckConstraint("(state = 'OPEN') = (settled_at IS NULL)", name="ck_intents_settled_when"),
        sa.CheckConstraint("(request_key IS NULL) = (fingerprint IS NULL)", name="ck_intents_key_whole"),
    )
    for name, columns, condition, unique in (
        ("ux_intents_open", ["cart_id"], "state = 'OPEN'", True),
        ("ux_intents_key", ["customer_id", "request_key"], "request_key IS NOT NULL", True),
        ("ix_intents_parent", ["parent_id"], "parent_id IS NOT NULL", False),
    ):
        where = sa.text(condition)
        op.create_index(name, "intents", columns, unique=unique, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_intents_settled", "intents", ["settled_at"])
