"""A notice waits for its hour, and says when it is due instead of who claimed it."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE outbox RENAME COLUMN claimed_until TO due_at")
    op.execute("UPDATE outbox SET due_at = created_at WHERE sent_at IS NULL")


def downgrade() -> None:
    op.execute("UPDATE outbox SET due_at = NULL")
    op.execute("ALTER TABLE outbox RENAME COLUMN due_at TO claimed_until")
