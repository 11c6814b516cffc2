"""A paper key for each key of a department; the version of the notice a reporter was shown."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _keyed_by(["department_id", "key_id"])
    op.add_column("reports", sa.Column("notice", sa.String(10), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("reports", "notice")
    newest = (
        "DELETE FROM paper_keys WHERE EXISTS (SELECT 1 FROM paper_keys AS later"
        " WHERE later.department_id = paper_keys.department_id"
        " AND (later.made_on, later.key_id) > (paper_keys.made_on, paper_keys.key_id))"
    )
    op.execute(sa.text(newest))
    _keyed_by(["department_id"])


def _keyed_by(columns: list[str]) -> None:
    with op.batch_alter_table("paper_keys") as batch_op:
        batch_op.drop_constraint(op.f("pk_paper_keys"), type_="primary")
        batch_op.create_primary_key(op.f("pk_paper_keys"), columns)
