"""When a guest came to his end: what was his is a customer's since."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customers", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
