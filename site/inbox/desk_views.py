"""/desk/inbox: an officer's department's reports by what is due."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import needs
from accounts.audit import record
from accounts.officers import Desk
from accounts.roles import Permission
from departments.models import Department
from departments.workdays import workdays_between
from inbox.cases import assisted_by, of_inbox
from inbox.crowds import crowds
from inbox.raising import still_unread
from inbox.transfers import mend, to_mend
from inbox.words import state_label
from portal.addresses import public_address
from portal.clock import china_day, today
from portal.database import db
from portal.forms import DeskForm
from register.institutions import open_standing
from register.verdict import NOT_FOUND, shown_standing
from reports.models import OVER, Report, State
from reports.paper_keys import of_department
from reports.retention import last_run

bp = Blueprint("inbox", __name__, url_prefix="/desk")

OPEN = tuple(state for state in State if state not in OVER)
TABS = {"open": ("待办", OPEN), "assisting": ("协办", OPEN), "done": ("已办结", OVER)}


@dataclass(frozen=True, slots=True)
class Line:
    """One report in the inbox."""

    number: str
    category: str
    place: str
    standing: str
    due_label: str
    due_state: str
    state: str
    received_on: date


@bp.get("/inbox")
@needs(Permission.CASES_WORK)
def index(desk: Desk) -> ResponseReturnValue:
    """List the department's reports by what is due first."""
    tab = request.args.get("tab", "open")
    if tab not in TABS:
        abort(404)
    department_id = desk.membership.department_id
    counts = dict(
        db.session.execute(
            sa.select(Report.state, sa.func.count())
            .filter_by(inbox_id=department_id)
            .group_by(Report.state)
        ).all()
    )
    crowd = request.args.get("crowd", "")[:8]
    helped = assisted_by(db.session, department_id, OPEN)
    if tab == "assisting":
        reports = helped
    else:
        reports = of_inbox(db.session, department_id, TABS[tab][1], crowd)
    sums = {k: sum(counts.get(s, 0) for s in states) for k, (_label, states) in TABS.items()}
    sums["assisting"] = len(helped)
    return render_template(
        "inbox/index.html",
        desk=desk,
        tabs=[(k, label, sums[k]) for k, (label, _states) in TABS.items()],
        tab=tab,
        groups=_groups([_line(report) for report in reports], tab),
        today=today(),
        unread=still_unread(db.session, department_id),
        misplaced=Counter(r.department.name for r in to_mend(db.session, desk)),
        has_paper=of_department(db.session, db.session.get_one(Department, department_id)),
        erased=last_run(db.session),
        crowds=[] if crowd else crowds(db.session, department_id, TABS[tab][1]),
    )


@bp.post("/inbox/mending")
@needs(Permission.CASES_WORK)
def mended(desk: Desk) -> ResponseReturnValue:
    """Put reports where they can be read: keys come and go with officers."""
    if DeskForm().validate():
        moved = mend(db.session, desk, public_address("inbox.index"))
        record(db.session, "cases.mend", desk.membership, reports=moved)
        db.session.commit()
    return redirect(url_for("inbox.index"), 303)


def _line(report: Report) -> Line:
    due = report.accept_by if report.state is State.RECEIVED else report.finish_by
    label, state = _due(due) if report.state in TABS["open"][1] else ("已办结", "later")
    institution = report.institution
    standing = open_standing(institution) if institution else None
    return Line(
        number=report.number,
        category=report.category.plain,
        place=institution.name if institution else "不在名单中的地点",
        standing=shown_standing(institution, standing) if institution and standing else NOT_FOUND,
        due_label=label,
        due_state=state,
        state=state_label(report),
        received_on=china_day(report.received_at),
    )


def _due(due: date) -> tuple[str, str]:
    days = (due - today()).days
    if days < 0:
        return f"逾期{-days}天", "overdue"
    if days == 0:
        return "今天到期", "today"
    return f"还有{workdays_between(today(), due)}个工作日", "later"


def _groups(lines: list[Line], tab: str) -> list[tuple[str, list[Line]]]:
    if tab == "done":
        return [("已办结", lines)] if lines else []
    titles = {"overdue": "已逾期", "today": "今天到期", "later": "以后到期"}
    groups = [
        (title, [line for line in lines if line.due_state == state])
        for state, title in titles.items()
    ]
    return [(title, members) for title, members in groups if members]
