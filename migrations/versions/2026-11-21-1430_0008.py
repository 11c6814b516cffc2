"""Following a case: messages, files, hops, disagreement, rating, erasing."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATES = ("received", "accepted", "declined", "checking", "closed")
MORE_STATES = (*STATES, "asked", "reopened")
FINDINGS = ("true", "partly", "not_found", "too_little")
RATINGS = ("good", "fair", "bad")
ACTS = (
    "sent", "opened", "accepted", "declined", "checking", "asked", "answered", "transferred",
    "ruled", "handed_over", "assisted", "noted", "closed", "objected",
)  # fmt: skip


def closed_set(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def allowed(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    with keeping_rows(), op.batch_alter_table("reports") as batch_op:
        batch_op.drop_constraint(op.f("ck_reports_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_reports_state"), allowed("state", MORE_STATES))
        batch_op.alter_column("body", existing_type=sa.LargeBinary(), nullable=True)
        batch_op.alter_column("receipt_hash", existing_type=sa.String(64), nullable=True)
        batch_op.add_column(sa.Column("reporter_wrap", sa.LargeBinary(80), nullable=True))
        batch_op.add_column(sa.Column("opened_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("hops", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("ruled", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("objected_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("rating", closed_set("rating", *RATINGS), nullable=True))
        batch_op.add_column(sa.Column("erase_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("erased_on", sa.Date(), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_reports_erased_is_empty"), "erased_on IS NULL OR body IS NULL"
        )
        batch_op.create_check_constraint(
            op.f("ck_reports_erased_only_when_over"),
            "erase_on IS NULL OR state IN ('closed', 'declined')",
        )
    with op.batch_alter_table("report_wraps") as batch_op:
        batch_op.add_column(sa.Column("key_id", sa.String(16), nullable=True))
        batch_op.add_column(
            sa.Column("assists", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("report_steps") as batch_op:
        for name in ("before", "after"):
            batch_op.drop_constraint(op.f(f"ck_report_steps_{name}"), type_="check")
            batch_op.create_check_constraint(
                op.f(f"ck_report_steps_{name}"), allowed(f'"{name}"', MORE_STATES)
            )
        batch_op.add_column(
            sa.Column("act", closed_set("act", *ACTS), nullable=False, server_default="sent")
        )
        batch_op.add_column(sa.Column("department_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_report_steps_department_id"), "departments", ["department_id"], ["id"]
        )
        batch_op.add_column(
            sa.Column("finding", closed_set("step_finding", *FINDINGS), nullable=True)
        )
        batch_op.add_column(sa.Column("why", sa.LargeBinary(), nullable=True))
    op.execute(
        'UPDATE report_steps SET act = "after"'
        " WHERE \"after\" IN ('accepted', 'declined', 'checking', 'closed')"
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_reporter", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.Column("once", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_messages_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("once", name=op.f("uq_messages_once")),
    )
    op.create_index(op.f("ix_messages_report_id"), "messages", ["report_id"])
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("kind", closed_set("kind", "image", "pdf"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_attachments_report_id")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_attachments_message_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_report_id"), "attachments", ["report_id"])
    op.create_table(
        "erasures",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("attachments", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_erasures")),
    )
    op.create_table(
        "paper_keys",
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(128), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_paper_keys_department_id")
        ),
        sa.PrimaryKeyConstraint("department_id", name=op.f("pk_paper_keys")),
    )


def downgrade() -> None:
    op.drop_table("paper_keys")
    op.drop_table("erasures")
    op.drop_index(op.f("ix_attachments_report_id"), "attachments")
    op.drop_table("attachments")
    op.drop_index(op.f("ix_messages_report_id"), "messages")
    op.drop_table("messages")
    op.execute(
        "UPDATE report_steps SET \"before\" = 'checking' WHERE \"before\" IN ('asked', 'reopened')"
    )
    op.execute(
        "UPDATE report_steps SET \"after\" = 'checking' WHERE \"after\" IN ('asked', 'reopened')"
    )
    with op.batch_alter_table("report_steps") as batch_op:
        batch_op.drop_constraint(op.f("fk_report_steps_department_id"), type_="foreignkey")
        for name, constraint in (("act", "act"), ("finding", "step_finding")):
            batch_op.drop_constraint(op.f(f"ck_report_steps_{constraint}"), type_="check")
            batch_op.drop_column(name)
        batch_op.drop_column("why")
        batch_op.drop_column("department_id")
        for name in ("before", "after"):
            batch_op.drop_constraint(op.f(f"ck_report_steps_{name}"), type_="check")
            batch_op.create_check_constraint(
                op.f(f"ck_report_steps_{name}"), allowed(f'"{name}"', STATES)
            )
    with op.batch_alter_table("report_wraps") as batch_op:
        batch_op.drop_column("assists")
        batch_op.drop_column("key_id")
    op.execute("UPDATE reports SET state = 'checking' WHERE state IN ('asked', 'reopened')")
    # What is erased stays erased: nothing stands where the text and the receipt stood.
    reports = sa.table("reports", sa.column("body", sa.LargeBinary()))
    op.execute(reports.update().where(reports.c.body.is_(None)).values(body=b""))
    op.execute("UPDATE reports SET receipt_hash = number WHERE receipt_hash IS NULL")
    with keeping_rows(), op.batch_alter_table("reports") as batch_op:
        for constraint in ("erased_only_when_over", "erased_is_empty", "rating", "state"):
            batch_op.drop_constraint(op.f(f"ck_reports_{constraint}"), type_="check")
        batch_op.create_check_constraint(op.f("ck_reports_state"), allowed("state", STATES))
        for name in (
            "erased_on", "erase_on", "rating", "objected_on", "ruled", "hops", "opened_on",
            "reporter_wrap",
        ):  # fmt: skip
            batch_op.drop_column(name)
        batch_op.alter_column("body", existing_type=sa.LargeBinary(), nullable=False)
        batch_op.alter_column("receipt_hash", existing_type=sa.String(64), nullable=False)


@contextmanager
def keeping_rows() -> Iterator[None]:
    """Keep what points to `reports` while SQLite, which alters nothing, makes that table anew."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute("CREATE TEMP TABLE kept_wraps AS SELECT * FROM report_wraps")
        op.execute("CREATE TEMP TABLE kept_steps AS SELECT * FROM report_steps")
        op.execute("DELETE FROM report_wraps")
        op.execute("DELETE FROM report_steps")
    yield
    if sqlite:
        op.execute("INSERT INTO report_wraps SELECT * FROM kept_wraps")
        op.execute("INSERT INTO report_steps SELECT * FROM kept_steps")
        op.execute("DROP TABLE kept_wraps")
        op.execute("DROP TABLE kept_steps")
