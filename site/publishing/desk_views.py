"""/desk/lists: from an officer's files to a submission that a second person can approve."""

from collections.abc import Callable

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from accounts.access import needs
from accounts.officers import Desk
from accounts.roles import Permission
from portal.clock import today
from portal.database import db
from portal.forms import DeskForm
from publishing.auditing import acted_by
from publishing.desk_forms import FilesForm, SubmitForm, sent_files
from publishing.desk_pages import (
    REFUSED,
    area_of,
    check_shown,
    coverage_form,
    editions,
    found_or_404,
    lines,
    sheet_or_404,
    submission_page,
    tasks,
)
from publishing.guessing import guess
from publishing.models import Coverage, Sheet, Submission, SubmissionState
from publishing.planning import ImportOrder
from publishing.proposals import SheetCoverage
from publishing.reading import MAX_BYTES, UnreadableFile
from publishing.sheet import ListKind
from publishing.submissions import (
    AWAITS_SIGNATURE,
    Refused,
    add_sheet,
    change_coverage,
    drop_sheet,
    findings_of,
    new_submission,
    read_again,
    submit,
)
from publishing.waiting_rows import let_go
from publishing.workbook import findings_workbook
from register.kinds import load_kinds

bp = Blueprint("lists", __name__, url_prefix="/desk/lists")

_ROOM = 256 * 1024  # beside the files: the form's other fields
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TOO_LARGE = f"文件一共超过 {MAX_BYTES // 2**20} MB。请分几次报送。"
_TOO_OLD = "这一页放得太久了，请再点一次。"
_REFRESH = 3  # seconds; what is being read or published shows how far it is


@bp.get("")
@needs(Permission.LISTS_READ)
def index(desk: Desk) -> ResponseReturnValue:
    """List the submissions of the area."""
    return render_template(
        "publishing/desk_lists.html", lines=lines(desk), tasks=tasks(desk), editions=editions(desk)
    )


@bp.get("/new")
@needs(Permission.LISTS_PREPARE)
def new(_desk: Desk) -> ResponseReturnValue:
    """Ask for the files."""
    return render_template("publishing/desk_new.html", form=FilesForm(), sentence="")


@bp.post("/new")
@needs(Permission.LISTS_PREPARE)
def new_posted(desk: Desk) -> ResponseReturnValue:
    """Keep the files as a draft, all or none."""
    area, department_id = area_of(desk), desk.membership.department_id
    form, sentence = _files_form()
    orders: list[ImportOrder] = []
    if not sentence and form.validate():
        orders, sentence = _orders(area)
    if not orders:
        return render_template("publishing/desk_new.html", form=form, sentence=sentence), REFUSED
    submission = new_submission(db.session, area, department_id, desk.officer.id)
    _add(desk, submission, orders)
    db.session.commit()
    return _to(submission)


@bp.get("/<int(max=999999999):submission_id>")
@needs(Permission.LISTS_READ)
def submission(desk: Desk, submission_id: int) -> ResponseReturnValue:
    """Show a submission; while it is being read or published the page asks again by itself."""
    found = found_or_404(desk, submission_id, Permission.LISTS_READ)
    response = Response(submission_page(desk, found))
    if _is_under_way(found):
        response.headers["Refresh"] = str(_REFRESH)
    return response


@bp.post("/<int(max=999999999):submission_id>/sheets")
@needs(Permission.LISTS_PREPARE)
def sheets_posted(desk: Desk, submission_id: int) -> ResponseReturnValue:
    """Add files to a draft."""
    found = found_or_404(desk, submission_id, Permission.LISTS_PREPARE)
    area = found.area_code
    form, sentence = _files_form()
    orders: list[ImportOrder] = []
    if not sentence and form.validate():
        orders, sentence = _orders(area)
    if not orders:
        return submission_page(desk, found, sentence, files_form=form), REFUSED

    return done(desk, found, lambda: _add(desk, found, orders))


