"""/receipt: following a tip with nothing but its code, which is in no address and no cookie."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import cast

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from departments.models import Department
from departments.workdays import workdays_between
from portal.addresses import public_address
from portal.clock import china_day, today
from portal.database import db
from portal.errors import refuse_nul_in_form
from portal.forms import read_token
from portal.i18n import gettext
from portal.limits import RECEIPTS_PER_CLIENT, limiter
from portal.settings import Settings
from portal.text import cleaned
from portal.uploads import InMemoryRequest
from reports.code_page import code_page, is_last_group
from reports.files import MOST_UPLOAD, FileRefused, cleaned_files, said_removed
from reports.following import (
    Answer,
    Followed,
    Refused,
    answer,
    conversation,
    disagree,
    follow_up,
    has_unseen,
    mark_seen,
    objection_office,
    rate,
)
from reports.forms import (
    BODY_LENGTH,
    SHORTEST,
    AnswerForm,
    FollowForm,
    KeptForm,
    ObjectionForm,
    RatingForm,
    ReceiptForm,
)
from reports.guard import Found, masked, personal_data
from reports.models import OVER, ReportStep, State
from reports.receipts import read_receipt
from reports.views import bp
from reports.words import RATINGS, UNSEEN, state_words, step_words

WITH_FILES = {"reports.send", "reports.receipt_answered", "reports.receipt_objected"}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of what happened or will happen."""

    on: date | None
    by: date | None
    title: str
    detail: str
    done: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One message."""

    on: date
    mine: bool
    text: str


@dataclass(frozen=True, slots=True)
class StatusShown:
    """What a receipt shows."""

    word: str
    lead: str
    received_on: date
    hops: int
    due: date | None
    workdays_left: int
    steps: list[Step]
    messages: list[Said]
    question: bool
    may_answer: bool
    may_rate: bool
    rating: str
    objection_office: str
    nobody_hears: bool
    supervised_by: str
    erase_on: date | None


@bp.before_request
def _room_for_files() -> None:
    if request.mimetype == "multipart/form-data" and request.endpoint in WITH_FILES:
        cast(InMemoryRequest, request).allow_files(MOST_UPLOAD)
        refuse_nul_in_form()


@bp.get("/receipt")
def receipt() -> ResponseReturnValue:
    """Ask for the receipt code."""
    return render_template("reports/receipt.html", form=ReceiptForm(), status=None, missing=False)


@bp.post("/receipt")
def receipt_posted() -> ResponseReturnValue:
    """Show the state of a tip; a slip, a wrong, an expired and an erased code answer alike."""
    form = ReceiptForm()
    if not form.validate():
        return _asking(form, missing=False), 422
    followed = follow_up(db.session, form.code.data or "")
    if followed is None:
        return _missing()
    page = _status_page(followed)
    if has_unseen(followed.report):
        with db.locked() as session:
            mark_seen(session, followed.report)
    return page


def _with_receipt(
    view: Callable[[Followed], ResponseReturnValue],
) -> Callable[[], ResponseReturnValue]:
    """Hand the view the report of the code that the form carries; without one, ask for it."""

    @wraps(view)
    def guarded() -> ResponseReturnValue:
        followed = follow_up(db.session, request.form.get("code", "")[:60])
        return view(followed) if followed else _missing()

    return guarded


@bp.post("/receipt/answer")
@_with_receipt
def receipt_answered(followed: Followed) -> ResponseReturnValue:
    """Take words and files for the department."""
    return _told(followed, AnswerForm(), answer)


@bp.post("/receipt/objection")
@_with_receipt
def receipt_objected(followed: Followed) -> ResponseReturnValue:
    """Take the one disagreement: another office, a new clock."""
    return _told(followed, ObjectionForm(), disagree)


@bp.post("/receipt/rating")
@_with_receipt
def receipt_rated(followed: Followed) -> ResponseReturnValue:
    """Keep what the reporter thinks of the handling."""
    form = RatingForm()
    if not form.validate():
        return _status_page(followed, refused=form), 422
    return _done(followed, lambda session: rate(session, followed, form.chosen()))


@bp.post("/receipt/kept")
@_with_receipt
def receipt_kept(followed: Followed) -> ResponseReturnValue:
    """Check that the code was written down: its last group, typed again."""
    form = KeptForm()
    code = read_receipt(form.code.data or "") or ""
    if not form.validate() or not is_last_group(code, form.last.data or ""):
        return code_page(followed.report, code, removed=[], wrong=form.last.data or "?"), 422
    return render_template("reports/kept.html")


def _told(
    followed: Followed,
    form: AnswerForm,
    act: Callable[[Session, Followed, Answer, str], None],
) -> ResponseReturnValue:
    step = request.form.get("step", "")
    if step == "mask":
        form.text.data = masked(form.text.data or "")
        form.keep_token()
        return _status_page(followed, refused=form)
    found = personal_data(cleaned(form.text.data or "", BODY_LENGTH))
    if found and step != "send" and form.validate():
        return _status_page(followed, refused=form, found=found)
    said = _said(form)
    if said is None:
        return _status_page(followed, refused=form), 422
    link = public_address("inbox.index")
    return _done(followed, lambda session: act(session, followed, said, link), said)


def _said(form: AnswerForm) -> Answer | None:
    """Return what a form says, or None with the fault written beside the field."""
    if not form.validate():
        return None
    text = cleaned(form.text.data or "", BODY_LENGTH)
    uploads = [upload for upload in form.files.data or [] if upload]
    if len(text) < SHORTEST and not uploads:
        form.text.errors = [gettext("请写一两句。")]
        return None
    try:
        files = cleaned_files(uploads, _settings().instance)
    except FileRefused as fault:
        form.files.errors = [str(fault)]
        return None
    return Answer(text, files, read_token(str(form.csrf_token.data), form.token_route))


def _done(
    followed: Followed, act: Callable[[Session], None], said: Answer | None = None
) -> ResponseReturnValue:
    try:
        with db.locked() as session:
            act(session)
    except Refused:
        return _status_page(followed, sentence=gettext("现在不能这样做，下面是最新的进度。")), 409
    return _status_page(
        followed,
        sentence=gettext("已收到，部门会看到。") if said else gettext("已记下，谢谢您。"),
        removed=said_removed(said.files) if said else [],
    )


def _missing() -> ResponseReturnValue:
    # Only misses are counted: guessing stops, a right code behind the same address goes on.
    with limiter.limit(RECEIPTS_PER_CLIENT):
        return _asking(ReceiptForm(formdata=None), missing=True), 404


def _asking(form: ReceiptForm, *, missing: bool) -> str:
    return render_template("reports/receipt.html", form=form, status=None, missing=missing)


def _status_page(
    followed: Followed,
    *,
    refused: FollowForm | None = None,
    sentence: str = "",
    removed: list[str] | None = None,
    found: Sequence[Found] = (),
) -> str:
    code = request.form.get("code", "")

    def shown(kind: type[FollowForm]) -> FollowForm:
        return refused if type(refused) is kind else kind(formdata=None, code=code)

    return render_template(
        "reports/receipt.html",
        form=ReceiptForm(formdata=None),
        refused=refused,
        status=_status(followed),
        missing=False,
        answer_form=shown(AnswerForm),
        objection_form=shown(ObjectionForm),
        rating_form=shown(RatingForm),
        ratings=RATINGS,
        sentence=sentence,
        removed=removed or [],
        found=[(str(one.kind), one.words) for one in found],
    )


def _status(followed: Followed) -> StatusShown:
    report = followed.report
    over = report.state in OVER
    steps = [_step(step) for step in report.steps if step.act not in UNSEEN]
    if report.state is State.RECEIVED:
        steps.append(Step(None, report.accept_by, gettext("告诉您是否受理"), "", done=False))
    if not over:
        title = gettext("办结，写明查到了什么")
        steps.append(Step(None, report.finish_by, title, "", done=False))
    office = objection_office(db.session, report)
    inbox = db.session.get_one(Department, report.inbox_id)
    return StatusShown(
        word=state_words(report),
        lead=report.department.name,
        received_on=china_day(report.received_at),
        hops=report.hops,
        due=None if over else report.finish_by,
        workdays_left=max(workdays_between(today(), report.finish_by), 0),
        steps=steps,
        messages=[
            Said(china_day(words.message.at), words.message.from_reporter, words.text)
            for words in conversation(followed)
        ],
        question=report.state is State.ASKED,
        may_answer=followed.key is not None and not over,
        may_rate=over,
        rating=str(RATINGS[report.rating]) if report.rating else "",
        objection_office=office.name if office and followed.key else "",
        nobody_hears=over and report.objected_on is None and not (office and followed.key),
        supervised_by="" if inbox.id == report.department_id else inbox.name,
        erase_on=report.erase_on,
    )


def _step(step: ReportStep) -> Step:
    return Step(china_day(step.at), None, *step_words(step), done=True)


def _settings() -> Settings:
    settings: Settings = current_app.config["MINGDAN"]
    return settings
