"""What the pages of /desk/lists show, and who may see and do what on them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import abort, render_template, request, url_for

from accounts.managing import taken_over
from accounts.officers import Desk
from accounts.roles import Permission, departments_of, may
from areas.divisions import subtree
from departments.models import Department, Task
from portal.clock import CHINA, today
from portal.database import db
from portal.pager import page_of
from publishing.changes import changes_of
from publishing.desk_findings import (
    PER_PAGE,
    columns_shown,
    corrections_shown,
    findings_page,
    findings_shown,
    names,
    shown,
)
from publishing.desk_forms import (
    COVERAGES,
    LISTS,
    ApproveForm,
    CoverageForm,
    FilesForm,
    ReturnForm,
    SubmitForm,
)
from publishing.fields import PARTS
from publishing.findings import MARKS
from publishing.models import Sheet, Submission, SubmissionState
from publishing.submissions import (
    AWAITS_SIGNATURE,
    WAITING,
    Refused,
    SubmissionView,
    submission_view,
)
from publishing.waiting_rows import rows_waiting, sheet_of_task
from publishing.workbook import is_commented
from register.changes import ChangeLine, change_label
from register.editions import head_hash
from register.kinds import load_kinds
from register.models import ChangeKind, Edition

_RECENT = 100  # submissions on the list
REFUSED = 422
STATES = {
    SubmissionState.DRAFT: "准备中",
    SubmissionState.SUBMITTED: "待审核",
    SubmissionState.RETURNED: "已退回",
    SubmissionState.APPROVED: "已批准",
    SubmissionState.EXPORTED: "等离线签名",
    SubmissionState.PUBLISHED: "已公布",
}
_NEXT = {
    SubmissionState.DRAFT: "核对问题和改动，然后送审",
    SubmissionState.SUBMITTED: "等另一位同事审核",
    SubmissionState.RETURNED: "按退回的原因改好，再送审",
    SubmissionState.APPROVED: "到时自动公布",
    SubmissionState.EXPORTED: "等签名文件导入",
    SubmissionState.PUBLISHED: "",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One submission on the list."""

    id: int
    files: str
    department: str
    state: str
    who: str
    at: Any
    next: str
    edition: Edition | None
    taken_over: str  # from which leaver the officer has it


@dataclass(frozen=True, slots=True)
class TaskLine:
    """What the department must see to."""

    due: date
    what: str
    is_overdue: bool
    url: str  # where it is seen to, if that is a page


def found_or_404(desk: Desk, submission_id: int, permission: Permission) -> Submission:
    """Return a submission that the officer may do this with; any other is not there."""
    submission = db.session.get(Submission, submission_id)
    if submission is None or not _may(desk, submission, permission):
        abort(404)
    return submission


def check_shown(submission: Submission) -> None:
    """Refuse what a page sent that was made from an earlier reading than the last one."""
    reading = (submission.difference or {}).get("reading", "")
    if request.form.get("reading", reading) != reading:
        raise Refused("其间重新读取过，下面是最新的改动，请再核对一遍。")


def sheet_or_404(submission: Submission, sheet_id: int) -> Sheet:
    """Return a sheet of a submission."""
    return next((sheet for sheet in submission.sheets if sheet.id == sheet_id), None) or abort(404)


def _may(desk: Desk, submission: Submission, permission: Permission) -> bool:
    if submission.department_id is None:  # the command line's: the area reads it
        return permission is Permission.LISTS_READ and submission.area_code in areas_of(desk)
    department_id = submission.department_id
    return may(db.session, desk.membership, permission, department_id=department_id)


def area_of(desk: Desk) -> str:
    """Return the code of the area of the officer's department."""
    return db.session.get_one(Department, desk.membership.department_id).area_code


def areas_of(desk: Desk) -> list[str]:
    """Return the codes of that area and those below it."""
    return subtree(db.session, area_of(desk))


def lines(desk: Desk) -> list[Line]:
    """Return the newest submissions of the area."""
    found = db.session.scalars(
        sa.select(Submission)
        .where(Submission.area_code.in_(areas_of(desk)))
        .order_by(Submission.id.desc())
        .limit(_RECENT)
    ).all()
    who, departments = names(), departments_of(db.session, desk.membership)
    left = taken_over(db.session, desk.officer)
    return [_line(each, who, departments, left) for each in found]


def _line(
    each: Submission, names: dict[int, str], departments: dict[int, str], left: dict[int, str]
) -> Line:
    edition = db.session.get(Edition, each.edition_id) if each.edition_id else None
    reading = each.sheets and each.difference is None
    is_open = each.state in (SubmissionState.DRAFT, SubmissionState.RETURNED)
    by = (each.submitted_by_id, each.created_by_id)
    return Line(
        id=each.id,
        files="、".join(sheet.filename for sheet in each.sheets) or "还没有表格",
        department=departments.get(each.department_id or 0, "命令行"),
        state=STATES[each.state],
        who=names.get(each.submitted_by_id or 0, ""),
        at=each.submitted_at or each.created_at,
        next="正在读取，请稍候" if is_open and reading else _next(each),
        edition=edition,
        taken_over=next((left[n] for n in by if n in left), "") if not edition else "",
    )


def tasks(desk: Desk) -> list[TaskLine]:
    """Return what the department must see to, the next first."""
    mine = sa.select(Task).filter_by(department_id=desk.membership.department_id, done_at=None)
    found = db.session.scalars(mine.order_by(Task.due, Task.id).limit(_RECENT))
    return [TaskLine(task.due, task.what, task.due < today(), _url(task)) for task in found]


