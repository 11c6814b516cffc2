"""Announcements, typical cases and policy."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "announcement",
                "case",
                "policy",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "published",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("unmask_ground", sa.String(length=200), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "state <> 'withdrawn' OR withdrawn_reason <> ''",
            name=op.f("ck_notices_withdrawn_with_reason"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('published', 'withdrawn') OR (number IS NOT NULL AND published_at IS NOT NULL AND published_by_id IS NOT NULL)",
            name=op.f("ck_notices_public_is_complete"),
        ),
        sa.CheckConstraint(
            "published_by_id IS NULL OR published_by_id <> written_by_id",
            name=op.f("ck_notices_two_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_notices_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["officers.id"], name=op.f("fk_notices_published_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["officers.id"], name=op.f("fk_notices_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("number", name=op.f("uq_notices_number")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notices_department_id"), ["department_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_notices_published_at"), ["published_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_published_at"))
        batch_op.drop_index(batch_op.f("ix_notices_department_id"))

    op.drop_table("notices")
