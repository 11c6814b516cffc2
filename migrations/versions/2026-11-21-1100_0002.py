"""Public information: what institutions must show, and their reply beside an adverse entry."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LISTS = ("white", "black")


def closed_set(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    op.create_table(
        "disclosed_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            closed_set("kind", "account", "fee", "course", "certificate", "record"),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind <> 'account' OR position = 0", name=op.f("ck_disclosed_items_one_account")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_disclosed_items_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_disclosed_items_institution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosed_items")),
        sa.UniqueConstraint(
            "institution_id",
            "kind",
            "position",
            name=op.f("uq_disclosed_items_institution_id_kind_position"),
        ),
    )
    with op.batch_alter_table("disclosed_items") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_disclosed_items_institution_id"), ["institution_id"], unique=False
        )
    op.add_column("standings", sa.Column("reply", sa.Text(), nullable=True))
    op.add_column("standings", sa.Column("replied_on", sa.Date(), nullable=True))
    change_lists(*LISTS, "info")


def downgrade() -> None:
    op.execute(
        "DELETE FROM sheet_findings WHERE sheet_id IN"
        " (SELECT id FROM sheets WHERE list_kind = 'info')"
    )
    op.execute("DELETE FROM sheets WHERE list_kind = 'info'")
    change_lists(*LISTS)
    op.drop_column("standings", "replied_on")
    op.drop_column("standings", "reply")
    with op.batch_alter_table("disclosed_items") as batch_op:
        batch_op.drop_index(batch_op.f("ix_disclosed_items_institution_id"))
    op.drop_table("disclosed_items")


def change_lists(*values: str) -> None:
    """Let `sheets` know these lists and no other."""
    allowed = ", ".join(f"'{value}'" for value in values)
    # SQLite makes the table anew, and drops none that rows elsewhere still point to.
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute("CREATE TEMP TABLE kept_findings AS SELECT * FROM sheet_findings")
        op.execute("DELETE FROM sheet_findings")
    with op.batch_alter_table("sheets") as batch_op:
        batch_op.drop_constraint(op.f("ck_sheets_list_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_sheets_list_kind"), f"list_kind IN ({allowed})")
    if sqlite:
        op.execute("INSERT INTO sheet_findings SELECT * FROM kept_findings")
        op.execute("DROP TABLE kept_findings")
