"""The revision of followed cases on an instance that has reports: every row stays, up and down."""

import sqlalchemy as sa
from alembic import command

from areas.divisions import load_areas
from departments.loading import load_routing
from portal.database import db
from portal.migrating import migrate
from tests.test_migrations import alembic, engine  # noqa: F401 - the fixture

ROWS = (
    "INSERT INTO departments (id, area_code, name, short_name, duties, hotline, channel, mailbox,"
    " website) VALUES (1, '350200', '教育局', '教育局', '', '', 'phone', '', '')",
    "INSERT INTO reports (id, number, category_code, kind_code, area_code, department_id, inbox_id,"
    " received_at, accept_by, finish_by, state, body, receipt_hash)"
    " VALUES (1, 'ABCD', 'D02', 'WY', '350200', 1, 1, '2026-11-01 08:00:00',"
    " '2026-11-10', '2026-11-20', 'accepted', 'sealed', 'h')",
    "INSERT INTO report_wraps (report_id, department_id, wrapped) VALUES (1, 1, 'wrap')",
    "INSERT INTO report_steps (report_id, at, after) VALUES (1, '2026-11-01 08:00:00', 'received')",
    'INSERT INTO report_steps (report_id, at, "before", "after")'
    " VALUES (1, '2026-11-01 09:00:00', 'received', 'accepted')",
)


def rows(column: str) -> list[str]:
    query = (
        f"SELECT s.{column} FROM report_steps s JOIN report_wraps w"  # noqa: S608
        " ON w.report_id = s.report_id ORDER BY s.id"
    )
    found = list(db.session.scalars(sa.text(query)))
    db.session.close()
    return found


def test_up_and_down_with_reports(engine: sa.Engine) -> None:  # noqa: F811
    migrate("0007")
    load_areas(db.session)
    load_routing(db.session)
    for row in ROWS:
        db.session.execute(sa.text(row))
    db.session.commit()
    db.session.close()
    migrate()
    assert rows("act") == ["sent", "accepted"]
    assert rows("after") == ["received", "accepted"]
    db.session.execute(
        sa.text("UPDATE reports SET state = 'asked', body = NULL, receipt_hash = NULL")
    )
    db.session.execute(
        sa.text("UPDATE report_steps SET \"after\" = 'asked' WHERE act = 'accepted'")
    )
    for key in ("old", "new"):  # of one department: on the way down only the newer one stays
        paper = "INSERT INTO paper_keys VALUES (1, :key, 'wrapped', '2026-11-21')"
        db.session.execute(sa.text(paper), {"key": key})
    db.session.commit()
    db.session.close()
    command.downgrade(alembic(engine), "0012")
    assert list(db.session.scalars(sa.text("SELECT key_id FROM paper_keys"))) == ["old"]
    db.session.close()
    command.downgrade(alembic(engine), "0007")
    assert rows("after") == ["received", "checking"]
    migrate()
    assert len(rows("act")) == 2
