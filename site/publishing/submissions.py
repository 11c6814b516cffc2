"""A proposed edition and the two persons who stand for it: draft → submitted → approved.

`reviewing` reads its sheets, `issuing` publishes it. Every function writes into the session it is
given; the caller commits. A rule that says no raises Refused with one sentence for the officer.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from portal.clock import now, today
from publishing.auditing import acted
from publishing.findings import Severity
from publishing.importing import drop_sheets, sheet_of
from publishing.models import ColumnWord, Sheet, SheetFinding, Submission, SubmissionState
from publishing.persons import PERSONAL_WORDS, has_personal_data
from publishing.planning import ImportOrder
from publishing.proposals import SheetCoverage
from publishing.sheet import ListKind
from register.models import Edition

MANY = 0.2  # of what the sheets speak of: more changes than that need a reason
_LONGEST_REASON = 1000
# The progress of what is due where the private key is on another machine.
AWAITS_SIGNATURE = "等签名"
# With the second person, or after.
WAITING = {SubmissionState.SUBMITTED, SubmissionState.APPROVED, SubmissionState.EXPORTED}


class Refused(ValueError):
    """A rule says no. Its text is one sentence for the officer."""


class NothingToDo(LookupError):
    """There is nothing to publish. Its text is one sentence."""


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """What a page shows of a submission."""

    submission: Submission
    coverage: list[Sheet]
    found: dict[Severity, int]  # how many findings of each
    difference: dict[str, Any] | None  # see `reviewing.summary`; None while it is being read
    blocking: int  # BLOCK findings of sheets that leave nothing out
    unconfirmed: int  # ASK findings nobody answers for yet
    needs_reason: bool
    is_stale: bool  # another edition was published since the difference was worked out


def new_submission(
    session: Session,
    area_code: str,
    department_id: int | None = None,
    officer_id: int | None = None,
    *,
    supplement: bool = False,
    reason: str = "",
) -> Submission:
    """Return a draft without sheets."""
    submission = Submission(
        area_code=area_code,
        department_id=department_id,
        state=SubmissionState.DRAFT,
        supplement=supplement,
        reason=reason,
        created_at=now(),
        created_by_id=officer_id,
        seed=secrets.token_hex(32),
    )
    session.add(submission)
    session.flush()
    return submission


def add_sheet(session: Session, submission: Submission, order: ImportOrder) -> Sheet:
    """Keep a file with a draft; the worker reads it (`reviewing.review`)."""
    must_be_open(submission)
    sheet = sheet_of(order, order.as_of or today(), 0)
    sheet.file, sheet.submission_id = order.data, submission.id
    if not submission.supplement:  # that sheet is ours, not the department's
        sheet.meanings = remembered(session, submission.department_id, order.list_kind)
    session.add(sheet)
    session.flush()
    unread(submission)
    return sheet


def drop_sheet(session: Session, submission: Submission, sheet_id: int) -> None:
    """Take a file out of a draft."""
    must_be_open(submission)
    if sheet_id in [sheet.id for sheet in submission.sheets]:
        drop_sheets(session, [sheet_id])
        session.expire(submission, ["sheets"])
        unread(submission)


def confirm(session: Session, submission: Submission, findings: list[int], officer_id: int) -> None:
    """Let an officer answer for ASK findings."""
    must_be_open(submission)
    session.execute(
        sa.update(SheetFinding)
        .where(
            SheetFinding.id.in_(findings),
            SheetFinding.sheet_id.in_([sheet.id for sheet in submission.sheets]),
            SheetFinding.severity == Severity.ASK,
        )
        .values(confirmed_by_id=officer_id, confirmed_at=now())
    )
    _tell(session, submission, "confirmed", officer_id)


def change_coverage(
    session: Session,
    submission: Submission,
    sheet: Sheet,
    covers: SheetCoverage,
    *,
    leave_out_blocked: bool,
) -> None:
    """Say again what a file of a draft covers; the worker reads it again."""
    must_be_open(submission)
    if sheet.list_kind is not covers.list_kind:
        sheet.meanings = remembered(session, submission.department_id, covers.list_kind)
    sheet.list_kind, sheet.coverage, sheet.as_of = covers.list_kind, covers.coverage, covers.as_of
    sheet.kinds, sheet.leave_out_blocked = ",".join(covers.kinds), leave_out_blocked
    unread(submission)


def remembered(session: Session, department_id: int | None, list_kind: ListKind) -> dict[str, str]:
    """Return what headers mean to a department: header → column, empty for not to be read."""
    words = sa.select(ColumnWord).filter_by(department_id=department_id, list_kind=list_kind)
    return {word.header: word.column for word in session.scalars(words)}


def read_again(submission: Submission) -> None:
    """Let the worker read a draft again: something was published meanwhile."""
    must_be_open(submission)
    unread(submission)


def findings_of(
    session: Session,
    submission: Submission,
    severity: Severity | None = None,
    *,
    offset: int = 0,
    limit: int | None = None,
) -> list[SheetFinding]:
    """Return findings in the order of the sheets."""
    found = _findings(submission).order_by(SheetFinding.id).offset(offset).limit(limit)
    if severity is not None:
        found = found.where(SheetFinding.severity == severity)
    return list(session.scalars(found))


def submission_view(session: Session, submission: Submission) -> SubmissionView:
    """Return what a page shows: coverage, findings, difference, and what is still in the way."""

    def count(*conditions: sa.ColumnElement[bool]) -> int:
        found = _findings(submission).join(Sheet, Sheet.id == SheetFinding.sheet_id)
        counted = found.where(*conditions).with_only_columns(sa.func.count())
        return session.scalar(counted) or 0

    difference = submission.difference
    blocks = SheetFinding.severity == Severity.BLOCK
    asks = SheetFinding.severity == Severity.ASK
    return SubmissionView(
        submission=submission,
        coverage=list(submission.sheets),
        found={severity: count(SheetFinding.severity == severity) for severity in Severity},
        difference=difference,
        blocking=count(blocks, sa.or_(SheetFinding.row == 0, ~Sheet.leave_out_blocked)),
        unconfirmed=count(asks, SheetFinding.confirmed_by_id.is_(None)),
        needs_reason=difference is not None and difference["share"] > MANY,
        is_stale=is_stale(session, submission),
    )


def submit(session: Session, submission: Submission, officer_id: int, reason: str = "") -> None:
    """Put a draft before the second person."""
    must_be_open(submission)
    view = submission_view(session, submission)
    reason = reason.strip() or submission.reason
    if view.difference is None or view.is_stale:
        raise Refused("还没有比对完，或其间另有一期公布。请等比对完再送审。")
    if view.blocking:
        raise Refused(f"还有 {view.blocking} 个拦截的问题，不能送审。")
    if view.unconfirmed:
        raise Refused(f"还有 {view.unconfirmed} 个问题没有人确认。")
    if view.needs_reason and not reason:
        raise Refused("改动超过已公布名单的 20%（只算涵盖范围内的），请写明理由。")
    if len(reason) > _LONGEST_REASON:
        raise Refused(f"理由超过 {_LONGEST_REASON} 字。")
    if has_personal_data(reason):
        raise Refused(f"理由{PERSONAL_WORDS}")
    submission.reason, submission.remark = reason, ""
    submission.submitted_by_id, submission.submitted_at = officer_id, now()
    submission.state = SubmissionState.SUBMITTED
    _tell(session, submission, "submitted", officer_id)


def approve(
    session: Session, submission: Submission, officer_id: int, publish_at: datetime | None = None
) -> None:
    """Approve as the second person; it goes out at once, or at the time given."""
    if submission.state is not SubmissionState.SUBMITTED:
        raise Refused("这一份现在不在待审。")
    if submission.submitted_by_id == officer_id:
        raise Refused("送审的人不能自己批准，请另一位有权的同事批准。")
    if is_stale(session, submission):
        raise Refused("其间公布了新的一期，正在重新比对。请过一会儿核对改动，再批准。")
    submission.approved_by_id, submission.approved_at = officer_id, now()
    submission.publish_at = publish_at
    submission.state = SubmissionState.APPROVED
    _tell(session, submission, "approved", officer_id)


def give_back(session: Session, submission: Submission, officer_id: int, remark: str) -> None:
    """Return what was submitted, or approved and not yet published, to its department."""
    if submission.state not in WAITING:
        raise Refused("这一份不在待审，也不在待公布。")
    if has_personal_data(remark):
        raise Refused(f"退回的原因{PERSONAL_WORDS}")
    returned(submission, remark)
    _tell(session, submission, "returned", officer_id)


def returned(submission: Submission, remark: str) -> None:
    """Make a submission open again and say why."""
    submission.state, submission.remark = SubmissionState.RETURNED, remark
    submission.approved_by_id = submission.approved_at = submission.publish_at = None
    unread(submission)


def is_stale(session: Session, submission: Submission) -> bool:
    """Tell whether another edition was published since the difference was worked out."""
    difference = submission.difference
    newest = session.scalar(sa.select(head_number(submission.area_code)))
    return difference is not None and difference["head"] != newest


def head_number(area_code: Any) -> sa.ColumnElement[int]:
    """Return the number of an area's newest edition as a term of a query; 0 where there is none."""
    newest = sa.select(sa.func.max(Edition.number)).where(Edition.area_code == area_code)
    return sa.func.coalesce(newest.scalar_subquery(), 0)


