"""What a decision says of its own date, withdrawn entries, and names as an edition had them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("standings", sa.Column("listed_on", sa.Date(), nullable=True))
    op.add_column(
        "standings",
        sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "changes", sa.Column("name", sa.String(length=200), nullable=False, server_default="")
    )
    op.execute(
        "UPDATE changes SET name ="
        " (SELECT name FROM institutions WHERE institutions.id = changes.institution_id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("changes") as batch_op:
        batch_op.drop_column("name")
    with op.batch_alter_table("standings") as batch_op:
        batch_op.drop_column("withdrawn")
        batch_op.drop_column("listed_on")