@bp.post("/<int(max=999999999):submission_id>/sheets/<int(max=999999999):sheet_id>/file")
@needs(Permission.LISTS_PREPARE)
def file_posted(desk: Desk, submission_id: int, sheet_id: int) -> ResponseReturnValue:
    """Take a corrected file in place of the one that is there, with the coverage it had."""
    found = found_or_404(desk, submission_id, Permission.LISTS_PREPARE)
    sheet = sheet_or_404(found, sheet_id)
    form, sentence = _files_form()
    orders: list[ImportOrder] = []
    if not sentence and form.validate():
        orders, sentence = _orders(found.area_code, sheet)
    if not orders:
        return submission_page(desk, found, sentence, files_form=form), REFUSED

    def replace() -> None:
        _drop(desk, found, sheet_id)
        _add(desk, found, orders)

    return done(desk, found, replace)


@bp.post("/<int(max=999999999):submission_id>/sheets/<int(max=999999999):sheet_id>")
@needs(Permission.LISTS_PREPARE)
def sheet_posted(desk: Desk, submission_id: int, sheet_id: int) -> ResponseReturnValue:
    """Say again what a file covers, or take it out."""
    found = found_or_404(desk, submission_id, Permission.LISTS_PREPARE)
    sheet = sheet_or_404(found, sheet_id)
    form = coverage_form(sheet)
    if not form.validate():
        return submission_page(desk, found, coverage_form=form), REFUSED
    if request.form.get("act") == "drop":
        return done(desk, found, lambda: _drop(desk, found, sheet_id))
    covers = SheetCoverage(
        ListKind(form.list_kind.data),
        sheet.area_code,
        Coverage(form.coverage.data),
        tuple(form.kinds.data or ()),
        form.as_of.data or today(),
    )
    leave_out = form.leave_out_blocked.data

    def change() -> None:
        change_coverage(db.session, found, sheet, covers, leave_out_blocked=leave_out)
        acted_by(
            db.session, "covered", found, desk.membership, sheet=sheet_id,
            list_kind=covers.list_kind.value, coverage=covers.coverage.value,
            kinds=",".join(covers.kinds), as_of=covers.as_of.isoformat(),
            leave_out_blocked=leave_out,
        )  # fmt: skip

    return done(desk, found, change, coverage_form=form)


@bp.get("/<int(max=999999999):submission_id>/sheets/<int(max=999999999):sheet_id>/findings.xlsx")
@needs(Permission.LISTS_PREPARE)
def workbook(desk: Desk, submission_id: int, sheet_id: int) -> ResponseReturnValue:
    """Return the officer's file as a workbook with a comment on every cell that has a finding."""
    found = found_or_404(desk, submission_id, Permission.LISTS_PREPARE)
    sheet = sheet_or_404(found, sheet_id)
    findings = [each for each in findings_of(db.session, found) if each.sheet_id == sheet_id]
    try:
        content = findings_workbook(sheet, findings)
    except UnreadableFile as fault:
        return submission_page(desk, found, f"{sheet.filename}：{fault}"), REFUSED
    with db.writing() as session:
        acted_by(session, "downloaded", found, desk.membership, sheet=sheet_id)
    headers = {"Content-Disposition": f'attachment; filename="findings-{sheet_id}.xlsx"'}
    return Response(content, content_type=_XLSX, headers=headers)


@bp.post("/<int(max=999999999):submission_id>/reading")
@needs(Permission.LISTS_PREPARE)
def reading_posted(desk: Desk, submission_id: int) -> ResponseReturnValue:
    """Compare again with what was published meanwhile."""
    found = found_or_404(desk, submission_id, Permission.LISTS_PREPARE)
    if not DeskForm().validate():
        return submission_page(desk, found, _TOO_OLD), REFUSED
    return done(desk, found, lambda: read_again(found))


