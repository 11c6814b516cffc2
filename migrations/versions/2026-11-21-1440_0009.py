"""Reports and their notices know what they have in common: one flood is one mail."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("reports", "outbox"):
        op.add_column(
            table, sa.Column("cluster", sa.String(length=32), nullable=False, server_default="")
        )
    op.create_index("ix_reports_cluster", "reports", ["cluster"])
    op.create_index("ix_outbox_cluster", "outbox", ["cluster", "recipient"])


def downgrade() -> None:
    op.drop_index("ix_outbox_cluster", "outbox")
    op.drop_index("ix_reports_cluster", "reports")
    for table in ("outbox", "reports"):
        op.drop_column(table, "cluster")
