"""/receipt: the state of a tip, for whoever holds its code. No session, no cookie."""

from dataclasses import dataclass
from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.clock import china_day
from portal.database import db
from portal.limits import RECEIPTS_PER_CLIENT, limiter
from reports.forms import ReceiptForm
from reports.models import Report, ReportStep, State
from reports.receipts import read_receipt
from reports.sending import find_by_receipt
from reports.views import bp
from reports.words import EXPLAINED, STATES, state_words


@dataclass(frozen=True, slots=True)
class Step:
    """One line of what happened or will happen."""

    on: date | None
    by: date | None
    title: str
    detail: str
    done: bool


@dataclass(frozen=True, slots=True)
class StatusShown:
    """What a receipt shows."""

    word: str
    lead: str
    received_on: date
    steps: list[Step]


@bp.get("/receipt")
def receipt() -> ResponseReturnValue:
    """Ask for the receipt code."""
    return render_template("reports/receipt.html", form=ReceiptForm(), status=None, missing=False)


@bp.post("/receipt")
@limiter.limit(RECEIPTS_PER_CLIENT)
def receipt_posted() -> ResponseReturnValue:
    """Show the state of a tip; a slip and an unknown code answer alike."""
    form = ReceiptForm()
    if not form.validate():
        return _receipt_page(form, None, missing=False), 422
    code = read_receipt(form.code.data or "")
    report = find_by_receipt(db.session, code) if code else None
    return _receipt_page(form, report, missing=report is None), 200 if report else 404


def _receipt_page(form: ReceiptForm, report: Report | None, *, missing: bool) -> str:
    return render_template(
        "reports/receipt.html",
        form=form,
        status=_status(report) if report else None,
        missing=missing,
    )


def _status(report: Report) -> StatusShown:
    steps = [_step(step) for step in report.steps]
    passed_on = gettext("转给%(department)s。", department=report.department.name)
    steps[0] = Step(steps[0].on, None, gettext("已收到"), passed_on, done=True)
    if report.state is State.RECEIVED:
        steps.append(Step(None, report.accept_by, gettext("告诉您是否受理"), "", done=False))
    if report.state not in {State.CLOSED, State.DECLINED}:
        title = gettext("办结，写明查到了什么")
        steps.append(Step(None, report.finish_by, title, "", done=False))
    return StatusShown(
        word=state_words(report),
        lead=report.department.name,
        received_on=china_day(report.received_at),
        steps=steps,
    )


def _step(step: ReportStep) -> Step:
    words = str(STATES[step.after]), str(EXPLAINED[step.after])
    return Step(china_day(step.at), None, *words, done=True)
