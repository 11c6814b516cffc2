"""Second factor, officers' key pairs, invitations, sign-ins, and the audit log.

Memberships keep their role. Officers bind a second factor at their next sign-in, and their wraps
are sealed anew to a key pair of their own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

REFUSED = "audit entries are never changed"


def upgrade() -> None:
    for column in (
        sa.Column("totp_secret", sa.LargeBinary(length=64), nullable=True),
        sa.Column("totp_last", sa.Integer(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=True),
        sa.Column("key_salt", sa.LargeBinary(length=16), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(length=128), nullable=True),
    ):
        op.add_column("officers", column)
    with op.batch_alter_table("key_wraps") as batch_op:
        batch_op.alter_column("salt", existing_type=sa.LargeBinary(length=16), nullable=True)
    op.execute("DELETE FROM desk_sessions")  # whoever was signed in has no second factor yet
    op.create_table(
        "invitations",
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_invitations_officer_id")
        ),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_invitations")),
        sa.UniqueConstraint("officer_id", name=op.f("uq_invitations_officer_id")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_recovery_codes_officer_id")
        ),
        sa.PrimaryKeyConstraint("officer_id", "digest", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "admitted",
                "refused",
                "wrong_code",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_sign_ins_officer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
    )
    op.create_index(op.f("ix_sign_ins_officer_id"), "sign_ins", ["officer_id"])
    op.create_index(op.f("ix_sign_ins_at"), "sign_ins", ["at"])
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("subject_type", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_audit_entries_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_audit_entries_officer_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_entries_previous")),
    )
    op.create_index(op.f("ix_audit_entries_act"), "audit_entries", ["act"])
    op.create_index(op.f("ix_audit_entries_officer_id"), "audit_entries", ["officer_id"])
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject_type", "subject_id"])
    _refuse_changes()


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entries_no_{verb.lower()} BEFORE {verb} ON audit_entries"
                f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )


def downgrade() -> None:
    op.drop_table("audit_entries")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")
    for table in ("sign_ins", "recovery_codes", "invitations"):
        op.drop_table(table)
    op.execute("DELETE FROM desk_sessions")
    op.execute("DELETE FROM key_wraps WHERE salt IS NULL")  # the older code cannot open them
    with op.batch_alter_table("key_wraps") as batch_op:
        batch_op.alter_column("salt", existing_type=sa.LargeBinary(length=16), nullable=False)
    # Not as a batch: SQLite would drop a table that others refer to.
    for name in ("wrapped_key", "key_salt", "public_key", "totp_last", "totp_secret"):
        op.drop_column("officers", name)
