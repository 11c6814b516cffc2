"""/desk/inbox/<number>: one report, opened, with everything an officer can do about it."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from accounts.access import needs
from accounts.audit import record, record_reading
from accounts.models import Officer
from accounts.officers import Desk
from accounts.roles import Permission
from departments.models import Department
from departments.routing import legal_basis
from inbox.cases import (
    NEED_WORDS,
    Move,
    NotAllowed,
    content_key,
    make_move,
    mark_opened,
    moves,
    note,
    opened,
    renew_wraps,
    report_of,
)
from inbox.desk_views import bp
from inbox.transfers import assist, helpers, targets, transfer
from inbox.words import act_label, state_label
from portal.addresses import public_address
from portal.clock import china_day
from portal.database import db
from portal.forms import DeskForm
from portal.text import cleaned
from register.cards import card
from register.institutions import open_standing
from reports.following import opened as opened_words
from reports.models import Attachment, FileKind, Report, ReportStep
from reports.questions import answered
from reports.sealing import WHY, CannotOpen, unseal, unseal_file
from reports.words import FINDINGS, RATINGS

WORDS_LENGTH = 2000
_TOO_LONG = Length(max=WORDS_LENGTH, message="最多 2000 个字")


class ActForm(DeskForm):
    """The next move, with words for the reporter and a note for colleagues."""

    act = RadioField("下一步", [InputRequired("请选择下一步")])
    words = TextAreaField("写给举报人的话", [_TOO_LONG])
    why = TextAreaField("内部说明", [_TOO_LONG])


class WhyForm(DeskForm):
    """A note."""

    why = TextAreaField("内部说明", [InputRequired("请写一两句"), _TOO_LONG])


class TransferForm(WhyForm):
    """To which department, and why."""

    target = SelectField("哪个部门", [InputRequired("请选择部门")], coerce=int)


@bp.get("/inbox/<number>")
@needs(Permission.CASES_WORK)
def case(desk: Desk, number: str) -> ResponseReturnValue:
    """Open one report; another department's is not there."""
    report = _report_or_404(desk, number)
    _mark_opened(desk, report)
    renew_wraps(report, desk)
    record_reading("cases.open", desk.membership, ("report", number))
    return _case_page(desk, report)


@bp.post("/inbox/<number>")
@needs(Permission.CASES_WORK)
def act(desk: Desk, number: str) -> ResponseReturnValue:
    """Make the next move."""
    report = _report_or_404(desk, number, decides=True)
    form = ActForm()
    form.act.choices = [(m.value, m.label) for m in moves(report, desk)]
    words, why = _text(form.words.data), _text(form.why.data)
    if not form.validate():
        return _case_page(desk, report, form), 422
    move = Move.named(form.act.data)
    if move.state in NEED_WORDS and not words:
        form.words.errors = ["这一步要写给举报人看，请写一两句"]
        return _case_page(desk, report, form), 422
    return _made(desk, report, form, lambda: make_move(db.session, report, move, desk, words, why))


@bp.post("/inbox/<number>/transfer")
@needs(Permission.CASES_WORK)
def transferred(desk: Desk, number: str) -> ResponseReturnValue:
    """Pass the report on."""
    return _handed(desk, number, targets, transfer)


@bp.post("/inbox/<number>/assist")
@needs(Permission.CASES_WORK)
def assisted(desk: Desk, number: str) -> ResponseReturnValue:
    """Ask another department to help."""
    return _handed(desk, number, helpers, assist)


@bp.post("/inbox/<number>/note")
@needs(Permission.CASES_WORK)
def noted(desk: Desk, number: str) -> ResponseReturnValue:
    """Write a note; an assisting department can, too."""
    report = _report_or_404(desk, number)
    form = WhyForm()
    if not form.validate():
        return _case_page(desk, report, form), 422
    why = _text(form.why.data)
    return _made(desk, report, form, lambda: note(db.session, report, desk, why))


@bp.get("/inbox/<number>/files/<int:file_id>")
@needs(Permission.CASES_WORK)
def file(desk: Desk, number: str, file_id: int) -> ResponseReturnValue:
    """Show a photo, download a PDF; unsealed in memory, kept by nobody on the way."""
    report = _report_or_404(desk, number)
    attachment = db.session.get(Attachment, file_id)
    if attachment is None or attachment.report_id != report.id:
        abort(404)
    try:
        data = unseal_file(content_key(report, desk), attachment.sealed, report.number)
    except CannotOpen:
        abort(404)
    answer = _as_file(data, attachment)
    _mark_opened(desk, report)
    record_reading("cases.file", desk.membership, ("report", number))
    return answer


def _mark_opened(desk: Desk, report: Report) -> None:
    if report.opened_on is None and report.inbox_id == desk.membership.department_id:
        mark_opened(db.session, report, desk)