def _url(task: Task) -> str:
    number = sheet_of_task(task)
    sheet = db.session.get(Sheet, number) if number else None
    if sheet is None or sheet.submission_id is None:
        return ""
    return url_for("lists.submission", submission_id=sheet.submission_id, _anchor="sheets")


def editions(desk: Desk) -> list[Edition]:
    """Return the area's newest editions, for what is said of them afterwards."""
    of_area = sa.select(Edition).where(Edition.area_code.in_(areas_of(desk)))
    return list(db.session.scalars(of_area.order_by(Edition.id.desc()).limit(12)))


def submission_page(desk: Desk, submission: Submission, sentence: str = "", **forms: Any) -> str:
    """Return the page of a submission; `forms` are those that were refused, by name.

    `typed` is what was typed into cells, `unsaved` what was not taken.
    """
    view = submission_view(db.session, submission)
    mine = {p.name: _may(desk, submission, p) for p in Permission if p.name.startswith("LISTS")}
    is_open = submission.state in (SubmissionState.DRAFT, SubmissionState.RETURNED)
    is_own = mine["LISTS_PREPARE"]
    show = shown(view)
    page = findings_page(submission, show, view.found[show])
    edition = db.session.get(Edition, submission.edition_id) if submission.edition_id else None
    return render_template(
        "publishing/desk_submission.html",
        submission=submission,
        view=view,
        sentence=sentence,
        state=STATES[submission.state],
        next=_next(submission),
        reading=is_open and bool(submission.sheets) and view.difference is None,
        is_open=is_open,
        may=mine,
        names=names(),
        lists=LISTS,
        coverages=COVERAGES,
        kinds=load_kinds(db.session).names,
        severities=MARKS,
        is_commented=is_commented,
        show=show,
        findings=findings_shown(submission, show, page, typed=forms.get("typed"), own=is_own),
        reading_number=(submission.difference or {}).get("reading", ""),
        unsaved=forms.get("unsaved", ()),
        unsaved_words=_words(view, forms),
        corrections=corrections_shown(submission, own=is_own),
        columns={sheet.id: columns_shown(sheet) for sheet in submission.sheets},
        page=page,
        difference=view.difference and _difference(submission.id, view.difference),
        edition=edition,
        awaits_signature=AWAITS_SIGNATURE,
        waiting=rows_waiting(submission) if edition and is_own else {},
        publish_at=submission.publish_at and submission.publish_at.astimezone(CHINA),
        head_hash=head_hash(edition) if edition else "",
        files_form=forms.get("files_form") or FilesForm(formdata=None),
        coverage_forms=_coverage_forms(submission, forms.get("coverage_form")),
        submit_form=forms.get("submit_form") or SubmitForm(formdata=None),
        approve_form=forms.get("approve_form") or ApproveForm(formdata=None),
        return_form=forms.get("return_form") or ReturnForm(formdata=None),
    )


def _words(view: SubmissionView, forms: dict[str, Any]) -> list[str]:
    """Return the words typed into a form that the page does not show again."""
    state = view.submission.state
    is_open = state in (SubmissionState.DRAFT, SubmissionState.RETURNED)
    is_ready = view.difference is not None and not (view.blocking or view.unconfirmed)
    lost = []
    if (form := forms.get("submit_form")) and not (is_open and is_ready):
        lost.append(form.reason.data)
    if (form := forms.get("return_form")) and state not in WAITING:
        lost.append(form.remark.data)
    return [text for text in lost if text and text.strip()]


def coverage_form(sheet: Sheet, **given: Any) -> CoverageForm:
    """Return the form that says what a sheet covers."""
    form = CoverageForm(obj=None, prefix=f"s{sheet.id}-", **given)
    form.kinds.choices = list(load_kinds(db.session).names.items())
    return form


def _next(submission: Submission) -> str:
    waits = submission.progress == AWAITS_SIGNATURE
    return AWAITS_SIGNATURE if waits else _NEXT[submission.state]


def _coverage_forms(submission: Submission, refused: CoverageForm | None) -> dict[int, Any]:
    forms = {
        sheet.id: coverage_form(
            sheet,
            formdata=None,
            data={
                "list_kind": sheet.list_kind.value,
                "coverage": sheet.coverage.value,
                "kinds": list(filter(None, sheet.kinds.split(","))),
                "as_of": sheet.as_of,
                "leave_out_blocked": sheet.leave_out_blocked,
            },
        )
        for sheet in submission.sheets
    }
    if refused is not None:
        same = next(n for n, form in forms.items() if form._prefix == refused._prefix)
        forms[same] = refused
    return forms


def _difference(number: int, difference: dict[str, Any]) -> dict[str, Any]:
    counts = difference["counts"]

    def url(page: int) -> str:
        return url_for("lists.submission", submission_id=number, changes=page, _anchor="difference")

    page = page_of(sum(counts.values()), PER_PAGE, url, name="changes")
    shown = [
        {
            "change": ChangeLine(
                name=line["name"], code="", before=line["before"], after=line["after"],
                label=change_label(ChangeKind(line["kind"])),
            ),
            "fields": [
                (str(PARTS.get(name, name)), before or "（空）", after or "（空）")
                for name, (before, after) in line["fields"].items()
                if line["kind"] != ChangeKind.ADDED
            ],
        }
        for line in changes_of(db.session, number, page.offset, PER_PAGE)
    ]  # fmt: skip
    return {
        "head": difference["head"],
        "news": difference.get("news", True),
        "counts": [(change_label(kind), counts[kind]) for kind in ChangeKind if kind in counts],
        "total": sum(counts.values()),
        "percent": round(difference["share"] * 100),
        "lines": shown,
        "page": page,
    }
