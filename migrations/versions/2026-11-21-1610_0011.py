"""A report that nobody opened by its deadline is raised to the coordinating office."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ACTS = (
    "sent", "opened", "accepted", "declined", "checking", "asked", "answered", "transferred",
    "ruled", "handed_over", "assisted", "noted", "closed", "objected",
)  # fmt: skip
WAITING = {
    "sqlite_where": sa.text("sent_at IS NULL"),
    "postgresql_where": sa.text("sent_at IS NULL"),
}


def upgrade() -> None:
    op.add_column("reports", sa.Column("raised_on", sa.Date(), nullable=True))
    allow("report_steps", "act", (*ACTS, "raised"))
    allow("outbox", "kind", ("new_report", "unread"))


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE kind = 'unread'")
    op.execute("DELETE FROM report_steps WHERE act = 'raised'")
    allow("outbox", "kind", ("new_report",))
    allow("report_steps", "act", ACTS)
    op.drop_column("reports", "raised_on")


def allow(table: str, column: str, values: tuple[str, ...]) -> None:
    """Let a column hold these values; nothing points to these tables, so SQLite may copy them."""
    if table == "outbox":  # a copy would lose what the index leaves out
        op.drop_index("ix_outbox_waiting", table)
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
        batch_op.create_check_constraint(
            op.f(f"ck_{table}_{column}"), f"{column} IN ({', '.join(map(repr, values))})"
        )
    if table == "outbox":
        op.create_index("ix_outbox_waiting", table, ["recipient"], **WAITING)