def _as_file(data: bytes, attachment: Attachment) -> Response:
    image = attachment.kind is FileKind.IMAGE
    answer = make_response(data)
    answer.mimetype = "image/jpeg" if image else "application/pdf"
    name = f"{attachment.id}.{'jpg' if image else 'pdf'}"
    how = "inline" if image else "attachment"
    answer.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _handed(
    desk: Desk,
    number: str,
    possible: Callable[[Session, Report, Desk], list[Department]],
    hand: Callable[[Session, Report, Desk, int, str, str], None],
) -> ResponseReturnValue:
    report = _report_or_404(desk, number, decides=True)
    form = TransferForm()
    form.target.choices = [(d.id, d.name) for d in possible(db.session, report, desk)]
    if not form.validate():
        return _case_page(desk, report, form), 422
    why, to, link = _text(form.why.data), form.target.data, public_address("inbox.index")
    return _made(desk, report, form, lambda: hand(db.session, report, desk, to, why, link))


def _made(
    desk: Desk, report: Report, form: DeskForm, do: Callable[[], None]
) -> ResponseReturnValue:
    try:
        do()
    except (NotAllowed, CannotOpen) as fault:
        db.session.rollback()
        form.form_errors = [str(fault) or "现在不能这样做，请看最新的状态。"]
        return _case_page(desk, report, form), 422
    subject = ("report", report.number)
    record(db.session, "cases.move", desk.membership, subject, to=report.steps[-1].act.value)
    db.session.commit()
    if report_of(db.session, report.number, desk.membership.department_id) is None:
        return redirect(url_for("inbox.index"), 303)  # passed on, and no longer ours to read
    return redirect(url_for("inbox.case", number=report.number), 303)


def _report_or_404(desk: Desk, number: str, *, decides: bool = False) -> Report:
    mine = desk.membership.department_id
    report = report_of(db.session, number, mine)
    if report is None or (decides and report.inbox_id != mine):
        abort(404)
    return report


def _case_page(desk: Desk, report: Report, form: DeskForm | None = None) -> str:
    try:
        key = content_key(report, desk)
        content = opened(report, desk)
    except CannotOpen:
        key, content = None, {}
    decides = report.inbox_id == desk.membership.department_id
    return render_template(
        "inbox/case.html",
        desk=desk,
        form=form,
        case=_case(report, content, key),
        acts=[(m.value, m.label) for m in moves(report, desk)] if decides else [],
        targets=targets(db.session, report, desk) if key else [],
        helpers=helpers(db.session, report, desk) if key else [],
    )


def _case(report: Report, content: dict[str, str], key: bytes | None) -> dict[str, Any]:
    institution = report.institution
    shown = institution is not None and open_standing(institution) is not None
    names = dict(db.session.execute(sa.select(Officer.id, Officer.name)).all())
    return {
        "number": report.number,
        "category": report.category.plain,
        "legal_basis": legal_basis(db.session, report.category_code, report.kind_code),
        "lead": report.department.name,
        "stands_in": report.department_id != report.inbox_id,
        "institution": card(db.session, institution.code) if institution and shown else None,
        "place_name": institution.name if institution else content.get("place_name", ""),
        "place_address": "；".join(premises.address for premises in institution.premises)
        if institution
        else content.get("place_address", ""),
        "was_listed": institution is not None,
        "body": content.get("text") if key else None,
        "answers": answered(content),
        "locked": _locked(report),
        "received_on": china_day(report.received_at),
        "accept_by": report.accept_by,
        "finish_by": report.finish_by,
        "erase_on": report.erase_on,
        "hops": report.hops,
        "objected": report.objected_on is not None,
        "rating": RATINGS[report.rating] if report.rating else "",
        "state": state_label(report),
        "files": _files(report, None),
        "messages": _messages(report, key),
        "steps": [_step(report, step, names, key) for step in report.steps],
    }


def _locked(report: Report) -> str:
    if report.erased_on is not None:
        return "内容已到期删除，只留下统计所需的类别、部门、日期和结论。"
    return "您的账号打不开这一件：没有本部门的密钥。请本部门同事或协调机制办公室处理。"


def _messages(report: Report, key: bytes | None) -> list[dict[str, Any]]:
    if key is None:
        return []
    return [
        {
            "on": china_day(message.at),
            "from_reporter": message.from_reporter,
            "text": opened_words(key, report, message).text,
            "seen_on": message.seen_on,
            "files": _files(report, message.id),
        }
        for message in report.messages
    ]


def _files(report: Report, message_id: int | None) -> list[tuple[int, bool]]:
    theirs = (a for a in report.attachments if a.message_id == message_id)
    return [(a.id, a.kind is FileKind.IMAGE) for a in theirs]


def _step(
    report: Report, step: ReportStep, names: dict[int, str], key: bytes | None
) -> dict[str, Any]:
    department: Department | None = step.department
    detail = FINDINGS[step.finding] if step.finding else department.name if department else ""
    why = unseal(key, step.why, report.number, WHY)["text"] if key and step.why else ""
    return {
        "on": china_day(step.at),
        "who": names.get(step.officer_id, "") if step.officer_id else "",
        "title": act_label(step.act),
        "detail": detail,
        "note": why,
    }


def _text(typed: str | None) -> str:
    return cleaned(typed or "", WORDS_LENGTH)