@bp.post("/<int(max=999999999):submission_id>/sheets/<int(max=999999999):sheet_id>/left-out")
@needs(Permission.LISTS_PREPARE)
def left_out_posted(desk: Desk, submission_id: int, sheet_id: int) -> ResponseReturnValue:
    """Let the rows go that were left out of an edition."""
    found = found_or_404(desk, submission_id, Permission.LISTS_PREPARE)
    sheet = sheet_or_404(found, sheet_id)
    if not DeskForm().validate():
        return submission_page(desk, found, _TOO_OLD), REFUSED

    def drop() -> None:
        if found.state is not SubmissionState.PUBLISHED:
            raise Refused("这一份还没有公布。")
        let_go(db.session, sheet, desk.officer.id)
        acted_by(db.session, "let_go", found, desk.membership, sheet=sheet_id)

    return done(desk, found, drop)


@bp.post("/<int(max=999999999):submission_id>/submission")
@needs(Permission.LISTS_PREPARE)
def submit_posted(desk: Desk, submission_id: int) -> ResponseReturnValue:
    """Put the draft before the second person."""
    found = found_or_404(desk, submission_id, Permission.LISTS_PREPARE)
    form = SubmitForm()
    if not form.validate():
        return submission_page(desk, found, submit_form=form), REFUSED
    reason = form.reason.data or ""

    def put() -> None:
        check_shown(found)
        submit(db.session, found, desk.officer.id, reason)

    return done(desk, found, put, submit_form=form)


def done(
    desk: Desk, found: Submission, act: Callable[[], object], **forms: DeskForm
) -> ResponseReturnValue:
    """Act and commit; where a rule says no, show its sentence and what was typed."""
    number = found.id
    try:
        act()
    except Refused as fault:
        db.session.rollback()
        again = db.session.get_one(Submission, number)
        return submission_page(desk, again, str(fault), **forms), REFUSED
    db.session.commit()
    return _to(found)


def _add(desk: Desk, found: Submission, orders: list[ImportOrder]) -> None:
    sheets = [add_sheet(db.session, found, order) for order in orders]
    numbers = "、".join(str(sheet.id) for sheet in sheets)
    acted_by(db.session, "uploaded", found, desk.membership, sheets=numbers)


def _drop(desk: Desk, found: Submission, sheet_id: int) -> None:
    drop_sheet(db.session, found, sheet_id)
    acted_by(db.session, "drop", found, desk.membership, sheet=sheet_id)


def _to(found: Submission) -> ResponseReturnValue:
    return redirect(url_for("lists.submission", submission_id=found.id), 303)


def _is_under_way(found: Submission) -> bool:
    is_open = found.state in (SubmissionState.DRAFT, SubmissionState.RETURNED)
    unread = is_open and bool(found.sheets) and found.difference is None
    is_going_out = found.state is SubmissionState.APPROVED and found.publish_at is None
    return unread or (is_going_out and found.progress != AWAITS_SIGNATURE)


def _files_form() -> tuple[FilesForm, str]:
    """Read the request's files; returns the form and a sentence when they are too large."""
    db.session.rollback()  # a slow sender must not hold the only writer
    request.max_content_length = MAX_BYTES + _ROOM
    try:
        return FilesForm(), ""
    except RequestEntityTooLarge:
        return FilesForm(formdata=None), _TOO_LARGE


def _orders(area: str, replaced: Sheet | None = None) -> tuple[list[ImportOrder], str]:
    """Return the orders of the files sent, or none and a sentence: all or nothing is kept."""
    kinds = load_kinds(db.session)
    old = replaced and (replaced.list_kind, replaced.coverage, replaced.kinds, replaced.as_of)
    leave_out = replaced is not None and replaced.leave_out_blocked
    db.session.rollback()
    orders = []
    for name, data in sent_files():
        try:
            guessed = guess(data, name, kinds)
        except UnreadableFile as fault:
            return [], f"{name}：{fault}"
        as_of = guessed.as_of if guessed.as_of and guessed.as_of <= today() else today()
        order = ImportOrder(
            data, name, guessed.list_kind, area, as_of, guessed.coverage, guessed.kinds, leave_out
        )
        if old:
            order = ImportOrder(
                data, name, old[0], area, old[3], old[1],
                tuple(filter(None, old[2].split(","))), leave_out,
            )  # fmt: skip
        orders.append(order)
    return orders, ""