def sheets_of(session: Session, number: int) -> list[Sheet]:
    """Return the sheets of a submission with their bytes."""
    return list(
        session.scalars(
            sa.select(Sheet)
            .filter_by(submission_id=number)
            .order_by(Sheet.id)
            .options(undefer(Sheet.file))
        )
    )


def is_desk_approved(session: Session, area_code: str) -> bool:
    """Tell whether two persons at the desk ever published here: then nobody goes around them."""
    approved = sa.select(Submission.id).where(
        Submission.area_code == area_code,
        Submission.state == SubmissionState.PUBLISHED,
        Submission.approved_by_id.is_not(None),
    )
    return session.scalar(approved.limit(1)) is not None


def _findings(submission: Submission) -> sa.Select[SheetFinding]:
    sheets = [sheet.id for sheet in submission.sheets]
    return sa.select(SheetFinding).where(SheetFinding.sheet_id.in_(sheets))


def must_be_open(submission: Submission) -> None:
    """Refuse what was submitted already."""
    if submission.state not in {SubmissionState.DRAFT, SubmissionState.RETURNED}:
        raise Refused("这一份已经送审，不能再改。")


def unread(submission: Submission) -> None:
    """Let the worker read it again."""
    submission.difference, submission.progress = None, ""


def _tell(session: Session, submission: Submission, act: str, officer_id: int) -> None:
    acted(session, act, submission, officer_id, reason=submission.remark or submission.reason)
