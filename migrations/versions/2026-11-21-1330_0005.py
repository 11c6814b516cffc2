"""Submissions with two persons, notes on editions, tasks of departments."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ADDED = (
    ("sheet_findings", "confirmed_by_id", "officers"),
    ("sheets", "submission_id", "submissions"),
)


def upgrade() -> None:
    op.create_table(
        "edition_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "erratum",
                "withheld",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("decision_number", sa.String(length=200), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'withheld' OR decision_number <> ''",
            name=op.f("ck_edition_notes_withheld_by_decision"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_edition_notes_edition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_notes")),
    )
    with op.batch_alter_table("edition_notes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_edition_notes_edition_id"), ["edition_id"], unique=False
        )
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_code", sa.String(length=6), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "approved",
                "exported",
                "published",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("supplement", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edition_id", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("difference", sa.JSON(), nullable=True),
        sa.Column("progress", sa.String(length=60), nullable=False),
        sa.Column("dated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "approved_by_id <> submitted_by_id", name=op.f("ck_submissions_two_persons")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["officers.id"], name=op.f("fk_submissions_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["area_code"], ["areas.code"], name=op.f("fk_submissions_area_code")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_submissions_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_submissions_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["officers.id"], name=op.f("fk_submissions_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
    )
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submissions_area_code"), ["area_code"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_tasks_department_id")
        ),
        sa.ForeignKeyConstraint(["done_by_id"], ["officers.id"], name=op.f("fk_tasks_done_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("subject", name=op.f("uq_tasks_subject")),
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tasks_department_id"), ["department_id"], unique=False)
    # Not in a batch: on SQLite that makes the table anew, and its rows are pointed at.
    for table, column, other in ADDED:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} INTEGER"
            f" CONSTRAINT fk_{table}_{column} REFERENCES {other} (id)"
        )
    op.create_index("ix_sheets_submission_id", "sheets", ["submission_id"])


def downgrade() -> None:
    op.drop_index("ix_sheets_submission_id", "sheets")
    for table, column, _ in ADDED:
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tasks_department_id"))
    op.drop_table("tasks")
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submissions_area_code"))
    op.drop_table("submissions")
    with op.batch_alter_table("edition_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_edition_notes_edition_id"))
    op.drop_table("edition_notes")
