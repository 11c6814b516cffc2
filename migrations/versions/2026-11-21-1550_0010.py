"""Cells mended at the desk, what headers mean to a department, and who took over from whom."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ADDED = (("officers", "successor_id"), ("submissions", "created_by_id"))


def upgrade() -> None:
    op.create_table(
        "column_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column(
            "list_kind",
            sa.Enum(
                "white", "black", "info",
                name="list_kind", native_enum=False, create_constraint=True, length=20,
            ),
            nullable=False,
        ),
        sa.Column("header", sa.String(length=40), nullable=False),
        sa.Column("column", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_column_words_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_words")),
        sa.UniqueConstraint(
            "department_id", "list_kind", "header",
            name=op.f("uq_column_words_department_id_list_kind_header"),
        ),
    )  # fmt: skip
    op.create_table(
        "sheet_corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("tab", sa.String(length=60), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(length=60), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("corrected_by_id", sa.Integer(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"], ["officers.id"], name=op.f("fk_sheet_corrections_corrected_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["sheets.id"], name=op.f("fk_sheet_corrections_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_corrections")),
        sa.UniqueConstraint(
            "sheet_id", "tab", "row", "column",
            name=op.f("uq_sheet_corrections_sheet_id_tab_row_column"),
        ),
    )  # fmt: skip
    # Not in a batch: on SQLite that makes the table anew, and its rows are pointed at.
    for table, column in ADDED:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} INTEGER"
            f" CONSTRAINT fk_{table}_{column} REFERENCES officers (id)"
        )
    op.add_column("sheets", sa.Column("meanings", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("sheets", sa.Column("headers", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("sheets", "headers")
    op.drop_column("sheets", "meanings")
    for table, column in ADDED:
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.drop_table("sheet_corrections")
    op.drop_table("column_words")
