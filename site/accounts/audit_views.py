"""/desk/audit: the log of privileged acts, newest first."""

import sqlalchemy as sa
from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import selectinload

from accounts.access import needs
from accounts.audit import WORDS
from accounts.models import AuditEntry, Officer
from accounts.officers import Desk
from accounts.roles import Permission, departments_of
from portal.database import db
from portal.pager import page_of

bp = Blueprint("audit", __name__, url_prefix="/desk/audit")

PER_PAGE = 50


@bp.get("")
@needs(Permission.AUDIT_READ)
def index(desk: Desk) -> ResponseReturnValue:
    """List acts in the departments of one's area, and those of the command line."""
    seen = departments_of(db.session, desk.membership)
    entries = sa.select(AuditEntry).where(
        sa.or_(AuditEntry.department_id.in_(seen), AuditEntry.department_id.is_(None))
    )
    officer, act = request.args.get("officer", "", str), request.args.get("act", "")
    if officer.isascii() and officer.isdecimal() and len(officer) < 10:
        entries = entries.where(AuditEntry.officer_id == int(officer))
    if act in WORDS:
        entries = entries.where(AuditEntry.act == act)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(entries.subquery())) or 0
    page = page_of(total, PER_PAGE)
    return render_template(
        "accounts/audit.html",
        entries=db.session.scalars(
            entries.order_by(AuditEntry.number.desc())
            .limit(PER_PAGE)
            .offset(page.offset)
            .options(selectinload(AuditEntry.officer))
        ).all(),
        page=page,
        total=total,
        words=WORDS,
        departments=seen,
        officers=_officers(seen),
        chosen={"officer": officer, "act": act},
    )


def _officers(departments: dict[int, str]) -> list[tuple[str, str]]:
    acted = (
        sa.select(Officer)
        .where(
            Officer.id.in_(
                sa.select(AuditEntry.officer_id).where(AuditEntry.department_id.in_(departments))
            )
        )
        .order_by(Officer.id)
    )
    return [(str(each.id), each.name) for each in db.session.scalars(acted)]
