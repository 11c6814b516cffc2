"""From an approved submission to an edition: signed here when it is due, or elsewhere.

A key that never touches the server: `export` hands out the manifest, `attach_signature` publishes
it. In between only the date and a seed are kept: the same sheets on the same register give the
same bytes again, or the signature does not fit and nothing happens.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.clock import now
from portal.database import db
from publishing.auditing import acted
from publishing.changes import drop
from publishing.editions import Composed, compose, moment, sha256
from publishing.models import Sheet, SheetCorrection, Submission, SubmissionState
from publishing.planning import Blocked, Plan, part_of_sheet, plan
from publishing.reading import UnreadableFile
from publishing.reviewing import tell_progress
from publishing.seen import BLOCKED, Overtaken, check_seen
from publishing.signing import (
    Attached,
    BadSignature,
    Key,
    KeyElsewhere,
    Signer,
    Signing,
)
from publishing.submissions import (
    AWAITS_SIGNATURE,
    NothingToDo,
    Refused,
    is_desk_approved,
    new_submission,
    returned,
    sheets_of,
)
from publishing.waiting_rows import settle
from publishing.writing import Moved, check_unmoved, in_turn, quietly, write_edition

_BUSY = "试了几次都没有写成，没有公布。请再送审一次；还是不行，请联系管理员。"
_MOVED = "导出以后名单有变动，这个签名对不上了。请重新运行 editions export。"


@dataclass(frozen=True, slots=True)
class Export:
    """The next edition, to be signed elsewhere."""

    number: int
    key_id: str
    files: dict[str, bytes]  # manifest.json and what it names


def publish_due(folder: Path) -> int:
    """Publish every approved submission whose time has come; returns how many. Commits each.

    Where the key is elsewhere they wait for `export`. What cannot go out is returned with a remark.
    """
    due = db.session.scalars(
        sa.select(Submission.id)
        .where(Submission.state == SubmissionState.APPROVED, _is_due())
        .order_by(Submission.id)
    ).all()
    db.session.rollback()
    if not due:
        return 0
    try:
        signer = Signer(folder)
    except KeyElsewhere:
        _say_they_wait(due)
        return 0
    return sum(_publish(number, signer) for number in due)


def _is_due() -> sa.ColumnElement[bool]:
    return sa.or_(Submission.publish_at.is_(None), Submission.publish_at <= now())


def _say_they_wait(numbers: Sequence[int]) -> None:
    silent = sa.select(Submission.id).where(
        Submission.id.in_(numbers), Submission.progress != AWAITS_SIGNATURE
    )
    found = db.session.scalars(silent).all()
    db.session.rollback()
    for number in found:
        tell_progress(number, AWAITS_SIGNATURE)


def export(area_code: str, folder: Path, reason: str = "") -> Export:
    """Return the area's next edition with the manifest to sign; commits.

    It is the approved submission of the desk whose time has come, or else the sheets that wait at
    the command line.
    Raises NothingToDo or Refused; what is no longer what was shown goes back to its department.
    """
    key = _key_elsewhere(folder)
    submission = _to_export(db.session, area_code, reason)
    db.session.commit()
    number = submission.id
    try:
        with db.reading() as session:
            composed = _composed(session, session.get_one(Submission, number))[1]
    except Overtaken as fault:
        returned(submission, str(fault))
        db.session.commit()
        raise Refused(str(fault)) from None
    submission.dated_at = moment()
    manifest = composed.manifest(submission.dated_at, key.id)
    submission.manifest_sha256 = sha256(manifest)
    submission.state = SubmissionState.EXPORTED
    _tell(submission, "exported", composed.number)
    db.session.commit()
    return Export(composed.number, key.id, {"manifest.json": manifest, **composed.files})


def attach_signature(area_code: str, folder: Path, signature: bytes) -> int:
    """Publish the exported edition of an area; returns its number. Commits.

    Raises NothingToDo or Refused; then nothing was changed.
    """
    key = _key_elsewhere(folder)
    submission = _of(db.session, area_code, SubmissionState.EXPORTED)
    if submission is None:
        raise NothingToDo("这个区没有等签名的一期。先运行 editions export。")
    dated_at, expected, number = submission.dated_at, submission.manifest_sha256, submission.id
    db.session.rollback()

    def check(composed: Composed) -> None:
        if dated_at is None or sha256(composed.manifest(dated_at, key.id)) != expected:
            raise Refused(_MOVED)

    try:
        return _write(number, Attached(key, signature), check, dated_at)
    except BadSignature:
        raise Refused("签名不对：不是这把公钥对这份 manifest.json 的签名。") from None
    except (Blocked, UnreadableFile, Overtaken, Moved):
        raise Refused(_MOVED) from None
    finally:
        db.session.rollback()


def _publish(number: int, signer: Signer) -> bool:
    try:
        _write(number, signer, lambda _composed: None)
    except (Blocked, UnreadableFile, NothingToDo, Overtaken, Moved, IntegrityError) as fault:
        db.session.rollback()
        submission = db.session.get_one(Submission, number)
        if submission.state is SubmissionState.APPROVED:
            unwritten = _BUSY if isinstance(fault, Moved | IntegrityError) else str(fault)
            returned(submission, BLOCKED if isinstance(fault, Blocked) else unwritten)
            db.session.commit()
        db.session.rollback()
        return False
    return True


def _write(
    number: int,
    signing: Signing,
    check: Callable[[Composed], None],
    published_at: datetime | None = None,
) -> int:
    """Work the difference out without the lock, apply it under it, and commit."""
    say = partial(tell_progress, number)

    def attempt() -> int:
        with db.reading() as session:
            planned, composed = _composed(session, session.get_one(Submission, number), say)
        check(composed)
        say("写入并签名")
        check_unmoved(db.session, planned.area_code, planned.head)
        submission = db.session.get_one(Submission, number, with_for_update=True)
        if submission.state not in {SubmissionState.APPROVED, SubmissionState.EXPORTED}:
            raise NothingToDo("其间已经退回或公布。")
        edition = write_edition(db.session, composed, planned.proposals, signing, published_at)
        submission.state, submission.edition_id = SubmissionState.PUBLISHED, edition.id
        submission.progress = ""
        settle(db.session, submission, planned.outcomes)
        drop(db.session, number)
        db.session.execute(
            sa.update(Sheet)
            .filter_by(submission_id=number)
            .values(edition_id=edition.id, file=None, reading=None)
        )
        db.session.execute(
            sa.update(SheetCorrection)
            .where(SheetCorrection.sheet_id.in_([sheet.id for sheet in submission.sheets]))
            .values(before="", after="")
        )
        _tell(submission, "published", composed.number)
        db.session.commit()
        return composed.number

    return in_turn(attempt, say)


def _composed(
    session: Session, submission: Submission, say: Callable[[str], None] = quietly
) -> tuple[Plan, Composed]:
    say("与已公布的比对")
    parts = [part_of_sheet(sheet) for sheet in sheets_of(session, submission.id)]
    planned = plan(session, submission.area_code, parts, submission.seed)
    if not parts or not planned.is_news:
        raise NothingToDo("与已公布的一致，没有变化，不出新一期。")
    check_seen(submission, planned)
    say("生成名单文件")
    composed = compose(
        submission.area_code,
        planned.head,
        planned.as_of,
        planned.institutions,
        complete=planned.complete,
        reason=submission.reason,
        supplement=submission.supplement,
    )
    return planned, composed


def _key_elsewhere(folder: Path) -> Key:
    try:
        Signer(folder)
    except KeyElsewhere as elsewhere:
        return elsewhere.key
    raise Refused("签名的私钥就在本机。要用别处的私钥，先运行 keys rotate --public 公钥.pem。")


def _to_export(session: Session, area_code: str, reason: str) -> Submission:
    found = _of(session, area_code, SubmissionState.EXPORTED)
    found = found or _of(session, area_code, SubmissionState.APPROVED, _is_due())
    if found is not None and found.submitted_by_id is not None:
        return found
    loose = sa.select(Sheet.id).where(
        Sheet.area_code == area_code, Sheet.file.is_not(None), Sheet.submission_id.is_(None)
    )
    numbers = session.scalars(loose).all()
    if not numbers and (found is None or not found.sheets):
        raise NothingToDo("没有等着公布的表。")
    if is_desk_approved(session, area_code) and not (reason.strip() or found):
        raise Refused("这个区已在工作台由两人审核公布过，请用 --reason 写明为什么不走工作台。")
    submission = found or new_submission(session, area_code)
    submission.reason = reason.strip() or submission.reason
    session.execute(
        sa.update(Sheet).where(Sheet.id.in_(numbers)).values(submission_id=submission.id)
    )
    return submission


def _of(
    session: Session, area_code: str, state: SubmissionState, *which: sa.ColumnElement[bool]
) -> Submission | None:
    found = sa.select(Submission).filter_by(area_code=area_code, state=state).where(*which)
    return session.scalar(found.order_by(Submission.id).limit(1))


def _tell(submission: Submission, act: str, number: int) -> None:
    reason, by = submission.reason, submission.approved_by_id
    acted(db.session, act, submission, by, number=number, reason=reason)
