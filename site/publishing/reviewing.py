"""Reading the sheets of a submission: findings and difference, kept for the page to show.

Long work of the worker. It holds the database only to write down what it found, and says how far
it is, so a closed browser loses nothing.
"""

import secrets
from collections import Counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.database import db, insert_rows
from publishing.changes import keep, parts_of
from publishing.excerpts import excerpts, headers
from publishing.findings import note
from publishing.importing import finding_row
from publishing.keeping import kept
from publishing.models import Sheet, SheetFinding, Submission, SubmissionState
from publishing.planning import Outcome, Plan, order_of, part_of, plan
from publishing.reading import UnreadableFile
from publishing.seen import digest
from publishing.sheet import Reading
from publishing.submissions import sheets_of

_NOTHING: dict[str, Any] = {"excerpts": None, "headers": None, "reading": None}  # not readable


def review_unread() -> None:
    """Read every draft that nobody has read since it changed; commits."""
    unread = sa.select(Submission.id).where(
        Submission.difference.is_(None),
        Submission.state.in_([SubmissionState.DRAFT, SubmissionState.RETURNED]),
        Submission.sheets.any(),
    )
    for number in db.session.scalars(unread).all():
        db.session.rollback()
        review(number)


def review(number: int) -> None:
    """Read the sheets of a submission, write findings and difference, and commit."""
    with db.reading() as session:
        submission = session.get_one(Submission, number)
        sheets = sheets_of(session, number)
        asked = _asked(sheets)
        found, parts = {}, []
        for place, sheet in enumerate(sheets, start=1):
            tell_progress(number, f"读取第 {place} 个文件，共 {len(sheets)} 个")
            try:
                parts.append(part_of(order_of(sheet, leave_out_blocked=True)))
            except UnreadableFile as fault:
                found[sheet.id] = _unreadable(sheet, str(fault))
        tell_progress(number, "与已公布的比对")
        planned = plan(session, submission.area_code, parts, submission.seed)
        readable = [sheet.id for sheet in sheets if sheet.id not in found]
        found |= dict(zip(readable, planned.outcomes, strict=True))
        beside = {
            sheet_id: {
                "excerpts": excerpts(part, found[sheet_id].findings),
                "headers": headers(part),
                "reading": kept(part.parsed) if isinstance(part.parsed, Reading) else None,
            }
            for sheet_id, part in zip(readable, parts, strict=True)
        }
        shown = summary(planned), parts_of(planned)
    _write(number, asked, found, beside, shown)


def summary(planned: Plan) -> dict[str, Any]:
    """Return what a page shows of a difference.

    head: number of the edition it is against (0 for none); news: whether there is an edition in
    it; counts: kind of change → how many; share: changed ones among those the sheets speak of;
    digest: of all of it, see `seen`.
    """
    return {
        "head": planned.head.number if planned.head else 0,
        "news": planned.is_news,
        "counts": dict(Counter(each.kind.value for each in planned.changes)),
        "share": planned.share,
        "digest": digest(planned),
    }


def tell_progress(number: int, progress: str) -> None:
    """Let the pages of a submission say how far the worker is; commits."""
    db.session.execute(
        sa.update(Submission).where(Submission.id == number).values(progress=progress)
    )
    db.session.commit()


def _unreadable(sheet: Sheet, sentence: str) -> Outcome:
    said = note("unreadable", "", "", sentence.removesuffix("。"))
    return Outcome(sheet.as_of, 0, [said], [], sheet.filename)


def _asked(sheets: list[Sheet]) -> list[tuple[Any, ...]]:
    """Return what a reading depends on: where it changed meanwhile, the reading is void."""
    return [
        (
            s.id, s.list_kind, s.coverage, s.kinds, s.as_of, s.leave_out_blocked, dict(s.meanings),
            [(each.tab, each.row, each.column, each.after) for each in s.corrections],
        )
        for s in sheets
    ]  # fmt: skip


def _write(
    number: int,
    asked: list[tuple[Any, ...]],
    found: dict[int, Outcome],
    beside: dict[int, dict[str, Any]],
    shown: tuple[dict[str, Any], list[bytes]],
) -> None:
    difference, parts = shown
    session = db.session
    session.expire_all()
    if _asked(session.get_one(Submission, number).sheets) != asked:
        session.rollback()
        return
    answered = _answered(session, list(found))
    session.execute(sa.delete(SheetFinding).where(SheetFinding.sheet_id.in_(found)))
    for sheet_id, outcome in found.items():
        lines = (finding_row(sheet_id, each) for each in outcome.findings)
        insert_rows(session, SheetFinding, lines)
        session.execute(
            sa.update(Sheet)
            .where(Sheet.id == sheet_id)
            .values(as_of=outcome.as_of, row_count=outcome.row_count)
            .values(beside.get(sheet_id, _NOTHING))
        )
    for place, answer in answered.items():
        session.execute(sa.update(SheetFinding).where(*_at(place)).values(answer))
    keep(session, number, parts)
    session.execute(
        sa.update(Submission)
        .where(Submission.id == number)
        .values(difference=difference | {"reading": secrets.token_hex(8)}, progress="")
    )
    session.commit()


_PLACE = ("sheet_id", "code", "tab", "row", "column", "message")


def _answered(session: Session, sheets: list[int]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return who answered for what: the same finding of the same file is not asked twice."""
    found = sa.select(SheetFinding).where(
        SheetFinding.sheet_id.in_(sheets), SheetFinding.confirmed_by_id.is_not(None)
    )
    return {
        tuple(getattr(each, name) for name in _PLACE): {
            "confirmed_by_id": each.confirmed_by_id,
            "confirmed_at": each.confirmed_at,
        }
        for each in session.scalars(found)
    }


def _at(place: tuple[Any, ...]) -> list[sa.ColumnElement[bool]]:
    return [getattr(SheetFinding, name) == v for name, v in zip(_PLACE, place, strict=True)]
