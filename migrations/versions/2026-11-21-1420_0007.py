"""The rows a finding speaks of, as the officer wrote them, and when a finding was answered for."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sheets", sa.Column("excerpts", sa.JSON(none_as_null=True), nullable=True))
    op.add_column(
        "sheet_findings", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("sheet_findings", "confirmed_at")
    op.drop_column("sheets", "excerpts")
