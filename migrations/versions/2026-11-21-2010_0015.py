"""Every line of a difference is kept, with a digest of what was shown; notice has a day.

What was with a second person before has no digest: it goes back to be read and submitted again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "difference_parts",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name=op.f("fk_difference_parts_submission_id"),
        ),
        sa.PrimaryKeyConstraint("submission_id", "part", name=op.f("pk_difference_parts")),
    )
    op.add_column("standings", sa.Column("notified_on", sa.Date(), nullable=True))
    _read_again()


def downgrade() -> None:
    op.drop_column("standings", "notified_on")
    op.drop_table("difference_parts")
    _read_again()


def _read_again() -> None:
    op.execute(
        "UPDATE submissions SET state = 'returned', approved_by_id = NULL, approved_at = NULL,"
        " publish_at = NULL, remark = '本站升级了，请重新核对改动，再送审。'"
        " WHERE state IN ('submitted', 'approved') AND submitted_by_id IS NOT NULL"
    )
    op.execute("UPDATE submissions SET difference = NULL WHERE state IN ('draft', 'returned')")
