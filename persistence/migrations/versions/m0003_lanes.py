"""The next free slot of each lane to an upstream."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lanes",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("next_free_at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lanes"),
    )
