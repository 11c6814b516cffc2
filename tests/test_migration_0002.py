"""Revision 0002 on an instance that has published: sheets and their findings stay."""

from datetime import date

import pytest
import sqlalchemy as sa
from alembic import command

from areas.divisions import load_areas
from portal.clock import now
from portal.database import db
from portal.migrating import migrate
from tests.test_migrations import alembic, engine  # noqa: F401 - the fixture

SHEET = sa.table(
    "sheets",
    *map(sa.column, ("id", "area_code", "filename", "list_kind", "coverage", "kinds", "sha256")),
    *map(sa.column, ("leave_out_blocked", "row_count")),
    sa.column("as_of", sa.Date),
    sa.column("imported_at", sa.DateTime(timezone=True)),
)
FINDING = sa.table(
    "sheet_findings",
    *map(sa.column, ("id", "sheet_id", "code", "severity", "tab", "row", "column", "message")),
)


def put(number: int, list_kind: str) -> None:
    db.session.execute(
        SHEET.insert().values(
            id=number, area_code="350200", filename="a.csv", list_kind=list_kind,
            coverage="additions", kinds="", sha256="0" * 64, leave_out_blocked=False,
            row_count=1, as_of=date(2026, 6, 30), imported_at=now(),
        )
    )  # fmt: skip
    db.session.execute(
        FINDING.insert().values(
            id=number, sheet_id=number, code="ditto", severity="INFO", tab="", row=2, column="",
            message="…",
        )
    )  # fmt: skip
    db.session.commit()


def rows() -> tuple[list[str], int | None]:
    kinds = list(db.session.scalars(sa.select(SHEET.c.list_kind).order_by(SHEET.c.id)))
    found = kinds, db.session.scalar(sa.select(sa.func.count()).select_from(FINDING))
    db.session.close()
    return found


def test_up_and_down_with_sheets_and_findings(engine: sa.Engine) -> None:  # noqa: F811
    migrate("0001")
    load_areas(db.session)
    put(1, "white")
    with pytest.raises(sa.exc.IntegrityError):
        put(2, "info")
    db.session.rollback()
    db.session.close()
    migrate()
    assert rows() == (["white"], 1)
    put(2, "info")
    with pytest.raises(sa.exc.IntegrityError):
        put(3, "grey")
    db.session.rollback()
    db.session.close()
    command.downgrade(alembic(engine), "0001")
    assert rows() == (["white"], 1)
