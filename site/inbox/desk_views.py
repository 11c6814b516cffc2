"""/desk/inbox: an officer's department's reports, one of them opened, and its first moves."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField
from wtforms.validators import InputRequired

from accounts.access import needs
from accounts.audit import record, record_reading
from accounts.models import Officer
from accounts.officers import Desk
from accounts.roles import Permission
from departments.routing import legal_basis
from departments.workdays import workdays_between
from inbox.cases import Act, NotAllowed, act_on, acts, of_inbox, opened
from inbox.crowds import crowds
from portal.clock import china_day, today
from portal.database import db
from portal.forms import DeskForm
from register.cards import card
from register.institutions import open_standing
from register.verdict import NOT_FOUND, shown_standing
from reports.models import Report, State
from reports.sealing import CannotOpen
from reports.words import STATES, state_words

bp = Blueprint("inbox", __name__, url_prefix="/desk")

TABS = {
    "open": ("待办", (State.RECEIVED, State.ACCEPTED, State.CHECKING)),
    "done": ("已办结", (State.CLOSED, State.DECLINED)),
}


class ActForm(DeskForm):
    """The next move."""

    act = RadioField("下一步", [InputRequired("请选择下一步")])


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
    reports = of_inbox(db.session, department_id, TABS[tab][1], crowd)
    return render_template(
        "inbox/index.html",
        desk=desk,
        tabs=[(k, label, sum(counts.get(s, 0) for s in ss)) for k, (label, ss) in TABS.items()],
        tab=tab,
        groups=_groups([_line(report) for report in reports], tab),
        today=today(),
        crowds=[] if crowd else crowds(db.session, department_id, TABS[tab][1]),
    )


@bp.get("/inbox/<number>")
@needs(Permission.CASES_WORK)
def case(desk: Desk, number: str) -> ResponseReturnValue:
    """Open one report; another department's is not there."""
    report = _report_or_404(desk, number)
    record_reading("cases.open", desk.membership, ("report", number))
    return _case_page(desk, report, ActForm())


@bp.post("/inbox/<number>")
@needs(Permission.CASES_WORK)
def act(desk: Desk, number: str) -> ResponseReturnValue:
    """Make the next move."""
    report = _report_or_404(desk, number)
    form = ActForm()
    form.act.choices = [(a.value, a.label) for a in acts(report)]
    if not form.validate():
        return _case_page(desk, report, form), 422
    try:
        act_on(db.session, report, Act.named(form.act.data), desk.officer)
    except NotAllowed:
        abort(400)
    record(db.session, "cases.move", desk.membership, ("report", number), to=report.state.value)
    db.session.commit()
    return redirect(url_for("inbox.case", number=number), 303)


def _report_or_404(desk: Desk, number: str) -> Report:
    report = db.session.scalar(
        sa.select(Report).filter_by(number=number, inbox_id=desk.membership.department_id)
    )
    return report or abort(404)


def _case_page(desk: Desk, report: Report, form: ActForm) -> str:
    try:
        content = opened(report, desk)
    except CannotOpen:
        content = None
    possible = [(a.value, a.label) for a in acts(report)]
    form.act.choices = possible
    return render_template(
        "inbox/case.html", desk=desk, form=form, case=_case(report, content, possible)
    )


def _case(
    report: Report, content: dict[str, str] | None, possible: list[tuple[str, str]]
) -> dict[str, Any]:
    institution = report.institution
    shown = institution is not None and open_standing(institution) is not None
    names = dict(db.session.execute(sa.select(Officer.id, Officer.name)).all())
    return {
        "number": report.number,
        "category": report.category.plain,
        "legal_basis": legal_basis(db.session, report.category_code, report.kind_code),
        "lead": report.department.name,
        "institution": card(db.session, institution) if institution and shown else None,
        "place_name": (content or {}).get("place_name", ""),
        "place_address": (content or {}).get("place_address", ""),
        "body": content["text"] if content else None,
        "locked": "您的账号打不开这一件：没有本部门的密钥。请本部门同事或协调机制办公室处理。",
        "received_on": china_day(report.received_at),
        "accept_by": report.accept_by,
        "finish_by": report.finish_by,
        "state": state_words(report),
        "steps": [
            {
                "on": china_day(step.at),
                "who": names.get(step.officer_id, "系统") if step.officer_id else "系统",
                "title": STATES[step.after],
                "note": "",
            }
            for step in report.steps
        ],
        "acts": possible,
    }


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
        state=state_words(report),
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
